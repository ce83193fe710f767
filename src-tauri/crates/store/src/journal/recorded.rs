//! Facts of runs as they are recorded, whole and in the order of the store, for whoever watches what happens in all of
//! them: figures and traces of a server.

use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, query};
use wheelhouse_domain::{Event, Position, TaskId, WorkflowId};

use super::{Error, events};

/// One recorded fact of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedFact {
    /// Place in the store.
    pub position: Position,
    /// The run.
    pub workflow: WorkflowId,
    /// The task that it is about, where it names one.
    pub task: Option<TaskId>,
    /// The fact.
    pub event: Event,
}

/// A piece of the record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorded {
    /// Facts of runs, oldest first. Those of deleted and imported runs, and those about the store itself, are missing.
    pub facts: Vec<RecordedFact>,
    /// Everything up to here has been looked at.
    pub to: Position,
}

fn fact(row: &SqliteRow) -> Result<RecordedFact, Error> {
    Ok(RecordedFact {
        position: Position(row.try_get("position")?),
        workflow: WorkflowId(row.try_get("workflow_id")?),
        task: row.try_get::<Option<u32>, _>("task_id")?.map(TaskId),
        event: events::event(row)?,
    })
}

fn piece(rows: &[SqliteRow], limit: u32, head: Position) -> Result<Recorded, Error> {
    let facts = rows.iter().map(fact).collect::<Result<Vec<_>, _>>()?;
    let is_full = u32::try_from(facts.len()).is_ok_and(|count| count >= limit);
    let last = facts.last().map(|fact| fact.position).filter(|_| is_full);
    Ok(Recorded {
        facts,
        to: last.unwrap_or(head),
    })
}

/// What was recorded after `after`, at most `limit` facts.
pub(crate) async fn after(
    conn: &mut SqliteConnection,
    after: Position,
    limit: u32,
) -> Result<Recorded, Error> {
    let head = events::head(conn).await?;
    let rows = query(
        "SELECT e.*, t.id AS task_id FROM events e
         LEFT JOIN tasks t ON t.workflow_id = e.workflow_id AND t.key = e.task
         WHERE e.position > ?1 AND e.workflow_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM workflows w WHERE w.id = e.workflow_id AND w.imported IS NOT NULL)
         ORDER BY e.position LIMIT ?2",
    )
    .bind(after.0)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    piece(&rows, limit, head.max(after))
}

/// Of what was recorded after `after`, at most `limit` facts of runs that have begun and not ended.
pub(crate) async fn of_unfinished(
    conn: &mut SqliteConnection,
    after: Position,
    limit: u32,
) -> Result<Recorded, Error> {
    let head = events::head(conn).await?;
    let rows = query(
        "SELECT e.*, t.id AS task_id FROM events e
         JOIN workflows w ON w.id = e.workflow_id AND w.status IN ('running', 'waiting', 'paused')
         LEFT JOIN tasks t ON t.workflow_id = e.workflow_id AND t.key = e.task
         WHERE e.position > ?1 ORDER BY e.position LIMIT ?2",
    )
    .bind(after.0)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    piece(&rows, limit, head.max(after))
}
