//! Who works.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{
    AgentGrant, AgentId, AgentKind, AgentOrigin, AgentStatus, AgentUid, Millis, StaysHere, Tally, TaskId,
    TaskStatus, WorkRecord, WorkflowId,
};

/// Asks for every agent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListAgents {}

/// Asks for one agent and what it did lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetAgent {
    /// Which one.
    pub id: AgentId,
}

/// Changes an agent. Its earlier form is kept as a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct UpdateAgent {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: AgentId,
    /// The version that was read: where another one is there by now, nothing is changed.
    pub version: u32,
    /// Name, 1 to 80 characters.
    pub name: String,
    /// Profession, 1 to 80 characters.
    pub role: String,
    /// How it should work, 1 to 20,000 characters.
    pub instructions: String,
    /// Model: `default`, `rehearsal`, or `<provider>/<model>`.
    pub model: String,
    /// Tools that it may call; none leaves them as they are.
    #[serde(default)]
    pub tools: Option<Vec<String>>,
    /// Models that are asked in order where that one can't answer, 5 at most; none leaves them as they are.
    #[serde(default)]
    pub fallbacks: Option<Vec<String>>,
}

/// Retires an agent or takes it back. A retired one (`disabled`) is given no new part; the permanent crew can't be retired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetAgentEnabled {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: AgentId,
    /// Whether it may work.
    pub enabled: bool,
}

/// Lets an agent reach something with its tools, and nothing else; and says what of it unasked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetAgentGrant {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: AgentId,
    /// The revision that was read: where another one is there by now, nothing is changed.
    pub revision: u32,
    /// All that it may reach from now on.
    pub grant: AgentGrant,
}

/// What an agent may reach with its tools.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentGrantView {
    /// How often it was changed.
    pub revision: u32,
    /// What it may reach, and what of it unasked.
    pub grant: AgentGrant,
}

/// Asks for the versions of an agent, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListAgentVersions {
    /// Which one.
    pub id: AgentId,
}

/// What an agent was in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentVersion {
    /// Number, from 1.
    pub version: u32,
    /// Name.
    pub name: String,
    /// Profession.
    pub role: String,
    /// How it should work.
    pub instructions: String,
    /// Model.
    pub model: String,
    /// Tools that it could call.
    pub tools: Vec<String>,
    /// Models that were asked in order where that one could not answer.
    #[serde(default)]
    pub fallbacks: Vec<String>,
    /// Since when.
    pub since: Millis,
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
    /// Model that it names: `default`, `rehearsal`, or `<provider>/<model>`.
    pub model: String,
    /// Model that it thinks with.
    pub model_used: String,
    /// Models that are asked in order where that one can't answer; none leaves it to what is set for its kind.
    #[serde(default)]
    pub fallbacks: Vec<String>,
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
    /// How it came to be, where the operator added it.
    #[serde(default)]
    pub origin: Option<AgentOrigin>,
    /// Since when it is there.
    pub created_at: Millis,
    /// Tasks that it completed. Trials don't count.
    pub tasks_completed: u32,
    /// Tasks that it failed.
    pub tasks_failed: u32,
    /// Sources that stay here whose text may be in what it was designed as. It works for nobody elsewhere.
    pub stays_here: Vec<StaysHere>,
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

/// What an agent did in workflows, and what that cost. Trials and replies in conversations don't count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentRecord {
    /// What it did, and what the operator says of it.
    pub work: WorkRecord,
    /// What it has spent in that.
    pub spent: Tally,
    /// When its latest task ended.
    pub last_worked: Option<Millis>,
}

/// An agent and what it did lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentDetail {
    /// The agent.
    pub agent: AgentView,
    /// Its latest tasks, newest first, at most 20.
    pub work: Vec<AgentWork>,
    /// All that it did.
    pub record: AgentRecord,
    /// What it may reach with its tools.
    pub grant: AgentGrantView,
}
