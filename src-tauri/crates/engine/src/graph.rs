//! Which tasks may begin.

use crate::state::{Run, Task};
use wheelhouse_domain::{AgentKind, Millis, StepKind, TaskKey, TaskStatus};

impl Run {
    /// Whether what `need` names is complete: a task, or every task of an expanded step.
    #[must_use]
    pub fn is_complete(&self, need: &TaskKey) -> bool {
        if let Some(task) = self.task(need) {
            return task.status == TaskStatus::Completed;
        }
        let expanded = self.steps.iter().find(|step| step.id.as_str() == need.as_str());
        match expanded.map(|step| (&step.id, &step.kind)) {
            Some((id, StepKind::Expand { plan, .. })) => {
                self.plans.contains_key(plan)
                    && self
                        .tasks
                        .iter()
                        .filter(|task| task.step == *id)
                        .all(|task| task.status == TaskStatus::Completed)
            }
            _ => false,
        }
    }

    /// How many more tasks may begin. A task that waits for an answer keeps its place, so that its going on never
    /// passes the limit. In a failing run nothing new begins.
    pub(crate) fn free_places(&self) -> usize {
        let count = |status| self.tasks.iter().filter(|task| task.status == status).count();
        if count(TaskStatus::Failed) > 0 {
            return 0;
        }
        let taken = count(TaskStatus::Running) + count(TaskStatus::Waiting);
        (self.limits.parallel_tasks as usize).saturating_sub(taken)
    }

    /// A task that can never begin, because nobody in the crew is of its kind. Expanded tasks get their agent later.
    pub(crate) fn unfilled(&self) -> Option<(&Task, AgentKind)> {
        self.tasks
            .iter()
            .filter(|task| task.status == TaskStatus::Pending && task.agent.is_none())
            .filter(|task| !matches!(self.kind_of(task), Some(StepKind::Expand { .. })))
            .find_map(|task| task.agent_kind.map(|kind| (task, kind)))
    }

    /// The tasks that may begin at `now`, in the order in which they came to be.
    pub(crate) fn ready(&self, now: Millis) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(move |task| {
            task.status == TaskStatus::Pending
                && task.retry_at.is_none_or(|at| at <= now)
                && (task.agent.is_some() || task.agent_kind.is_none())
                && task.needs.iter().all(|need| self.is_complete(need))
        })
    }

    /// The finished tasks whose outputs `task` builds on, in the order of the run. An expanded step stands for all its tasks.
    pub fn inputs_of<'a>(&'a self, task: &'a Task) -> impl Iterator<Item = &'a Task> {
        self.tasks.iter().filter(move |other| {
            other.output.is_some()
                && task
                    .needs
                    .iter()
                    .any(|need| *need == other.key || need.as_str() == other.step.as_str())
        })
    }

    /// The task whose output is the report: the one that nothing else needs, the newest where there are several.
    pub(crate) fn report_task(&self) -> Option<&Task> {
        self.tasks.iter().rev().find(|task| {
            !self.tasks.iter().any(|other| {
                other
                    .needs
                    .iter()
                    .any(|need| *need == task.key || need.as_str() == task.step.as_str())
            })
        })
    }
}
