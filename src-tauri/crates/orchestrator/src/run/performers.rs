//! The performers of one run: started and stopped so that they match what is outstanding.

use super::actor::wake_of;
use super::mailbox::{Message, Reporter};
use crate::performer;
use crate::service::Inner;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
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
    begun: HashMap<TaskKey, Task>,
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
            begun: HashMap::new(),
        }
    }

    pub(super) fn any(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Starts what is outstanding and not at work, stops what is at work and not outstanding, and gives the
    /// time to come back at.
    pub(super) fn reconcile(&mut self, run: &Run) -> Option<Millis> {
        let wanted = outstanding(run);
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
        wake_of(&wanted)
    }

    fn start(&mut self, effect: &Effect, run: &Arc<Run>) {
        let abort = match effect {
            Effect::Work { task, attempt, .. } => {
                let reporter = self.reporter(task, *attempt);
                let span = info_span!("task", task = %task, attempt);
                let work = performer::work(Arc::clone(&self.inner), self.workflow, Arc::clone(run), reporter);
                self.tasks.spawn(work.instrument(span))
            }
            Effect::Aggregate { task, attempt } => {
                let reporter = self.reporter(task, *attempt);
                self.tasks.spawn(performer::aggregate(
                    Arc::clone(&self.inner),
                    Arc::clone(run),
                    reporter,
                ))
            }
            Effect::Stop { task } => {
                // Confirmed when what the task has in flight is gone: that is when this and its work both ended.
                if self.working_on(task) || !self.confirmed.insert(task.clone()) {
                    return;
                }
                self.tasks.spawn(std::future::ready(()))
            }
            Effect::Wake { .. }
            | Effect::Evaluate { .. }
            | Effect::CallTool { .. }
            | Effect::RunChild { .. } => return,
        };
        if let Effect::Work { task, .. } | Effect::Aggregate { task, .. } = effect
            && let Some(state) = run.task(task)
        {
            self.begun.insert(task.clone(), state.clone());
        }
        self.effects.insert(abort.id(), effect.clone());
        self.running.insert(effect.clone(), abort);
    }

    fn reporter(&self, task: &TaskKey, attempt: u32) -> Reporter {
        Reporter {
            sender: self.sender.clone(),
            task: task.clone(),
            attempt,
        }
    }

    fn working_on(&self, key: &TaskKey) -> bool {
        self.running.keys().any(|effect| match effect {
            Effect::Work { task, .. } | Effect::Aggregate { task, .. } => task == key,
            _ => false,
        })
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
        match ended.effect? {
            Effect::Stop { task } => {
                self.confirmed.remove(&task);
                Some(Input::Stopped { task })
            }
            Effect::Work { task, attempt, .. } | Effect::Aggregate { task, attempt } => {
                let begun = self.begun.remove(&task);
                let left_it = run.task(&task) == begun.as_ref();
                let failed = match ended.how {
                    How::Panicked => run.task(&task).is_some_and(|state| state.attempt == attempt),
                    // Begun again it would do nothing again, without end.
                    How::Finished => left_it && run.is_at_work(&task, attempt),
                    How::Stopped => false,
                };
                failed.then(|| Input::Report {
                    task,
                    attempt,
                    facts: vec![Fact::Failed(fault())],
                })
            }
            _ => None,
        }
    }

    /// Stops everything and waits until it is gone.
    pub(super) async fn stop_all(&mut self) {
        self.tasks.shutdown().await;
        self.running.clear();
        self.effects.clear();
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
