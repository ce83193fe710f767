//! What events say of a task as a whole.

use super::FoldError;
use crate::clock::{Activity, Clock};
use crate::state::{Call, CallState, Run, Task};
use std::sync::Arc;
use wheelhouse_domain::{ContentHash, EventBody, Failure, Millis, TaskKey, TaskStatus};

impl Run {
    pub(super) fn apply_task(&mut self, body: &EventBody, at: Millis) -> Result<(), FoldError> {
        match body {
            EventBody::TaskAdded { .. } => {
                self.add(body);
                Ok(())
            }
            EventBody::TaskStarted { task, attempt } => {
                self.begun += u32::from(*attempt == 1);
                self.change(task, |task| task.begin(*attempt, at))
            }
            EventBody::TaskAttemptFailed {
                task,
                failure,
                retry_at,
                ..
            } => self.change(task, |task| {
                task.end(TaskStatus::Pending);
                task.retry_at = Some(*retry_at);
                task.attempt_ended(failure);
            }),
            EventBody::TaskFailed { task, failure } => self.change(task, |task| {
                task.end(TaskStatus::Failed);
                task.attempt_ended(failure);
            }),
            EventBody::TaskCompleted { task, output } => self.change(task, |task| {
                task.end(TaskStatus::Completed);
                task.output = Some(output.clone());
            }),
            EventBody::TaskReused { task, output, from } => self.change(task, |task| {
                task.end(TaskStatus::Completed);
                task.output = Some(output.clone());
                task.reused_from = Some(from.clone());
            }),
            EventBody::TaskOverridden { task, output } => self.apply_overridden(task, output),
            EventBody::TaskSkipped { task, reason, .. } => self.change(task, |task| {
                task.end(TaskStatus::Skipped);
                task.skipped = Some(*reason);
            }),
            EventBody::TaskCancelled { task } => self.change(task, |task| task.end(TaskStatus::Cancelled)),
            EventBody::TaskEdited { task, prompt, model } => self.change(task, |task| {
                task.told_anew |= prompt.is_some();
                task.told = prompt.clone().or_else(|| task.told.take());
                task.model = model.clone().or_else(|| task.model.take());
            }),
            _ => Ok(()),
        }
    }

    fn add(&mut self, body: &EventBody) {
        let Some(task) = added(body) else {
            return;
        };
        let at = task.place.clone();
        let place = self.tasks.push(task);
        Arc::make_mut(&mut self.open).insert(place);
        match at {
            None => Arc::make_mut(&mut self.top).push(place),
            Some(at) => self.alter_scope(&at, |scope| {
                scope.tasks.push(place);
                scope.open += 1;
            }),
        }
    }

    /// Who builds on the answer is told anew, in place of going on with what it was told before.
    fn apply_overridden(&mut self, key: &TaskKey, output: &ContentHash) -> Result<(), FoldError> {
        self.change(key, |task| {
            task.end(TaskStatus::Completed);
            task.failure = None;
            task.skipped = None;
            task.caught = None;
            task.output = Some(output.clone());
        })?;
        let changed = self
            .task(key)
            .map(|task| self.dependents_of(task))
            .unwrap_or_default();
        for place in changed {
            self.alter(place, |task| task.told_anew = true);
        }
        Ok(())
    }
}

fn added(body: &EventBody) -> Option<Task> {
    let EventBody::TaskAdded {
        task,
        step,
        title,
        description,
        agent_kind,
        agent,
        needs,
        done_when,
        place,
    } = body
    else {
        return None;
    };
    Some(Task {
        key: task.clone(),
        step: step.clone(),
        title: title.clone(),
        description: description.clone(),
        done_when: done_when.clone(),
        agent_kind: *agent_kind,
        agent: *agent,
        needs: needs.clone(),
        place: place.clone(),
        status: TaskStatus::Pending,
        skipped: None,
        attempt: 0,
        forgiven_attempts: 0,
        retry_at: None,
        failure: None,
        calls: Vec::new(),
        first_turn: 0,
        output: None,
        started_at: None,
        prepared: false,
        preparation: None,
        scopes: Vec::new(),
        waits_until: None,
        stopping: None,
        caught: None,
        child: None,
        child_end: None,
        child_waits: None,
        hired_with: None,
        reused_from: None,
        told: None,
        model: None,
        told_anew: false,
        counted_from: Millis(0),
        asked_below_at: None,
        asked_at: None,
        question: None,
        asked: 0,
        caught_before: None,
        caught_from: 0,
        busy_scopes: 0,
        failed_scopes: 0,
        begun_scopes: 0,
        clock: Clock::default(),
        activity: Activity::default(),
        asides: 0,
    })
}

impl Task {
    pub(super) fn end(&mut self, status: TaskStatus) {
        self.status = status;
        self.retry_at = None;
        self.stopping = None;
        self.waits_until = None;
        self.asked_at = None;
        self.child_waits = None;
        self.asked_below_at = None;
    }

    fn begin(&mut self, attempt: u32, at: Millis) {
        self.end(TaskStatus::Running);
        self.attempt = attempt;
        self.failure = None;
        self.started_at = Some(at);
        self.counted_from = at;
        self.prepared = false;
        self.preparation = None;
        self.child = None;
        self.child_end = None;
        if std::mem::take(&mut self.told_anew) {
            self.first_turn = self.next_turn();
        }
    }

    /// Where a call failed and was not repeated, the conversation goes on where it was: what other calls gave is not
    /// asked again. After anything else (an unusable answer, too many turns) going on would fail the same way, so it
    /// begins anew.
    pub(super) fn attempt_ended(&mut self, failure: &Failure) {
        self.failure = Some(failure.clone());
        let newest_failed = |call: &Call| {
            self.call_at(call.turn, call.index)
                .is_some_and(|newest| newest.state == CallState::Failed)
        };
        let broke_off = self
            .calls
            .iter()
            .any(|call| call.turn >= self.first_turn && newest_failed(call));
        if !broke_off {
            self.first_turn = self.next_turn();
        }
    }
}
