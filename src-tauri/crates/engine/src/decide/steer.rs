//! What the operator changes in a run under way: pause, single tasks, budgets.

use super::{Draft, Refusal};
use wheelhouse_domain::{Budget, ChildEnd, ContentHash, EventBody, TaskKey, WhySkipped};

impl Draft {
    pub(super) fn pause(&mut self) -> Result<(), Refusal> {
        self.push(EventBody::WorkflowPaused)
    }

    pub(super) fn resume(&mut self) -> Result<(), Refusal> {
        self.push(EventBody::WorkflowResumed)
    }

    pub(super) fn retry_task(&mut self, task: TaskKey) -> Result<(), Refusal> {
        self.push(EventBody::WorkflowRetried { tasks: vec![task] })
    }

    pub(super) fn skip_task(&mut self, task: TaskKey) -> Result<(), Refusal> {
        self.push(EventBody::TaskSkipped {
            because: task.clone(),
            task,
            reason: WhySkipped::Operator,
        })
    }

    pub(super) fn override_task(&mut self, task: TaskKey, output: ContentHash) -> Result<(), Refusal> {
        self.push(EventBody::TaskOverridden { task, output })
    }

    pub(super) fn edit_task(
        &mut self,
        task: TaskKey,
        prompt: Option<String>,
        model: Option<String>,
    ) -> Result<(), Refusal> {
        self.push(EventBody::TaskEdited { task, prompt, model })
    }

    pub(super) fn change_budget(&mut self, task: Option<TaskKey>, budget: Budget) -> Result<(), Refusal> {
        self.push(EventBody::BudgetChanged { task, budget })
    }

    pub(super) fn child_ended(&mut self, task: TaskKey, end: ChildEnd) -> Result<(), Refusal> {
        self.push(EventBody::ChildEnded {
            task,
            end: Box::new(end),
        })
    }
}
