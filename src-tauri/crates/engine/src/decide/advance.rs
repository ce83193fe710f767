//! What follows from the state by itself: tasks begin, a run ends.

use super::{Draft, Refusal};
use crate::state::Task;
use wheelhouse_domain::{
    EventBody, Failure, FailureCode, TaskKey, TaskStatus, WhySkipped, WorkflowFailure,
    WorkflowStatus,
};

impl Draft {
    pub(super) fn advance(&mut self) -> Result<(), Refusal> {
        if self.run.cancelling {
            return self.advance_cancel();
        }
        if self.run.status != WorkflowStatus::Running {
            return Ok(());
        }
        self.fail_unfilled()?;
        let failed = self
            .run
            .tasks
            .iter()
            .find(|task| task.status == TaskStatus::Failed);
        if let Some(failure) = failed.and_then(workflow_failure) {
            return self.advance_failed(failure);
        }
        self.start_ready()?;
        self.complete_if_done()
    }

    /// Ends a run that could not come to its end before any work is spent on it.
    fn fail_unfilled(&mut self) -> Result<(), Refusal> {
        let Some((task, kind)) = self.run.unfilled() else {
            return Ok(());
        };
        let task = task.key.clone();
        let failure = Failure::lasting(
            FailureCode::AgentMissing,
            format!("No {} is in the crew of this workflow.", kind.as_str()),
            format!("Add a {} and start the task as a new workflow.", kind.as_str()),
        );
        self.push(EventBody::TaskFailed { task, failure })
    }

    fn start_ready(&mut self) -> Result<(), Refusal> {
        let free = self.run.free_places();
        let ready: Vec<(TaskKey, u32)> = self
            .run
            .ready(self.now)
            .take(free)
            .map(|task| (task.key.clone(), task.attempt + 1))
            .collect();
        ready
            .into_iter()
            .try_for_each(|(task, attempt)| self.push(EventBody::TaskStarted { task, attempt }))
    }

    fn complete_if_done(&mut self) -> Result<(), Refusal> {
        if self.count(TaskStatus::Completed) < self.run.tasks.len() {
            return Ok(());
        }
        match self.run.report_task().and_then(|task| task.output.clone()) {
            Some(report) => self.push(EventBody::WorkflowCompleted { report }),
            None => Ok(()),
        }
    }

    /// What is at work may finish, so that its results are kept; nothing new begins.
    fn advance_failed(&mut self, failure: WorkflowFailure) -> Result<(), Refusal> {
        if self.count(TaskStatus::Running) > 0 {
            return Ok(());
        }
        for task in self.unfinished() {
            self.push(EventBody::TaskSkipped {
                task,
                because: failure.task.clone(),
                reason: WhySkipped::Impossible,
            })?;
        }
        self.push(EventBody::WorkflowFailed { failure })
    }

    fn advance_cancel(&mut self) -> Result<(), Refusal> {
        let idle = self.unfinished();
        for task in idle {
            let running = self
                .run
                .task(&task)
                .is_some_and(|task| task.status == TaskStatus::Running);
            if !running {
                self.push(EventBody::TaskCancelled { task })?;
            }
        }
        if self.count(TaskStatus::Running) > 0 {
            Ok(())
        } else {
            self.push(EventBody::WorkflowCancelled)
        }
    }

    fn unfinished(&self) -> Vec<TaskKey> {
        self.run
            .tasks
            .iter()
            .filter(|task| !task.status.is_final())
            .map(|task| task.key.clone())
            .collect()
    }

    fn count(&self, status: TaskStatus) -> usize {
        self.run.tasks.iter().filter(|task| task.status == status).count()
    }
}

fn workflow_failure(task: &Task) -> Option<WorkflowFailure> {
    let failure = task.failure.clone()?;
    Some(WorkflowFailure {
        task: task.key.clone(),
        task_title: task.title.clone(),
        failure,
    })
}
