//! Who works.

use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{AgentId, AgentKind, AgentStatus, AgentUid, Millis, TaskId, TaskStatus, WorkflowId};

/// Asks for every agent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListAgents {}

/// Asks for one agent and what it did lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetAgent {
    /// Which one.
    pub id: AgentId,
}

/// An agent by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentRef {
    /// Number.
    pub id: AgentId,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: AgentKind,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentView {
    /// Number in this store.
    pub id: AgentId,
    /// Identity everywhere.
    pub uid: AgentUid,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: AgentKind,
    /// Profession.
    pub role: String,
    /// How it should work.
    pub instructions: String,
    /// Model that it thinks with.
    pub model: String,
    /// Tools that it may call.
    pub tools: Vec<String>,
    /// What it does now.
    pub status: AgentStatus,
    /// Version of its instructions, from 1.
    pub version: u32,
    /// Workflow that it was hired in; none for the permanent crew, or when that workflow was deleted.
    pub hired_in: Option<WorkflowId>,
    /// Why it was hired.
    pub why: Option<String>,
    /// Since when it is there.
    pub created_at: Millis,
    /// Tasks that it completed.
    pub tasks_completed: u32,
    /// Tasks that it failed.
    pub tasks_failed: u32,
}

/// One task that an agent did or does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentWork {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The workflow's name.
    pub workflow_name: String,
    /// The task.
    pub task_id: TaskId,
    /// The task's title.
    pub title: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// When it began.
    pub started_at: Option<Millis>,
    /// When it ended.
    pub completed_at: Option<Millis>,
}

/// An agent and what it did lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentDetail {
    /// The agent.
    pub agent: AgentView,
    /// Its latest tasks, newest first, at most 20.
    pub work: Vec<AgentWork>,
}
