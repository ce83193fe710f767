//! The journal itself: append-only, in one order over the whole store.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeSet;
use wheelhouse_domain::{
    ContentHash, EVENT_VERSION, Event, EventBody, Json, Millis, Position, Seq, TaskKey, WorkflowId,
};

use super::fact::Fact;
use super::store_fact::{StoreFact, WORKFLOW_DELETED};
use super::{Error, column};

/// A recorded fact as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Place in the store.
    pub position: Position,
    /// The workflow; none for what concerns the store.
    pub workflow_id: Option<WorkflowId>,
    /// Place in its run; 0 for what concerns the store.
    pub seq: Seq,
    /// When it was recorded.
    pub at: Millis,
    /// What kind of fact.
    pub kind: String,
    /// The task that it is about.
    pub task: Option<TaskKey>,
    /// Version of the body's form.
    pub version: u16,
    /// The body as it is kept.
    pub body: Json,
}

/// A recorded fact without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThinEvent {
    /// Place in the store.
    pub position: Position,
    /// The workflow; none for what concerns the store.
    pub workflow_id: Option<WorkflowId>,
    /// When it was recorded.
    pub at: Millis,
    /// What kind of fact.
    pub kind: String,
    /// The task that it is about.
    pub task: Option<TaskKey>,
}

fn thin(row: &SqliteRow) -> Result<ThinEvent, Error> {
    Ok(ThinEvent {
        position: Position(row.try_get("position")?),
        workflow_id: row.try_get::<Option<u32>, _>("workflow_id")?.map(WorkflowId),
        at: column::at(row, "at")?,
        kind: row.try_get("kind")?,
        task: row.try_get::<Option<String>, _>("task")?.map(TaskKey),
    })
}

fn stored(row: &SqliteRow) -> Result<StoredEvent, Error> {
    let thin = thin(row)?;
    Ok(StoredEvent {
        position: thin.position,
        workflow_id: thin.workflow_id,
        seq: Seq(row.try_get::<Option<u32>, _>("seq")?.unwrap_or_default()),
        at: thin.at,
        kind: thin.kind,
        task: thin.task,
        version: row.try_get("v")?,
        body: column::json(row, "body")?,
    })
}

/// The version of a row that this program can read.
fn readable_version(row: &SqliteRow) -> Result<u16, Error> {
    let version: u16 = row.try_get("v")?;
    if version > EVENT_VERSION {
        return Err(Error::UnknownEventVersion {
            position: Position(row.try_get("position")?),
            version,
        });
    }
    Ok(version)
}

/// The event of a run, for folding.
pub(crate) fn event(row: &SqliteRow) -> Result<Event, Error> {
    Ok(Event {
        v: readable_version(row)?,
        seq: Seq(row.try_get("seq")?),
        at: column::at(row, "at")?,
        body: column::json::<EventBody>(row, "body")?,
    })
}

/// Writes an event of a run at its position.
pub(crate) async fn append(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    seq: Seq,
    version: u16,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO events (position, workflow_id, seq, v, at, kind, task, content, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )
    .bind(fact.position.0)
    .bind(fact.workflow.0)
    .bind(seq.0)
    .bind(version)
    .bind(fact.at.0)
    .bind(fact.body.kind())
    .bind(fact.body.task().map(TaskKey::as_str))
    .bind(fact.body.content().map(|hash| hash.as_str()))
    .bind(column::to_json(fact.body)?)
    .execute(conn)
    .await
    .map_err(|error| fact.explain("events", error.into()))?;
    Ok(())
}

/// Writes a fact about the store as a whole at its position.
pub(crate) async fn append_store_fact(
    conn: &mut SqliteConnection,
    position: Position,
    at: Millis,
    fact: &StoreFact,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO events (position, v, at, kind, body) VALUES (?1, ?2, ?3, ?4, ?5)")
        .bind(position.0)
        .bind(EVENT_VERSION)
        .bind(at.0)
        .bind(fact.kind())
        .bind(column::to_json(fact)?)
        .execute(conn)
        .await?;
    Ok(())
}

/// What was worked out last for a task before its work: a prompt, arguments, or inputs.
pub(crate) async fn prepared(
    conn: &mut SqliteConnection,
    workflow: WorkflowId,
    task: &TaskKey,
) -> Result<Option<ContentHash>, Error> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT content FROM events
         WHERE workflow_id = ?1 AND kind = 'task_prepared' AND task = ?2 AND content IS NOT NULL
         ORDER BY seq DESC LIMIT 1",
    )
    .bind(workflow.0)
    .bind(task.as_str())
    .fetch_optional(conn)
    .await?;
    Ok(found.map(ContentHash))
}

