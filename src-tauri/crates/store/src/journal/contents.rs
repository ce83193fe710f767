//! Prompts, answers and results, each kept once under the hash of what it says.
//!
//! A text goes when nothing points at it any more. What points at texts is read from the schema: a column that says
//! `REFERENCES contents (hash)` keeps them. Projections need not say it, because events keep what they name.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Row, SqliteConnection};
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

/// What is true of a text that nothing points at, as SQL.
async fn pointed_at_by_nothing(conn: &mut SqliteConnection) -> Result<String, Error> {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT t.name, k.\"from\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) k
         WHERE t.type = 'table' AND k.\"table\" = 'contents'",
    )
    .fetch_all(conn)
    .await?;
    let conditions: Vec<String> = columns
        .iter()
        .map(|(table, column)| {
            format!("NOT EXISTS (SELECT 1 FROM \"{table}\" p WHERE p.\"{column}\" = contents.hash)")
        })
        .collect();
    Ok(conditions.join(" AND "))
}

/// At most `limit` of the texts that nothing points at.
pub(crate) async fn unreferenced(conn: &mut SqliteConnection, limit: u32) -> Result<Vec<ContentHash>, Error> {
    let condition = pointed_at_by_nothing(conn).await?;
    let sql = format!("SELECT hash FROM contents WHERE {condition} LIMIT {limit}");
    let hashes: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(conn).await?;
    Ok(hashes.into_iter().map(ContentHash).collect())
}

/// Removes those of the texts that nothing points at any more.
pub(crate) async fn remove_unreferenced(
    conn: &mut SqliteConnection,
    hashes: &[ContentHash],
) -> Result<(), Error> {
    let condition = pointed_at_by_nothing(conn).await?;
    let sql = format!("DELETE FROM contents WHERE hash IN (SELECT value FROM json_each(?1)) AND {condition}");
    sqlx::query(AssertSqlSafe(sql))
        .bind(column::to_json(&hashes)?)
        .execute(conn)
        .await?;
    Ok(())
}
