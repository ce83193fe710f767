//! Carries runs between two backends that this program can both reach.
//!
//! All that is known of a move is kept by the two backends. This has nothing: it asks both how things stand and does the
//! next step, so it can be ended at any point and go on later, here or in another program. A move that can't go on because
//! the other side refuses the run is called off by itself; one that can't because a side is away waits.
//!
//! Deliberately absent: when it is tried again, and who chose the backends.

mod carry;
mod send;

use uuid::Uuid;
use wheelhouse_contract::{
    ApiError, ArrivalView, CallOffMove, DepartureView, ErrorCode, GetStatus, HeldRun, ListMoves, MovesView,
    Operations, RequestKey, YieldRuns,
};
use wheelhouse_domain::{MoveUid, StoreUid, WorkflowId};

/// One of the two backends.
#[derive(Debug, Clone)]
pub struct Side<B> {
    backend: B,
    store: StoreUid,
    name: String,
}

impl<B: Operations> Side<B> {
    /// Asks a backend which store it has. `name` is what people call it.
    ///
    /// # Errors
    /// [`ApiError`] where it can't be asked.
    pub async fn of(backend: B, name: &str) -> Result<Self, ApiError> {
        let status = backend.get_status(GetStatus {}).await?;
        Ok(Self {
            backend,
            store: status.store,
            name: name.to_owned(),
        })
    }

    /// Its store.
    pub fn store(&self) -> StoreUid {
        self.store
    }

    /// The backend.
    pub fn backend(&self) -> &B {
        &self.backend
    }
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The run comes to rest, and a file is made of it.
    Resting,
    /// The file is sent.
    Sending {
        /// Bytes that are there.
        done: u64,
        /// All of them.
        bytes: u64,
    },
    /// The other side looks at it.
    Admitting,
    /// The run changes hands.
    Deciding,
    /// It goes on there.
    Arrived,
    /// It stays where it was.
    Stayed,
}

/// How far a move is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The move.
    pub uid: MoveUid,
    /// What is being done.
    pub stage: Stage,
}

/// What whoever is told of the progress wants. It counts until the run changes hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Go on.
    GoOn,
    /// The run is to stay.
    CallOff,
}

/// How a move ended that was gone on with, or why it did not.
pub type Resumed = (MoveUid, Result<Delivered, MoveError>);

/// How a move ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// The run is there.
    Arrived(Box<ArrivalView>),
    /// It stayed where it was.
    Stayed(Box<DepartureView>),
}

/// Why a move did not end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    /// It goes on when both sides can be asked again.
    #[error("{0}")]
    Waits(ApiError),
    /// It did not begin, or the other side refused the run, so that it stays where it was.
    #[error("{0}")]
    Refused(ApiError),
}

impl MoveError {
    /// What a side said.
    #[must_use]
    pub fn said(&self) -> &ApiError {
        match self {
            Self::Waits(error) | Self::Refused(error) => error,
        }
    }
}

/// Two backends between which runs are carried, in either direction.
#[derive(Debug, Clone)]
pub struct Mover<A, B> {
    one: Side<A>,
    other: Side<B>,
}

/// Runs that one request names.
const HELD_AT_ONCE: usize = 5_000;

/// A key for a request that is named by its move anyway.
fn new_key() -> RequestKey {
    RequestKey(Uuid::now_v7().simple().to_string())
}

impl<A: Operations, B: Operations> Mover<A, B> {
    /// Between these two.
    pub fn new(one: Side<A>, other: Side<B>) -> Self {
        Self { one, other }
    }

    /// Moves a run from the first backend to the second.
    ///
    /// # Errors
    /// [`MoveError::Refused`] where it stays; [`MoveError::Waits`] where it is under way and goes on with
    /// [`Mover::resume`].
    pub async fn there(
        &self,
        id: WorkflowId,
        tell: &mut (impl FnMut(Progress) -> Wish + Send),
    ) -> Result<Delivered, MoveError> {
        begin(&self.one, &self.other, id, tell).await
    }

    /// Moves a run from the second backend to the first.
    ///
    /// # Errors
    /// As [`Mover::there`].
    pub async fn back(
        &self,
        id: WorkflowId,
        tell: &mut (impl FnMut(Progress) -> Wish + Send),
    ) -> Result<Delivered, MoveError> {
        begin(&self.other, &self.one, id, tell).await
    }

