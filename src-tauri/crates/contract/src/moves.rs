//! Runs that change hands between two backends. Whoever can reach both carries a run by these rows, in this order: the
//! backend that has it lets it rest and makes a file of it (`depart_workflow`), the file is sent, the other one keeps what
//! came (`admit_workflow`), the first decides (`confirm_departure`) and tells a receipt, without which the other can't make
//! the run its own (`complete_arrival`). Each row may be asked for again, and is then done already.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{Millis, MoveUid, StoreUid, TransferUid, WorkflowId, WorkflowUid};

/// Lets a run with its sub-workflows rest, writes down that it leaves, and makes a file of it. From then on nothing is
/// done for it here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DepartWorkflow {
    /// Names this wish. The move itself is named by `move_uid`, so that it is checked for its form only; as with all that
    /// concerns moves.
    pub request_key: RequestKey,
    /// Which run.
    pub id: WorkflowId,
    /// Names the move, a new UUIDv7. The same one goes on with the same move.
    pub move_uid: MoveUid,
    /// The store that it goes to.
    pub other: StoreUid,
    /// What people call that one, at most 120 characters.
    pub other_name: String,
    /// What people call this one, at most 120 characters.
    pub own_name: String,
}

/// A run that leaves, and the file that carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Departing {
    /// The move.
    pub departure: DepartureView,
    /// Fetches the file; none where the move was called off.
    pub transfer: Option<TransferUid>,
    /// Length of the file in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
}

/// Where a move stands in the backend where it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DepartureState {
    /// The run rests, and can be called back.
    Leaving,
    /// It is decided: the run is the other backend's.
    Gone,
    /// The run stayed.
    CalledOff,
}

/// A move that began here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DepartureView {
    /// The move.
    pub uid: MoveUid,
    /// The run.
    pub workflow: WorkflowUid,
    /// Its number here; none once it was deleted.
    pub workflow_id: Option<WorkflowId>,
    /// What it is called.
    pub name: String,
    /// The store that it goes to.
    pub other: StoreUid,
    /// What that is called.
    pub other_name: String,
    /// Where the move stands.
    pub state: DepartureState,
    /// Whether the other side is known to have done its part, so that nothing is left to do.
    pub finished: bool,
    /// When it began.
    pub departed_at: Millis,
    /// When it was decided or called off.
    pub decided_at: Option<Millis>,
}

/// Keeps a run that was sent, until its move is decided. It is not shown and nothing is done for it before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AdmitWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The file, whole.
    pub transfer: TransferUid,
}

/// Where a move stands in the backend where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ArrivalState {
    /// The run is kept, and rests until the other side has decided.
    Arriving,
    /// It is this backend's.
    Here,
    /// It was thrown away.
    Dropped,
}

/// A move that ends here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ArrivalView {
    /// The move.
    pub uid: MoveUid,
    /// The run.
    pub workflow: WorkflowUid,
    /// Its number here; none while it arrives for the first time, or once it was deleted.
    pub workflow_id: Option<WorkflowId>,
    /// What it is called.
    pub name: String,
    /// The store that it comes from.
    pub other: StoreUid,
    /// What that is called.
    pub other_name: String,
    /// Where the move stands.
    pub state: ArrivalState,
    /// Since when it is kept.
    pub admitted_at: Millis,
    /// When it was decided.
    pub decided_at: Option<Millis>,
}

/// Decides that a run is the other backend's. From here on it can't be called back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConfirmDeparture {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The move.
    pub uid: MoveUid,
}

/// What the other side needs to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MoveReceipt {
    /// The move.
    pub uid: MoveUid,
    /// Fits what came with the run.
    pub receipt: String,
}

/// Makes a run this backend's and goes on with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CompleteArrival {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The move.
    pub uid: MoveUid,
    /// What the other side told when it decided.
    pub receipt: String,
}

/// Keeps a run that was to leave. It goes on as if nothing had been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CallOffMove {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The move.
    pub uid: MoveUid,
    /// Whether the other side has said that it threw the run away (`drop_arrival`), so that it can't be there.
    pub dropped_there: bool,
}

/// Throws away a run that was sent. What is this backend's already stays: the answer says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DropArrival {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The move.
    pub uid: MoveUid,
}

/// Says that the other side has done its part in a move that is decided or called off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FinishDeparture {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The move.
    pub uid: MoveUid,
}

/// A run that changed hands, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HeldRun {
    /// The run.
    pub workflow: WorkflowUid,
    /// Rises whenever it is to change hands: of two copies the one with the higher number counts.
    pub hand: u32,
}

/// Says what another backend owns. Those of the runs that this one believes its own with a lower hand, because a copy of
/// its journal was restored, rest from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct YieldRuns {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The store that owns them.
    pub other: StoreUid,
    /// What that is called, at most 120 characters.
    pub other_name: String,
    /// What it owns, at most 10,000 in one request.
    pub held: Vec<HeldRun>,
}

/// The runs that rest from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct YieldedRuns {
    /// Their numbers.
    pub workflows: Vec<WorkflowId>,
}

/// Asks for the moves that this backend takes part in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListMoves {}

/// The moves that this backend takes part in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MovesView {
    /// This backend's store.
    pub store: StoreUid,
    /// Those that began here: all that are not finished, and the newest 200; newest first.
    pub departures: Vec<DepartureView>,
    /// Those that end here: all that are not decided, and the newest 200; newest first.
    pub arrivals: Vec<ArrivalView>,
    /// Runs that came here or were called back, and are here.
    pub held: Vec<HeldRun>,
}

/// Where a run is that is not this backend's to go on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MovedPlace {
    /// On its way: it rests, and the move can be called off.
    Leaving,
    /// There.
    Gone,
}

/// Where a run went. What is known of it here stays to be looked at; it is steered where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MovedView {
    /// Whether it is there.
    pub place: MovedPlace,
    /// The move; none where this backend only learned from another that it is there.
    pub move_uid: Option<MoveUid>,
    /// The store.
    pub other: StoreUid,
    /// What that is called.
    pub other_name: String,
    /// Since when that is so.
    pub since: Millis,
}
