//! When workflows start by themselves, and what became of each time that was due.
//!
//! Deliberately absent: what an expression means and what follows from a due time. The engine's `schedule` decides
//! that.

use crate::{Failure, Json, Millis, TemplateUid, WorkflowId};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What happens at a due time while an earlier run of the same schedule has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// The due time is let go.
    Skip,
    /// It waits in line and starts when the earlier ones have ended.
    Queue,
    /// The earlier run is cancelled. The new one starts as soon as that is confirmed.
    CancelPrevious,
}

impl Overlap {
    /// Every policy.
    pub const ALL: [Self; 3] = [Self::Skip, Self::Queue, Self::CancelPrevious];

    /// The word that code, database and interface use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Queue => "queue",
            Self::CancelPrevious => "cancel_previous",
        }
    }

    /// The policy that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == word)
    }
}

/// Which due times are made up for that passed while the machine slept or the application was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CatchUp {
    /// None.
    Nothing,
    /// The newest one.
    Newest,
    /// All of them, one after another.
    All,
}

impl CatchUp {
    /// Every policy.
    pub const ALL: [Self; 3] = [Self::Nothing, Self::Newest, Self::All];

    /// The word that code, database and interface use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Newest => "newest",
            Self::All => "all",
        }
    }

    /// The policy that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == word)
    }
}

/// How a schedule treats due times that can't simply start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SchedulePolicy {
    /// While an earlier run has not ended.
    pub overlap: Overlap,
    /// After a sleep.
    pub catch_up: CatchUp,
    /// How long a missed due time can be made up for, in minutes.
    pub window_minutes: u32,
}

/// What a schedule is, as the operator writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ScheduleForm {
    /// What people call it. Its workflows get this name.
    pub name: String,
    /// What is run.
    pub template: TemplateUid,
    /// At which version; none for the newest at the time of the start.
    pub template_version: Option<u32>,
    /// On which inputs: an object.
    pub inputs: Json,
    /// When, in five fields: minute, hour, day of month, month, day of week.
    pub cron: String,
    /// Time zone of that, as IANA names it: `Europe/Berlin`.
    pub zone: String,
    /// What happens with due times that can't simply start.
    #[serde(flatten)]
    pub policy: SchedulePolicy,
}

/// Why a due time was let go though the application was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum SkipReason {
    /// An earlier run had not ended.
    Overlap {
        /// Which one.
        running: WorkflowId,
    },
    /// So many waited in line already that this one had no room.
    LineFull,
    /// A newer due time took its place in line.
    Superseded,
    /// The schedule was paused while it waited in line.
    Paused,
}

/// Why a due time passed without the application having been there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MissReason {
    /// The schedule makes up for none.
    NoCatchUp,
    /// It passed longer ago than the schedule makes up for.
    OutsideWindow,
    /// A newer one was made up for in its place.
    NewerTaken,
    /// More passed than can wait in line.
    TooMany,
}

/// What became of a due time. Each has one of these on record from the moment that it was decided about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum DueOutcome {
    /// A workflow was started for it.
    Started {
        /// Which one.
        workflow: WorkflowId,
        /// Whether it had been missed, and this made up for it.
        late: bool,
        /// Whether the operator started it, at no due time of the schedule.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_hand: bool,
    },
    /// It waits in line for an earlier run to end.
    Waiting {
        /// Whether it had been missed, and this will make up for it.
        late: bool,
        /// Whether the operator put it there, at no due time of the schedule.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_hand: bool,
    },
    /// It was let go.
    Skipped {
        /// Why.
        #[serde(flatten)]
        reason: SkipReason,
    },
    /// It passed while the machine slept or the application was closed.
    Missed {
        /// Why it is not made up for.
        because: MissReason,
    },
    /// Its workflow could not be made.
    Failed {
        /// Why, and what to do.
        failure: Failure,
    },
}

impl DueOutcome {
    /// The word that database and interface use.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Waiting { .. } => "waiting",
            Self::Skipped { .. } => "skipped",
            Self::Missed { .. } => "missed",
            Self::Failed { .. } => "failed",
        }
    }

    /// The workflow that was started.
    #[must_use]
    pub fn workflow(&self) -> Option<WorkflowId> {
        match self {
            Self::Started { workflow, .. } => Some(*workflow),
            _ => None,
        }
    }

    /// Whether the operator wanted it, at no due time of the schedule.
    #[must_use]
    pub fn is_by_hand(&self) -> bool {
        matches!(
            self,
            Self::Started { by_hand: true, .. } | Self::Waiting { by_hand: true, .. }
        )
    }
}

/// A due time, or several in a row that were missed for the same reason and stand as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Due {
    /// The time; of several, the newest.
    pub at: Millis,
    /// The oldest of them; of one, the same.
    pub first: Millis,
    /// How many.
    pub times: u32,
    /// Whether there were more than were counted.
    pub more: bool,
}

impl Due {
    /// A single due time.
    #[must_use]
    pub fn one(at: Millis) -> Self {
        Self {
            at,
            first: at,
            times: 1,
            more: false,
        }
    }
}
