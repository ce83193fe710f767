//! When workflows start by themselves. What became of each due time is in `due`.
//!
//! Deliberately absent: what an expression means and what follows from a due time. The engine decides that; here a due
//! time is only kept from being used twice.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{
    CatchUp, Millis, Overlap, ScheduleForm, ScheduleId, SchedulePolicy, ScheduleUid, TemplateUid,
};

use super::store_fact::StoreFact;
use super::{Error, column};

mod commit;
mod due;
mod projection;
mod wishes;

pub use commit::{DueRecord, DueStart};
pub use due::{DueRow, DueWorkflow, ScheduleNotice, ScheduleWatch};

pub(crate) use commit::{DueWork, apply};
pub(crate) use due::{notices, of_schedule, watch};
pub(crate) use projection::{
    project_due, project_paused, project_saved, project_seen, project_set_back, remove_rows,
};

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRow {
    /// Number in this store. Never given out again.
    pub id: ScheduleId,
    /// Identity.
    pub uid: ScheduleUid,
    /// What the operator wrote.
    pub form: ScheduleForm,
    /// Whether nothing starts for now.
    pub paused: bool,
    /// Everything that was due until then has an outcome.
    pub considered_at: Millis,
    /// Since when it is there.
    pub created_at: Millis,
}

/// A schedule as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSchedule {
    /// Which one to change; none to add one.
    pub id: Option<ScheduleId>,
    /// Identity of one that is added. One that is changed keeps its own.
    pub uid: ScheduleUid,
    /// What the operator wrote.
    pub form: ScheduleForm,
}

fn from_row(row: &SqliteRow) -> Result<ScheduleRow, Error> {
    let policy = SchedulePolicy {
        overlap: column::word(row, "overlap", Overlap::parse)?,
        catch_up: column::word(row, "catch_up", CatchUp::parse)?,
        window_minutes: row.try_get("window_minutes")?,
    };
    Ok(ScheduleRow {
        id: ScheduleId(row.try_get("id")?),
        uid: ScheduleUid(column::uid(row, "uid")?),
        form: ScheduleForm {
            name: row.try_get("name")?,
            template: TemplateUid(column::uid(row, "template")?),
            template_version: row.try_get("template_version")?,
            inputs: column::json(row, "inputs")?,
            cron: row.try_get("cron")?,
            zone: row.try_get("zone")?,
            policy,
        },
        paused: row.try_get("paused")?,
        considered_at: column::at(row, "considered_at")?,
        created_at: column::at(row, "created_at")?,
    })
}

/// Every schedule, by name.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<ScheduleRow>, Error> {
    let rows = sqlx::query("SELECT * FROM schedules ORDER BY name")
        .fetch_all(conn)
        .await?;
    rows.iter().map(from_row).collect()
}

/// The schedule with this number.
pub(crate) async fn get(conn: &mut SqliteConnection, id: ScheduleId) -> Result<Option<ScheduleRow>, Error> {
    let row = sqlx::query("SELECT * FROM schedules WHERE id = ?1")
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The schedule with this name.
pub(crate) async fn by_name(conn: &mut SqliteConnection, name: &str) -> Result<Option<ScheduleRow>, Error> {
    let row = sqlx::query("SELECT * FROM schedules WHERE name = ?1")
        .bind(name)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The fact that follows from saving a schedule; none when it is like that already.
pub(crate) async fn save(conn: &mut SqliteConnection, new: &NewSchedule) -> Result<Option<StoreFact>, Error> {
    let present = match new.id {
        Some(id) => Some(get(conn, id).await?.ok_or(Error::ScheduleNotFound(id))?),
        None => None,
    };
    let (id, uid) = match &present {
        Some(row) => (row.id, row.uid),
        None => (next_id(conn).await?, new.uid),
    };
    let other = by_name(conn, &new.form.name).await?;
    if other.is_some_and(|other| other.id != id) {
        return Err(Error::ScheduleNameTaken(new.form.name.clone()));
    }
    if present.as_ref().is_some_and(|row| row.form == new.form) {
        return Ok(None);
    }
    let same_times = |row: &ScheduleRow| (&row.form.cron, &row.form.zone) == (&new.form.cron, &new.form.zone);
    Ok(Some(StoreFact::ScheduleSaved {
        schedule: id,
        uid,
        anew: !present.as_ref().is_some_and(same_times),
        form: new.form.clone(),
    }))
}

/// The fact that follows from removing a schedule; none when it is not there.
pub(crate) async fn remove(conn: &mut SqliteConnection, id: ScheduleId) -> Result<Option<StoreFact>, Error> {
    Ok(get(conn, id).await?.map(|row| StoreFact::ScheduleRemoved {
        schedule: row.id,
        uid: row.uid,
    }))
}

/// The fact that follows from pausing a schedule or letting it go on; none when it is like that already.
pub(crate) async fn pause(
    conn: &mut SqliteConnection,
    id: ScheduleId,
    paused: bool,
) -> Result<Option<StoreFact>, Error> {
    let row = get(conn, id).await?.ok_or(Error::ScheduleNotFound(id))?;
    Ok((row.paused != paused).then_some(StoreFact::SchedulePaused { schedule: id, paused }))
}

/// The fact that the operator saw what went wrong until `to`; none when that was so already.
pub(crate) async fn see(
    conn: &mut SqliteConnection,
    id: ScheduleId,
    to: Millis,
) -> Result<Option<StoreFact>, Error> {
    let seen: Option<i64> = sqlx::query_scalar("SELECT seen_at FROM schedules WHERE id = ?1")
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    let seen = seen.ok_or(Error::ScheduleNotFound(id))?;
    Ok((seen < to.0).then_some(StoreFact::ScheduleSeen { schedule: id, to }))
}

/// A number that no schedule ever had.
async fn next_id(conn: &mut SqliteConnection) -> Result<ScheduleId, Error> {
    let last: Option<u32> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'schedules'")
        .fetch_optional(conn)
        .await?;
    Ok(ScheduleId(last.unwrap_or_default() + 1))
}
