//! Who works. Agents outlive the workflow that they were hired in.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{
    AgentId, AgentKind, AgentOrigin, AgentStatus, AgentUid, Millis, Position, StaysHere, TaskId, TaskStatus,
    WorkflowId,
};

use super::{Error, column};

mod added;
mod arrived;
mod grants;
mod hired;
mod projection;
mod record;
mod versions;
mod worker;

pub use added::AddedAgent;
pub(crate) use added::{add, project_added};
pub use arrived::ArrivedAgent;
pub(crate) use arrived::{aliases, arrive, project_arrived};
pub use grants::{AgentGrantRow, GrantEdit, GrantedRow};
pub(crate) use grants::{grant, granted, granted_to, project_granted, rule};
pub use hired::TemplateHire;
pub(crate) use hired::{hire, hired_for, project_hire};
pub(crate) use projection::{leave, project, require};
pub use record::AgentRecordRow;
pub(crate) use record::{record, records};
pub use versions::{AgentEdit, AgentVersionRow};
pub(crate) use versions::{
    AgentForm, back_to_first, change, first_versions, of_agent, project_enabled, project_update, switch,
};
pub use worker::WorkerRow;
pub(crate) use worker::{profiles, worker};

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRow {
    /// Number in this store.
    pub id: AgentId,
    /// Identity everywhere.
    pub uid: AgentUid,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: AgentKind,
    /// Profession.
    pub role: String,
    /// How it should work.
    pub instructions: String,
    /// Model that it names: `default`, `rehearsal`, or `<provider>/<model>`.
    pub model: String,
    /// Models that are asked in order where that one can't answer.
    pub fallbacks: Vec<String>,
    /// Tools that it may call.
    pub tools: Vec<String>,
    /// What it does now.
    pub status: AgentStatus,
    /// Version of its instructions, from 1.
    pub version: u32,
    /// Workflow that it was hired in; none for the permanent crew, or when that workflow was deleted.
    pub hired_in: Option<WorkflowId>,
    /// Why it was hired.
    pub why: Option<String>,
    /// How it came to be, where the operator added it.
    pub origin: Option<AgentOrigin>,
    /// Since when it is there.
    pub created_at: Millis,
    /// Tasks that it completed. Trials are no tasks of its own.
    pub tasks_completed: u32,
    /// Tasks that it failed.
    pub tasks_failed: u32,
    /// Sources that stay here whose text may be in what it was designed as.
    pub stays_here: Vec<StaysHere>,
}

/// One task that an agent did or does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentWorkRow {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The workflow's name.
    pub workflow_name: String,
    /// The task.
    pub task_id: TaskId,
    /// The task's title.
    pub title: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// When it began.
    pub started_at: Option<Millis>,
    /// When it ended.
    pub completed_at: Option<Millis>,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT a.*,
              (SELECT count(*) FROM tasks t WHERE t.agent_id = a.id AND t.status = 'completed'
                 AND t.workflow_id NOT IN (SELECT id FROM workflows WHERE trial IS NOT NULL)) AS tasks_completed,
              (SELECT count(*) FROM tasks t WHERE t.agent_id = a.id AND t.status = 'failed'
                 AND t.workflow_id NOT IN (SELECT id FROM workflows WHERE trial IS NOT NULL)) AS tasks_failed,
              CASE
                WHEN a.disabled THEN 'disabled'
                WHEN EXISTS (SELECT 1 FROM tasks t JOIN workflows w ON w.id = t.workflow_id
                  WHERE t.agent_id = a.id AND t.status = 'running' AND w.completed_at IS NULL
                    AND w.id NOT IN (SELECT id FROM away)) THEN 'working'
                WHEN EXISTS (SELECT 1 FROM tasks t JOIN workflows w ON w.id = t.workflow_id
                  WHERE t.agent_id = a.id AND t.status = 'waiting' AND w.completed_at IS NULL
                    AND w.id NOT IN (SELECT id FROM away)) THEN 'waiting'
                WHEN (SELECT t.status FROM tasks t WHERE t.agent_id = a.id AND t.completed_at IS NOT NULL
                  AND t.workflow_id NOT IN (SELECT id FROM workflows WHERE trial IS NOT NULL)
                  ORDER BY t.completed_at DESC, t.id DESC LIMIT 1) = 'failed' THEN 'error'
                ELSE 'idle'
              END AS status
             FROM agents a ",
            $tail
        )
    };
}

