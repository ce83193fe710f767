//! Removes a conversation with everything that was said in it: nothing of it stays in the journal.

use sqlx::SqliteConnection;
use wheelhouse_domain::{ConversationUid, Position, WorkflowId};

use super::{get, texts_of};
use crate::journal::commit::Committed;
use crate::journal::requests::{self, RequestRecord};
use crate::journal::store_fact::StoreFact;
use crate::journal::{Error, contents, delete, events, workflows};

/// Removes a conversation in which no reply is being made. A wish that found nothing becomes no fact.
pub(crate) async fn apply(
    conn: &mut SqliteConnection,
    head: Position,
    uid: ConversationUid,
    request: &RequestRecord,
) -> Result<Committed, Error> {
    requests::refuse_repeated(conn, &request.key).await?;
    let mut done = Committed {
        workflow_ids: Vec::new(),
        first: Position(head.0 + 1),
        last: head,
    };
    if get(conn, uid).await?.is_none() {
        return Ok(done);
    }
    let replies: Vec<u32> =
        sqlx::query_scalar("SELECT id FROM workflows WHERE conversation = ?1 ORDER BY id")
            .bind(uid.to_string())
            .fetch_all(&mut *conn)
            .await?;
    let replies: Vec<WorkflowId> = replies.into_iter().map(WorkflowId).collect();
    let mut rows = Vec::with_capacity(replies.len());
    for reply in workflows::by_ids(conn, &replies).await? {
        // What other agents were told for a reply was said in the conversation too.
        rows.extend(workflows::family(&mut *conn, reply).await?);
    }
    for row in &rows {
        delete::refuse_needed(row)?;
    }
    requests::insert(conn, request, None).await?;
    let texts = texts_of(conn, uid).await?;
    remove_rows(conn, uid).await?;
    // Those that were started last first, so that none is there without the one that it was started for.
    for id in rows.into_iter().rev().map(|row| row.id) {
        let position = Position(done.last.0 + 1);
        delete::remove(conn, id, position).await?;
        let fact = StoreFact::WorkflowDeleted { workflow: id };
        events::append_store_fact(conn, position, request.at, &fact).await?;
        done.last = position;
    }
    contents::remove_unreferenced(conn, &texts).await?;
    let position = Position(done.last.0 + 1);
    let fact = StoreFact::ConversationRemoved { conversation: uid };
    events::append_store_fact(conn, position, request.at, &fact).await?;
    done.last = position;
    Ok(done)
}

/// The rows, and the facts that only they need.
async fn remove_rows(conn: &mut SqliteConnection, uid: ConversationUid) -> Result<(), Error> {
    for statement in [
        "DELETE FROM message_files WHERE message IN (SELECT uid FROM messages WHERE conversation = ?1)",
        "DELETE FROM messages WHERE conversation = ?1",
        "DELETE FROM conversations WHERE uid = ?1",
        "DELETE FROM events WHERE kind IN ('conversation_renamed', 'branch_chosen', 'reply_stopped')
         AND json_extract(body, '$.conversation') = ?1",
    ] {
        sqlx::query(statement)
            .bind(uid.to_string())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}
