//! What was spent in a number of days, and on what.

use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{AgentId, AgentUid, ConversationUid, Millis, Tally, WorkflowId};

/// Asks what calls cost that began on the days from that of `from` to that of `to`, both included: at most 366. Days begin
/// at midnight UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetSpending {
    /// Any time of the first day.
    pub from: Millis,
    /// Any time of the last day.
    pub to: Millis,
}

/// Asks for the same as a table, as finely as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportSpending {
    /// Any time of the first day.
    pub from: Millis,
    /// Any time of the last day.
    pub to: Millis,
}

/// What some calls cost together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SpentSum {
    /// How many ended.
    pub calls: u32,
    /// What they cost, and what of it is not known.
    pub spent: Tally,
}

/// What was spent in a number of days, and on what. Calls in flight are not counted yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SpendingView {
    /// The beginning of the first day, in UTC.
    pub from: Millis,
    /// The beginning of the last day.
    pub to: Millis,
    /// All of it.
    pub total: SpentSum,
    /// By day, oldest first. Days without calls are missing.
    pub days: Vec<SpentByDay>,
    /// By agent, the dearest first.
    pub agents: Vec<SpentByAgent>,
    /// By model, the dearest first.
    pub models: Vec<SpentByModel>,
    /// By workflow, the dearest first, at most fifty.
    pub workflows: Vec<SpentByWorkflow>,
    /// What the workflows that are not named cost.
    pub others: SpentSum,
}

/// What a day cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SpentByDay {
    /// Its beginning, in UTC.
    pub day: Millis,
    /// What it cost.
    pub sum: SpentSum,
}

/// What an agent cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SpentByAgent {
    /// Who.
    pub agent: AgentUid,
    /// Its number; none where it is gone.
    pub agent_id: Option<AgentId>,
    /// Its name; none where it is gone.
    pub name: Option<String>,
    /// What it cost.
    pub sum: SpentSum,
}

/// What a model cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SpentByModel {
    /// As agents name it. None for calls from before models were kept with what they cost.
    pub model: Option<String>,
    /// What it cost.
    pub sum: SpentSum,
}

/// What a workflow cost with all that it started. The replies of a conversation stand together, and so do all workflows that
/// are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SpentByWorkflow {
    /// Which one; none for conversations and for what is gone.
    pub workflow_id: Option<WorkflowId>,
    /// The conversation, where it is one.
    pub conversation: Option<ConversationUid>,
    /// Its name, or the title of the conversation; none for what is gone.
    pub name: Option<String>,
    /// What it cost.
    pub sum: SpentSum,
}

/// A table that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SavedTable {
    /// Where it is.
    pub path: String,
    /// Its size in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
}

/// What was spent as a table: comma-separated values (RFC 4180) in UTF-8, one line for each day, agent, model and workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SpendingFile {
    /// A name for the file.
    pub file_name: String,
    /// What stands in it.
    pub text: String,
}
