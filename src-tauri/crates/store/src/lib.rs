//! Everything that is kept: the journal with what is derived from it, and, apart from it, the knowledge's index.
//! The only crate that speaks SQL.
//!
//! Deliberately absent: decisions, clocks and the lock on the data folder.

pub mod journal;
pub mod knowledge;
#[cfg(any(test, feature = "test-util"))]
pub mod test_util;

pub use journal::{
    AGENT_ENABLED, AGENT_UPDATED, AgentEdit, AgentRow, AgentVersionRow, AgentWorkRow, BackupRow, CallRow,
    Changes, Commit, Committed, Error, NewProvider, Options, PROVIDER_REMOVED, PROVIDER_SAVED, ProviderRow,
    QuestionRow, RequestRecord, RunCommit, SETTINGS_SAVED, Snapshot, Store, StoreIdentity, StoredEvent,
    Target, TaskRow, ThinEvent, WORKFLOW_DELETED, WorkflowCounts, WorkflowFilter, WorkflowList, WorkflowRow,
    WriteCounts,
};
pub use journal::{
    CopyContents, CopyFault, CopyRow, Retention, RetentionPreview, SweepProgress, Swept, stage_restore,
};
