//! Gives pages of deleted rows back to the file system and keeps the write-ahead log short, in steps small enough
//! for the writer to take between groups of commits.

use std::path::Path;

use sqlx::SqliteConnection;

/// Size in bytes that the log is cut back to, and above which it is emptied when there is time. A long read can hold
/// it back until the read is over.
pub(crate) const LOG_LIMIT: u64 = 8 * 1024 * 1024;

/// Pages that go back in one step: 2 MB, moved and synced within some milliseconds.
const PAGES: i64 = 512;

/// Steps at closing. What is left goes at the next start.
const AT_CLOSING: u32 = 16;

/// How long emptying the log waits for readers, in milliseconds. Commits wait meanwhile.
const PATIENCE_MS: u32 = 100;

/// Whether the log is longer than it should be. A log that is not there or can't be measured is short.
pub(crate) fn log_is_long(log: &Path) -> bool {
    std::fs::metadata(log).is_ok_and(|found| found.len() > LOG_LIMIT)
}

/// One step. Says whether there is more to do.
pub(crate) async fn step(conn: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let free = free_pages(conn).await?;
    if free == 0 {
        empty_log(conn).await?;
        return Ok(false);
    }
    // The pragma takes no parameter.
    let statement = sqlx::AssertSqlSafe(format!("PRAGMA incremental_vacuum({PAGES})"));
    sqlx::query(statement).fetch_all(&mut *conn).await?;
    let left = free_pages(conn).await?;
    if left >= free {
        tracing::warn!(left, "free pages of the journal's file do not go back");
        empty_log(conn).await?;
    }
    Ok(left < free)
}

/// Puts what is in the log into the database and empties it, unless a reader needs it for longer.
async fn empty_log(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let before: i64 = sqlx::query_scalar("PRAGMA busy_timeout")
        .fetch_one(&mut *conn)
        .await?;
    wait_at_most(conn, i64::from(PATIENCE_MS)).await?;
    let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_all(&mut *conn)
        .await;
    wait_at_most(conn, before).await?;
    emptied.map(drop)
}

async fn wait_at_most(conn: &mut SqliteConnection, milliseconds: i64) -> Result<(), sqlx::Error> {
    let statement = sqlx::AssertSqlSafe(format!("PRAGMA busy_timeout = {milliseconds}"));
    sqlx::query(statement).fetch_all(conn).await.map(drop)
}

async fn free_pages(conn: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA freelist_count").fetch_one(conn).await
}

/// Some steps before the file is let go.
pub(crate) async fn at_closing(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for _ in 0..AT_CLOSING {
        if !step(conn).await? {
            break;
        }
    }
    Ok(())
}
