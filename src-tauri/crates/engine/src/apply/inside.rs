//! What events say of a task's inside: its preparation, scopes, waits, sub-workflow, and what it gave to others.

use super::FoldError;
use crate::state::{OpenScope, Run, Task};
use std::sync::Arc;
use wheelhouse_domain::{Assignment, ContentHash, EventBody, Scope, StepKind, TaskKey, TaskStatus, WaitsFor};

impl Run {
    pub(super) fn apply_inside(&mut self, body: &EventBody) -> Result<(), FoldError> {
        match body {
            EventBody::PlanAccepted { task, plan, .. } => {
                self.known(task)?;
                self.plans.insert(task.clone(), Arc::new(plan.clone()));
                Ok(())
            }
            EventBody::StaffAccepted {
                task, assignments, ..
            } => self.apply_staffing(task, assignments),
            EventBody::TaskPrepared { task, prepared, .. } => self.change(task, |task| {
                // A wait whose time came goes on.
                task.status = TaskStatus::Running;
                task.prepared = true;
                task.preparation.clone_from(prepared);
            }),
            EventBody::ScopesOpened {
                task, scopes, values, ..
            } => self.change(task, |task| {
                task.prepared = true;
                task.open_scopes(scopes, values.as_ref());
            }),
            EventBody::TaskWaits { task, until } => self.change(task, |task| {
                task.status = TaskStatus::Waiting;
                task.waits_until = Some(*until);
            }),
            EventBody::TaskStopping { task, then } => {
                self.change(task, |task| task.stopping = Some(then.clone()))
            }
            EventBody::TaskCaught { task, failure } => self.change(task, |task| {
                task.end(TaskStatus::Running);
                task.attempt_ended(failure);
                task.caught = Some(failure.clone());
                task.caught_before = Some(failure.clone());
                task.caught_from = task.scopes.len();
            }),
            EventBody::ChildStarted {
                task, child, call, ..
            } => {
                if let Some(call) = call {
                    self.change_call(call, |call| call.help = Some(*child))?;
                }
                self.note_child_waits(task, None)?;
                self.change(task, |task| {
                    task.child = Some(*child);
                    task.child_end = None;
                })
            }
            EventBody::ChildEnded { task, end } => {
                self.confine(&end.stays_here);
                self.note_child_waits(task, None)?;
                self.change(task, |task| task.child_end = Some((**end).clone()))
            }
            EventBody::ChildWaits { task, waits_for } => self.note_child_waits(task, *waits_for),
            _ => Ok(()),
        }
    }

    /// The time that a sub-workflow only waits for the operator does not count for its task.
    fn note_child_waits(&mut self, task: &TaskKey, waits_for: Option<WaitsFor>) -> Result<(), FoldError> {
        let now = self.now;
        // While the run is paused, the time counts again from the pause on when it is resumed.
        let until = self.paused_at.unwrap_or(now).min(now);
        self.change(task, |task| {
            task.child_waits = waits_for;
            if task.asks_below() {
                task.asked_below_at.get_or_insert(now);
            } else if let Some(since) = task.asked_below_at.take() {
                let waited = until.0.saturating_sub(since.0).max(0);
                task.counted_from = task.counted_from.plus(waited);
            }
        })
    }

    fn apply_staffing(&mut self, key: &TaskKey, assignments: &[Assignment]) -> Result<(), FoldError> {
        let place = self.known(key)?;
        let Some(staff) = self.tasks.at(place) else {
            return Ok(());
        };
        let at = staff.place.clone();
        let is_expanded = |step: &&wheelhouse_domain::Step| matches!(&step.kind, StepKind::Expand { staff: Some(named), .. } if *named == staff.step);
        let block = self.steps_beside(at.as_ref());
        let expanded: Vec<TaskKey> = block
            .iter()
            .filter(is_expanded)
            .map(|step| TaskKey::of_step(at.as_ref(), &step.id))
            .collect();
        for assignment in assignments {
            for step in &expanded {
                self.change(&step.part(&assignment.sub_task), |task| {
                    task.agent = Some(assignment.agent);
                    task.hired_with = assignment.design.as_ref().and_then(|design| design.budget);
                })?;
            }
        }
        self.staffings.insert(key.clone(), Arc::new(assignments.to_vec()));
        Ok(())
    }
}

impl Task {
    fn open_scopes(&mut self, scopes: &[Scope], values: Option<&ContentHash>) {
        let after_failure = self.caught.is_some();
        let opened = scopes.iter().zip(0..).map(|(scope, place)| OpenScope {
            scope: scope.clone(),
            value: values.map(|values| (values.clone(), place)),
            after_failure,
            tasks: Vec::new(),
            open: 0,
            failed: 0,
        });
        self.scopes.extend(opened.map(Arc::new));
    }
}
