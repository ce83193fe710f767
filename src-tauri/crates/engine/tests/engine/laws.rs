//! The laws of a run, checked on its events alone: a ledger of its own, which shares no code with the engine.

use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{
    CallKey, ContentHash, Event, EventBody, Failure, Limits, Millis, QuestionKey, StepId, StepKind, TaskKey,
};

/// Where a task stands, by the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Idle,
    Running,
    Waiting,
    Completed,
    Failed,
    Dropped,
}

#[derive(Debug)]
pub(crate) struct Entry {
    step: StepId,
    needs: Vec<TaskKey>,
    pub(crate) standing: Standing,
    pub(crate) attempt: u32,
    /// Attempts before the newest retry: they do not count against the limit.
    forgiven: u32,
    retry_at: Option<Millis>,
    failure: Option<Failure>,
    pub(crate) output: Option<ContentHash>,
    /// Places whose result is on record.
    answered: BTreeSet<(u32, u32)>,
    in_flight: BTreeMap<CallKey, (u32, u32)>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Completed,
    Failed,
    Cancelled,
}

pub(crate) struct Ledger {
    limits: Limits,
    expand: BTreeMap<StepId, StepId>,
    sink: StepId,
    seq: u32,
    cancelling: bool,
    pub(crate) end: Option<End>,
    pub(crate) tasks: BTreeMap<TaskKey, Entry>,
    plans: BTreeSet<StepId>,
    calls: BTreeMap<CallKey, TaskKey>,
    pub(crate) open_questions: BTreeMap<QuestionKey, TaskKey>,
}

impl Ledger {
    /// Opens the ledger with the creation of a run whose report `sink` gives.
    pub(crate) fn open(created: &Event, sink: &StepId) -> Self {
        let EventBody::WorkflowCreated { steps, limits, .. } = &created.body else {
            panic!("a run begins with its creation");
        };
        let expand = steps.iter().filter_map(|step| match &step.kind {
            StepKind::Expand { plan, .. } => Some((step.id.clone(), plan.clone())),
            _ => None,
        });
        Self {
            limits: *limits,
            expand: expand.collect(),
            sink: sink.clone(),
            seq: created.seq.0,
            cancelling: false,
            end: None,
            tasks: BTreeMap::new(),
            plans: BTreeSet::new(),
            calls: BTreeMap::new(),
            open_questions: BTreeMap::new(),
        }
    }

    /// Checks one more event against the laws and enters it.
    pub(crate) fn enter(&mut self, event: &Event) {
        assert_eq!(event.seq.0, self.seq + 1, "the events of a run have no gap");
        self.seq = event.seq.0;
        let retried = matches!(event.body, EventBody::WorkflowRetried { .. });
        assert_eq!(
            self.end.is_some(),
            retried,
            "an ended run only goes on by a retry: {event:?}"
        );
        match &event.body {
            EventBody::CallStarted { .. }
            | EventBody::CallFinished { .. }
            | EventBody::CallFailed { .. }
            | EventBody::CallInterrupted { .. } => self.enter_call(&event.body),
            EventBody::QuestionAsked { .. } | EventBody::QuestionAnswered { .. } => {
                self.enter_question(&event.body);
            }
            EventBody::WorkflowCompleted { .. }
            | EventBody::WorkflowFailed { .. }
            | EventBody::CancelRequested
            | EventBody::WorkflowCancelled
            | EventBody::WorkflowRetried { .. } => self.enter_run(&event.body),
            _ => self.enter_task(event),
        }
        let running = self.standing(Standing::Running);
        assert!(
            running <= self.limits.parallel_tasks as usize,
            "{running} tasks at work after {event:?}"
        );
    }

