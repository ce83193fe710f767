//! Tasks as people see them.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{
    AgentId, AgentKind, AgentUid, Budget, ContentHash, Failure, Millis, Origin, Position, StepId, Tally,
    TaskId, TaskKey, TaskOf, TaskStatus, Verdict, WhySkipped, WorkflowId, WorkflowUid,
};

use super::store_fact::AGENT_UPDATED;
use super::{Error, column, spending};

mod projection;
mod verdict;

pub(crate) use projection::{project, remove};
pub(crate) use verdict::{judge, project_judged, workflows_of_judged};

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// Number in this store; grows in the order in which tasks came to be.
    pub id: TaskId,
    /// Workflow that it is part of.
    pub workflow_id: WorkflowId,
    /// Name in its run.
    pub key: TaskKey,
    /// Step that it executes.
    pub step: StepId,
    /// What people read in the list.
    pub title: String,
    /// What is to be done.
    pub description: String,
    /// How to tell that it is done.
    pub done_when: String,
    /// Who does it, once known.
    pub agent_id: Option<AgentId>,
    /// That agent's name.
    pub agent_name: Option<String>,
    /// Kind of agent; none for what no agent does.
    pub agent_kind: Option<AgentKind>,
    /// Where it stands.
    pub status: TaskStatus,
    /// Number of the newest attempt; 0 before the first.
    pub attempt: u32,
    /// Tasks and steps that must be complete before.
    pub needs: Vec<TaskKey>,
    /// When it came to be.
    pub created_at: Millis,
    /// When its newest attempt began.
    pub started_at: Option<Millis>,
    /// When it ended.
    pub completed_at: Option<Millis>,
    /// When the next attempt begins, between two.
    pub retry_at: Option<Millis>,
    /// Why the newest attempt or the task failed.
    pub failure: Option<Failure>,
    /// For a plan or a staffing: how it came to be.
    pub origin: Option<Origin>,
    /// A [`wheelhouse_domain::TaskAnswer`], once there is one.
    pub output: Option<ContentHash>,
    /// Passages that its answer cites.
    pub citations: u32,
    /// Word of the kind of its step; empty where the run does not say.
    pub step_kind: String,
    /// Where it stands in the task that contains it.
    pub scope: Option<ScopeRow>,
    /// Why it was skipped, where it was.
    pub skipped: Option<WhySkipped>,
    /// Until when it waits by itself.
    pub waits_until: Option<Millis>,
    /// Why it failed, where its `on_error` has taken over.
    pub caught: Option<Failure>,
    /// The sub-workflow that was started for it.
    pub child: Option<WorkflowUid>,
    /// That workflow's number; none where it is not in this store any more.
    pub child_id: Option<WorkflowId>,
    /// Where its answer was made, when it was not made in this run.
    pub reused_from: Option<TaskOf>,
    /// Whether the operator gave the answer.
    pub overridden: bool,
    /// What the operator says of its answer.
    pub verdict: Option<Verdict>,
    /// What the operator wants it to be told.
    pub told: Option<String>,
    /// The model that the operator wants it to be done with.
    pub model: Option<String>,
    /// What it and everything in it has spent.
    pub spent: Tally,
    /// What is reserved for calls in flight.
    pub reserved: Tally,
    /// What it may spend, where that is limited.
    pub budget: Option<Budget>,
}

/// Place of a task in the task that contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeRow {
    /// The task that contains it.
    pub container: TaskKey,
    /// Which item, round or way, from 0.
    pub index: u32,
    /// Which block: the name of a case, `else`, `error` or `each`.
    pub block: String,
    /// What people read.
    pub label: String,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT t.*, a.name AS agent_name, s.block AS scope_block, s.label AS scope_label,
               (SELECT c.id FROM workflows c WHERE c.uid = t.child) AS child_id,
               coalesce(t.budget, (SELECT json_extract(w.step_budgets, '$.\"' || t.step || '\"')
                 FROM workflows w WHERE w.id = t.workflow_id)) AS budget_now
             FROM tasks t LEFT JOIN agents a ON a.id = t.agent_id
             LEFT JOIN scopes s ON s.workflow_id = t.workflow_id AND s.container = t.container
               AND s.scope = t.scope ",
            $tail
        )
    };
}

