//! A run as one file: `src-tauri/schema/run-file.md` describes the form.
//!
//! Inside is a gzip stream of JSON lines: a manifest, the events of the workflow and of its sub-workflows, the texts
//! that they point at, and a sum over all of it. There are no names of files in it, so nothing can be written
//! elsewhere. Keys are in no event and no text, so there are none in it.
//!
//! Deliberately absent: the store (see [`crate::Handle::export_workflow`] and [`crate::Handle::import_workflow`]).

mod agents;
mod bounds;
mod lines;
mod read;
mod take;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use agents::named;
pub(crate) use read::read;
pub use take::{Exported, Imported};
pub(crate) use take::open;
pub(crate) use write::write;

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use thiserror::Error;
use wheelhouse_domain::{
    AgentKind, AgentUid, ContentHash, Document, Event, Millis, MoveUid, StoreUid, Template, WorkflowUid,
};
use wheelhouse_engine::FoldError;

/// What stands in the field `format`.
const FORMAT: &str = "wheelhouse-run";

/// The version that is written, and the newest that is read.
const VERSION: u32 = 1;

/// Largest file that is read, in bytes.
pub(crate) const LARGEST_FILE: u64 = 100 * 1024 * 1024;

/// Most bytes that are unpacked from one file.
const MOST_UNPACKED: u64 = 256 * 1024 * 1024;

/// Longest line, in bytes.
const LONGEST_LINE: u64 = 32 * 1024 * 1024;

/// Longest line that is no text, in bytes: what is read of it takes more room than it does.
const LONGEST_EVENT: usize = 8 * 1024 * 1024;

/// Most values in all lines that are no texts, for the same reason.
const MOST_VALUES: usize = 5_000_000;

/// Most workflows in one file.
const MOST_WORKFLOWS: usize = 1_000;

/// Most events, and most texts, in one file.
const MOST_ENTRIES: usize = 500_000;

/// Most agents in one file.
const MOST_AGENTS: usize = 10_000;

/// An agent as it was when the file was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileAgent {
    /// Identity.
    pub(crate) uid: AgentUid,
    /// Name.
    pub(crate) name: String,
    /// Kind.
    pub(crate) kind: AgentKind,
    /// Profession.
    pub(crate) role: String,
    /// How it should work.
    pub(crate) instructions: String,
    /// Model that it names.
    pub(crate) model: String,
    /// Tools that it may call.
    pub(crate) tools: Vec<String>,
    /// Version of all that; 0 where the file does not say.
    #[serde(default)]
    pub(crate) version: u32,
}

/// What stands in the file of a run that moves from one store to another, beside the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileMove {
    /// The move.
    pub(crate) move_uid: MoveUid,
    /// The store that it leaves.
    pub(crate) from: StoreUid,
    /// What that is called.
    pub(crate) from_name: String,
    /// The store that it goes to.
    pub(crate) to: StoreUid,
    /// What that is called.
    pub(crate) to_name: String,
    /// With which hand.
    pub(crate) hand: u32,
    /// Address of the secret that is told once the move is decided.
    pub(crate) seal: ContentHash,
    /// The templates that the run and its sub-workflows may need.
    pub(crate) templates: Vec<Template>,
}

/// What a file is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meant {
    /// To be looked at: all of it has ended.
    Kept,
    /// To go on elsewhere: nothing in it may be lost.
    Moved,
}

/// One workflow of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileWorkflow {
    /// Identity.
    pub(crate) uid: WorkflowUid,
    /// What people call it.
    pub(crate) name: String,
    /// How many events it has.
    pub(crate) events: u32,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: String,
    pub(crate) version: u32,
    /// When it was written.
    pub(crate) at: Millis,
    /// Version of the program that wrote it.
    pub(crate) program: String,
    /// The workflow, then its sub-workflows, each after the one that it was started for.
    pub(crate) workflows: Vec<FileWorkflow>,
    /// How many texts there are.
    pub(crate) contents: u32,
    /// The template of the workflow, where it was known.
    pub(crate) template: Option<Document>,
    /// Who worked.
    pub(crate) agents: Vec<FileAgent>,
    /// Where it goes, where it moves.
    #[serde(default, rename = "move", skip_serializing_if = "Option::is_none")]
    pub(crate) moving: Option<FileMove>,
}

