//! Texts that nothing points at, and wishes that nobody will repeat any more.

use sqlx::SqliteConnection;
use wheelhouse_domain::{ContentHash, Millis};

use super::super::{Error, Store, contents};

/// How long a wish is remembered. A window or a remote client repeats one within seconds, or after its next start.
pub(super) const REMEMBERED: i64 = 30 * 24 * 60 * 60 * 1_000;

/// Rows that go in one piece of work.
const BATCH: u32 = 2_000;

impl Store {
    /// Whether a wish is older than `before`.
    pub(super) async fn has_old_requests(&self, before: Millis) -> Result<bool, Error> {
        let mut conn = self.reader().await?;
        let found: i64 = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM requests WHERE at < ?1)")
            .bind(before.0)
            .fetch_one(&mut *conn)
            .await?;
        Ok(found > 0)
    }

    /// Some of the texts that nothing points at.
    pub(super) async fn orphans(&self) -> Result<Vec<ContentHash>, Error> {
        contents::unreferenced(&mut *self.reader().await?, BATCH).await
    }
}

/// Forgets some of the wishes older than `before`.
pub(super) async fn forget_requests(conn: &mut SqliteConnection, before: Millis) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM requests WHERE rowid IN (SELECT rowid FROM requests WHERE at < ?1 ORDER BY at LIMIT ?2)",
    )
    .bind(before.0)
    .bind(BATCH)
    .execute(conn)
    .await?;
    Ok(())
}
