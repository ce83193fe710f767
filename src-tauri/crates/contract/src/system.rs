//! The application as a whole.

use crate::{RequestKey, WorkflowStats};
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{Millis, Position, StoreUid};

/// Asks how the application is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetStatus {}

/// Asks how much room everything takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetStorage {}

/// Writes a copy of the journal beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BackUp {
    /// Names this wish.
    pub request_key: RequestKey,
}

/// How much room everything takes, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StorageView {
    /// The folder that holds everything.
    pub data_folder: String,
    /// The journal of all runs.
    #[specta(type = specta_typescript::Number)]
    pub journal: u64,
    /// The index of the knowledge.
    #[specta(type = specta_typescript::Number)]
    pub knowledge: u64,
    /// Logs.
    #[specta(type = specta_typescript::Number)]
    pub logs: u64,
    /// Copies of the journal.
    #[specta(type = specta_typescript::Number)]
    pub backups: u64,
    /// Everything else, such as the window's own storage.
    #[specta(type = specta_typescript::Number)]
    pub other: u64,
}

/// A copy of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BackupView {
    /// Where it is.
    pub path: String,
    /// Its size in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
}

/// How much the knowledge holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct KnowledgeCounts {
    /// Sources.
    pub sources: u32,
    /// Documents in them.
    pub documents: u32,
    /// Searchable pieces of those.
    pub chunks: u32,
}

/// How the application is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SystemStatus {
    /// Always `ok`; an application that is not well gives an error instead.
    pub status: String,
    /// Version of the application.
    pub version: String,
    /// What the window talks to: `local` or a server's name.
    pub backend: String,
    /// The store.
    pub store: StoreUid,
    /// How often a backup was restored into it.
    pub epoch: u32,
    /// Newest event.
    pub position: Position,
    /// Folder that holds everything the application keeps.
    pub data_folder: String,
    /// When this process began.
    pub started_at: Millis,
    /// Model that agents use when nothing else is configured.
    pub model: String,
    /// Whether that model is the rule-based stand-in.
    pub rehearsal: bool,
    /// Workflows by state.
    pub workflows: WorkflowStats,
    /// Agents that are not disabled.
    pub agents: u32,
    /// The knowledge.
    pub knowledge: KnowledgeCounts,
    /// Questions that wait for the operator.
    pub open_questions: u32,
}
