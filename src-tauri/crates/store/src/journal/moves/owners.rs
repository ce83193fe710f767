//! Who owns which run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{
    Event, EventBody, Millis, MoveUid, Position, Seq, StoreUid, WorkflowId, WorkflowUid,
};

use crate::journal::store_fact::{StoreFact, WORKFLOWS_MOVED};
use crate::journal::{Error, column, events};

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunPlace {
    /// In this store, which owns it.
    Here,
    /// On its way to another. Nobody works on it, and it can still be called back.
    Leaving,
    /// In another store, which owns it.
    Gone,
}

impl RunPlace {
    /// The word that the database uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Leaving => "leaving",
            Self::Gone => "gone",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Here, Self::Leaving, Self::Gone]
            .into_iter()
            .find(|place| place.as_str() == word)
    }
}

/// Another store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherStore {
    /// Its identity.
    pub uid: StoreUid,
    /// What it is called.
    pub name: String,
}

/// Where a run is that is not here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MovedRow {
    /// Leaving or gone.
    pub place: RunPlace,
    /// The move; none where this store learned from another that it is there.
    #[serde(rename = "move")]
    pub move_uid: Option<MoveUid>,
    /// Where it goes.
    pub other: StoreUid,
    /// What that is called.
    pub other_name: String,
    /// Since when that is so.
    pub since: Millis,
}

/// A run that a store owns, and with which hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldRun {
    /// The run.
    pub workflow: WorkflowUid,
    /// Its hand.
    pub hand: u32,
}

/// Who owns a run, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) hand: u32,
    pub(super) place: RunPlace,
    pub(super) move_uid: Option<MoveUid>,
}

fn from_row(row: &SqliteRow) -> Result<Owner, Error> {
    Ok(Owner {
        hand: row.try_get("hand")?,
        place: column::word(row, "place", RunPlace::parse)?,
        move_uid: column::uid_opt(row, "move")?.map(MoveUid),
    })
}

