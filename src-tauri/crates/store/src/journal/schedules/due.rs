//! What became of each due time.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{Due, DueOutcome, Millis, ScheduleId, WorkflowFailure, WorkflowId, WorkflowStatus};

use super::{Error, ScheduleRow, column};

/// What became of a due time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRow {
    /// Whose.
    pub schedule: ScheduleId,
    /// The time.
    pub due: Due,
    /// What became of it.
    pub outcome: DueOutcome,
    /// Since when that is so.
    pub decided_at: Millis,
    /// The workflow that was started, unless it was deleted since.
    pub workflow: Option<DueWorkflow>,
}

/// Where the workflow of a due time stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueWorkflow {
    /// Its number.
    pub id: WorkflowId,
    /// Where it stands.
    pub status: WorkflowStatus,
    /// When it ended.
    pub completed_at: Option<Millis>,
    /// Which task failed, why, and what to do.
    pub failure: Option<WorkflowFailure>,
}

/// Something that did not go as planned and that the operator has not seen yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleNotice {
    /// The schedule's name.
    pub name: String,
    /// What became of the due time.
    pub row: DueRow,
    /// When it went wrong.
    pub at: Millis,
}

/// A schedule and all that matters for what is to be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleWatch {
    /// The schedule.
    pub row: ScheduleRow,
    /// Its workflows that have not ended, oldest first.
    pub running: Vec<WorkflowId>,
    /// Due times in line, oldest first, and whether they had been missed.
    pub waiting: Vec<(Millis, bool)>,
    /// Due times after the newest that was considered which have an outcome all the same.
    pub used: BTreeSet<Millis>,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT r.*, w.id AS found_id, w.status AS found_status, w.completed_at AS found_completed_at,
               w.failure AS found_failure
             FROM schedule_runs r LEFT JOIN workflows w ON w.id = r.workflow_id ",
            $tail
        )
    };
}

fn from_row(row: &SqliteRow) -> Result<DueRow, Error> {
    let workflow = match row.try_get::<Option<u32>, _>("found_id")? {
        Some(id) => Some(DueWorkflow {
            id: WorkflowId(id),
            status: column::word(row, "found_status", WorkflowStatus::parse)?,
            completed_at: column::at_opt(row, "found_completed_at")?,
            failure: column::json_opt(row, "found_failure")?,
        }),
        None => None,
    };
    Ok(DueRow {
        schedule: ScheduleId(row.try_get("schedule_id")?),
        due: Due {
            at: column::at(row, "due_at")?,
            first: column::at(row, "first_at")?,
            times: row.try_get("times")?,
            more: row.try_get("more")?,
        },
        outcome: column::json(row, "detail")?,
        decided_at: column::at(row, "decided_at")?,
        workflow,
    })
}

/// What became of the newest due times of a schedule, newest first, at most `limit`.
pub(crate) async fn of_schedule(
    conn: &mut SqliteConnection,
    id: ScheduleId,
    limit: u32,
) -> Result<Vec<DueRow>, Error> {
    let rows = sqlx::query(select!(
        "WHERE r.schedule_id = ?1 ORDER BY r.due_at DESC LIMIT ?2"
    ))
    .bind(id.0)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// The row of one due time.
pub(super) async fn get(
    conn: &mut SqliteConnection,
    id: ScheduleId,
    at: Millis,
) -> Result<Option<DueRow>, Error> {
    let row = sqlx::query(select!("WHERE r.schedule_id = ?1 AND r.due_at = ?2"))
        .bind(id.0)
        .bind(at.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// What went wrong and was not seen yet, newest first, at most `limit`: due times that were missed, skipped or could not
/// start, and workflows that failed.
pub(crate) async fn notices(conn: &mut SqliteConnection, limit: u32) -> Result<Vec<ScheduleNotice>, Error> {
    let rows = sqlx::query(
        "SELECT r.*, w.id AS found_id, w.status AS found_status, w.completed_at AS found_completed_at,
           w.failure AS found_failure, s.name AS schedule_name,
           CASE r.outcome WHEN 'started' THEN w.completed_at ELSE r.decided_at END AS wrong_at
         FROM schedule_runs r JOIN schedules s ON s.id = r.schedule_id
           LEFT JOIN workflows w ON w.id = r.workflow_id
         WHERE (r.outcome IN ('missed', 'skipped', 'failed') OR (r.outcome = 'started' AND w.status = 'failed'))
           AND CASE r.outcome WHEN 'started' THEN w.completed_at ELSE r.decided_at END > s.seen_at
         ORDER BY wrong_at DESC, r.due_at DESC LIMIT ?1",
    )
    .bind(limit)
    .fetch_all(conn)
    .await?;
    let notice = |row: &SqliteRow| {
        Ok(ScheduleNotice {
            name: row.try_get("schedule_name")?,
            row: from_row(row)?,
            at: column::at(row, "wrong_at")?,
        })
    };
    rows.iter().map(notice).collect()
}

/// Every schedule with all that matters for what is to be done about it.
pub(crate) async fn watch(conn: &mut SqliteConnection) -> Result<Vec<ScheduleWatch>, Error> {
    let mut running: BTreeMap<ScheduleId, Vec<WorkflowId>> = BTreeMap::new();
    let rows = sqlx::query(
        "SELECT r.schedule_id, r.workflow_id FROM workflows w JOIN schedule_runs r ON r.workflow_id = w.id
         WHERE w.status IN ('pending', 'running', 'waiting', 'paused') AND w.id NOT IN (SELECT id FROM away)
         ORDER BY r.workflow_id",
    );
    for row in rows.fetch_all(&mut *conn).await? {
        let workflow = WorkflowId(row.try_get("workflow_id")?);
        running.entry(schedule_of(&row)?).or_default().push(workflow);
    }
    let mut waiting: BTreeMap<ScheduleId, Vec<(Millis, bool)>> = BTreeMap::new();
    let rows = sqlx::query(
        "SELECT schedule_id, due_at, json_extract(detail, '$.late') AS late FROM schedule_runs
         WHERE outcome = 'waiting' ORDER BY due_at",
    );
    for row in rows.fetch_all(&mut *conn).await? {
        let due = (column::at(&row, "due_at")?, row.try_get("late")?);
        waiting.entry(schedule_of(&row)?).or_default().push(due);
    }
    let mut used: BTreeMap<ScheduleId, BTreeSet<Millis>> = BTreeMap::new();
    let rows = sqlx::query(
        "SELECT r.schedule_id, r.due_at FROM schedules s JOIN schedule_runs r
           ON r.schedule_id = s.id AND r.due_at > s.considered_at",
    );
    for row in rows.fetch_all(&mut *conn).await? {
        used.entry(schedule_of(&row)?)
            .or_default()
            .insert(column::at(&row, "due_at")?);
    }
    let all = super::all(conn).await?;
    let watch = |row: ScheduleRow| ScheduleWatch {
        running: running.remove(&row.id).unwrap_or_default(),
        waiting: waiting.remove(&row.id).unwrap_or_default(),
        used: used.remove(&row.id).unwrap_or_default(),
        row,
    };
    Ok(all.into_iter().map(watch).collect())
}

fn schedule_of(row: &SqliteRow) -> Result<ScheduleId, Error> {
    Ok(ScheduleId(row.try_get("schedule_id")?))
}
