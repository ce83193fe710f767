//! Conversations and their messages.
//!
//! A message follows from the first event of the run that replies to it (`projection`), so that both are on disk at once.
//! Which way through the tree is shown follows from the operator's choices (`tree`).

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{
    AgentId, AgentKind, AgentUid, Author, ContentHash, ConversationUid, MessageFile, MessageUid, Millis,
    Position, WorkflowId,
};

use super::tasks::{self, TaskRow};
use super::workflows::{self, WorkflowRow};
use super::{Error, column};

mod arranged;
mod projection;
mod remove;
mod search;
mod tree;

pub(crate) use arranged::{choose, put_choice, put_stopped, put_title, rename, stopped};
pub(crate) use projection::project;
pub(crate) use remove::apply as remove;
pub use search::FoundMessage;
pub(crate) use search::find;
pub use tree::{Part, Shown};
pub(crate) use tree::{before, shown};

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationRow {
    /// Identity.
    pub uid: ConversationUid,
    /// With whom.
    pub agent: AgentUid,
    /// The agent's number.
    pub agent_id: AgentId,
    /// The agent's name.
    pub agent_name: String,
    /// The agent's kind.
    pub agent_kind: AgentKind,
    /// What it is called.
    pub title: String,
    /// When it began.
    pub created_at: Millis,
    /// When something was said last.
    pub updated_at: Millis,
    /// Messages of the operator in it, all branches together.
    pub messages: u32,
    /// Whether a reply is being made.
    pub replying: bool,
}

/// Which conversations a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    /// Only those with this agent; none for all.
    pub agent: Option<AgentId>,
    /// How many of the newest are passed over.
    pub offset: u32,
    /// How many at most.
    pub limit: u32,
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRow {
    /// Identity.
    pub uid: MessageUid,
    /// Where it was said.
    pub conversation: ConversationUid,
    /// The message that it follows.
    pub parent: Option<MessageUid>,
    /// Who said it.
    pub author: Author,
    /// What the operator said; of a reply what was said until it was stopped.
    pub said: String,
    /// What was put beside it.
    pub files: Vec<MessageFile>,
    /// When it was written, or its reply was begun.
    pub created_at: Millis,
    /// The messages that stand in the same place, itself among them, oldest first.
    pub siblings: Vec<MessageUid>,
    /// How a reply is made.
    pub reply: Option<ReplyRow>,
}

/// The run that makes a reply.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplyRow {
    /// The run.
    pub workflow: WorkflowRow,
    /// Its one task; none before it was started.
    pub task: Option<TaskRow>,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT c.*, a.id AS agent_id, a.name AS agent_name, a.kind AS agent_kind,
              (SELECT count(*) FROM messages m WHERE m.conversation = c.uid AND m.author = 'operator') AS messages,
              EXISTS (SELECT 1 FROM workflows w WHERE w.conversation = c.uid AND w.completed_at IS NULL) AS replying
             FROM conversations c JOIN agents a ON a.uid = c.agent ",
            $tail
        )
    };
}

fn from_row(row: &SqliteRow) -> Result<ConversationRow, Error> {
    Ok(ConversationRow {
        uid: ConversationUid(column::uid(row, "uid")?),
        agent: AgentUid(column::uid(row, "agent")?),
        agent_id: AgentId(row.try_get("agent_id")?),
        agent_name: row.try_get("agent_name")?,
        agent_kind: column::word(row, "agent_kind", AgentKind::parse)?,
        title: row.try_get("title")?,
        created_at: column::at(row, "created_at")?,
        updated_at: column::at(row, "updated_at")?,
        messages: row.try_get("messages")?,
        replying: row.try_get("replying")?,
    })
}

