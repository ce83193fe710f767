//! Deletes a workflow with everything that only it needs.

use sqlx::SqliteConnection;
use wheelhouse_domain::{Position, WorkflowId, WorkflowStatus};

use super::commit::Committed;
use super::requests::{self, RequestRecord};
use super::store_fact::StoreFact;
use super::{Error, agents, calls, contents, events, questions, tasks, workflows};

/// Deletes an ended or never started workflow. Names it in the outcome if it was still there. A wish that found nothing
/// is not remembered, so that a remembered one always tells of something that was there.
pub(crate) async fn apply(
    conn: &mut SqliteConnection,
    head: Position,
    workflow: WorkflowId,
    request: &RequestRecord,
) -> Result<Committed, Error> {
    requests::refuse_repeated(conn, &request.key).await?;
    let Some(row) = workflows::get(conn, workflow).await? else {
        return Ok(Committed {
            workflow_ids: Vec::new(),
            first: Position(head.0 + 1),
            last: head,
        });
    };
    if !(row.status.is_final() || row.status == WorkflowStatus::Pending) {
        return Err(Error::WorkflowActive {
            id: workflow,
            status: row.status,
        });
    }
    requests::insert(conn, request, Some(workflow)).await?;
    let position = Position(head.0 + 1);
    remove(conn, workflow, position).await?;
    events::append_store_fact(
        conn,
        position,
        request.at,
        &StoreFact::WorkflowDeleted { workflow },
    )
    .await?;
    Ok(Committed {
        workflow_ids: vec![workflow],
        first: position,
        last: position,
    })
}

/// Removes a workflow with all that only it needs. `position` is that of the fact that tells of it.
pub(crate) async fn remove(
    conn: &mut SqliteConnection,
    workflow: WorkflowId,
    position: Position,
) -> Result<(), Error> {
    let texts = contents::of_workflow(conn, workflow).await?;
    agents::leave(conn, workflow, position).await?;
    calls::remove(conn, workflow).await?;
    questions::remove(conn, workflow).await?;
    tasks::remove(conn, workflow).await?;
    workflows::remove(conn, workflow).await?;
    events::remove(conn, workflow).await?;
    contents::remove_unreferenced(conn, &texts).await
}
