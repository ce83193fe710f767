//! Wishes that were carried out, so that a wish sent twice is carried out once.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{Millis, QuestionId, WorkflowId};

use super::{Error, column};

/// A wish and what it was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// Chosen by who asked; the same when the wish is sent again.
    pub key: String,
    /// Which operation, so that a key used for another wish is noticed.
    pub operation: String,
    /// The workflow. When none is given with a commit, the store puts in that of the commit's first run.
    pub workflow_id: Option<WorkflowId>,
    /// The question that was answered.
    pub question_id: Option<QuestionId>,
    /// When it was carried out.
    pub at: Millis,
}

fn from_row(row: &SqliteRow) -> Result<RequestRecord, Error> {
    Ok(RequestRecord {
        key: row.try_get("key")?,
        operation: row.try_get("operation")?,
        workflow_id: row.try_get::<Option<u32>, _>("workflow_id")?.map(WorkflowId),
        question_id: row.try_get::<Option<u32>, _>("question_id")?.map(QuestionId),
        at: column::at(row, "at")?,
    })
}

/// The wish with this key, if it was carried out.
pub(crate) async fn find(conn: &mut SqliteConnection, key: &str) -> Result<Option<RequestRecord>, Error> {
    let row = sqlx::query("SELECT key, operation, workflow_id, question_id, at FROM requests WHERE key = ?1")
        .bind(key)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// Fails when the wish was carried out before.
pub(crate) async fn refuse_repeated(conn: &mut SqliteConnection, key: &str) -> Result<(), Error> {
    match find(conn, key).await? {
        Some(record) => Err(Error::RequestRepeated(record)),
        None => Ok(()),
    }
}

/// Remembers a wish. `workflow` stands in where the record names none.
pub(crate) async fn insert(
    conn: &mut SqliteConnection,
    record: &RequestRecord,
    workflow: Option<WorkflowId>,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO requests (key, operation, workflow_id, question_id, at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )
    .bind(&record.key)
    .bind(&record.operation)
    .bind(record.workflow_id.or(workflow).map(|id| id.0))
    .bind(record.question_id.map(|id| id.0))
    .bind(record.at.0)
    .execute(conn)
    .await?;
    Ok(())
}
