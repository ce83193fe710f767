//! Folds events into a run. Nothing is chosen here.
//!
//! What an event says of the run itself is here; of a task, its inside, calls and questions beside. What is derived from
//! tasks (which are open, which scope failed) is kept up to date in one place: [`Run::alter`].

mod call;
mod inside;
mod question;
mod task;
mod time;

use crate::clock::{Activity, Clock};
use crate::origins;
use crate::state::{OpenScope, Run, Task};
use crate::steps::Steps;
use crate::tasks::Tasks;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use thiserror::Error;
use wheelhouse_domain::{
    CallKey, Event, EventBody, Millis, Outside, Place, QuestionKey, Seq, TaskKey, TaskStatus, WorkflowStatus,
};

/// Why a journal does not make sense.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FoldError {
    /// The first event is not the run's creation.
    #[error("the journal does not begin with the creation of the workflow")]
    NotCreated,
    /// An event stands in the wrong place.
    #[error("event {found} follows event {previous}")]
    OutOfOrder {
        /// Place of the last event that was folded.
        previous: u32,
        /// Place of this one.
        found: u32,
    },
    /// An event speaks of a task that is not there.
    #[error("event {seq} speaks of the unknown task {task}")]
    UnknownTask {
        /// Place of the event.
        seq: u32,
        /// The task.
        task: TaskKey,
    },
    /// An event speaks of a call that is not there.
    #[error("event {seq} speaks of the unknown call {call}")]
    UnknownCall {
        /// Place of the event.
        seq: u32,
        /// The call.
        call: CallKey,
    },
    /// An event speaks of a question that is not there.
    #[error("event {seq} speaks of the unknown question {question}")]
    UnknownQuestion {
        /// Place of the event.
        seq: u32,
        /// The question.
        question: QuestionKey,
    },
}

