//! What went wrong in a task, as data that a person and a program can act on.

use crate::TaskKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::time::Duration;

/// Kind of a failure. A code exists only if someone acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The model could not be reached, or broke off.
    ModelUnavailable,
    /// The model's provider asks to come back later.
    ModelRateLimited,
    /// The model took longer than allowed.
    ModelTimedOut,
    /// The provider refuses this request: key, model name or content.
    ModelRefused,
    /// The model's answer is not of the form that was asked for.
    AnswerInvalid,
    /// A tool failed.
    ToolFailed,
    /// The agent used up its turns without an answer.
    TooManyTurns,
    /// Agent or model of this task is not there any more.
    AgentMissing,
    /// An expression could not be worked out.
    ExpressionFailed,
    /// The step took longer than its limit.
    StepTimedOut,
    /// A step of a map, loop or branch failed, and so did what contains it.
    StepInsideFailed,
    /// A sub-workflow did not complete.
    ChildFailed,
    /// Nobody answered in time.
    QuestionExpired,
    /// The same thing was done again and again.
    LoopDetected,
    /// A budget was used up, and the operator did not give more.
    BudgetRefused,
    /// A step would have become more tasks than allowed.
    TooManyItems,
    /// A fault of the application itself.
    Internal,
}

/// Why an attempt or a task failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Failure {
    /// Kind.
    pub code: FailureCode,
    /// What happened, in plain words.
    pub message: String,
    /// What the operator can do.
    pub next_step: String,
    /// Whether trying again later can help.
    pub retryable: bool,
    /// How long the provider asked to wait, in milliseconds.
    pub retry_after_ms: Option<u32>,
    /// Whether another model may answer where this one did not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
    /// Where to fork the run from, for what no retry mends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fork_from: Option<Box<ForkFrom>>,
}

/// A place in a run from which another way can be tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ForkFrom {
    /// The task.
    pub task: TaskKey,
    /// The turn of its agent in which it began, from 0; none where the task as a whole is meant.
    #[serde(default)]
    pub turn: Option<u32>,
}

impl Failure {
    /// A failure that trying again will not mend.
    #[must_use]
    pub fn lasting(code: FailureCode, message: impl Into<String>, next_step: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            next_step: next_step.into(),
            retryable: false,
            retry_after_ms: None,
            elsewhere: false,
            fork_from: None,
        }
    }

    /// The same, not to be tried again before this wait is over.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.retry_after_ms = u32::try_from(wait.as_millis()).ok();
        self
    }

    /// The same, for what another model may do.
    #[must_use]
    pub fn for_another_model(mut self) -> Self {
        self.elsewhere = true;
        self
    }

    /// A failure that may be over when tried again.
    #[must_use]
    pub fn passing(code: FailureCode, message: impl Into<String>, next_step: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            next_step: next_step.into(),
            retryable: true,
            retry_after_ms: None,
            elsewhere: false,
            fork_from: None,
        }
    }
}