    fn enter_task(&mut self, event: &Event) {
        match &event.body {
            EventBody::TaskAdded {
                task, step, needs, ..
            } => self.add(task, step, needs),
            EventBody::TaskStarted { task, attempt } => self.begin(task, *attempt, event.at),
            EventBody::TaskAttemptFailed {
                task,
                attempt,
                failure,
                retry_at,
            } => {
                let entry = self.leaves_work(task, Standing::Idle);
                assert_eq!(entry.attempt, *attempt);
                assert!(failure.retryable && *retry_at >= event.at);
                entry.retry_at = Some(*retry_at);
            }
            EventBody::TaskCompleted { task, output } => {
                let entry = self.leaves_work(task, Standing::Completed);
                assert_eq!(entry.output, None, "{task} was completed twice");
                entry.output = Some(output.clone());
            }
            EventBody::TaskFailed { task, failure } => {
                self.leaves_work(task, Standing::Failed).failure = Some(failure.clone());
            }
            EventBody::TaskSkipped { task, because, .. } => {
                assert_eq!(self.entry(because).standing, Standing::Failed);
                self.drop_task(task);
            }
            EventBody::TaskCancelled { task } => {
                assert!(self.cancelling, "{task} was cancelled unasked");
                self.drop_task(task);
            }
            EventBody::PlanAccepted { task, .. } => {
                let step = self.entry(task).step.clone();
                assert!(self.plans.insert(step), "{task} was planned twice");
            }
            _ => {}
        }
    }

    fn add(&mut self, task: &TaskKey, step: &StepId, needs: &[TaskKey]) {
        let entry = Entry {
            step: step.clone(),
            needs: needs.to_vec(),
            standing: Standing::Idle,
            attempt: 0,
            forgiven: 0,
            retry_at: None,
            failure: None,
            output: None,
            answered: BTreeSet::new(),
            in_flight: BTreeMap::new(),
        };
        assert!(
            self.tasks.insert(task.clone(), entry).is_none(),
            "{task} was added twice"
        );
    }

    fn enter_question(&mut self, body: &EventBody) {
        match body {
            EventBody::QuestionAsked { question, task, .. } => {
                self.leaves_work(task, Standing::Waiting);
                self.open_questions.insert(question.clone(), task.clone());
            }
            EventBody::QuestionAnswered { question, .. } => {
                let task = self
                    .open_questions
                    .remove(question)
                    .expect("only an open question is answered");
                let entry = self.entry(&task);
                assert_eq!(entry.standing, Standing::Waiting);
                entry.standing = Standing::Running;
            }
            _ => {}
        }
    }

    fn begin(&mut self, task: &TaskKey, attempt: u32, now: Millis) {
        let needs = self.entry(task).needs.clone();
        for need in &needs {
            assert!(self.is_done(need), "{task} began before {need} was complete");
        }
        assert!(!self.cancelling, "{task} began in a run that is being cancelled");
        assert_eq!(
            self.standing(Standing::Failed),
            0,
            "{task} began in a failing run"
        );
        let most = self.limits.attempts;
        let entry = self.entry(task);
        assert!(attempt - entry.forgiven <= most, "{task} has no attempt left");
        assert_eq!(entry.standing, Standing::Idle, "{task} can't begin");
        assert_eq!(attempt, entry.attempt + 1, "attempts of {task} are counted");
        assert!(
            entry.retry_at.is_none_or(|at| at <= now),
            "{task} began before its time"
        );
        entry.standing = Standing::Running;
        entry.attempt = attempt;
        entry.retry_at = None;
    }

    fn enter_call(&mut self, body: &EventBody) {
        match body {
            EventBody::CallStarted {
                call,
                task,
                attempt,
                turn,
                index,
                ..
            } => {
                assert!(
                    self.calls.insert(call.clone(), task.clone()).is_none(),
                    "{call} names two calls"
                );
                let entry = self.entry(task);
                let place = (*turn, *index);
                assert_eq!(
                    (entry.standing, entry.attempt),
                    (Standing::Running, *attempt),
                    "{call}"
                );
                assert!(
                    !entry.answered.contains(&place),
                    "the result of {call} is on record"
                );
                assert!(
                    !entry.in_flight.values().any(|other| *other == place),
                    "{call} is in flight"
                );
                entry.in_flight.insert(call.clone(), place);
            }
            EventBody::CallFinished { call, .. } => {
                let place = self.end_call(call);
                let task = self.calls[call].clone();
                self.entry(&task).answered.insert(place);
            }
            EventBody::CallFailed { call, .. } | EventBody::CallInterrupted { call } => {
                self.end_call(call);
            }
            _ => {}
        }
    }

