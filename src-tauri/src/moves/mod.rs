//! Runs that this program carries between the backends that it can reach.
//!
//! Where a run is, and whose, is known by the backends alone (`wheelhouse_api::Mover`). Here is only what this process is
//! doing about it: which moves are under way, what others wait for, and when they are tried again. Losing it loses nothing.
//!
//! Deliberately absent: any decision about a run.

mod again;
mod carry;
mod list;
#[cfg(test)]
mod tests;

pub(crate) use again::keep_on;
pub(crate) use carry::{call_off, move_run, resume};
pub(crate) use list::unfinished;

use crate::backends::BackendId;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};
use wheelhouse_api::{Progress, Stage, Wish};
use wheelhouse_contract::domain::{MoveUid, WorkflowId};
use wheelhouse_contract::{ApiError, MovesView};

/// A backend, as the operator knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct MoveSide {
    /// The saved server; none for this machine, and for one that this window is not paired with.
    pub(crate) id: Option<BackendId>,
    /// What it is called.
    pub(crate) name: String,
    /// Whether this window can reach it at all: this machine, or a server that is saved.
    pub(crate) known: bool,
}

/// The steps of a move, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MoveStep {
    /// Calls in flight end, and nothing new begins.
    Finishing,
    /// The run is sent.
    Sending,
    /// The other side looks at it, and it changes hands.
    HandingOver,
}

/// How much of a run is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct MoveSent {
    /// Bytes that are there.
    #[specta(type = specta_typescript::Number)]
    pub(crate) done: u64,
    /// Bytes in all.
    #[specta(type = specta_typescript::Number)]
    pub(crate) bytes: u64,
}

/// How far a move is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct MoveStanding {
    /// What is being done, or is next.
    pub(crate) step: MoveStep,
    /// How much was sent; none before anything was, and after all of it was.
    pub(crate) sent: Option<MoveSent>,
    /// Why it does not go on, in a sentence or two; none while it does.
    pub(crate) waits_for: Option<String>,
    /// Whether it can still be called off.
    pub(crate) can_call_off: bool,
}

/// Told while a move is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct MoveProgress {
    /// The move.
    pub(crate) uid: MoveUid,
    /// How far it is.
    pub(crate) standing: MoveStanding,
}

/// What became of a move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "end", rename_all = "snake_case")]
pub(crate) enum MoveOutcome {
    /// The run is there, and goes on.
    Moved {
        /// The move.
        uid: MoveUid,
        /// Its number there; none where it was deleted there since.
        workflow: Option<WorkflowId>,
    },
    /// It was called off: the run goes on where it was.
    Stayed {
        /// The move.
        uid: MoveUid,
    },
    /// A side can't be asked just now. It goes on by itself as soon as both can.
    Waits {
        /// The move.
        uid: MoveUid,
        /// What it waits for.
        why: ApiError,
    },
}

/// A move that is not finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct UnfinishedMove {
    /// The move.
    pub(crate) uid: MoveUid,
    /// What the run is called.
    pub(crate) name: String,
    /// Number of the run on the backend that the window talks to; none where it is not there.
    pub(crate) workflow: Option<WorkflowId>,
    /// Where it comes from.
    pub(crate) from: MoveSide,
    /// Where it goes.
    pub(crate) to: MoveSide,
    /// How far it is.
    pub(crate) standing: MoveStanding,
}

/// A move that this process is carrying out just now.
#[derive(Debug, Clone)]
struct Live {
    from: MoveSide,
    to: MoveSide,
    standing: MoveStanding,
    /// Set where the operator wants the run to stay.
    stop: bool,
}

/// Two backends between which one move at a time is carried.
type Road = (Option<BackendId>, Option<BackendId>);

#[derive(Debug, Default)]
struct Held {
    live: HashMap<MoveUid, Live>,
    /// Why moves that are not under way do not go on.
    held_up: HashMap<MoveUid, ApiError>,
    /// What each backend told last.
    told: HashMap<Option<BackendId>, MovesView>,
    roads: HashMap<Road, Arc<tokio::sync::Mutex<()>>>,
}

/// Shared by all commands.
#[derive(Debug)]
pub(crate) struct Moves {
    held: Mutex<Held>,
    /// Rung where something may go on that waits.
    bell: Notify,
    /// Rises whenever a move is not under way any more.
    ended: watch::Sender<u64>,
}

impl Default for Moves {
    fn default() -> Self {
        Self {
            held: Mutex::default(),
            bell: Notify::new(),
            ended: watch::channel(0).0,
        }
    }
}

impl Moves {
    /// Something changed that moves may have waited for: a backend can be reached again, or keys were opened.
    pub(crate) fn try_again(&self) {
        self.bell.notify_one();
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Every change is one statement, so a panic elsewhere leaves nothing half done.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn road(&self, one: Option<BackendId>, other: Option<BackendId>) -> Arc<tokio::sync::Mutex<()>> {
        let key = |id: Option<BackendId>| id.map(|id| id.0);
        let road = if key(one) <= key(other) { (one, other) } else { (other, one) };
        Arc::clone(self.held().roads.entry(road).or_default())
    }

    /// Notes how far a move is. Gives its standing, and what the operator wants.
    fn note(&self, from: &MoveSide, to: &MoveSide, progress: Progress) -> (MoveStanding, Wish) {
        let standing = standing_at(progress.stage);
        let mut held = self.held();
        held.held_up.remove(&progress.uid);
        let live = held.live.entry(progress.uid).or_insert_with(|| Live {
            from: from.clone(),
            to: to.clone(),
            standing: standing.clone(),
            stop: false,
        });
        live.standing.clone_from(&standing);
        let wish = if live.stop { Wish::CallOff } else { Wish::GoOn };
        (standing, wish)
    }

    /// A move is not under way any more. Gives whether the operator wanted it to be called off.
    fn over(&self, uid: MoveUid, held_up: Option<&ApiError>) -> bool {
        let mut held = self.held();
        let was = held.live.remove(&uid);
        match held_up {
            Some(error) => held.held_up.insert(uid, error.clone()),
            None => held.held_up.remove(&uid),
        };
        drop(held);
        self.ended.send_modify(|ended| *ended += 1);
        was.is_some_and(|live| live.stop)
    }

    /// Wants a move that is under way to be called off, and waits until it is not any more. Gives whether it was under way.
    async fn stop(&self, uid: MoveUid) -> bool {
        let mut ended = self.ended.subscribe();
        match self.held().live.get_mut(&uid) {
            Some(live) => live.stop = true,
            None => return false,
        }
        // The sender is part of this, so it is there for as long as somebody waits.
        let _over = ended.wait_for(|_| !self.held().live.contains_key(&uid)).await;
        true
    }
}

fn standing_at(stage: Stage) -> MoveStanding {
    let (step, sent) = match stage {
        Stage::Resting => (MoveStep::Finishing, None),
        Stage::Sending { done, bytes } => (MoveStep::Sending, Some(MoveSent { done, bytes })),
        Stage::Admitting | Stage::Deciding | Stage::Arrived | Stage::Stayed => (MoveStep::HandingOver, None),
    };
    MoveStanding {
        step,
        sent,
        waits_for: None,
        can_call_off: matches!(stage, Stage::Resting | Stage::Sending { .. } | Stage::Admitting),
    }
}
