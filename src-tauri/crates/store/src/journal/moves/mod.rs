//! Runs that change hands between stores: who owns a run, what is leaving, what is arriving.
//!
//! A run has one owner. Where it begins, a move is decided: `leaving` can be called off, `gone` can't. The other side
//! keeps what arrives apart, and makes it its own only with the secret that the first side tells once it is decided.
//! That no commit ever reaches a run that is not here is kept in one place, [`owners::require_here`], inside the
//! transaction of the commit.
//!
//! Deliberately absent: what is in a bundle, and who carries it from store to store.

mod arrive;
mod depart;
mod fault;
mod owners;
mod rows;
mod take_in;
mod wishes;

pub use arrive::{Admission, Completion};
pub use depart::Departing;
pub(crate) use depart::movable;
pub use fault::MoveFault;
pub use owners::{HeldRun, MovedRow, OtherStore, RunPlace};
pub(crate) use owners::{Hops, refuse_arriving, require_here, touch, touched_between};
pub use rows::{ArrivalRow, ArrivalState, DepartureRow, DepartureState, Moves};
pub use take_in::{ArrivingRun, Newcomer};

use sqlx::SqliteConnection;
use wheelhouse_domain::{Millis, MoveUid, Position};

use super::Error;
use super::commit::Committed;

/// A step of a move. Each may be asked for again, and is then done already.
#[derive(Debug)]
pub(crate) enum MoveStep {
    /// A run leaves.
    Depart(Box<Departing>),
    /// It is gone. From here on it can't come back but by another move.
    Confirm(MoveUid),
    /// It stays.
    CallOff {
        /// The move.
        move_uid: MoveUid,
        /// Whether the other side is known to have nothing of it.
        certain: bool,
    },
    /// The other side has it, or threw its copy away.
    Finish(MoveUid),
    /// A run is kept as it came.
    Admit(Box<Admission>),
    /// It is here.
    Complete(Box<Completion>),
    /// What came is thrown away.
    Drop(MoveUid),
    /// Another store owns these runs.
    Yield(OtherStore, Vec<HeldRun>),
}

/// A step and when it is done.
#[derive(Debug)]
pub(crate) struct MoveWork {
    /// What is done.
    pub(crate) step: MoveStep,
    /// When.
    pub(crate) now: Millis,
}

/// Carries out a step of a move behind `head`. On an error the caller rolls the savepoint back.
pub(crate) async fn apply(
    conn: &mut SqliteConnection,
    head: Position,
    work: &MoveWork,
) -> Result<Committed, Error> {
    let now = work.now;
    match &work.step {
        MoveStep::Depart(departing) => depart::depart(conn, head, departing, now).await,
        MoveStep::Confirm(move_uid) => depart::confirm(conn, head, *move_uid, now).await,
        MoveStep::CallOff { move_uid, certain } => {
            depart::call_off(conn, head, *move_uid, *certain, now).await
        }
        MoveStep::Finish(move_uid) => depart::finish(conn, head, *move_uid).await,
        MoveStep::Admit(admission) => arrive::admit(conn, head, admission, now).await,
        MoveStep::Complete(completion) => arrive::complete(conn, head, completion, now).await,
        MoveStep::Drop(move_uid) => arrive::drop(conn, head, *move_uid, now).await,
        MoveStep::Yield(to, held) => depart::give_up(conn, head, to, held, now).await,
    }
}

/// Nothing was written down in the one order of the journal.
fn nothing(head: Position) -> Committed {
    Committed {
        workflow_ids: Vec::new(),
        first: Position(head.0 + 1),
        last: head,
    }
}
