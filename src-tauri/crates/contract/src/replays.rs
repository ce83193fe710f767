//! A run step by step, from its record.

use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{Millis, Place, Seq, TaskKey, TaskStatus, WorkflowId, WorkflowStatus};

/// Asks for a run step by step. Nothing is called: what is shown is folded from the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplayWorkflow {
    /// Which one.
    pub id: WorkflowId,
    /// Begin after this event; 0 for the beginning.
    #[serde(default)]
    pub after: Seq,
    /// 1 to 1,000 events.
    #[serde(default = "crate::page::usual")]
    pub limit: u32,
}

/// A part of a replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplayPage {
    /// What each event changed, in order.
    pub positions: Vec<ReplayPosition>,
    /// Events of the whole run.
    pub total: u32,
    /// Where this version of Wheelhouse would have chosen otherwise, in the whole run. It changes nothing.
    pub differences: Vec<ReplayDifference>,
    /// Events of the whole run that were found to follow from what came before.
    pub confirmed: u32,
    /// Events of the whole run of which the record does not tell what they follow from.
    pub unchecked: u32,
}

/// What one event changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplayPosition {
    /// Place of the event.
    pub seq: Seq,
    /// When it was recorded.
    pub at: Millis,
    /// What kind of fact.
    pub kind: String,
    /// The task that it is about.
    pub task: Option<TaskKey>,
    /// Where the run stands after it.
    pub status: WorkflowStatus,
    /// The tasks that are otherwise after it.
    pub changed: Vec<ReplayTask>,
}

/// A task at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplayTask {
    /// Name in the run.
    pub key: TaskKey,
    /// What people read.
    pub title: String,
    /// Where it stands in the task that contains it.
    pub place: Option<Place>,
    /// What it needs.
    pub needs: Vec<TaskKey>,
    /// Where it stands.
    pub status: TaskStatus,
    /// Number of its newest attempt; 0 before the first.
    pub attempt: u32,
    /// Its calls so far.
    pub calls: u32,
    /// Whether it has its answer.
    pub answered: bool,
    /// Whether its answer was made in another run.
    pub reused: bool,
}

/// What this version would have chosen, and what is on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReplayDifference {
    /// The first event that is otherwise.
    pub seq: Seq,
    /// What is on record, by kind.
    pub recorded: Vec<String>,
    /// What would follow now, by kind. Empty where nothing would.
    pub now: Vec<String>,
}
