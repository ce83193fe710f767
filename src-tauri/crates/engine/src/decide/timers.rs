//! What follows from time: waits end, questions answer themselves, attempts take too long.

use super::{Draft, Refusal};
use crate::form;
use wheelhouse_domain::{AfterStop, EventBody, Failure, FailureCode, Millis, Reply, TaskKey, TaskStatus};

impl Draft {
    pub(super) fn fire_timers(&mut self) -> Result<(), Refusal> {
        let open: Vec<(TaskKey, TaskStatus)> = self
            .run
            .open_tasks()
            .filter(|task| matches!(task.status, TaskStatus::Running | TaskStatus::Waiting))
            .filter(|task| !self.run.is_held(task))
            .map(|task| (task.key.clone(), task.status))
            .collect();
        for (key, status) in open {
            if status == TaskStatus::Waiting && !self.run.is_failing() {
                self.end_wait(&key)?;
            }
            self.time_out(&key)?;
        }
        Ok(())
    }

    fn is_due(&self, at: Option<Millis>) -> bool {
        at.is_some_and(|at| at <= self.now)
    }

    fn end_wait(&mut self, key: &TaskKey) -> Result<(), Refusal> {
        let Some(task) = self.run.task(key) else {
            return Ok(());
        };
        if self.is_due(task.waits_until) {
            return self.push(EventBody::TaskPrepared {
                task: key.clone(),
                attempt: task.attempt,
                prepared: None,
            });
        }
        if !self.is_due(self.run.expiry_of(task)) {
            return Ok(());
        }
        self.expire(key)
    }

    fn expire(&mut self, key: &TaskKey) -> Result<(), Refusal> {
        let Some((task, question)) = self
            .run
            .task(key)
            .and_then(|task| Some((task, self.run.question_of(task)?)))
        else {
            return Ok(());
        };
        let outcome = question
            .form
            .as_ref()
            .and_then(|form| form.expired_outcome.clone());
        let Some((outcome, form)) = outcome.zip(question.form.as_ref()) else {
            let failure = Failure::lasting(
                FailureCode::QuestionExpired,
                "Nobody answered in time.",
                "Retry the task to ask again, or give it an answer yourself.",
            );
            let attempt = task.attempt;
            return self.attempt_failed(key, attempt, failure);
        };
        let reply = Reply {
            outcome: form
                .outcomes
                .iter()
                .any(|known| known.name == outcome)
                .then_some(outcome),
            fields: form::defaults(form),
            expired: true,
        };
        self.push(EventBody::QuestionAnswered {
            question: question.key.clone(),
            answer: "Nobody answered in time.".to_owned(),
            reply: Some(reply),
        })
    }

    /// What is inside a map, loop or branch has its own attempts, so these are not tried again as a whole.
    fn time_out(&mut self, key: &TaskKey) -> Result<(), Refusal> {
        let Some(task) = self.run.task(key) else {
            return Ok(());
        };
        if !self.is_due(self.run.deadline_of(task)) {
            return Ok(());
        }
        let seconds = self
            .run
            .step_of(task)
            .and_then(|step| step.timeout_s)
            .unwrap_or(0);
        let failure = Failure {
            retryable: !self.run.holds(task),
            ..Failure::passing(
                FailureCode::StepTimedOut,
                format!("{} took longer than its limit of {seconds} s.", task.title),
                "Retry it, or give it more time in the template.",
            )
        };
        let attempt = task.attempt;
        match task.status {
            TaskStatus::Waiting => self.attempt_failed(key, attempt, failure),
            TaskStatus::Running => self.push(EventBody::TaskStopping {
                task: key.clone(),
                then: AfterStop::Fail { failure },
            }),
            _ => Ok(()),
        }
    }
}
