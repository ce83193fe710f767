//! What a subscriber needs: everything as it is, or what changed since a position. Each is read in one
//! transaction, so that its parts fit together.

use std::collections::BTreeSet;

use sqlx::SqliteConnection;
use wheelhouse_domain::{ConversationUid, Position, WorkflowId};

use super::Error;
use super::agents::{self, AgentRow};
use super::conversations::{self, ConversationRow, MessageRow};
use super::events::{self, ThinEvent};
use super::moves;
use super::questions::{self, QuestionRow};
use super::tasks::{self, TaskRow};
use super::workflows::{self, WorkflowRow};

/// What changed in (`from`, `to`]. Rows are as they are now, which may be newer than `to`: applied in order, the
/// changes after any position lead to the same as a snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// Position that was asked for.
    pub from: Position,
    /// Position of the last event that is in here; `from` when there was none.
    pub to: Position,
    /// Workflows that events are about, be it that one of their agents has a new form; oldest first. Runs that stand
    /// in no list ([`WorkflowRow::aside`]) are not among them, nor are their tasks.
    pub workflows: Vec<WorkflowRow>,
    /// Tasks that changed.
    pub tasks: Vec<TaskRow>,
    /// Agents that changed, be it through a task.
    pub agents: Vec<AgentRow>,
    /// Questions that changed.
    pub questions: Vec<QuestionRow>,
    /// Workflows that are gone, with all that belongs to them. The subscriber may never have heard of some.
    pub removed_workflows: Vec<WorkflowId>,
    /// Conversations that changed, be it through a reply.
    pub conversations: Vec<ConversationRow>,
    /// Replies that changed, and what they reply to.
    pub messages: Vec<MessageRow>,
    /// Conversations that are gone.
    pub removed_conversations: Vec<ConversationUid>,
    /// The facts, thin. Those of deleted workflows are missing.
    pub events: Vec<ThinEvent>,
    /// Whether there is more after `to`.
    pub more: bool,
}

/// Everything that is needed to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Position of the newest event that is in here.
    pub at: Position,
    /// The newest workflows and every one that has not ended, newest first.
    pub workflows: Vec<WorkflowRow>,
    /// Tasks of those that have not ended.
    pub tasks: Vec<TaskRow>,
    /// All agents.
    pub agents: Vec<AgentRow>,
    /// Open questions.
    pub questions: Vec<QuestionRow>,
}

/// What changed after `after`, of at most `limit` events.
pub(crate) async fn changes(
    conn: &mut SqliteConnection,
    after: Position,
    limit: u32,
) -> Result<Changes, Error> {
    let head = events::head(conn).await?;
    if after > head {
        return Err(Error::PositionAhead { asked: after, head });
    }
    let events = events::thin_after(conn, after, limit.max(1)).await?;
    let to = events.last().map_or(after, |event| event.position);
    let mut ids: BTreeSet<WorkflowId> = events.iter().filter_map(|event| event.workflow_id).collect();
    ids.extend(moves::touched_between(conn, after, to).await?);
    ids.extend(tasks::workflows_of_updated_agents(conn, after, to).await?);
    ids.extend(tasks::workflows_of_judged(conn, after, to).await?);
    let ids: Vec<WorkflowId> = ids.into_iter().collect();
    let (replies, workflows): (Vec<_>, Vec<_>) = workflows::by_ids(conn, &ids)
        .await?
        .into_iter()
        .filter(|workflow| workflow.conversation.is_some() || !workflow.aside)
        .partition(|workflow| workflow.conversation.is_some());
    let (replies, listed): (Vec<WorkflowId>, Vec<WorkflowId>) = (numbers(&replies), numbers(&workflows));
    Ok(Changes {
        from: after,
        to,
        workflows,
        tasks: tasks::touched_after(conn, &listed, after).await?,
        conversations: conversations::touched_after(conn, &replies, after).await?,
        messages: conversations::of_workflows(conn, &replies).await?,
        removed_conversations: events::removed_conversations(conn, after, to).await?,
        agents: agents::touched_after(conn, &ids, after).await?,
        questions: questions::touched_after(conn, &ids, after).await?,
        removed_workflows: events::deleted_between(conn, after, to).await?,
        events,
        more: to < head,
    })
}

fn numbers(workflows: &[WorkflowRow]) -> Vec<WorkflowId> {
    workflows.iter().map(|workflow| workflow.id).collect()
}

/// Everything that is needed to begin, with at least the `recent` newest workflows.
pub(crate) async fn snapshot(conn: &mut SqliteConnection, recent: u32) -> Result<Snapshot, Error> {
    let at = events::head(conn).await?;
    let workflows = workflows::recent_and_unfinished(conn, recent).await?;
    let unfinished: Vec<WorkflowId> = workflows
        .iter()
        .filter(|workflow| !workflow.status.is_final())
        .map(|workflow| workflow.id)
        .collect();
    Ok(Snapshot {
        at,
        tasks: tasks::touched_after(conn, &unfinished, Position(0)).await?,
        workflows,
        agents: agents::all(conn).await?,
        questions: questions::open(conn).await?,
    })
}
