//! What a window, a terminal or another machine may ask of Wheelhouse: one table of operations with their
//! requests and responses, the frames that tell of changes, and the one error.
//!
//! Deliberately absent: how anything is done, and every transport. Tauri commands, server routes and the
//! remote client are made from the same table (see [`operations!`]).
//!
//! Boundary types are symmetrical: no field is skipped or renamed in one direction only, so that one
//! TypeScript type describes each.

mod agents;
mod error;
mod events;
mod knowledge;
mod operations;
mod providers;
mod questions;
mod request_key;
mod system;
mod workflows;

/// The words that requests and responses are made of.
pub use wheelhouse_domain as domain;

pub use agents::{
    AgentDetail, AgentRef, AgentVersion, AgentView, AgentWork, GetAgent, ListAgentVersions, ListAgents,
    SetAgentEnabled, UpdateAgent,
};
pub use error::{ApiError, ErrorCode, ErrorDetails};
pub use events::{
    AckFrames, EventView, Frame, FrameKind, JournalEntry, ResumeFrom, Signal, Subscribe, Subscription,
};
pub use knowledge::{
    AddSource, DocumentText, DocumentView, ListDocuments, ListSources, ReadDocument, RemoveSource, Removed,
    RescanSource, SearchKnowledge, SearchResult, SourceProblem, SourceView,
};
pub use operations::{Operation, Operations, TABLE};
pub use providers::{
    GetKeys, GetSettings, KeyOrigin, KeyPlace, KeysView, ListModels, ListProviders, ModelChoice, ModelList,
    ProviderCheck, ProviderView, RemoveProvider, SaveProvider, SaveSettings, SecretText, SetProviderKey,
    SettingsView, TestProvider, UnlockKeys,
};
pub use questions::{AnswerQuestion, ListQuestions, QuestionView};
pub use request_key::RequestKey;
pub use system::{BackUp, BackupView, GetStatus, GetStorage, KnowledgeCounts, StorageView, SystemStatus};
pub use workflows::{
    CallView, CancelWorkflow, CreateWorkflow, DeleteWorkflow, ExecuteWorkflow, ExecutedStep, Execution,
    GetTask, GetWorkflow, GetWorkflowStats, GetWorkflowStatus, ListJournal, ListWorkflows, PartialText,
    Report, RetryWorkflow, StartWorkflow, StepResult, TaskDetail, TaskView, WorkflowDetail, WorkflowPage,
    WorkflowStats, WorkflowView,
};