    /// Goes on with every move between the two that is not finished, in both directions, and lets a side give up runs that
    /// the other one owns by now.
    ///
    /// # Errors
    /// [`ApiError`] where a side can't be asked how things stand.
    pub async fn resume(
        &self,
        tell: &mut (impl FnMut(Progress) -> Wish + Send),
    ) -> Result<Vec<Resumed>, ApiError> {
        settle_owners(&self.one, &self.other).await?;
        let mut ended = carry::all(&self.one, &self.other, tell).await?;
        ended.extend(carry::all(&self.other, &self.one, tell).await?);
        Ok(ended)
    }

    /// Keeps a run of the first or the second backend that was to leave for the other one. What was sent of it is thrown
    /// away first; where the other side has it already, it is there. Where the other side can't be asked, it stays all the
    /// same if it is not decided yet, and the other side throws its copy away later.
    ///
    /// # Errors
    /// [`ApiError`] where the side can't be asked where it began, or knows no such move, or it is decided.
    pub async fn call_off(&self, uid: MoveUid) -> Result<Delivered, ApiError> {
        let is_it = |departure: &DepartureView| departure.uid == uid;
        if moves(&self.one.backend).await?.departures.iter().any(is_it) {
            keep(&self.one, &self.other, uid).await
        } else if moves(&self.other.backend).await?.departures.iter().any(is_it) {
            keep(&self.other, &self.one, uid).await
        } else {
            Err(unknown())
        }
    }
}

async fn keep<F: Operations, T: Operations>(
    from: &Side<F>,
    to: &Side<T>,
    uid: MoveUid,
) -> Result<Delivered, ApiError> {
    match carry::call_off(from, to, uid).await {
        Ok(ended) => Ok(ended),
        // The backend where it began knows whether it may.
        Err(error) => match call_off_alone(&from.backend, uid).await {
            Ok(departure) => Ok(Delivered::Stayed(Box::new(departure))),
            Err(_) => Err(error),
        },
    }
}

/// Keeps a run that was to leave, without asking the other side, which throws its copy away when the two meet again.
///
/// # Errors
/// [`ApiError`] where it is decided, or that can't be known because a copy of the journal was restored.
pub async fn call_off_alone(from: &impl Operations, uid: MoveUid) -> Result<DepartureView, ApiError> {
    let request = CallOffMove {
        request_key: new_key(),
        uid,
        dropped_there: false,
    };
    from.call_off_move(request).await
}

fn unknown() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is no such move.")
        .next_step("Look where the workflow is, and begin a new move there.")
}

async fn begin<F: Operations, T: Operations>(
    from: &Side<F>,
    to: &Side<T>,
    id: WorkflowId,
    tell: &mut (impl FnMut(Progress) -> Wish + Send),
) -> Result<Delivered, MoveError> {
    // A copy of a journal that was restored must not send a run that the other side owns by now.
    settle_owners(from, to).await.map_err(MoveError::Refused)?;
    let uid = MoveUid(Uuid::now_v7());
    // Before it rests there is nothing to call off; it is asked again before anything is sent.
    let _asked_again = tell(Progress {
        uid,
        stage: Stage::Resting,
    });
    let departing = carry::depart(from, to, uid, id).await;
    let departing = departing.map_err(|error| match carry::is_refusal(&error) {
        true => MoveError::Refused(error),
        false => MoveError::Waits(error),
    })?;
    carry::on(from, to, departing, tell).await
}

async fn moves(backend: &impl Operations) -> Result<MovesView, ApiError> {
    backend.list_moves(ListMoves {}).await
}

/// Each side gives up what the other one owns with a higher hand.
async fn settle_owners<A: Operations, B: Operations>(one: &Side<A>, other: &Side<B>) -> Result<(), ApiError> {
    let (own, others) = (moves(&one.backend).await?, moves(&other.backend).await?);
    give_up(one, other, &others.held).await?;
    give_up(other, one, &own.held).await
}

/// `side` gives up what `owner` holds with a higher hand.
async fn give_up<S: Operations, O: Operations>(
    side: &Side<S>,
    owner: &Side<O>,
    held: &[HeldRun],
) -> Result<(), ApiError> {
    for some in held.chunks(HELD_AT_ONCE) {
        let request = YieldRuns {
            request_key: new_key(),
            other: owner.store,
            other_name: owner.name.clone(),
            held: some.to_vec(),
        };
        side.backend.yield_runs(request).await?;
    }
    Ok(())
}