    fn end_call(&mut self, call: &CallKey) -> (u32, u32) {
        let task = self.calls[call].clone();
        let place = self.entry(&task).in_flight.remove(call);
        place.expect("only a call in flight ends")
    }

    fn enter_run(&mut self, body: &EventBody) {
        match body {
            EventBody::CancelRequested => self.cancelling = true,
            EventBody::WorkflowCompleted { report } => {
                let sink = TaskKey(self.sink.0.clone());
                assert_eq!(self.tasks.len(), self.standing(Standing::Completed));
                assert_eq!(self.entry(&sink).output.as_ref(), Some(report));
                self.ends(End::Completed);
            }
            EventBody::WorkflowFailed { failure } => {
                let entry = self.entry(&failure.task);
                assert_eq!(entry.standing, Standing::Failed);
                assert_eq!(entry.failure.as_ref(), Some(&failure.failure));
                self.ends(End::Failed);
            }
            EventBody::WorkflowCancelled => self.ends(End::Cancelled),
            EventBody::WorkflowRetried { tasks } => {
                assert_ne!(self.end, Some(End::Completed), "a completed run is not retried");
                self.end = None;
                self.cancelling = false;
                for (key, entry) in &mut self.tasks {
                    let anew = entry.standing != Standing::Completed;
                    assert_eq!(
                        tasks.contains(key),
                        anew,
                        "{key}: what is done stays done, the rest begins anew"
                    );
                    if anew {
                        entry.standing = Standing::Idle;
                        entry.retry_at = None;
                        entry.forgiven = entry.attempt;
                    }
                }
            }
            _ => {}
        }
    }

    fn ends(&mut self, end: End) {
        for (key, entry) in &self.tasks {
            let at_rest = matches!(
                entry.standing,
                Standing::Completed | Standing::Failed | Standing::Dropped
            );
            assert!(at_rest, "{key} is {:?} in a run that ended", entry.standing);
        }
        self.open_questions.clear();
        self.end = Some(end);
    }

    fn leaves_work(&mut self, task: &TaskKey, to: Standing) -> &mut Entry {
        let entry = self.entry(task);
        assert_eq!(
            entry.standing,
            Standing::Running,
            "{task} is not at work and becomes {to:?}"
        );
        assert!(
            entry.in_flight.is_empty(),
            "{task} leaves calls in flight and becomes {to:?}"
        );
        entry.standing = to;
        entry
    }

    fn drop_task(&mut self, task: &TaskKey) {
        self.open_questions.retain(|_, asking| asking != task);
        let entry = self.entry(task);
        assert!(
            entry.in_flight.is_empty(),
            "{task} was dropped with calls in flight"
        );
        assert!(
            matches!(
                entry.standing,
                Standing::Idle | Standing::Running | Standing::Waiting
            ),
            "{task} had ended"
        );
        entry.standing = Standing::Dropped;
    }

    fn is_done(&self, need: &TaskKey) -> bool {
        let done = |entry: &Entry| entry.standing == Standing::Completed;
        match self.expand.get(&StepId(need.0.clone())) {
            Some(plan) => {
                let mut parts = self
                    .tasks
                    .values()
                    .filter(|entry| entry.step.as_str() == need.as_str());
                self.plans.contains(plan) && parts.all(done)
            }
            None => self.tasks.get(need).is_some_and(done),
        }
    }

    pub(crate) fn standing(&self, standing: Standing) -> usize {
        self.tasks
            .values()
            .filter(|entry| entry.standing == standing)
            .count()
    }

    fn entry(&mut self, task: &TaskKey) -> &mut Entry {
        self.tasks
            .get_mut(task)
            .unwrap_or_else(|| panic!("{task} is unknown"))
    }
}
