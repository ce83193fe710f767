//! The performers of one run: started and stopped so that they match what is outstanding.

use super::actor::wake_of;
use super::mailbox::{Message, Reporter};
use crate::performer::{self, Followed};
use crate::service::Inner;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tracing::{Instrument, error, info_span};
use wheelhouse_domain::{Failure, FailureCode, Millis, TaskKey, WorkflowId};
use wheelhouse_engine::{Effect, Fact, Input, Run, Task, outstanding};

pub(super) struct Performers {
    inner: Arc<Inner>,
    workflow: WorkflowId,
    sender: mpsc::WeakSender<Message>,
    tasks: JoinSet<()>,
    running: BTreeMap<Effect, AbortHandle>,
    effects: HashMap<Id, Effect>,
    confirmed: HashSet<TaskKey>,
    /// Each task as it was when its performer began.
    begun: BTreeMap<Effect, Begun>,
}

/// How a performer began.
struct Begun {
    /// Its task.
    task: Task,
    /// Set where the operator's pause kept it from going on.
    halted: Arc<AtomicBool>,
}

/// A performer that ended, by itself or because it was stopped.
pub(super) struct Ended {
    effect: Option<Effect>,
    how: How,
}

/// How a performer ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// It has nothing more to do.
    Finished,
    /// Its work was not wanted any more.
    Stopped,
    /// By a fault.
    Panicked,
}

impl Performers {
    pub(super) fn new(inner: Arc<Inner>, workflow: WorkflowId, sender: mpsc::WeakSender<Message>) -> Self {
        Self {
            inner,
            workflow,
            sender,
            tasks: JoinSet::new(),
            running: BTreeMap::new(),
            effects: HashMap::new(),
            confirmed: HashSet::new(),
            begun: BTreeMap::new(),
        }
    }

    pub(super) fn any(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Starts what is outstanding and not at work, stops what is at work and not outstanding, and gives the
    /// time to come back at.
    pub(super) fn reconcile(&mut self, run: &Run) -> Option<Millis> {
        let effects = outstanding(run);
        let wake = wake_of(&effects);
        let wanted: BTreeSet<Effect> = effects.into_iter().collect();
        for (effect, abort) in &self.running {
            if !wanted.contains(effect) {
                abort.abort();
            }
        }
        let missing: Vec<&Effect> = wanted
            .iter()
            .filter(|effect| !self.running.contains_key(effect))
            .collect();
        if !missing.is_empty() {
            let shared = Arc::new(run.clone());
            for effect in missing {
                self.start(effect, &shared);
            }
        }
        wake
    }

    fn start(&mut self, effect: &Effect, run: &Arc<Run>) {
        if let Effect::Stop { task } = effect {
            // Confirmed when what the task has in flight is gone: that is when this and its work both ended.
            if self.working_on(task) || !self.confirmed.insert(task.clone()) {
                return;
            }
        }
        let halted = Arc::new(AtomicBool::new(false));
        let Some(work) = self.performance(effect, run, &halted) else {
            return;
        };
        let span = match place_of(effect) {
            Some((task, Some(attempt))) => info_span!("task", task = %task, attempt),
            Some((task, None)) => info_span!("task", task = %task),
            None => info_span!("run"),
        };
        let abort = self.tasks.spawn(work.instrument(span));
        if let Some((task, Some(_))) = place_of(effect)
            && let Some(state) = run.task(task)
        {
            let begun = Begun {
                task: state.clone(),
                halted,
            };
            self.begun.insert(effect.clone(), begun);
        }
        self.effects.insert(abort.id(), effect.clone());
        self.running.insert(effect.clone(), abort);
    }

    /// What is done for an effect; nothing for a time to come back at.
    fn performance(
        &self,
        effect: &Effect,
        run: &Arc<Run>,
        halted: &Arc<AtomicBool>,
    ) -> Option<BoxFuture<'static, ()>> {
        let (inner, shared) = (Arc::clone(&self.inner), Arc::clone(run));
        let reporter = |task: &TaskKey, attempt: u32| Reporter {
            sender: self.sender.clone(),
            task: task.clone(),
            attempt,
            halted: Arc::clone(halted),
        };
        Some(match effect {
            Effect::Work { task, attempt, .. } => {
                performer::work(inner, self.workflow, shared, reporter(task, *attempt)).boxed()
            }
            Effect::Aggregate { task, attempt } => {
                performer::aggregate(inner, shared, reporter(task, *attempt)).boxed()
            }
            Effect::Evaluate {
                task,
                attempt,
                scopes,
                caught,
            } => performer::evaluate(inner, shared, reporter(task, *attempt), *scopes, *caught).boxed(),
            Effect::CallTool { task, attempt } => {
                performer::call_tool(inner, shared, reporter(task, *attempt)).boxed()
            }
            Effect::RunChild {
                task,
                child: None,
                attempt,
                ..
            } => performer::start_child(inner, shared, reporter(task, *attempt)).boxed(),
            Effect::RunChild {
                task,
                child: Some(child),
                paused,
                ..
            } => {
                let state = run.task(task);
                let retries = state
                    .and_then(|task| run.step_of(task))
                    .is_some_and(|step| step.retry.is_some());
                let child = Followed {
                    task: task.clone(),
                    parent: self.workflow,
                    child: *child,
                    paused: *paused,
                    retries,
                };
                performer::follow_child(inner, child).boxed()
            }
            Effect::Conclude { task, attempt } => {
                performer::conclude(shared, reporter(task, *attempt)).boxed()
            }
            Effect::Finish => performer::finish(inner, shared, self.sender.clone()).boxed(),
            Effect::Stop { task } => match run.task(task).and_then(Task::child_at_work) {
                Some(child) => performer::stop_child(inner, child).boxed(),
                None => std::future::ready(()).boxed(),
            },
            Effect::Wake { .. } => return None,
        })
    }

