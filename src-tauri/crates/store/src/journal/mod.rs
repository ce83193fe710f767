//! The journal: recorded facts, the texts they point at, and the tables that people read, in `journal.db`.
//!
//! Facts are appended and never changed; every other table is derived from them in the same transaction. One
//! connection writes, see [`writer`]; a pool of read-only ones reads.
//!
//! Deliberately absent: any decision. What follows from what is the engine's business; the journal only refuses
//! facts that contradict those that it has.

mod agents;
mod calls;
mod changes;
mod column;
mod commit;
mod contents;
mod crew;
mod delete;
mod error;
mod events;
mod fact;
mod meta;
mod open;
mod project;
mod questions;
mod rebuild;
mod requests;
mod store;
mod tasks;
#[cfg(test)]
mod tests;
mod workflows;
mod writer;

pub use agents::{AgentRow, AgentWorkRow};
pub use calls::CallRow;
pub use changes::{Changes, Snapshot};
pub use commit::{Commit, Committed, RunCommit, Target};
pub use error::Error;
pub use events::{StoredEvent, ThinEvent, WORKFLOW_DELETED};
pub use meta::StoreIdentity;
pub use questions::QuestionRow;
pub use requests::RequestRecord;
pub use store::{Options, Store, WriteCounts};
pub use tasks::TaskRow;
pub use workflows::{WorkflowCounts, WorkflowFilter, WorkflowList, WorkflowRow};
