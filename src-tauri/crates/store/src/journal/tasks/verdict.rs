//! What the operator says of what tasks gave. It belongs to this store, not to the run: a file of the run does not have it.

use sqlx::SqliteConnection;
use wheelhouse_domain::{Position, TaskId, TaskKey, TaskStatus, Verdict, WorkflowId};

use crate::journal::store_fact::{StoreFact, TASK_JUDGED};
use crate::journal::{Error, column};

/// The fact that follows from a verdict; none when it is on record already.
pub(crate) async fn judge(
    conn: &mut SqliteConnection,
    (workflow, id): (WorkflowId, TaskId),
    verdict: Option<Verdict>,
) -> Result<Option<StoreFact>, Error> {
    let task = super::get(conn, workflow, id)
        .await?
        .ok_or(Error::TaskNotFound { workflow, task: id })?;
    let by_an_agent = task.agent_id.is_some() && !task.overridden;
    if task.status != TaskStatus::Completed || !by_an_agent {
        return Err(Error::NothingToJudge(id));
    }
    Ok((task.verdict != verdict).then_some(StoreFact::TaskJudged {
        workflow,
        task: task.key,
        verdict,
    }))
}

/// Keeps a verdict. Its workflow may be gone by the time that the tables are made anew.
pub(crate) async fn project_judged(
    conn: &mut SqliteConnection,
    position: Position,
    (workflow, task): (WorkflowId, &TaskKey),
    verdict: Option<Verdict>,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE tasks SET verdict = ?3, touched = max(touched, ?4) WHERE workflow_id = ?1 AND key = ?2",
    )
    .bind(workflow.0)
    .bind(task.as_str())
    .bind(verdict.map(Verdict::as_str))
    .bind(position.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Workflows with tasks that a verdict recorded in (`after`, `to`] is about.
pub(crate) async fn workflows_of_judged(
    conn: &mut SqliteConnection,
    after: Position,
    to: Position,
) -> Result<Vec<WorkflowId>, Error> {
    let numbers: Vec<u32> = sqlx::query_scalar(
        "SELECT DISTINCT json_extract(body, '$.workflow') FROM events
         WHERE position > ?1 AND position <= ?2 AND kind = ?3",
    )
    .bind(after.0)
    .bind(to.0)
    .bind(TASK_JUDGED)
    .fetch_all(conn)
    .await?;
    Ok(numbers.into_iter().map(WorkflowId).collect())
}

/// The verdict in a row.
pub(super) fn of_row(row: &sqlx::sqlite::SqliteRow) -> Result<Option<Verdict>, Error> {
    column::word_opt(row, "verdict", Verdict::parse)
}