/// Who owns a run; none for one that never changed hands.
pub(super) async fn get(conn: &mut SqliteConnection, workflow: WorkflowUid) -> Result<Option<Owner>, Error> {
    let row = sqlx::query("SELECT hand, place, move FROM owners WHERE workflow = ?1")
        .bind(workflow.to_string())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// Writes down who owns a run from here on.
pub(super) async fn put(
    conn: &mut SqliteConnection,
    workflow: WorkflowUid,
    owner: &Owner,
    other: &OtherStore,
    since: Millis,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO owners (workflow, hand, place, move, other, other_name, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (workflow) DO UPDATE SET hand = excluded.hand, place = excluded.place, move = excluded.move,
           other = excluded.other, other_name = excluded.other_name, since = excluded.since",
    )
    .bind(workflow.to_string())
    .bind(owner.hand)
    .bind(owner.place.as_str())
    .bind(owner.move_uid.map(|uid| uid.to_string()))
    .bind(other.uid.to_string())
    .bind(&other.name)
    .bind(since.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Refuses to write to a run that is not here. This is the one place where no run ever has two owners.
pub(crate) async fn require_here(conn: &mut SqliteConnection, id: WorkflowId) -> Result<(), Error> {
    let row = sqlx::query(
        "SELECT o.place, o.other_name FROM workflows w JOIN owners o ON o.workflow = w.uid
         WHERE w.id = ?1 AND o.place <> 'here' AND w.imported IS NULL",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await?;
    match row {
        None => Ok(()),
        Some(row) => Err(Error::NotHere {
            id,
            place: column::word(&row, "place", RunPlace::parse)?,
            other: row.try_get("other_name")?,
        }),
    }
}

/// Refuses to make a run that is just arriving. What is known of the owner of one that was here before stays known.
pub(crate) async fn refuse_arriving(conn: &mut SqliteConnection, workflow: WorkflowUid) -> Result<(), Error> {
    let arriving: Option<String> = sqlx::query_scalar(
        "SELECT a.move FROM arrivals a, json_each(a.workflows) w WHERE a.state = 'arriving' AND w.value = ?1",
    )
    .bind(workflow.to_string())
    .fetch_optional(conn)
    .await?;
    if arriving.is_some() {
        return Err(Error::Arriving(workflow));
    }
    Ok(())
}

/// The runs that came here or were called back, and are here.
pub(crate) async fn held(conn: &mut SqliteConnection) -> Result<Vec<HeldRun>, Error> {
    let rows = sqlx::query("SELECT workflow, hand FROM owners WHERE place = 'here' ORDER BY since, workflow")
        .fetch_all(conn)
        .await?;
    let read = |row: &SqliteRow| {
        Ok(HeldRun {
            workflow: WorkflowUid(column::uid(row, "workflow")?),
            hand: row.try_get("hand")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Writes down, in the one order of the journal, that these workflows are elsewhere or here from now on.
pub(super) async fn tell(
    conn: &mut SqliteConnection,
    head: Position,
    workflows: Vec<WorkflowId>,
    place: RunPlace,
    at: Millis,
) -> Result<Position, Error> {
    let position = Position(head.0 + 1);
    let fact = StoreFact::WorkflowsMoved { workflows, place };
    events::append_store_fact(conn, position, at, &fact).await?;
    crate::journal::store_fact::project(conn, position, at, &fact).await?;
    Ok(position)
}

/// Marks as changed what looks otherwise where a run is elsewhere: the run, its open questions, and who was at work.
pub(crate) async fn touch(
    conn: &mut SqliteConnection,
    position: Position,
    workflows: &[WorkflowId],
) -> Result<(), Error> {
    for statement in [
        "UPDATE workflows SET touched = ?2 WHERE id IN (SELECT value FROM json_each(?1))",
        "UPDATE tasks SET touched = ?2 WHERE workflow_id IN (SELECT value FROM json_each(?1))
           AND status IN ('running', 'waiting')",
        "UPDATE questions SET touched = ?2 WHERE workflow_id IN (SELECT value FROM json_each(?1)) AND status = 'open'",
    ] {
        sqlx::query(statement)
            .bind(column::to_json(&workflows)?)
            .bind(position.0)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Workflows that left or came back in (`after`, `to`].
pub(crate) async fn touched_between(
    conn: &mut SqliteConnection,
    after: Position,
    to: Position,
) -> Result<Vec<WorkflowId>, Error> {
    let numbers: Vec<u32> = sqlx::query_scalar(
        "SELECT DISTINCT w.value FROM events e, json_each(e.body, '$.workflows') w
         WHERE e.position > ?1 AND e.position <= ?2 AND e.kind = ?3",
    )
    .bind(after.0)
    .bind(to.0)
    .bind(WORKFLOWS_MOVED)
    .fetch_all(conn)
    .await?;
    Ok(numbers.into_iter().map(WorkflowId).collect())
}

/// Which store owned which run when: what was recorded elsewhere counts for no day of this store.
#[derive(Debug, Default)]
pub(crate) struct Hops {
    here: Option<StoreUid>,
    runs: BTreeMap<WorkflowId, Vec<(Seq, StoreUid, StoreUid)>>,
}

impl Hops {
    /// Of all runs of this store.
    pub(crate) async fn read(conn: &mut SqliteConnection) -> Result<Self, Error> {
        let uid: String = sqlx::query_scalar("SELECT store_uid FROM meta")
            .fetch_one(&mut *conn)
            .await?;
        let mut runs: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (workflow, event) in events::arrived(conn).await? {
            if let EventBody::WorkflowArrived { from, to, .. } = event.body {
                runs.entry(workflow).or_default().push((event.seq, from, to));
            }
        }
        let here = uid.parse().ok().map(StoreUid);
        Ok(Self { here, runs })
    }

    /// Whether an event was recorded while another store owned its run.
    pub(crate) fn is_elsewhere(&self, workflow: WorkflowId, event: &Event) -> bool {
        let Some(hops) = self.runs.get(&workflow) else {
            return false;
        };
        let before = hops.iter().rev().find(|(seq, ..)| *seq <= event.seq);
        let owner = match (before, hops.first()) {
            (Some((_, _, to)), _) => Some(*to),
            (None, Some((_, from, _))) => Some(*from),
            (None, None) => None,
        };
        owner.is_some() && owner != self.here
    }
}