impl Run {
    /// Folds a whole journal.
    ///
    /// # Errors
    /// [`FoldError`] where the journal does not make sense.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, FoldError> {
        let mut events = events.into_iter();
        let mut run = events
            .next()
            .and_then(Self::created)
            .ok_or(FoldError::NotCreated)?;
        for event in events {
            run.apply(event)?;
        }
        Ok(run)
    }

    fn created(event: &Event) -> Option<Self> {
        let EventBody::WorkflowCreated {
            uid,
            description,
            template,
            steps,
            crew,
            limits,
            setup,
            ..
        } = &event.body
        else {
            return None;
        };
        Some(Self {
            uid: *uid,
            description: description.clone(),
            template: template.clone(),
            steps: Steps::new(steps),
            crew: crew.clone(),
            limits: *limits,
            status: WorkflowStatus::Pending,
            setup: Arc::new((**setup).clone()),
            cancelling: false,
            paused: false,
            imported: false,
            budgets: BTreeMap::new(),
            tasks: Tasks::default(),
            plans: BTreeMap::new(),
            staffings: BTreeMap::new(),
            questions: Vec::new(),
            seq: event.seq,
            paused_at: None,
            open: Arc::default(),
            top: Arc::default(),
            failed_at_top: 0,
            begun: 0,
            now: event.at,
            clock: Clock::default(),
            activity: Activity::default(),
            asides: Vec::new(),
            refused: BTreeSet::new(),
            stays_here: Arc::new(setup.stays_here.iter().cloned().collect()),
            seen: Arc::new(origins::at_first(setup)),
            asked_elsewhere: None,
        })
    }

    /// Folds one more event.
    ///
    /// # Errors
    /// [`FoldError`] where the event does not fit; the run is then not to be used any more.
    pub fn apply(&mut self, event: &Event) -> Result<(), FoldError> {
        if event.seq.0 != self.seq.0 + 1 {
            return Err(FoldError::OutOfOrder {
                previous: self.seq.0,
                found: event.seq.0,
            });
        }
        self.seq = event.seq;
        self.now = event.at;
        self.apply_body(&event.body, event.at)?;
        self.withdraw_after(&event.body);
        Ok(())
    }

    /// What was asked beside the work of a task is asked no more when that task has ended or begins anew.
    fn withdraw_after(&mut self, body: &EventBody) {
        if self.asides.is_empty() {
            return;
        }
        match body {
            EventBody::TaskCompleted { task, .. }
            | EventBody::TaskFailed { task, .. }
            | EventBody::TaskSkipped { task, .. }
            | EventBody::TaskAttemptFailed { task, .. }
            | EventBody::TaskCaught { task, .. }
            | EventBody::TaskOverridden { task, .. }
            | EventBody::TaskCancelled { task } => self.withdraw_asides(task),
            _ => {}
        }
    }

    fn apply_body(&mut self, body: &EventBody, at: Millis) -> Result<(), FoldError> {
        match body {
            EventBody::WorkflowCreated { .. } => Err(FoldError::NotCreated),
            EventBody::WorkflowStarted
            | EventBody::CancelRequested
            | EventBody::WorkflowPaused
            | EventBody::WorkflowResumed
            | EventBody::WorkflowImported {}
            | EventBody::WorkflowCompleted { .. }
            | EventBody::WorkflowFailed { .. }
            | EventBody::WorkflowCancelled
            | EventBody::WorkflowArrived { .. }
            | EventBody::BudgetChanged { .. } => {
                self.apply_run(body, at);
                Ok(())
            }
            EventBody::WorkflowRetried { tasks } => self.apply_retried(tasks),
            EventBody::QuestionAsked { .. } | EventBody::QuestionAnswered { .. } => {
                self.apply_question(body, at)
            }
            EventBody::CallStarted { .. }
            | EventBody::CallFinished { .. }
            | EventBody::CallFailed { .. }
            | EventBody::CallInterrupted { .. } => self.apply_call(body),
            EventBody::TaskAdded { .. }
            | EventBody::TaskStarted { .. }
            | EventBody::TaskAttemptFailed { .. }
            | EventBody::TaskCompleted { .. }
            | EventBody::TaskFailed { .. }
            | EventBody::TaskSkipped { .. }
            | EventBody::TaskCancelled { .. }
            | EventBody::TaskReused { .. }
            | EventBody::TaskOverridden { .. }
            | EventBody::TaskEdited { .. } => {
                self.see_answer(body);
                self.apply_task(body, at)
            }
            EventBody::PlanAccepted { .. }
            | EventBody::StaffAccepted { .. }
            | EventBody::TaskPrepared { .. }
            | EventBody::ScopesOpened { .. }
            | EventBody::TaskWaits { .. }
            | EventBody::TaskStopping { .. }
            | EventBody::TaskCaught { .. }
            | EventBody::ChildStarted { .. }
            | EventBody::ChildEnded { .. }
            | EventBody::ChildWaits { .. } => {
                self.see_answer(body);
                self.apply_inside(body)
            }
        }
    }

    fn apply_run(&mut self, body: &EventBody, at: Millis) {
        match body {
            EventBody::WorkflowStarted => {
                self.status = WorkflowStatus::Running;
                self.turn_own_clock();
            }
            EventBody::CancelRequested => self.cancelling = true,
            EventBody::WorkflowPaused => {
                self.paused = true;
                self.paused_at = Some(at);
                self.turn_all_clocks();
            }
            EventBody::WorkflowResumed => self.resume(at),
            EventBody::WorkflowImported {} => self.imported = true,
            EventBody::WorkflowArrived { .. } => {
                self.asked_elsewhere = Some(self.questions.len());
                // Whatever it has was put together by whoever has the other machine.
                self.see(&[Outside::Run]);
            }
            EventBody::WorkflowCompleted { .. } => self.end(WorkflowStatus::Completed),
            EventBody::WorkflowFailed { .. } => self.end(WorkflowStatus::Failed),
            EventBody::WorkflowCancelled => self.end(WorkflowStatus::Cancelled),
            EventBody::BudgetChanged { task, budget } => {
                self.budgets.insert(task.clone(), *budget);
                self.account_for_all(|run| run.refused.retain(|(_, owner, _)| owner != task));
            }
            _ => {}
        }
    }

    fn end(&mut self, status: WorkflowStatus) {
        self.status = status;
        self.cancelling = false;
        self.paused = false;
        self.paused_at = None;
        self.asides.clear();
        self.turn_own_clock();
    }

    /// Time that the run was paused does not count for the tasks that were at work.
    fn resume(&mut self, now: Millis) {
        self.paused = false;
        let Some(paused_at) = self.paused_at.take() else {
            return;
        };
        let places: Vec<usize> = self.open.iter().copied().collect();
        for place in places {
            let held = self.tasks.at(place).and_then(|task| self.held_since(task));
            self.alter(place, |task| {
                // What waits for the operator counts that wait when it is answered.
                let asked = task.asked_at.or(task.asked_below_at);
                let until = asked.or(held).unwrap_or(now).min(now);
                let paused = until.0.saturating_sub(paused_at.0).max(0);
                task.counted_from = task.counted_from.plus(paused);
            });
        }
        self.turn_all_clocks();
    }

    fn apply_retried(&mut self, tasks: &[TaskKey]) -> Result<(), FoldError> {
        self.status = WorkflowStatus::Running;
        self.cancelling = false;
        self.account_for_all(|run| run.refused.clear());
        for key in tasks {
            self.change(key, |task| {
                task.end(TaskStatus::Pending);
                task.failure = None;
                task.skipped = None;
                task.caught = None;
                task.forgiven_attempts = task.attempt;
            })?;
        }
        // A task whose way of failing is taken up again goes on with it.
        for key in tasks {
            let place = self.task(key).and_then(|task| task.place.clone());
            if let Some(place) = place {
                self.catch_again(&place)?;
            }
        }
        self.turn_all_clocks();
        Ok(())
    }

    fn catch_again(&mut self, place: &Place) -> Result<(), FoldError> {
        self.change(&place.container, |task| {
            let scope = place.scope as usize;
            let takes_failures_way = task.scopes.get(scope).is_some_and(|scope| scope.after_failure);
            if takes_failures_way && task.caught.is_none() {
                task.caught = task.caught_before.clone();
                task.caught_from = scope;
            }
        })
    }

    /// The place of the task of that name.
    fn known(&self, key: &TaskKey) -> Result<usize, FoldError> {
        let Seq(seq) = self.seq;
        self.tasks.place_of(key).ok_or_else(|| FoldError::UnknownTask {
            seq,
            task: key.clone(),
        })
    }

    fn change(&mut self, key: &TaskKey, change: impl FnOnce(&mut Task)) -> Result<(), FoldError> {
        let place = self.known(key)?;
        self.alter(place, change);
        Ok(())
    }

    /// Changes a task, and with its status what is derived from it.
    fn alter(&mut self, place: usize, change: impl FnOnce(&mut Task)) {
        let Some(task) = self.tasks.at(place) else {
            return;
        };
        let activity = self.own_activity(task);
        let Some(task) = self.tasks.at_mut(place) else {
            return;
        };
        let before = task.status;
        change(task);
        let after = task.status;
        if before != after {
            let at = task.place.clone();
            self.moved(place, at.as_ref(), before, after);
        }
        self.account(place, activity);
    }

    fn moved(&mut self, place: usize, at: Option<&Place>, before: TaskStatus, after: TaskStatus) {
        let open = Arc::make_mut(&mut self.open);
        if after.is_final() {
            open.remove(&place);
        } else {
            open.insert(place);
        }
        let failed = |status: TaskStatus| usize::from(status == TaskStatus::Failed);
        let Some(at) = at else {
            self.failed_at_top = (self.failed_at_top + failed(after)).saturating_sub(failed(before));
            return;
        };
        let is_open = |status: TaskStatus| usize::from(!status.is_final());
        self.alter_scope(at, |scope| {
            // A journal from elsewhere may say anything; what does not fit is found by whoever takes it in.
            scope.open = (scope.open + is_open(after)).saturating_sub(is_open(before));
            scope.failed = (scope.failed + failed(after)).saturating_sub(failed(before));
        });
    }

    fn alter_scope(&mut self, at: &Place, change: impl FnOnce(&mut OpenScope)) {
        let container = self.tasks.place_of(&at.container);
        let Some(task) = container.and_then(|place| self.tasks.at_mut(place)) else {
            return;
        };
        let Some(scope) = task.scopes.get_mut(at.scope as usize) else {
            return;
        };
        let scope = Arc::make_mut(scope);
        let before = (usize::from(scope.open > 0), usize::from(scope.failed > 0));
        change(scope);
        let after = (usize::from(scope.open > 0), usize::from(scope.failed > 0));
        let follows_a_failure = scope.after_failure;
        task.busy_scopes = (task.busy_scopes + after.0).saturating_sub(before.0);
        task.failed_scopes = (task.failed_scopes + after.1).saturating_sub(before.1);
        if !follows_a_failure {
            task.begun_scopes = task.begun_scopes.max(at.scope as usize + 1);
        }
    }
}
