//! Why a step of a move was not done.

use wheelhouse_domain::{MoveUid, WorkflowId, WorkflowStatus};

/// Why a step of a move was not done. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoveFault {
    /// There is no such move.
    #[error("there is no move {0}")]
    Unknown(MoveUid),
    /// The move is of another run, or to another store.
    #[error("move {0} is another one")]
    Other(MoveUid),
    /// It goes with the workflow that it was started for.
    #[error("workflow {child} goes with workflow {root}")]
    NotRoot {
        /// The sub-workflow.
        child: WorkflowId,
        /// The workflow at the top.
        root: WorkflowId,
    },
    /// It has ended, so there is nothing to hand over.
    #[error("workflow {id} is {}", status.as_str())]
    Ended {
        /// Which one.
        id: WorkflowId,
        /// How.
        status: WorkflowStatus,
    },
    /// It is history that was taken in from a file.
    #[error("workflow {0} was imported")]
    Imported(WorkflowId),
    /// It would be moved to where it is.
    #[error("the run is in this store already")]
    SameStore,
    /// The run belongs to this store: there would be two owners.
    #[error("workflow {0} belongs to this store")]
    RunsHere(WorkflowId),
    /// What this store knows of the run is not how the other one tells it.
    #[error("workflow {0} went another way here than what arrives")]
    Diverged(WorkflowId),
    /// This store knows of a later owner than the one that it comes from.
    #[error("the run has changed hands since")]
    Stale,
    /// The move was called off.
    #[error("move {0} was called off")]
    CalledOff(MoveUid),
    /// The move is decided, and can't be called off any more.
    #[error("move {0} is decided")]
    Decided(MoveUid),
    /// The move is not decided yet.
    #[error("move {0} is not decided")]
    Undecided(MoveUid),
    /// What came was thrown away.
    #[error("what arrived with move {0} was thrown away")]
    Dropped(MoveUid),
    /// The secret is not the one that was sealed.
    #[error("the receipt for move {0} does not fit")]
    Receipt(MoveUid),
    /// A copy of the journal was restored since the run left, so that this store may have decided already.
    #[error("the journal was restored since move {0} began")]
    Uncertain(MoveUid),
}
