//! What the operator does to runs under way, to single tasks, and to many runs at once.

use crate::{ApiError, RequestKey};
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{CallKey, Json, TaskId, WorkflowId};

/// Stops a workflow for a while. What is in flight may end, so that its results are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PauseWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: WorkflowId,
}

/// Lets a paused workflow go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ResumeWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: WorkflowId,
}

/// Starts a new workflow of the same template version with the same inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RunAgain {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: WorkflowId,
}

/// Takes up a failed, cancelled or skipped task again, with what became impossible by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RetryTask {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Task in it.
    pub task_id: TaskId,
}

/// Goes on without a task's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SkipTask {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Task in it.
    pub task_id: TaskId,
}

/// Gives a task another answer. Possible until something has built on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OverrideTask {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Task in it.
    pub task_id: TaskId,
    /// The answer as Markdown, at most 200,000 characters. May be empty where `data` is given.
    pub text: String,
    /// The answer as a value; null where it is text alone.
    pub data: Json,
}

/// Sets a file back to what stood in it before an agent wrote it. Refused where it was changed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct UndoWrite {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Task in it.
    pub task_id: TaskId,
    /// The call that wrote the file.
    pub call: CallKey,
}

/// A file that was set back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Undone {
    /// Its path, as agents write it.
    pub path: String,
}

/// Changes what a task is told or which model does it, for its next attempts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EditTask {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Task in it.
    pub task_id: TaskId,
    /// What it is told; none keeps it.
    pub prompt: Option<String>,
    /// The model: `rehearsal`, `default` or `<provider>/<model>`; none keeps it.
    pub model: Option<String>,
}

/// What is done to many workflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BulkAct {
    /// Each is stopped.
    Cancel,
    /// Each is taken up again.
    Retry,
    /// Each is deleted.
    Delete,
}

/// Does the same to many workflows, one after the other. What is refused for one is told with it and stops nothing.
/// Progress comes as signals that carry the request key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BulkWorkflows {
    /// Names this wish. At most 48 characters.
    pub request_key: RequestKey,
    /// What is done.
    pub act: BulkAct,
    /// Which ones, at most 1,000.
    pub ids: Vec<WorkflowId>,
}

/// What came of one of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BulkItem {
    /// The workflow.
    pub id: WorkflowId,
    /// Why it was refused; none where it was done.
    pub error: Option<ApiError>,
}

/// What came of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BulkOutcome {
    /// Each in the order that was asked for.
    pub items: Vec<BulkItem>,
}
