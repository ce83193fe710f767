//! Named moments between two steps that must not come apart. Nothing happens at them, unless a test hands in something:
//! it may end the process there.

use std::fmt;
use std::sync::Arc;

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// A due time has come and is not on record.
    DueSeen,
    /// The workflow for a due time is made, and nothing of it is written.
    DueMade,
    /// It is on record together with the due time, and not taken up.
    DueWritten,
    /// It runs.
    DueTakenUp,
    /// What became of a due time that starts nothing is known, and not on record.
    OutcomeSeen,
    /// It is on record.
    OutcomeWritten,
    /// The result of one of several tools is on record, and others of the same turn are not.
    ToolWritten,
    /// The work that an agent asks another one for is made, and nothing of it is written.
    HelpMade,
    /// It is on record together with the call that asks for it, or any sub-workflow with its task, and nobody took it up.
    ChildWritten,
    /// What came of it is on record, and the agent that asked was not told.
    HelpEnded,
    /// Nobody works any more on a run that is to leave, and nothing is written.
    DepartureRests,
    /// It is on record that it leaves.
    DepartureWritten,
    /// It is on record that it is gone, and nobody was told.
    DepartureDecided,
    /// What arrives was read and fits, and is not kept.
    ArrivalRead,
    /// It is kept.
    ArrivalKept,
    /// The receipt came, and nothing is written.
    ArrivalTold,
    /// The run is this store's, and nobody took it up.
    ArrivalWritten,
}

impl Point {
    /// Every moment.
    pub const ALL: [Self; 17] = [
        Self::DueSeen,
        Self::DueMade,
        Self::DueWritten,
        Self::DueTakenUp,
        Self::OutcomeSeen,
        Self::OutcomeWritten,
        Self::ToolWritten,
        Self::HelpMade,
        Self::ChildWritten,
        Self::HelpEnded,
        Self::DepartureRests,
        Self::DepartureWritten,
        Self::DepartureDecided,
        Self::ArrivalRead,
        Self::ArrivalKept,
        Self::ArrivalTold,
        Self::ArrivalWritten,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DueSeen => "due_seen",
            Self::DueMade => "due_made",
            Self::DueWritten => "due_written",
            Self::DueTakenUp => "due_taken_up",
            Self::OutcomeSeen => "outcome_seen",
            Self::OutcomeWritten => "outcome_written",
            Self::ToolWritten => "tool_written",
            Self::HelpMade => "help_made",
            Self::ChildWritten => "child_written",
            Self::HelpEnded => "help_ended",
            Self::DepartureRests => "departure_rests",
            Self::DepartureWritten => "departure_written",
            Self::DepartureDecided => "departure_decided",
            Self::ArrivalRead => "arrival_read",
            Self::ArrivalKept => "arrival_kept",
            Self::ArrivalTold => "arrival_told",
            Self::ArrivalWritten => "arrival_written",
        }
    }

    /// The moment of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| point.as_str() == name)
    }
}

/// What is done at the moments: nothing, in the product.
#[derive(Clone, Default)]
pub struct Points(Option<Arc<dyn Fn(Point) + Send + Sync>>);

impl Points {
    /// Does something at each moment.
    #[must_use]
    pub fn with(act: impl Fn(Point) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(act)))
    }

    /// Says that a moment has come.
    pub(crate) fn reach(&self, point: Point) {
        if let Some(act) = &self.0 {
            act(point);
        }
    }
}

impl fmt::Debug for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Points").field(&self.0.is_some()).finish()
    }
}
