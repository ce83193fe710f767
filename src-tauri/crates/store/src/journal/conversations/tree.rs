//! The way through the tree of messages.

use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;
use wheelhouse_domain::{ConversationUid, MessageUid};

use super::{MessageRow, by_uids};
use crate::journal::Error;

/// The messages that are shown, oldest first: at each place the one that was chosen, else the newest. At most `limit` of
/// them, up to the one before `before`; and whether there are older ones.
pub(crate) async fn shown(
    conn: &mut SqliteConnection,
    uid: ConversationUid,
    before: Option<MessageUid>,
    limit: u32,
) -> Result<(Vec<MessageRow>, bool), Error> {
    let mut path = path(conn, uid).await?;
    if let Some(before) = before.map(|message| message.to_string())
        && let Some(end) = path.iter().position(|message| *message == before)
    {
        path.truncate(end);
    }
    let first = path.len().saturating_sub(limit as usize);
    Ok((by_uids(conn, &path[first..]).await?, first > 0))
}

async fn path(conn: &mut SqliteConnection, uid: ConversationUid) -> Result<Vec<String>, Error> {
    let rows = sqlx::query("SELECT uid, parent, chosen FROM messages WHERE conversation = ?1 ORDER BY id")
        .bind(uid.to_string())
        .fetch_all(conn)
        .await?;
    let mut chosen: BTreeMap<Option<String>, (i64, String)> = BTreeMap::new();
    for row in rows {
        let (message, parent): (String, Option<String>) = (row.try_get("uid")?, row.try_get("parent")?);
        let number: i64 = row.try_get("chosen")?;
        let best = chosen.entry(parent).or_insert_with(|| (number, message.clone()));
        if number >= best.0 {
            *best = (number, message);
        }
    }
    let mut path = Vec::new();
    let mut next = chosen.remove(&None);
    while let Some((_, message)) = next {
        // Taken out, so that rows that lead round in a circle end here.
        next = chosen.remove(&Some(message.clone()));
        path.push(message);
    }
    Ok(path)
}

/// The messages up to `last` and with it, oldest first, the newest `limit` of them; and how many are older.
pub(crate) async fn before(
    conn: &mut SqliteConnection,
    last: MessageUid,
    limit: u32,
) -> Result<(Vec<MessageRow>, u32), Error> {
    let mut uids: Vec<String> = sqlx::query_scalar(
        "WITH RECURSIVE above (uid, parent, depth) AS (
           SELECT uid, parent, 0 FROM messages WHERE uid = ?1
           UNION SELECT m.uid, m.parent, a.depth + 1 FROM messages m JOIN above a ON m.uid = a.parent)
         SELECT uid FROM above ORDER BY depth",
    )
    .bind(last.to_string())
    .fetch_all(&mut *conn)
    .await?;
    let older = uids.len().saturating_sub(limit as usize);
    uids.truncate(limit as usize);
    uids.reverse();
    let older = u32::try_from(older).unwrap_or(u32::MAX);
    Ok((by_uids(conn, &uids).await?, older))
}