/// What stands in a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunFile {
    pub(crate) manifest: Manifest,
    /// The events of each workflow of the manifest.
    pub(crate) runs: Vec<Vec<Event>>,
    /// The texts that they point at.
    pub(crate) contents: Vec<String>,
}

impl RunFile {
    /// How many workflows are in it.
    pub(crate) fn workflows(&self) -> u32 {
        u32::try_from(self.runs.len()).unwrap_or(u32::MAX)
    }
}

/// Any other line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The next event of a workflow, by its place in the manifest.
    Event(usize, Event),
    /// A text.
    Content(String),
    /// The last line: SHA-256 over all lines before.
    Sum(ContentHash),
}

/// Why a file can't be written or read. Line numbers count from 1.
#[derive(Debug, Error)]
pub enum RunFileError {
    /// The disk refused.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It could not be written.
    #[error("it could not be written: {0}")]
    Write(std::io::Error),
    /// Something in it can't be unpacked.
    #[error("line {line} can't be unpacked: {source}")]
    Unpack {
        /// Where.
        line: usize,
        /// Why.
        source: std::io::Error,
    },
    /// It is larger than is read.
    #[error("it is larger than {limit} bytes")]
    TooLarge {
        /// What is read at most.
        limit: u64,
    },
    /// More comes out of it than is read.
    #[error("more than {limit} bytes come out of it, at line {line}")]
    Unpacks {
        /// Where.
        line: usize,
        /// What is read at most.
        limit: u64,
    },
    /// A line is longer than is read.
    #[error("line {line} is longer than {limit} bytes")]
    LongLine {
        /// Where.
        line: usize,
        /// What is read at most.
        limit: u64,
    },
    /// There is more of something than is read.
    #[error("it has more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// What is read at most.
        limit: usize,
    },
    /// It is no such file.
    #[error("it is not a run that Wheelhouse exported")]
    NotARun,
    /// A newer program wrote it.
    #[error("it was written by a newer Wheelhouse (version {found} of the form, this one knows {VERSION})")]
    Newer {
        /// Its version.
        found: u32,
    },
    /// A line does not have its form.
    #[error("line {line} does not have its form: {source}")]
    Line {
        /// Where.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// It ends too early or goes on too long.
    #[error("it is cut off or has more than it should, at line {line}")]
    Cut {
        /// Where.
        line: usize,
    },
    /// The sum does not fit what stands before.
    #[error("it was changed since it was exported")]
    Changed,
    /// An event stands in the wrong place.
    #[error("line {line}: event {found} of {workflow} follows event {previous}")]
    Order {
        /// Where.
        line: usize,
        /// The workflow.
        workflow: WorkflowUid,
        /// The event before.
        previous: u32,
        /// This one.
        found: u32,
    },
    /// Something does not fit together.
    #[error("workflow {workflow}: {what}")]
    Inconsistent {
        /// The workflow.
        workflow: WorkflowUid,
        /// What.
        what: &'static str,
    },
    /// The events of a workflow make no sense.
    #[error("workflow {workflow}: {source}")]
    Fold {
        /// The workflow.
        workflow: WorkflowUid,
        /// Where.
        source: FoldError,
    },
    /// A text that an event points at is not there.
    #[error("the text {} is missing", .0.as_str())]
    MissingText(ContentHash),
    /// A text is there that nothing points at.
    #[error("line {line}: nothing points at this text")]
    StrayText {
        /// Where.
        line: usize,
    },
    /// An agent that took part is not described.
    #[error("the agent {0} is missing")]
    MissingAgent(AgentUid),
    /// It says something that a newer program understands.
    #[error("line {line} says something that this Wheelhouse does not know")]
    Unknown {
        /// Where.
        line: usize,
    },
    /// It is a file to look at, not a run that moves here.
    #[error("it is not a run that is on its way here")]
    NotMoving,
    /// A workflow that has not ended.
    #[error("the workflow \"{0}\" has not ended")]
    NotEnded(String),
    /// The workflow that it was started for is here, and was never told of it.
    #[error("it was started for a workflow that is here and does not know it")]
    NotAPart,
    /// A part of it is here already, without the rest.
    #[error("a sub-workflow of it is here already, as a part of another workflow")]
    PartKnown,
}
