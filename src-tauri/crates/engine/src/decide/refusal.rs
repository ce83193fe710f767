//! Why the engine does not take what it is told.

use crate::form::FormProblem;
use thiserror::Error;
use wheelhouse_domain::{StaysHere, TaskKey, TaskStatus, WorkflowStatus};

/// Why an input was not taken. The run is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The run's state does not allow it.
    #[error("the workflow is {}", status.as_str())]
    Status {
        /// Where it stands.
        status: WorkflowStatus,
    },
    /// The run is paused, so that nothing new begins. What came before it can be told again without it.
    #[error("the workflow is paused")]
    Paused,
    /// A model elsewhere would be told what stays on this machine. The task asks the operator.
    #[error("the workflow holds text that stays on this machine")]
    Confined {
        /// The sources of the text.
        sources: Vec<StaysHere>,
    },
    /// Nobody allowed that call, or what allowed it was used up or is over.
    #[error("nobody allows this call of task {task} any more")]
    NotAllowed {
        /// The task.
        task: TaskKey,
    },
    /// A call asks the operator what it has asked before, or its task has asked as much as it may.
    #[error("task {task} has asked this before, or may ask no more")]
    AskedBefore {
        /// The task.
        task: TaskKey,
    },
    /// The run was taken in from a file, and does not go on. It can be forked.
    #[error("the workflow was imported and does not go on")]
    Imported,
    /// No task has that name.
    #[error("the workflow has no task {task}")]
    UnknownTask {
        /// The name.
        task: TaskKey,
    },
    /// The task's state does not allow it.
    #[error("task {task} is {}", status.as_str())]
    TaskIs {
        /// The task.
        task: TaskKey,
        /// Where it stands.
        status: TaskStatus,
    },
    /// Something has built on the task's answer. Only a fork can change it now.
    #[error("{by} has built on task {task} already; fork the workflow from it instead")]
    BuiltUpon {
        /// The task.
        task: TaskKey,
        /// What has built on it.
        by: TaskKey,
    },
    /// Another task failed too, so that the run would only fail again.
    #[error("task {task} failed too; retry the whole workflow, or skip that task first")]
    OthersFailed {
        /// The other task.
        task: TaskKey,
    },
    /// A step of this kind can't be changed in this way.
    #[error("this can't be done with a step like {task}")]
    NotThisKind {
        /// The task.
        task: TaskKey,
    },
    /// The answer does not fit what the question asks for.
    #[error(transparent)]
    Form(#[from] FormProblem),
    /// The question is not open.
    #[error("the question is not open any more")]
    QuestionNotOpen,
    /// The report is about an attempt that is over.
    #[error("attempt {attempt} of task {task} is over")]
    Stale {
        /// The task.
        task: TaskKey,
        /// The attempt.
        attempt: u32,
    },
    /// The call's result is on record already, or it was never begun.
    #[error("turn {turn}.{index} of task {task} is not open for this")]
    CallNotOpen {
        /// The task.
        task: TaskKey,
        /// Turn.
        turn: u32,
        /// Place in its turn.
        index: u32,
    },
    /// A plan or a staffing that must not be accepted.
    #[error("{0}")]
    Unusable(String),
    /// The engine's own events do not fold. A fault of the engine.
    #[error(transparent)]
    Fold(#[from] crate::FoldError),
}
