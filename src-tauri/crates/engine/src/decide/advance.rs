//! What follows from the state by itself: tasks begin, a run ends.

use super::{Draft, Refusal};
use crate::state::Task;
use wheelhouse_domain::{
    EventBody, Failure, FailureCode, TaskKey, TaskStatus, WhySkipped, WorkflowFailure, WorkflowStatus,
};

impl Draft {
    pub(super) fn advance(&mut self) -> Result<(), Refusal> {
        if self.run.cancelling {
            return self.advance_cancel();
        }
        if self.run.status != WorkflowStatus::Running {
            return Ok(());
        }
        if !self.run.paused {
            self.fire_timers()?;
        }
        self.go_on()?;
        if self.run.paused {
            // Nothing ends a run that the operator has stopped to look at, but the operator.
            return Ok(());
        }
        match self.failure_of_the_run() {
            Some(failure) => self.advance_failed(failure),
            None => self.complete_if_done(),
        }
    }

    /// One thing follows from another until nothing does. Each round ends, begins or fails something, so it ends.
    fn go_on(&mut self) -> Result<(), Refusal> {
        loop {
            let before = self.events.len();
            self.settle_all()?;
            if !self.run.paused {
                self.hold_what_is_late()?;
                self.fail_unfilled()?;
            }
            if !self.run.paused && !self.run.is_failing() {
                self.begin_scopes()?;
                self.start_ready()?;
            }
            if self.events.len() == before {
                return Ok(());
            }
        }
    }

    /// Before anything begins, everything that ends has ended.
    fn settle_all(&mut self) -> Result<(), Refusal> {
        loop {
            let before = self.events.len();
            self.settle()?;
            if self.events.len() == before {
                return Ok(());
            }
        }
    }

    fn failure_of_the_run(&self) -> Option<WorkflowFailure> {
        if !self.run.is_failing() {
            return None;
        }
        let failed = self
            .run
            .tasks_at(None)
            .find(|task| task.status == TaskStatus::Failed);
        failed.and_then(workflow_failure)
    }

    /// Fails what could never begin, before any work is spent on it.
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
        self.fail(&task, failure)
    }

    fn start_ready(&mut self) -> Result<(), Refusal> {
        let ready = self.run.ready(self.now);
        let ready: Vec<(TaskKey, u32)> = ready
            .into_iter()
            .map(|task| (task.key.clone(), task.attempt + 1))
            .collect();
        for (task, attempt) in ready {
            if self.run.is_failing() {
                return Ok(());
            }
            if self
                .run
                .task(&task)
                .is_some_and(|task| self.run.is_kept_back(task))
            {
                continue;
            }
            match self.no_steps_left(&task) {
                Some(beyond) if attempt == 1 => self.stop_before(&task, &beyond)?,
                _ => self.push(EventBody::TaskStarted { task, attempt })?,
            }
        }
        Ok(())
    }

    fn complete_if_done(&mut self) -> Result<(), Refusal> {
        if !self.run.is_finishing() || !self.run.setup.output.is_empty() {
            return Ok(());
        }
        match self.run.result_at(None).and_then(|task| task.output.clone()) {
            Some(report) => self.push(EventBody::WorkflowCompleted { report }),
            None => Ok(()),
        }
    }

    /// What is at work may finish, so that its results are kept; nothing new begins.
    fn advance_failed(&mut self, failure: WorkflowFailure) -> Result<(), Refusal> {
        if self.is_at_work() {
            return Ok(());
        }
        for task in self.unfinished(|_| true) {
            self.skip(task, failure.task.clone(), WhySkipped::Impossible)?;
        }
        self.push(EventBody::WorkflowFailed { failure })
    }

    fn advance_cancel(&mut self) -> Result<(), Refusal> {
        for task in self.unfinished(|task| task.status != TaskStatus::Running) {
            self.push(EventBody::TaskCancelled { task })?;
        }
        if self.is_at_work() {
            return Ok(());
        }
        for task in self.unfinished(|_| true) {
            self.push(EventBody::TaskCancelled { task })?;
        }
        self.push(EventBody::WorkflowCancelled)
    }

    /// Whether a task does something by itself. What holds others is only at work as long as they are.
    fn is_at_work(&self) -> bool {
        self.run
            .open_tasks()
            .any(|task| task.status == TaskStatus::Running && !self.run.holds(task))
    }

    fn unfinished(&self, which: impl Fn(&Task) -> bool) -> Vec<TaskKey> {
        self.run
            .open_tasks()
            .filter(|task| which(task))
            .map(|task| task.key.clone())
            .collect()
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
