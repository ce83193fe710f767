//! What the operator arranges about a conversation, and what follows from it.

use sqlx::SqliteConnection;
use wheelhouse_domain::{ConversationUid, MessageUid, Position};

use super::projection::put_words;
use crate::journal::Error;
use crate::journal::store_fact::StoreFact;

/// The fact that follows from another title; none when it is that already.
pub(crate) async fn rename(
    conn: &mut SqliteConnection,
    uid: ConversationUid,
    title: &str,
) -> Result<Option<StoreFact>, Error> {
    let row = super::get(conn, uid).await?;
    let row = row.ok_or(Error::ConversationNotFound(uid))?;
    let fact = StoreFact::ConversationRenamed {
        conversation: uid,
        title: title.to_owned(),
    };
    Ok((row.title != title).then_some(fact))
}

/// The fact that follows from the choice of a message among those that stand in its place.
pub(crate) async fn choose(
    conn: &mut SqliteConnection,
    message: MessageUid,
) -> Result<Option<StoreFact>, Error> {
    let row = super::message(conn, message).await?;
    let row = row.ok_or(Error::MessageNotFound(message))?;
    Ok(Some(StoreFact::BranchChosen {
        conversation: row.conversation,
        message,
    }))
}

/// The fact that a reply was stopped after these words.
pub(crate) async fn stopped(
    conn: &mut SqliteConnection,
    message: MessageUid,
    said: &str,
) -> Result<Option<StoreFact>, Error> {
    let row = super::message(conn, message).await?;
    let row = row.ok_or(Error::MessageNotFound(message))?;
    Ok(Some(StoreFact::ReplyStopped {
        conversation: row.conversation,
        message,
        said: said.to_owned(),
    }))
}

/// Brings the table up to another title.
pub(crate) async fn put_title(
    conn: &mut SqliteConnection,
    position: Position,
    uid: ConversationUid,
    title: &str,
) -> Result<(), Error> {
    sqlx::query("UPDATE conversations SET title = ?2, touched = ?3 WHERE uid = ?1")
        .bind(uid.to_string())
        .bind(title)
        .bind(position.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Brings the tables up to a choice: the message is shown, and with it all that it follows from.
pub(crate) async fn put_choice(
    conn: &mut SqliteConnection,
    position: Position,
    uid: ConversationUid,
    message: MessageUid,
) -> Result<(), Error> {
    sqlx::query(
        "WITH RECURSIVE above (uid, parent) AS (
           SELECT uid, parent FROM messages WHERE uid = ?1
           UNION SELECT m.uid, m.parent FROM messages m JOIN above a ON m.uid = a.parent)
         UPDATE messages SET chosen = ?2 WHERE uid IN (SELECT uid FROM above)",
    )
    .bind(message.to_string())
    .bind(position.0)
    .execute(&mut *conn)
    .await?;
    touch(conn, position, uid).await
}

/// Brings the tables up to what was said until a reply was stopped.
pub(crate) async fn put_stopped(
    conn: &mut SqliteConnection,
    position: Position,
    (uid, message): (ConversationUid, MessageUid),
    said: &str,
) -> Result<(), Error> {
    let number: Option<i64> =
        sqlx::query_scalar("UPDATE messages SET said = ?2 WHERE uid = ?1 AND author = 'agent' RETURNING id")
            .bind(message.to_string())
            .bind(said)
            .fetch_optional(&mut *conn)
            .await?;
    if let Some(number) = number {
        put_words(conn, number, said).await?;
    }
    touch(conn, position, uid).await
}

async fn touch(conn: &mut SqliteConnection, position: Position, uid: ConversationUid) -> Result<(), Error> {
    sqlx::query("UPDATE conversations SET touched = ?2 WHERE uid = ?1")
        .bind(uid.to_string())
        .bind(position.0)
        .execute(conn)
        .await?;
    Ok(())
}
