//! Brings the tables of schedules up to a fact.

use sqlx::SqliteConnection;
use wheelhouse_domain::{Due, DueOutcome, Millis, ScheduleForm, ScheduleId, ScheduleUid, SkipReason};

use super::{Error, column};

/// Due times of one schedule whose outcome is kept. Older ones stay in the journal.
const KEPT: u32 = 500;

/// A schedule was added or changed. It stays as old as it is.
pub(crate) async fn project_saved(
    conn: &mut SqliteConnection,
    at: Millis,
    (id, uid): (ScheduleId, ScheduleUid),
    form: &ScheduleForm,
    anew: bool,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO schedules (id, uid, name, template, template_version, inputs, cron, zone, overlap, catch_up,
           window_minutes, considered_at, seen_at, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?12)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, template = excluded.template,
           template_version = excluded.template_version, inputs = excluded.inputs, cron = excluded.cron,
           zone = excluded.zone, overlap = excluded.overlap, catch_up = excluded.catch_up,
           window_minutes = excluded.window_minutes,
           considered_at = CASE WHEN ?13 THEN excluded.considered_at ELSE considered_at END",
    )
    .bind(id.0)
    .bind(uid.to_string())
    .bind(&form.name)
    .bind(form.template.to_string())
    .bind(form.template_version)
    .bind(column::to_json(&form.inputs)?)
    .bind(&form.cron)
    .bind(&form.zone)
    .bind(form.policy.overlap.as_str())
    .bind(form.policy.catch_up.as_str())
    .bind(form.policy.window_minutes)
    .bind(at.0)
    .bind(anew)
    .execute(conn)
    .await?;
    Ok(())
}

/// A schedule is gone with its history. Its workflows stay.
pub(crate) async fn remove_rows(conn: &mut SqliteConnection, id: ScheduleId) -> Result<(), Error> {
    for statement in [
        "DELETE FROM schedule_runs WHERE schedule_id = ?1",
        "DELETE FROM schedules WHERE id = ?1",
    ] {
        sqlx::query(statement).bind(id.0).execute(&mut *conn).await?;
    }
    Ok(())
}

/// A schedule was paused, or goes on from now. What waited in line when it was paused is let go.
pub(crate) async fn project_paused(
    conn: &mut SqliteConnection,
    at: Millis,
    id: ScheduleId,
    paused: bool,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE schedules SET paused = ?2,
           considered_at = CASE WHEN ?2 THEN considered_at ELSE ?3 END WHERE id = ?1",
    )
    .bind(id.0)
    .bind(paused)
    .bind(at.0)
    .execute(&mut *conn)
    .await?;
    if paused {
        let outcome = DueOutcome::Skipped {
            reason: SkipReason::Paused,
        };
        sqlx::query(
            "UPDATE schedule_runs SET outcome = ?2, detail = ?3, decided_at = ?4
             WHERE schedule_id = ?1 AND outcome = 'waiting'",
        )
        .bind(id.0)
        .bind(outcome.as_str())
        .bind(column::to_json(&outcome)?)
        .bind(at.0)
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// The operator saw what went wrong.
pub(crate) async fn project_seen(
    conn: &mut SqliteConnection,
    id: ScheduleId,
    to: Millis,
) -> Result<(), Error> {
    sqlx::query("UPDATE schedules SET seen_at = ?2 WHERE id = ?1")
        .bind(id.0)
        .bind(to.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// The clock was set back: due times count from there.
pub(crate) async fn project_set_back(
    conn: &mut SqliteConnection,
    id: ScheduleId,
    to: Millis,
) -> Result<(), Error> {
    sqlx::query("UPDATE schedules SET considered_at = ?2, seen_at = min(seen_at, ?2) WHERE id = ?1")
        .bind(id.0)
        .bind(to.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// A due time has an outcome.
pub(crate) async fn project_due(
    conn: &mut SqliteConnection,
    now: Millis,
    id: ScheduleId,
    due: &Due,
    outcome: &DueOutcome,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO schedule_runs (schedule_id, due_at, first_at, times, more, outcome, detail, workflow_id,
           decided_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (schedule_id, due_at) DO UPDATE SET outcome = excluded.outcome, detail = excluded.detail,
           workflow_id = excluded.workflow_id, decided_at = excluded.decided_at",
    )
    .bind(id.0)
    .bind(due.at.0)
    .bind(due.first.0)
    .bind(due.times)
    .bind(due.more)
    .bind(outcome.as_str())
    .bind(column::to_json(outcome)?)
    .bind(outcome.workflow().map(|workflow| workflow.0))
    .bind(now.0)
    .execute(&mut *conn)
    .await?;
    // What the operator wanted in between says nothing about the due times before it.
    if outcome.is_by_hand() {
        return forget_old(conn, id).await;
    }
    sqlx::query("UPDATE schedules SET considered_at = max(considered_at, ?2) WHERE id = ?1")
        .bind(id.0)
        .bind(due.at.0)
        .execute(&mut *conn)
        .await?;
    forget_old(conn, id).await
}

/// What waits and what runs is kept, however old it is.
async fn forget_old(conn: &mut SqliteConnection, id: ScheduleId) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM schedule_runs WHERE schedule_id = ?1 AND outcome <> 'waiting'
           AND due_at < (SELECT due_at FROM schedule_runs WHERE schedule_id = ?1
             ORDER BY due_at DESC LIMIT 1 OFFSET ?2)
           AND NOT EXISTS (SELECT 1 FROM workflows w WHERE w.id = schedule_runs.workflow_id
             AND w.status IN ('pending', 'running', 'waiting', 'paused'))",
    )
    .bind(id.0)
    .bind(KEPT - 1)
    .execute(conn)
    .await?;
    Ok(())
}
