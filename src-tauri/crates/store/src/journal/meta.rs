//! The one row that says which store this is.

use sqlx::{Row, SqliteConnection};
use uuid::Uuid;
use wheelhouse_domain::{StoreUid, WorkflowId};

use super::{Error, column};

/// Which store this is. A subscriber resumes from (uid, epoch, position).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreIdentity {
    /// Identity of the store.
    pub uid: StoreUid,
    /// How often a backup was restored into it, from 1.
    pub epoch: u32,
}

/// Makes the row at the first start, raises the epoch when this file was a backup, and gives the identity.
pub(crate) async fn settle(conn: &mut SqliteConnection) -> Result<StoreIdentity, Error> {
    sqlx::query("INSERT INTO meta (one, store_uid, epoch) VALUES (1, ?1, 1) ON CONFLICT DO NOTHING")
        .bind(Uuid::now_v7().to_string())
        .execute(&mut *conn)
        .await?;
    sqlx::query("UPDATE meta SET epoch = epoch + 1, is_backup = 0 WHERE is_backup = 1")
        .execute(&mut *conn)
        .await?;
    read(conn).await
}

/// Which store this is.
pub(crate) async fn read(conn: &mut SqliteConnection) -> Result<StoreIdentity, Error> {
    let row = sqlx::query("SELECT store_uid, epoch FROM meta")
        .fetch_one(conn)
        .await?;
    Ok(StoreIdentity {
        uid: StoreUid(column::uid(&row, "store_uid")?),
        epoch: row.try_get("epoch")?,
    })
}

/// Marks the file as a backup, so that opening it as the journal raises the epoch.
pub(crate) async fn mark_backup(conn: &mut SqliteConnection) -> Result<(), Error> {
    sqlx::query("UPDATE meta SET is_backup = 1").execute(conn).await?;
    Ok(())
}

/// Gives out the next workflow number.
pub(crate) async fn next_workflow(conn: &mut SqliteConnection) -> Result<WorkflowId, Error> {
    let number =
        sqlx::query_scalar("UPDATE meta SET last_workflow = last_workflow + 1 RETURNING last_workflow")
            .fetch_one(conn)
            .await?;
    Ok(WorkflowId(number))
}
