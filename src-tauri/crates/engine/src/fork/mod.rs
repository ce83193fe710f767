//! A new run that begins at a finished task of another, with something changed there.
//!
//! What the change can reach is done anew: what needs the task or reads it, what contains it, later rounds of a loop,
//! what a plan became. Everything else is taken from the record, with its answers, plans, staffings, scopes and
//! answered questions, so that folding the new events and [`crate::outstanding`] give exactly the work that is left.
//! A fork does anew, too, what did not end well in what it goes on with.
//!
//! Deliberately absent: where texts, templates and other runs are kept. A fork inside a sub-workflow is one fork of each
//! run above it, with [`Change::Child`]; whoever stores them commits them together.

mod affected;
mod estimate;
mod record;

pub use affected::{Affected, Mark};
pub use estimate::{Repeated, Used};
pub use record::{NewRun, Source};

use crate::FoldError;
use std::collections::BTreeSet;
use thiserror::Error;
use wheelhouse_domain::{ContentHash, Json, TaskKey, TaskStatus, WorkflowUid};

/// What is changed at the task that a run is forked from. Texts are in the store already.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Nothing: it is done again.
    Again,
    /// What the run is given.
    Inputs {
        /// All values, by name.
        inputs: Json,
        /// The names of those that differ.
        changed: BTreeSet<String>,
        /// What the agents are told that the operator wants, where that differs.
        description: Option<String>,
    },
    /// What it gave.
    Output {
        /// A `TaskAnswer`.
        output: ContentHash,
    },
    /// What it is told.
    Prompt {
        /// The words.
        text: String,
    },
    /// The model that does it.
    Model {
        /// `rehearsal`, `default` or `<provider>/<model>`.
        model: String,
    },
    /// Its sub-workflow goes on as a fork of the one that it had.
    Child {
        /// The fork.
        child: WorkflowUid,
    },
}

/// Why a run can't be forked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ForkProblem {
    /// There is no such task.
    #[error("there is no task {0}")]
    UnknownTask(TaskKey),
    /// It has not ended.
    #[error("task {task} is {}", status.as_str())]
    NotEnded {
        /// The task.
        task: TaskKey,
        /// Where it stands.
        status: TaskStatus,
    },
    /// This can't be changed at a step of this kind.
    #[error("this can't be changed at task {0}")]
    NotThisKind(TaskKey),
    /// What contains the task is done anew as a whole, so that the task would not be there.
    #[error("what contains task {0} is done anew as a whole")]
    Contained(TaskKey),
    /// The events do not fold.
    #[error(transparent)]
    Fold(#[from] FoldError),
}
