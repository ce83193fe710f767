//! What a performer needs of an agent before each task: who it is, not what it did. Counting what an agent did takes the
//! longer the more it did, so it is left to those who show it.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{
    AgentId, AgentKind, AgentProfile, AgentUid, DefaultModels, TaskId, TaskKey, WorkflowId,
};

use crate::journal::{Error, column, settings};

/// A task and who does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerRow {
    /// The task's number.
    pub task: TaskId,
    /// The agent, with the model that it names; none when it is not there.
    pub agent: Option<AgentProfile>,
    /// The models of those that name none.
    pub defaults: DefaultModels,
}

/// The task of that name with this agent; none when there is no such task.
pub(crate) async fn worker(
    conn: &mut SqliteConnection,
    workflow: WorkflowId,
    task: &TaskKey,
    agent: AgentUid,
) -> Result<Option<WorkerRow>, Error> {
    let row = sqlx::query("SELECT id FROM tasks WHERE workflow_id = ?1 AND key = ?2")
        .bind(workflow.0)
        .bind(task.as_str())
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(WorkerRow {
        task: TaskId(row.try_get("id")?),
        agent: profiles(&mut *conn, &[agent]).await?.pop(),
        defaults: settings::default_models(conn).await?,
    }))
}

/// Those of the agents that are there, by number, as they take part in runs: under the identity that was asked for, be it
/// one that an agent of this store has in another.
pub(crate) async fn profiles(
    conn: &mut SqliteConnection,
    uids: &[AgentUid],
) -> Result<Vec<AgentProfile>, Error> {
    let rows = sqlx::query(
        "SELECT a.id, asked.value AS uid, a.name, a.kind, a.role, a.instructions, a.model, a.fallbacks, a.tools, a.version,
            a.stays_here
         FROM (SELECT DISTINCT value FROM json_each(?1)) asked
         JOIN agents a ON a.id = coalesce((SELECT id FROM agents WHERE uid = asked.value),
           (SELECT agent_id FROM agent_aliases WHERE uid = asked.value)) ORDER BY a.id, asked.value",
    )
    .bind(column::to_json(&uids)?)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

fn from_row(row: &SqliteRow) -> Result<AgentProfile, Error> {
    Ok(AgentProfile {
        uid: AgentUid(column::uid(row, "uid")?),
        id: AgentId(row.try_get("id")?),
        name: row.try_get("name")?,
        kind: column::word(row, "kind", AgentKind::parse)?,
        role: row.try_get("role")?,
        instructions: row.try_get("instructions")?,
        model: row.try_get("model")?,
        fallbacks: column::json(row, "fallbacks")?,
        tools: column::json(row, "tools")?,
        version: row.try_get("version")?,
        stays_here: column::json(row, "stays_here")?,
    })
}
