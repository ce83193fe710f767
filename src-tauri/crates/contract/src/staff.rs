//! Agents of the operator's own: making, copying, sharing and trying them.

use crate::{ReplyView, RequestKey};
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{
    AgentId, AgentText, Citation, HirePolicy, Millis, TaskId, Verdict, WorkRecord, WorkflowId,
};

/// Adds a specialist that the operator wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CreateAgent {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Name, 1 to 80 characters.
    pub name: String,
    /// Profession, 1 to 80 characters.
    pub role: String,
    /// How it should work, 1 to 20,000 characters.
    pub instructions: String,
    /// Model: `default`, `rehearsal`, or `<provider>/<model>`.
    pub model: String,
    /// Tools that it may call.
    pub tools: Vec<String>,
    /// Models that are asked in order where that one can't answer, 5 at most.
    #[serde(default)]
    pub fallbacks: Vec<String>,
}

/// Adds a specialist that is like another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DuplicateAgent {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: AgentId,
}

/// Asks for the starter set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListStarters {}

/// Asks for specialists whose record speaks for retiring them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListPoorRecords {}

/// A specialist at hand that the operator may want to retire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PoorRecord {
    /// Who.
    pub agent: AgentId,
    /// What it did, and what the operator says of it.
    pub work: WorkRecord,
}

/// A specialist that comes with the program and can be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StarterView {
    /// Names it.
    pub key: String,
    /// What it is good for, in one sentence.
    pub summary: String,
    /// The agent as it would be added.
    pub text: AgentText,
    /// The agents that were added from it and are still there.
    pub added: Vec<AgentId>,
}

/// Adds a specialist of the starter set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AddStarter {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub key: String,
}

/// Asks for a specialist as a file to share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportAgent {
    /// Which one.
    pub id: AgentId,
}

/// A specialist as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentFile {
    /// A name for the file.
    pub file_name: String,
    /// What stands in it.
    pub text: String,
    /// What was left out, and what in it tells of this machine or looks like a secret. Whole sentences.
    pub notices: Vec<String>,
}

/// An agent's file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SavedAgent {
    /// Where it is.
    pub path: String,
    /// Its size in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
}

/// Asks what a file would add. Nothing is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InspectAgentFile {
    /// The file's text.
    pub text: String,
}

/// What a file would add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentFileView {
    /// The agent as it would be here.
    pub agent: AgentText,
    /// Tools that are not here and would be left out.
    pub left_out: Vec<String>,
    /// The model that `default` would take the place of.
    pub replaced_model: Option<String>,
    /// Name of the same agent, where it is here already. It would stay as it is.
    pub known_as: Option<String>,
}

/// Takes in an agent's file as a new specialist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportAgent {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The file's text.
    pub text: String,
}

/// Says that what a task gave is good or poor, or takes that back. It stands in the work record of its agent, which whoever
/// staffs is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JudgeTask {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Task in it. An agent has completed it.
    pub task_id: TaskId,
    /// What is said; none takes it back.
    pub verdict: Option<Verdict>,
}

/// Asks when the generator may hire by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetHiring {}

/// Sets when the generator may hire by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SaveHiring {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The rule. At most 100 agents of one staffing go unasked.
    pub policy: HirePolicy,
}

/// When the generator may hire by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HiringView {
    /// The rule.
    pub policy: HirePolicy,
}

/// Lets an agent work on a sample task. The run stands in no list and is no work of the agent's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TryAgent {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one: a specialist or the creator.
    pub id: AgentId,
    /// The sample task, 1 to 20,000 characters.
    pub task: String,
    /// How it works, be it not saved; none for as it is.
    #[serde(default)]
    pub tried: Option<AgentText>,
}

/// Asks for the trials of an agent, newest first. The ten newest are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListTrials {
    /// Which one.
    pub id: AgentId,
}

/// A trial of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TrialView {
    /// The sample task.
    pub task: String,
    /// How the agent worked in it.
    pub tried: AgentText,
    /// When it began.
    pub created_at: Millis,
    /// What it gave, or what it has written so far. Markdown.
    pub text: String,
    /// The sources that the text names.
    pub citations: Vec<Citation>,
    /// The run: where it stands, what it costs, who is asked.
    pub work: ReplyView,
}
