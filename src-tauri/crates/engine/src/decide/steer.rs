//! What the operator changes at single tasks of a run, also while it is paused.

use super::{Draft, Refusal};
use crate::state::Task;
use wheelhouse_domain::{
    AfterStop, Budget, ContentHash, EventBody, StepKind, TaskKey, TaskStatus, WhySkipped, WorkflowStatus,
};

impl Draft {
    pub(super) fn retry_task(&mut self, key: &TaskKey) -> Result<(), Refusal> {
        let task = self.steerable(key)?;
        if !matches!(
            task.status,
            TaskStatus::Failed | TaskStatus::Cancelled | TaskStatus::Skipped
        ) {
            return Err(is(task));
        }
        self.check_not_built_upon(key)?;
        if let Some(other) = self.other_failure(key) {
            return Err(Refusal::OthersFailed { task: other });
        }
        let tasks = self.to_reopen(key, true);
        self.push(EventBody::WorkflowRetried { tasks })
    }

    pub(super) fn skip_task(&mut self, key: TaskKey) -> Result<(), Refusal> {
        let task = self.steerable(&key)?;
        match task.status {
            TaskStatus::Completed => return Err(is(task)),
            TaskStatus::Skipped if task.lets_go_on() => return Ok(()),
            TaskStatus::Running => {
                return self.push(EventBody::TaskStopping {
                    task: key,
                    then: AfterStop::Skip,
                });
            }
            _ => {}
        }
        self.check_not_built_upon(&key)?;
        self.skip(key.clone(), key.clone(), WhySkipped::Operator)?;
        self.go_on_after(&key)
    }

    pub(super) fn override_task(&mut self, key: TaskKey, output: ContentHash) -> Result<(), Refusal> {
        let task = self.steerable(&key)?;
        if task.status == TaskStatus::Running {
            return Err(is(task));
        }
        // What is expanded later needs the plan itself, not what people read of it.
        if matches!(
            self.run.kind_of(task),
            Some(StepKind::Plan { .. } | StepKind::Staff { .. })
        ) {
            return Err(Refusal::NotThisKind { task: key });
        }
        self.check_not_built_upon(&key)?;
        if self.run.is_finishing() {
            return Err(self.status_refused());
        }
        self.push(EventBody::TaskOverridden {
            task: key.clone(),
            output,
        })?;
        self.go_on_after(&key)
    }

    pub(super) fn edit_task(
        &mut self,
        key: TaskKey,
        prompt: Option<String>,
        model: Option<String>,
    ) -> Result<(), Refusal> {
        let task = self.steerable(&key)?;
        if task.status == TaskStatus::Completed {
            return Err(is(task));
        }
        if task.agent_kind.is_none() {
            return Err(Refusal::NotThisKind { task: key });
        }
        if prompt.is_none() && model.is_none() {
            return Ok(());
        }
        self.push(EventBody::TaskEdited {
            task: key,
            prompt,
            model,
        })
    }

    pub(super) fn change_budget(&mut self, task: Option<TaskKey>, budget: Budget) -> Result<(), Refusal> {
        if let Some(key) = &task
            && self.run.task(key).is_none()
        {
            return Err(Refusal::UnknownTask { task: key.clone() });
        }
        if self.run.status == WorkflowStatus::Completed {
            return Err(self.status_refused());
        }
        self.push(EventBody::BudgetChanged { task, budget })
    }

    /// The task, in a run where single tasks can be changed.
    fn steerable(&self, key: &TaskKey) -> Result<&Task, Refusal> {
        let refused = matches!(
            self.run.status,
            WorkflowStatus::Pending | WorkflowStatus::Completed
        );
        if refused || self.run.cancelling {
            return Err(self.status_refused());
        }
        let unknown = || Refusal::UnknownTask { task: key.clone() };
        self.run.task(key).ok_or_else(unknown)
    }

    /// A failed run goes on once its last failure is out of the way; a run under way with what became possible.
    fn go_on_after(&mut self, key: &TaskKey) -> Result<(), Refusal> {
        let is_cancelled = self.run.status == WorkflowStatus::Cancelled;
        if is_cancelled || self.other_failure(key).is_some() {
            return Ok(());
        }
        let tasks = self.to_reopen(key, false);
        if tasks.is_empty() && self.run.status == WorkflowStatus::Running {
            return Ok(());
        }
        self.push(EventBody::WorkflowRetried { tasks })
    }
}

fn is(task: &Task) -> Refusal {
    Refusal::TaskIs {
        task: task.key.clone(),
        status: task.status,
    }
}