fn from_row(row: &SqliteRow) -> Result<TaskRow, Error> {
    Ok(TaskRow {
        id: TaskId(row.try_get("id")?),
        workflow_id: WorkflowId(row.try_get("workflow_id")?),
        key: TaskKey(row.try_get("key")?),
        step: StepId(row.try_get("step")?),
        title: row.try_get("title")?,
        description: row.try_get("description")?,
        done_when: row.try_get("done_when")?,
        agent_id: row.try_get::<Option<u32>, _>("agent_id")?.map(AgentId),
        agent_name: row.try_get("agent_name")?,
        agent_kind: column::word_opt(row, "agent_kind", AgentKind::parse)?,
        status: status(row)?,
        attempt: row.try_get("attempt")?,
        needs: column::json(row, "needs")?,
        created_at: column::at(row, "created_at")?,
        started_at: column::at_opt(row, "started_at")?,
        completed_at: column::at_opt(row, "completed_at")?,
        retry_at: column::at_opt(row, "retry_at")?,
        failure: column::json_opt(row, "failure")?,
        origin: column::json_opt(row, "origin")?,
        output: column::hash_opt(row, "output")?,
        citations: row.try_get("citations")?,
        step_kind: row.try_get("step_kind")?,
        scope: scope(row)?,
        skipped: column::json_opt(row, "skipped")?,
        waits_until: column::at_opt(row, "waits_until")?,
        caught: column::json_opt(row, "caught")?,
        child: column::uid_opt(row, "child")?.map(WorkflowUid),
        child_id: row.try_get::<Option<u32>, _>("child_id")?.map(WorkflowId),
        reused_from: column::json_opt(row, "reused_from")?,
        overridden: row.try_get("overridden")?,
        verdict: verdict::of_row(row)?,
        told: row.try_get("told")?,
        model: row.try_get("model")?,
        spent: spending::of_row(row)?.0,
        reserved: spending::of_row(row)?.1,
        budget: column::json_opt(row, "budget_now")?,
    })
}

/// A task waits, too, while the sub-workflow that it looks after does.
fn status(row: &SqliteRow) -> Result<TaskStatus, Error> {
    let status = column::word(row, "status", TaskStatus::parse)?;
    let waits: Option<String> = row.try_get("child_waits")?;
    if status == TaskStatus::Running && waits.is_some() {
        return Ok(TaskStatus::Waiting);
    }
    Ok(status)
}

fn scope(row: &SqliteRow) -> Result<Option<ScopeRow>, Error> {
    let container: Option<String> = row.try_get("container")?;
    let Some(container) = container else {
        return Ok(None);
    };
    Ok(Some(ScopeRow {
        container: TaskKey(container),
        index: row.try_get("scope")?,
        block: row
            .try_get::<Option<String>, _>("scope_block")?
            .unwrap_or_default(),
        label: row
            .try_get::<Option<String>, _>("scope_label")?
            .unwrap_or_default(),
    }))
}

/// One task of a workflow.
pub(crate) async fn get(
    conn: &mut SqliteConnection,
    workflow: WorkflowId,
    id: TaskId,
) -> Result<Option<TaskRow>, Error> {
    let row = sqlx::query(select!("WHERE t.id = ?1 AND t.workflow_id = ?2"))
        .bind(id.0)
        .bind(workflow.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// Tasks of a workflow in the order in which they came to be.
pub(crate) async fn of_workflow(
    conn: &mut SqliteConnection,
    workflow: WorkflowId,
) -> Result<Vec<TaskRow>, Error> {
    touched_after(conn, &[workflow], Position(0)).await
}

/// Tasks of these workflows that events after `after` have changed, in the order in which they came to be.
/// Position 0 gives every task.
pub(crate) async fn touched_after(
    conn: &mut SqliteConnection,
    workflows: &[WorkflowId],
    after: Position,
) -> Result<Vec<TaskRow>, Error> {
    let rows = sqlx::query(select!(
        "WHERE t.workflow_id IN (SELECT value FROM json_each(?1)) AND t.touched > ?2 ORDER BY t.id"
    ))
    .bind(column::to_json(&workflows)?)
    .bind(after.0)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// Marks tasks of an agent, in workflows that may go on, as changed: they show its name.
pub(crate) async fn touch_of_agent(
    conn: &mut SqliteConnection,
    agent: AgentUid,
    position: Position,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE tasks SET touched = max(touched, ?2) WHERE agent_id = (SELECT id FROM agents WHERE uid = ?1)
         AND workflow_id IN (SELECT id FROM workflows WHERE status NOT IN ('completed', 'cancelled'))",
    )
    .bind(agent.to_string())
    .bind(position.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Workflows with tasks that a new form of their agent, recorded in (`after`, `to`], has changed.
pub(crate) async fn workflows_of_updated_agents(
    conn: &mut SqliteConnection,
    after: Position,
    to: Position,
) -> Result<Vec<WorkflowId>, Error> {
    let numbers: Vec<u32> = sqlx::query_scalar(
        "SELECT DISTINCT t.workflow_id FROM events e JOIN agents a ON a.uid = json_extract(e.body, '$.uid')
         JOIN tasks t ON t.agent_id = a.id AND t.touched >= e.position
         WHERE e.position > ?1 AND e.position <= ?2 AND e.kind = ?3",
    )
    .bind(after.0)
    .bind(to.0)
    .bind(AGENT_UPDATED)
    .fetch_all(conn)
    .await?;
    Ok(numbers.into_iter().map(WorkflowId).collect())
}
