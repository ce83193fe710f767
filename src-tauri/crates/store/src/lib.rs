//! Everything that is kept: the journal with what is derived from it, and, apart from it, the knowledge's index.
//! The only crate that speaks SQL.
//!
//! Deliberately absent: decisions, clocks and the lock on the data folder.

pub mod journal;
pub mod knowledge;
#[cfg(any(test, feature = "test-util"))]
pub mod test_util;

pub use journal::{
    AgentRow, AgentWorkRow, CallRow, Changes, Commit, Committed, Error, Options, QuestionRow, RequestRecord,
    RunCommit, Snapshot, Store, StoreIdentity, StoredEvent, Target, TaskRow, ThinEvent, WORKFLOW_DELETED,
    WorkflowCounts, WorkflowFilter, WorkflowList, WorkflowRow, WriteCounts,
};
