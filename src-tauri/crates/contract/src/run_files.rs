//! Runs as files.

use crate::{RequestKey, WorkflowView};
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::WorkflowId;

/// Writes an ended workflow with its sub-workflows into a file. What is at the path is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportWorkflow {
    /// Which one.
    pub id: WorkflowId,
    /// Where to, absolute.
    pub path: String,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportedWorkflow {
    /// Where it is.
    pub path: String,
    /// Its size in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
    /// Workflows in it, sub-workflows included.
    pub workflows: u32,
}

/// Takes in a run from a file. It is history: it does not go on, but can be looked at and forked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Where the file is, absolute.
    pub path: String,
}

/// A run that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportedWorkflow {
    /// The workflow.
    pub workflow: WorkflowView,
    /// Whether it was here before, so that nothing was done.
    pub known: bool,
}