fn parse_status(word: &str) -> Option<AgentStatus> {
    match word {
        "idle" => Some(AgentStatus::Idle),
        "working" => Some(AgentStatus::Working),
        "waiting" => Some(AgentStatus::Waiting),
        "error" => Some(AgentStatus::Error),
        "disabled" => Some(AgentStatus::Disabled),
        _ => None,
    }
}

fn from_row(row: &SqliteRow) -> Result<AgentRow, Error> {
    Ok(AgentRow {
        id: AgentId(row.try_get("id")?),
        uid: AgentUid(column::uid(row, "uid")?),
        name: row.try_get("name")?,
        kind: column::word(row, "kind", AgentKind::parse)?,
        role: row.try_get("role")?,
        instructions: row.try_get("instructions")?,
        model: row.try_get("model")?,
        fallbacks: column::json(row, "fallbacks")?,
        tools: column::json(row, "tools")?,
        status: column::word(row, "status", parse_status)?,
        version: row.try_get("version")?,
        hired_in: row.try_get::<Option<u32>, _>("hired_in")?.map(WorkflowId),
        why: row.try_get("why")?,
        origin: column::json_opt(row, "origin")?,
        created_at: column::at(row, "created_at")?,
        tasks_completed: row.try_get("tasks_completed")?,
        tasks_failed: row.try_get("tasks_failed")?,
        stays_here: column::json(row, "stays_here")?,
    })
}

/// Every agent, the permanent crew first.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<AgentRow>, Error> {
    let rows = sqlx::query(select!("ORDER BY a.id")).fetch_all(conn).await?;
    rows.iter().map(from_row).collect()
}

/// The agent with this number.
pub(crate) async fn get(conn: &mut SqliteConnection, id: AgentId) -> Result<Option<AgentRow>, Error> {
    let row = sqlx::query(select!("WHERE a.id = ?1"))
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// Those of the agents that are there, by number.
pub(crate) async fn by_uids(conn: &mut SqliteConnection, uids: &[AgentUid]) -> Result<Vec<AgentRow>, Error> {
    let rows = sqlx::query(select!(
        "WHERE a.uid IN (SELECT value FROM json_each(?1)) OR a.id IN (SELECT x.agent_id FROM agent_aliases x
           WHERE x.uid IN (SELECT value FROM json_each(?1))) ORDER BY a.id"
    ))
    .bind(column::to_json(&uids)?)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// How many agents are not disabled.
pub(crate) async fn enabled_count(conn: &mut SqliteConnection) -> Result<u32, Error> {
    Ok(
        sqlx::query_scalar("SELECT count(*) FROM agents WHERE disabled = 0")
            .fetch_one(conn)
            .await?,
    )
}

/// Agents that events after `after` have changed, be it through a task of these workflows.
pub(crate) async fn touched_after(
    conn: &mut SqliteConnection,
    workflows: &[WorkflowId],
    after: Position,
) -> Result<Vec<AgentRow>, Error> {
    let rows = sqlx::query(select!(
        "WHERE a.touched > ?2 OR a.id IN (SELECT t.agent_id FROM tasks t
           WHERE t.workflow_id IN (SELECT value FROM json_each(?1)) AND t.touched > ?2) ORDER BY a.id"
    ))
    .bind(column::to_json(&workflows)?)
    .bind(after.0)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// The latest tasks of an agent, newest first.
pub(crate) async fn work(
    conn: &mut SqliteConnection,
    id: AgentId,
    limit: u32,
) -> Result<Vec<AgentWorkRow>, Error> {
    let rows = sqlx::query(
        "SELECT t.workflow_id, w.name AS workflow_name, t.id, t.title, t.status, t.started_at, t.completed_at
         FROM tasks t JOIN workflows w ON w.id = t.workflow_id
         WHERE t.agent_id = ?1 AND NOT w.aside ORDER BY t.id DESC LIMIT ?2",
    )
    .bind(id.0)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(AgentWorkRow {
                workflow_id: WorkflowId(row.try_get("workflow_id")?),
                workflow_name: row.try_get("workflow_name")?,
                task_id: TaskId(row.try_get("id")?),
                title: row.try_get("title")?,
                status: column::word(row, "status", TaskStatus::parse)?,
                started_at: column::at_opt(row, "started_at")?,
                completed_at: column::at_opt(row, "completed_at")?,
            })
        })
        .collect()
}
