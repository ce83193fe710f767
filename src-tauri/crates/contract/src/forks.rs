//! Forks: a new run from a finished task of another, with something changed there.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{ForkEdit, Money, TaskId, TaskKey, WorkflowId};

/// Asks what a fork would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PlanFork {
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Finished task in it.
    pub task_id: TaskId,
    /// What is changed there.
    pub edit: ForkEdit,
}

/// Starts a new workflow from a finished task. What the change can't reach is taken from the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ForkWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Finished task in it.
    pub task_id: TaskId,
    /// What is changed there.
    pub edit: ForkEdit,
    /// Whether tools that change something outside may be called again.
    pub repeat: bool,
}

/// What a fork would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ForkPlanView {
    /// Tasks that would be done anew, in their order.
    pub again: Vec<ForkTaskView>,
    /// How many answers would be taken over.
    pub reused: u32,
    /// The tasks that gave them, in their order.
    pub kept: Vec<ForkTaskView>,
    /// What that work used before.
    pub used: ForkUsed,
    /// Tools that would be called again although they change something outside.
    pub repeats: Vec<ForkRepeat>,
    /// Workflows above that would be forked with it, the innermost first.
    pub above: Vec<WorkflowId>,
}

/// A task that a fork would do anew, or take over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ForkTaskView {
    /// Name in its run.
    pub key: TaskKey,
    /// What people read.
    pub title: String,
    /// Name of who did it; none for what no agent does.
    pub agent: Option<String>,
    /// Whether only its result is gathered anew.
    pub gathers: bool,
}

/// What calls used. What is unknown is counted apart, never as zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ForkUsed {
    /// Calls of models.
    pub calls: u32,
    /// Tokens read and written, as far as models told.
    #[specta(type = specta_typescript::Number)]
    pub tokens: i64,
    /// Calls whose tokens are unknown.
    pub unknown_tokens: u32,
    /// Money, as far as prices were known.
    pub money: Money,
    /// Calls whose price is unknown.
    pub unknown_money: u32,
}

/// A tool that would be called again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ForkRepeat {
    /// Title of the task.
    pub task: String,
    /// The tool.
    pub tool: String,
}