    fn working_on(&self, key: &TaskKey) -> bool {
        self.running
            .keys()
            .filter(|effect| !matches!(effect, Effect::Stop { .. }))
            .any(|effect| place_of(effect).is_some_and(|(task, _)| task == key))
    }

    /// The next performer that ends; never, while there is none.
    pub(super) async fn next_ended(&mut self) -> Option<Ended> {
        let joined = self.tasks.join_next_with_id().await?;
        let (id, how) = match joined {
            Ok((id, ())) => (id, How::Finished),
            Err(error) if is_panic(&error) => (error.id(), How::Panicked),
            Err(error) => (error.id(), How::Stopped),
        };
        let effect = self.effects.remove(&id);
        if let Some(effect) = &effect {
            self.running.remove(effect);
        }
        Some(Ended { effect, how })
    }

    /// What the run must be told after a performer ended.
    pub(super) fn after(&mut self, ended: Ended, run: &Run) -> Option<Input> {
        let effect = ended.effect?;
        if let Effect::Stop { task } = effect {
            self.confirmed.remove(&task);
            return Some(Input::Stopped { task });
        }
        let (task, attempt) = match place_of(&effect) {
            Some((task, Some(attempt))) => (task.clone(), attempt),
            _ => return None,
        };
        let begun = self.begun.remove(&effect);
        let halted = begun
            .as_ref()
            .is_some_and(|begun| begun.halted.load(Ordering::Relaxed));
        let left_it = run.task(&task) == begun.as_ref().map(|begun| &begun.task);
        let failed = match ended.how {
            How::Panicked => run.task(&task).is_some_and(|state| state.attempt == attempt),
            // Begun again it would do nothing again, without end. One that the operator halted is begun again in time, and one
            // that ended because the application closes is begun again at the next start.
            How::Finished => {
                !self.inner.closing.is_cancelled()
                    && left_it
                    && !halted
                    && !run.paused
                    && run.is_at_work(&task, attempt)
            }
            How::Stopped => false,
        };
        failed.then(|| Input::Report {
            task,
            attempt,
            facts: vec![Fact::Failed(fault())],
        })
    }

    /// Stops what has no call in flight.
    pub(super) fn stop_idle(&mut self, run: &Run) {
        let waits = |effect: &Effect| {
            let task = place_of(effect).and_then(|(task, _)| run.task(task));
            task.is_some_and(|task| task.in_flight().next().is_some())
        };
        for (effect, abort) in &self.running {
            if !waits(effect) {
                abort.abort();
            }
        }
    }

    /// Stops everything and waits until it is gone.
    pub(super) async fn stop_all(&mut self) {
        self.tasks.shutdown().await;
        self.running.clear();
        self.effects.clear();
        self.begun.clear();
    }
}

/// The task of an effect, and the attempt that its results name.
fn place_of(effect: &Effect) -> Option<(&TaskKey, Option<u32>)> {
    match effect {
        Effect::Work { task, attempt, .. }
        | Effect::Aggregate { task, attempt }
        | Effect::Evaluate { task, attempt, .. }
        | Effect::CallTool { task, attempt }
        | Effect::RunChild { task, attempt, .. }
        | Effect::Conclude { task, attempt } => Some((task, Some(*attempt))),
        Effect::Stop { task } => Some((task, None)),
        Effect::Finish | Effect::Wake { .. } => None,
    }
}

fn is_panic(error: &JoinError) -> bool {
    if error.is_panic() {
        error!(%error, "a performer panicked");
    }
    error.is_panic()
}

fn fault() -> Failure {
    Failure::passing(
        FailureCode::Internal,
        "Wheelhouse itself made a mistake in this task.",
        "It is tried again. If it keeps failing, look into the log and report the problem.",
    )
}