/// Removes all events of a run. Its positions are never given out again.
pub(crate) async fn remove(conn: &mut SqliteConnection, workflow: WorkflowId) -> Result<(), Error> {
    sqlx::query("DELETE FROM events WHERE workflow_id = ?1")
        .bind(workflow.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Position of the newest event; 0 in an empty journal.
pub(crate) async fn head(conn: &mut SqliteConnection) -> Result<Position, Error> {
    let newest: Option<i64> = sqlx::query_scalar("SELECT max(position) FROM events")
        .fetch_one(conn)
        .await?;
    Ok(Position(newest.unwrap_or_default()))
}

/// Newest `seq` of a run; none when there is no such run.
pub(crate) async fn newest_seq(
    conn: &mut SqliteConnection,
    workflow: WorkflowId,
) -> Result<Option<Seq>, Error> {
    let newest: Option<u32> = sqlx::query_scalar("SELECT max(seq) FROM events WHERE workflow_id = ?1")
        .bind(workflow.0)
        .fetch_one(conn)
        .await?;
    Ok(newest.map(Seq))
}

/// Events of a run after `after`, oldest first, at most `limit`.
pub(crate) async fn of_workflow(
    conn: &mut SqliteConnection,
    workflow: WorkflowId,
    after: Seq,
    limit: u32,
) -> Result<Vec<StoredEvent>, Error> {
    let rows = sqlx::query("SELECT * FROM events WHERE workflow_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3")
        .bind(workflow.0)
        .bind(after.0)
        .bind(limit)
        .fetch_all(conn)
        .await?;
    rows.iter().map(stored).collect()
}

/// The whole run, for folding.
pub(crate) async fn run(conn: &mut SqliteConnection, workflow: WorkflowId) -> Result<Vec<Event>, Error> {
    let rows = sqlx::query("SELECT * FROM events WHERE workflow_id = ?1 ORDER BY seq")
        .bind(workflow.0)
        .fetch_all(conn)
        .await?;
    rows.iter().map(event).collect()
}

/// The event that a run began with; none when there is no such run.
pub(crate) async fn first(conn: &mut SqliteConnection, workflow: WorkflowId) -> Result<Option<Event>, Error> {
    let row = sqlx::query("SELECT * FROM events WHERE workflow_id = ?1 ORDER BY seq LIMIT 1")
        .bind(workflow.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(event).transpose()
}

/// Workflows that were taken in from files.
pub(crate) async fn imported(conn: &mut SqliteConnection) -> Result<BTreeSet<WorkflowId>, Error> {
    let numbers: Vec<u32> = sqlx::query_scalar("SELECT workflow_id FROM events WHERE kind = ?1")
        .bind(EventBody::WorkflowImported {}.kind())
        .fetch_all(conn)
        .await?;
    Ok(numbers.into_iter().map(WorkflowId).collect())
}

/// The events by which runs came here from other stores, or to others, in their order.
pub(crate) async fn arrived(conn: &mut SqliteConnection) -> Result<Vec<(WorkflowId, Event)>, Error> {
    let rows = sqlx::query("SELECT * FROM events WHERE kind = 'workflow_arrived' ORDER BY workflow_id, seq")
        .fetch_all(conn)
        .await?;
    let read = |row: &SqliteRow| Ok((WorkflowId(row.try_get("workflow_id")?), event(row)?));
    rows.iter().map(read).collect()
}

/// Events of the store after `after`, thin, oldest first, at most `limit`.
pub(crate) async fn thin_after(
    conn: &mut SqliteConnection,
    after: Position,
    limit: u32,
) -> Result<Vec<ThinEvent>, Error> {
    let rows = sqlx::query(
        "SELECT position, workflow_id, at, kind, task FROM events WHERE position > ?1
         ORDER BY position LIMIT ?2",
    )
    .bind(after.0)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(thin).collect()
}

/// Workflows whose deletion is recorded in (`after`, `to`].
pub(crate) async fn deleted_between(
    conn: &mut SqliteConnection,
    after: Position,
    to: Position,
) -> Result<Vec<WorkflowId>, Error> {
    let numbers: Vec<u32> = sqlx::query_scalar(
        "SELECT json_extract(body, '$.workflow') FROM events
         WHERE position > ?1 AND position <= ?2 AND kind = ?3 ORDER BY position",
    )
    .bind(after.0)
    .bind(to.0)
    .bind(WORKFLOW_DELETED)
    .fetch_all(conn)
    .await?;
    Ok(numbers.into_iter().map(WorkflowId).collect())
}

/// A fact with its place, for making projections anew.
#[derive(Debug)]
pub(crate) enum Recorded {
    /// Of a run.
    Run(WorkflowId, Event),
    /// About the store as a whole, and when it was recorded.
    Store(Millis, StoreFact),
}

fn recorded(row: &SqliteRow) -> Result<(Position, Recorded), Error> {
    let position = Position(row.try_get("position")?);
    let what = match row.try_get::<Option<u32>, _>("workflow_id")? {
        Some(workflow) => Recorded::Run(WorkflowId(workflow), event(row)?),
        None => {
            readable_version(row)?;
            Recorded::Store(column::at(row, "at")?, column::json(row, "body")?)
        }
    };
    Ok((position, what))
}

/// Facts after `after` with their places, oldest first, at most `limit`.
pub(crate) async fn for_replay(
    conn: &mut SqliteConnection,
    after: Position,
    limit: u32,
) -> Result<Vec<(Position, Recorded)>, Error> {
    let rows = sqlx::query("SELECT * FROM events WHERE position > ?1 ORDER BY position LIMIT ?2")
        .bind(after.0)
        .bind(limit)
        .fetch_all(conn)
        .await?;
    rows.iter().map(recorded).collect()
}
