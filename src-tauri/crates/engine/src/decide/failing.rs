//! What follows from a failure.

use super::{Draft, Refusal};
use crate::retry::{self, Patience};
use wheelhouse_domain::{EventBody, Failure, OnError, TaskKey, TaskStatus};

impl Draft {
    /// An attempt failed: another follows where that can help and one is left.
    pub(super) fn attempt_failed(
        &mut self,
        key: &TaskKey,
        attempt: u32,
        failure: Failure,
    ) -> Result<(), Refusal> {
        let Some(task) = self.run.task(key) else {
            return Err(Refusal::UnknownTask { task: key.clone() });
        };
        let counted = attempt.saturating_sub(task.forgiven_attempts);
        let step = self.run.step_of(task);
        let patience = Patience::of(step.and_then(|step| step.retry), self.run.limits);
        // What an `on_error` does is not tried again: the step has had its attempts.
        if !failure.retryable || counted >= patience.attempts || task.caught.is_some() {
            return self.fail(key, failure);
        }
        let retry_at = retry::retry_at(self.now, counted, patience, &failure, self.run.uid, key);
        self.push(EventBody::TaskAttemptFailed {
            task: key.clone(),
            attempt,
            failure,
            retry_at,
        })
    }

    /// A task failed for good. Its `on_error` takes over, once; else what contains it must cope.
    pub(super) fn fail(&mut self, key: &TaskKey, failure: Failure) -> Result<(), Refusal> {
        let Some(task) = self.run.task(key) else {
            return Err(Refusal::UnknownTask { task: key.clone() });
        };
        let step = self.run.step_of(task);
        let is_caught = step.is_some_and(|step| step.on_error != OnError::Stop) && task.caught.is_none();
        let (task, attempt, status) = (key.clone(), task.attempt + 1, task.status);
        if !is_caught {
            return self.push(EventBody::TaskFailed { task, failure });
        }
        if status == TaskStatus::Pending {
            let task = task.clone();
            self.push(EventBody::TaskStarted { task, attempt })?;
        }
        self.push(EventBody::TaskCaught { task, failure })
    }
}