/// The conversation with this identity.
pub(crate) async fn get(
    conn: &mut SqliteConnection,
    uid: ConversationUid,
) -> Result<Option<ConversationRow>, Error> {
    let row = sqlx::query(select!("WHERE c.uid = ?1"))
        .bind(uid.to_string())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// A page of conversations, those in which something was said last first; and whether another page follows.
pub(crate) async fn list(
    conn: &mut SqliteConnection,
    filter: ConversationFilter,
) -> Result<(Vec<ConversationRow>, bool), Error> {
    let rows = sqlx::query(select!(
        "WHERE (?1 IS NULL OR a.id = ?1) ORDER BY c.updated_at DESC, c.uid DESC LIMIT ?2 OFFSET ?3"
    ))
    .bind(filter.agent.map(|id| id.0))
    .bind(i64::from(filter.limit) + 1)
    .bind(filter.offset)
    .fetch_all(conn)
    .await?;
    let limit = filter.limit as usize;
    let page: Result<_, _> = rows.iter().take(limit).map(from_row).collect();
    Ok((page?, rows.len() > limit))
}

/// Conversations that events after `after` have changed, be it through one of these runs.
pub(crate) async fn touched_after(
    conn: &mut SqliteConnection,
    workflows: &[WorkflowId],
    after: Position,
) -> Result<Vec<ConversationRow>, Error> {
    let rows = sqlx::query(select!(
        "WHERE c.touched > ?2 OR c.uid IN (SELECT w.conversation FROM workflows w
           WHERE w.id IN (SELECT value FROM json_each(?1)))
         ORDER BY c.updated_at DESC, c.uid DESC"
    ))
    .bind(column::to_json(&workflows)?)
    .bind(after.0)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// The replies that these runs make, and what they reply to, in the order in which they came to be.
pub(crate) async fn of_workflows(
    conn: &mut SqliteConnection,
    ids: &[WorkflowId],
) -> Result<Vec<MessageRow>, Error> {
    let uids: Vec<String> = sqlx::query_scalar(
        "SELECT uid FROM (
           SELECT m.id, m.uid FROM messages m WHERE m.workflow_id IN (SELECT value FROM json_each(?1))
           UNION SELECT p.id, p.uid FROM messages m JOIN messages p ON p.uid = m.parent
             WHERE m.workflow_id IN (SELECT value FROM json_each(?1)))
         ORDER BY id",
    )
    .bind(column::to_json(&ids)?)
    .fetch_all(&mut *conn)
    .await?;
    by_uids(conn, &uids).await
}

/// The message with this identity.
pub(crate) async fn message(
    conn: &mut SqliteConnection,
    uid: MessageUid,
) -> Result<Option<MessageRow>, Error> {
    Ok(by_uids(conn, &[uid.to_string()]).await?.pop())
}

/// Those of the messages that are there, in the given order.
async fn by_uids(conn: &mut SqliteConnection, uids: &[String]) -> Result<Vec<MessageRow>, Error> {
    let rows = sqlx::query(
        "SELECT m.*,
           (SELECT json_group_array(uid) FROM (SELECT s.uid AS uid FROM messages s
              WHERE s.conversation = m.conversation AND s.parent IS m.parent AND s.author = m.author
              ORDER BY s.id)) AS siblings,
           (SELECT json_group_array(json_object('name', name, 'bytes', bytes, 'content', content)) FROM (
              SELECT * FROM message_files f WHERE f.message = m.uid ORDER BY f.place)) AS files
         FROM json_each(?1) wanted JOIN messages m ON m.uid = wanted.value ORDER BY wanted.key",
    )
    .bind(column::to_json(&uids)?)
    .fetch_all(&mut *conn)
    .await?;
    let ids: BTreeSet<WorkflowId> = rows
        .iter()
        .filter_map(|row| row.try_get::<Option<u32>, _>("workflow_id").transpose())
        .map(|id| id.map(WorkflowId))
        .collect::<Result<_, _>>()?;
    let mut replies = replies(conn, &ids.into_iter().collect::<Vec<_>>()).await?;
    rows.iter()
        .map(|row| {
            let workflow = row.try_get::<Option<u32>, _>("workflow_id")?.map(WorkflowId);
            Ok(MessageRow {
                uid: MessageUid(column::uid(row, "uid")?),
                conversation: ConversationUid(column::uid(row, "conversation")?),
                parent: column::uid_opt(row, "parent")?.map(MessageUid),
                author: column::word(row, "author", Author::parse)?,
                said: row.try_get("said")?,
                files: column::json(row, "files")?,
                created_at: column::at(row, "created_at")?,
                siblings: column::json(row, "siblings")?,
                reply: workflow.and_then(|id| replies.remove(&id)),
            })
        })
        .collect()
}

async fn replies(
    conn: &mut SqliteConnection,
    ids: &[WorkflowId],
) -> Result<BTreeMap<WorkflowId, ReplyRow>, Error> {
    let workflows = workflows::by_ids(conn, ids).await?;
    let tasks = tasks::touched_after(conn, ids, Position(0)).await?;
    let mut tasks: BTreeMap<WorkflowId, TaskRow> =
        tasks.into_iter().map(|task| (task.workflow_id, task)).collect();
    let reply = |workflow: WorkflowRow| {
        let task = tasks.remove(&workflow.id);
        (workflow.id, ReplyRow { workflow, task })
    };
    Ok(workflows.into_iter().map(reply).collect())
}

/// The texts that files of a conversation have.
async fn texts_of(conn: &mut SqliteConnection, uid: ConversationUid) -> Result<Vec<ContentHash>, Error> {
    let hashes: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT f.content FROM message_files f JOIN messages m ON m.uid = f.message WHERE m.conversation = ?1",
    )
    .bind(uid.to_string())
    .fetch_all(conn)
    .await?;
    Ok(hashes.into_iter().map(ContentHash).collect())
}
