//! Agents that the operator adds: written, copied, from the starter set, or from a file.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use wheelhouse_domain::{AgentKind, AgentOrigin, AgentText, AgentUid, Millis, Position, StaysHere};

use crate::journal::store_fact::StoreFact;
use crate::journal::{Error, column};

/// A specialist of the operator's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedAgent {
    /// Identity everywhere.
    pub agent: AgentUid,
    /// Who it is and how it works.
    #[serde(flatten)]
    pub text: AgentText,
    /// How it came to be.
    pub origin: AgentOrigin,
    /// Sources that stay here whose text may be in what it is copied from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays_here: Vec<StaysHere>,
}

/// The fact that follows from adding an agent; none when it is there already.
pub(crate) async fn add(conn: &mut SqliteConnection, added: &AddedAgent) -> Result<Option<StoreFact>, Error> {
    let known: Option<u32> = sqlx::query_scalar("SELECT id FROM agents WHERE uid = ?1")
        .bind(added.agent.to_string())
        .fetch_optional(conn)
        .await?;
    Ok(known
        .is_none()
        .then(|| StoreFact::AgentAdded(Box::new(added.clone()))))
}

/// Adds the agent. Agents are kept when projections are made anew, so who is there already stays as it is.
pub(crate) async fn project_added(
    conn: &mut SqliteConnection,
    (position, at): (Position, Millis),
    added: &AddedAgent,
) -> Result<(), Error> {
    let text = &added.text;
    let tools = column::to_json(&text.tools)?;
    sqlx::query(
        "INSERT INTO agents (uid, name, kind, role, instructions, model, tools, created_at, touched, origin, stays_here,
           fallbacks)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (uid) DO NOTHING",
    )
    .bind(added.agent.to_string())
    .bind(&text.name)
    .bind(AgentKind::Specialist.as_str())
    .bind(&text.role)
    .bind(&text.instructions)
    .bind(&text.model)
    .bind(&tools)
    .bind(at.0)
    .bind(position.0)
    .bind(column::to_json(&added.origin)?)
    .bind(column::to_json(&added.stays_here)?)
    .bind(column::to_json(&text.fallbacks)?)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO agent_versions (agent_id, version, name, role, instructions, model, since, tools,
           fallbacks)
         SELECT id, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM agents WHERE uid = ?1 ON CONFLICT DO NOTHING",
    )
    .bind(added.agent.to_string())
    .bind(&text.name)
    .bind(&text.role)
    .bind(&text.instructions)
    .bind(&text.model)
    .bind(at.0)
    .bind(tools)
    .bind(column::to_json(&text.fallbacks)?)
    .execute(conn)
    .await?;
    Ok(())
}
