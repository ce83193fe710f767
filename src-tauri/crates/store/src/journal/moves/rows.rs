//! The moves that this store takes part in, as they are kept.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{Millis, MoveUid, StoreUid, WorkflowId, WorkflowUid};

use super::owners::{self, HeldRun, OtherStore};
use crate::journal::{Error, column};

/// Most decided moves that are listed.
const RECENT: u32 = 200;

/// Where a move stands in the store where it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepartureState {
    /// The run rests. It can be called back.
    Leaving,
    /// It is decided: the run is the other store's.
    Gone,
    /// It stayed.
    CalledOff,
}

impl DepartureState {
    /// The word that the database uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Leaving => "leaving",
            Self::Gone => "gone",
            Self::CalledOff => "called_off",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Leaving, Self::Gone, Self::CalledOff]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// Where a move stands in the store where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrivalState {
    /// The run is kept, and rests.
    Arriving,
    /// It is this store's.
    Here,
    /// It was thrown away, because the move was called off.
    Dropped,
}

impl ArrivalState {
    /// The word that the database uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arriving => "arriving",
            Self::Here => "here",
            Self::Dropped => "dropped",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Arriving, Self::Here, Self::Dropped]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// A move that began here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartureRow {
    /// The move.
    pub move_uid: MoveUid,
    /// The run.
    pub workflow: WorkflowUid,
    /// Its number here; none once it was deleted.
    pub workflow_id: Option<WorkflowId>,
    /// What it is called.
    pub name: String,
    /// Where it goes.
    pub to: OtherStore,
    /// With which hand.
    pub hand: u32,
    /// Told only once the run is gone.
    pub secret: String,
    /// Where it stands.
    pub state: DepartureState,
    /// Whether the other side is known to have done its part.
    pub finished: bool,
    /// When it began.
    pub departed_at: Millis,
    /// When it was decided.
    pub decided_at: Option<Millis>,
}

/// A move that ends here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivalRow {
    /// The move.
    pub move_uid: MoveUid,
    /// The run.
    pub workflow: WorkflowUid,
    /// Its number here; none while it arrives for the first time, or once it was deleted.
    pub workflow_id: Option<WorkflowId>,
    /// What it is called.
    pub name: String,
    /// Where it comes from.
    pub from: OtherStore,
    /// With which hand.
    pub hand: u32,
    /// Where it stands.
    pub state: ArrivalState,
    /// Since when it is kept.
    pub admitted_at: Millis,
    /// When it was decided.
    pub decided_at: Option<Millis>,
}

/// The moves that a store takes part in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moves {
    /// Those that began here: all that are not finished, and the newest of the others; newest first.
    pub departures: Vec<DepartureRow>,
    /// Those that end here: all that are not decided, and the newest of the others; newest first.
    pub arrivals: Vec<ArrivalRow>,
    /// Runs that came here or were called back, and are here.
    pub held: Vec<HeldRun>,
}

macro_rules! departures {
    ($tail:literal) => {
        concat!(
            "SELECT d.*, (SELECT w.id FROM workflows w WHERE w.uid = d.workflow) AS workflow_id FROM departures d ",
            $tail
        )
    };
}

macro_rules! arrivals {
    ($tail:literal) => {
        concat!(
            "SELECT a.move, a.workflow, a.name, a.other, a.other_name, a.hand, a.state, a.admitted_at, a.decided_at,
               (SELECT w.id FROM workflows w WHERE w.uid = a.workflow) AS workflow_id FROM arrivals a ",
            $tail
        )
    };
}

fn other(row: &SqliteRow) -> Result<OtherStore, Error> {
    Ok(OtherStore {
        uid: StoreUid(column::uid(row, "other")?),
        name: row.try_get("other_name")?,
    })
}

fn departure_of(row: &SqliteRow) -> Result<DepartureRow, Error> {
    Ok(DepartureRow {
        move_uid: MoveUid(column::uid(row, "move")?),
        workflow: WorkflowUid(column::uid(row, "workflow")?),
        workflow_id: row.try_get::<Option<u32>, _>("workflow_id")?.map(WorkflowId),
        name: row.try_get("name")?,
        to: other(row)?,
        hand: row.try_get("hand")?,
        secret: row.try_get("secret")?,
        state: column::word(row, "state", DepartureState::parse)?,
        finished: row.try_get("finished")?,
        departed_at: column::at(row, "departed_at")?,
        decided_at: column::at_opt(row, "decided_at")?,
    })
}

fn arrival_of(row: &SqliteRow) -> Result<ArrivalRow, Error> {
    Ok(ArrivalRow {
        move_uid: MoveUid(column::uid(row, "move")?),
        workflow: WorkflowUid(column::uid(row, "workflow")?),
        workflow_id: row.try_get::<Option<u32>, _>("workflow_id")?.map(WorkflowId),
        name: row.try_get("name")?,
        from: other(row)?,
        hand: row.try_get("hand")?,
        state: column::word(row, "state", ArrivalState::parse)?,
        admitted_at: column::at(row, "admitted_at")?,
        decided_at: column::at_opt(row, "decided_at")?,
    })
}

/// The move that began here.
pub(crate) async fn departure(
    conn: &mut SqliteConnection,
    move_uid: MoveUid,
) -> Result<Option<DepartureRow>, Error> {
    let row = sqlx::query(departures!("WHERE d.move = ?1"))
        .bind(move_uid.to_string())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(departure_of).transpose()
}

/// The move that ends here.
pub(crate) async fn arrival(
    conn: &mut SqliteConnection,
    move_uid: MoveUid,
) -> Result<Option<ArrivalRow>, Error> {
    let row = sqlx::query(arrivals!("WHERE a.move = ?1"))
        .bind(move_uid.to_string())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(arrival_of).transpose()
}

/// What arrived, as it came; none once that is decided.
pub(crate) async fn bundle(conn: &mut SqliteConnection, move_uid: MoveUid) -> Result<Option<Vec<u8>>, Error> {
    let found: Option<Option<Vec<u8>>> = sqlx::query_scalar("SELECT bundle FROM arrivals WHERE move = ?1")
        .bind(move_uid.to_string())
        .fetch_optional(conn)
        .await?;
    Ok(found.flatten())
}

/// All moves that matter.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Moves, Error> {
    let departed = sqlx::query(departures!(
        "WHERE d.finished = 0 OR d.move IN (SELECT move FROM departures ORDER BY departed_at DESC, move DESC LIMIT ?1)
         ORDER BY d.departed_at DESC, d.move DESC"
    ))
    .bind(RECENT)
    .fetch_all(&mut *conn)
    .await?;
    let arrived = sqlx::query(arrivals!(
        "WHERE a.state = 'arriving' OR a.move IN (SELECT move FROM arrivals ORDER BY admitted_at DESC, move DESC LIMIT ?1)
         ORDER BY a.admitted_at DESC, a.move DESC"
    ))
    .bind(RECENT)
    .fetch_all(&mut *conn)
    .await?;
    Ok(Moves {
        departures: departed.iter().map(departure_of).collect::<Result<_, _>>()?,
        arrivals: arrived.iter().map(arrival_of).collect::<Result<_, _>>()?,
        held: owners::held(conn).await?,
    })
}
