//! Prompts, answers and results, each kept once under the hash of what it says.

use std::collections::BTreeMap;

use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{ContentHash, WorkflowId};

use super::{Error, column};

/// Stores a text unless it is there.
pub(crate) async fn put(conn: &mut SqliteConnection, content: &str) -> Result<(), Error> {
    sqlx::query("INSERT INTO contents (hash, content) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
        .bind(ContentHash::of(content).0)
        .bind(content)
        .execute(conn)
        .await?;
    Ok(())
}

/// One text.
pub(crate) async fn get(conn: &mut SqliteConnection, hash: &ContentHash) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar("SELECT content FROM contents WHERE hash = ?1")
        .bind(hash.as_str())
        .fetch_optional(conn)
        .await?)
}

/// Those of the texts that are there.
pub(crate) async fn get_many(
    conn: &mut SqliteConnection,
    hashes: &[ContentHash],
) -> Result<BTreeMap<ContentHash, String>, Error> {
    let rows =
        sqlx::query("SELECT hash, content FROM contents WHERE hash IN (SELECT value FROM json_each(?1))")
            .bind(column::to_json(&hashes)?)
            .fetch_all(conn)
            .await?;
    rows.iter()
        .map(|row| Ok((ContentHash(row.try_get("hash")?), row.try_get("content")?)))
        .collect()
}

/// The texts that events of this run point at.
pub(crate) async fn of_workflow(
    conn: &mut SqliteConnection,
    workflow: WorkflowId,
) -> Result<Vec<ContentHash>, Error> {
    let hashes: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT content FROM events WHERE workflow_id = ?1 AND content IS NOT NULL",
    )
    .bind(workflow.0)
    .fetch_all(conn)
    .await?;
    Ok(hashes.into_iter().map(ContentHash).collect())
}

/// Removes those of the texts that no event points at any more.
pub(crate) async fn remove_unreferenced(
    conn: &mut SqliteConnection,
    hashes: &[ContentHash],
) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM contents WHERE hash IN (SELECT value FROM json_each(?1))
         AND NOT EXISTS (SELECT 1 FROM events WHERE events.content = contents.hash)",
    )
    .bind(column::to_json(&hashes)?)
    .execute(conn)
    .await?;
    Ok(())
}
