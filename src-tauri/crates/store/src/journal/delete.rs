//! Deletes a workflow with everything that only it needs.

use sqlx::SqliteConnection;
use wheelhouse_domain::{Position, WorkflowId, WorkflowStatus};

use super::commit::Committed;
use super::moves::RunPlace;
use super::requests::{self, RequestRecord};
use super::store_fact::StoreFact;
use super::workflows::WorkflowRow;
use super::{Error, agents, calls, contents, events, questions, tasks, workflows};

/// Deletes an ended or never started workflow with those that it started. Names it in the outcome if it was still
/// there. A wish that found nothing is not remembered, so that a remembered one always tells of something that was there.
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
    refuse_child(conn, &row).await?;
    let family = workflows::family(conn, row).await?;
    requests::insert(conn, request, Some(workflow)).await?;
    let mut position = head;
    // Those that were started last first, so that no workflow is there without the one that it was started for.
    for member in family.iter().rev() {
        refuse_needed(member)?;
        position = Position(position.0 + 1);
        remove(conn, member.id, position).await?;
        let fact = StoreFact::WorkflowDeleted { workflow: member.id };
        events::append_store_fact(conn, position, request.at, &fact).await?;
    }
    Ok(Committed {
        workflow_ids: vec![workflow],
        first: Position(head.0 + 1),
        last: position,
    })
}

/// A workflow that waits for one that it started needs to learn how that ended.
async fn refuse_child(conn: &mut SqliteConnection, row: &WorkflowRow) -> Result<(), Error> {
    let Some(parent) = row.parent.as_ref().and_then(|parent| parent.id) else {
        return Ok(());
    };
    match workflows::get(conn, parent).await? {
        Some(parent) => refuse_needed(&parent),
        None => Ok(()),
    }
}

/// What is another store's may go; what is on its way there may still come back.
fn refuse_needed(row: &WorkflowRow) -> Result<(), Error> {
    if let Some(moved) = &row.moved {
        return match moved.place {
            RunPlace::Gone | RunPlace::Here => Ok(()),
            RunPlace::Leaving => Err(Error::NotHere {
                id: row.id,
                place: moved.place,
                other: moved.other_name.clone(),
            }),
        };
    }
    if row.status.is_final() || row.status == WorkflowStatus::Pending {
        return Ok(());
    }
    Err(Error::WorkflowActive {
        id: row.id,
        status: row.status,
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
