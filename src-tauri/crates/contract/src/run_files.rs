//! Runs as files, carried by transfers.

use crate::{RequestKey, WorkflowView};
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{ContentHash, TransferUid, WorkflowId};

/// Makes a file of an ended workflow with its sub-workflows, to be fetched in parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportWorkflow {
    /// Which one.
    pub id: WorkflowId,
}

/// A file that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportedWorkflow {
    /// Fetches it.
    pub transfer: TransferUid,
    /// Its size in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
    /// SHA-256 of the whole file.
    pub sum: ContentHash,
    /// Workflows in it, sub-workflows included.
    pub workflows: u32,
}

/// Takes in a run from a file that was sent. It is history: it does not go on, but can be looked at and forked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The file, whole. It stays until it is removed.
    pub transfer: TransferUid,
}

/// A run that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportedWorkflow {
    /// The workflow.
    pub workflow: WorkflowView,
    /// Whether it was here before, so that nothing was done.
    pub known: bool,
}
