//! The way through the tree of messages.

use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;
use std::ops::Range;
use wheelhouse_domain::{ConversationUid, MessageUid};

use super::{MessageRow, by_uids};
use crate::journal::{Error, column};

/// Which part of the messages that are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// The newest.
    #[default]
    Newest,
    /// Those just before this one.
    Before(MessageUid),
    /// Those just after this one.
    After(MessageUid),
    /// This one in the middle.
    Around(MessageUid),
}

/// A part of the messages that are shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    /// Oldest first.
    pub messages: Vec<MessageRow>,
    /// Whether there are older ones.
    pub older: bool,
    /// Whether there are newer ones.
    pub newer: bool,
    /// The newest of all that are shown, be it in this part or not.
    pub end: Option<MessageUid>,
}

/// At most `limit` of the messages that are shown: at each place the one that was chosen, else the newest. Where the part
/// begins at a message that is not shown, the newest.
pub(crate) async fn shown(
    conn: &mut SqliteConnection,
    uid: ConversationUid,
    part: Part,
    limit: u32,
) -> Result<Shown, Error> {
    let path = path(conn, uid).await?;
    let range = range(&path, part, limit as usize);
    let end = path
        .last()
        .map(|last| column::parsed_uid(last, "uid"))
        .transpose()?;
    Ok(Shown {
        messages: by_uids(conn, &path[range.clone()]).await?,
        older: range.start > 0,
        newer: range.end < path.len(),
        end: end.map(MessageUid),
    })
}

fn range(path: &[String], part: Part, limit: usize) -> Range<usize> {
    let place = |message: MessageUid| {
        let message = message.to_string();
        path.iter().position(|one| *one == message)
    };
    let newest = path.len().saturating_sub(limit)..path.len();
    match part {
        Part::Newest => newest,
        Part::Before(message) => place(message).map_or(newest, |end| end.saturating_sub(limit)..end),
        Part::After(message) => {
            place(message).map_or(newest, |before| before + 1..(before + 1 + limit).min(path.len()))
        }
        Part::Around(message) => place(message).map_or(newest, |middle| {
            let end = (middle.saturating_sub(limit / 2) + limit).min(path.len());
            end.saturating_sub(limit)..end
        }),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn message(number: u128) -> MessageUid {
        MessageUid(Uuid::from_u128(number))
    }

    #[test]
    fn a_part_is_never_longer_than_asked_and_follows_what_it_begins_at() {
        let path: Vec<String> = (0..10).map(|number| message(number).to_string()).collect();
        let of = |part| range(&path, part, 4);
        assert_eq!(of(Part::Newest), 6..10);
        assert_eq!(of(Part::Before(message(6))), 2..6);
        assert_eq!(of(Part::Before(message(2))), 0..2);
        assert_eq!(of(Part::After(message(3))), 4..8);
        assert_eq!(of(Part::After(message(9))), 10..10);
        assert_eq!(of(Part::Around(message(5))), 3..7);
        assert_eq!(of(Part::Around(message(9))), 6..10);
        assert_eq!(of(Part::Around(message(0))), 0..4);
        assert_eq!(of(Part::Around(message(77))), 6..10, "it is not shown");
        assert_eq!(range(&[], Part::Newest, 4), 0..0);
    }
}
