//! Agents of other stores that runs bring along. Who is here already works as it is here. The permanent crew of this
//! store stands for that of others, and whom this store hired for a template for whom another hired for the same.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use wheelhouse_domain::{AgentKind, AgentUid, Millis, Position, TemplateAgent, TemplateUid};

use super::hired_for;
use crate::journal::store_fact::StoreFact;
use crate::journal::{Error, column};

/// An agent as it was in the store that a run came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrivedAgent {
    /// Identity.
    pub uid: AgentUid,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: AgentKind,
    /// Profession.
    pub role: String,
    /// How it should work.
    pub instructions: String,
    /// Model that it names.
    pub model: String,
    /// Tools that it may call.
    pub tools: Vec<String>,
    /// Version of its form.
    pub version: u32,
    /// Why it is here, in words for people.
    pub why: String,
}

/// Knows `agent` from here on. Gives the fact that follows; none when somebody of this store stands for it.
pub(crate) async fn arrive(
    conn: &mut SqliteConnection,
    template: TemplateUid,
    agent: &ArrivedAgent,
) -> Result<Option<StoreFact>, Error> {
    let known: Option<u32> = sqlx::query_scalar(
        "SELECT id FROM agents WHERE uid = ?1 UNION ALL SELECT agent_id FROM agent_aliases WHERE uid = ?1",
    )
    .bind(agent.uid.to_string())
    .fetch_optional(&mut *conn)
    .await?;
    if known.is_some() {
        return Ok(None);
    }
    match stand_in(&mut *conn, template, agent).await? {
        Some(same) => {
            sqlx::query("INSERT INTO agent_aliases (uid, agent_id) VALUES (?1, ?2)")
                .bind(agent.uid.to_string())
                .bind(same)
                .execute(conn)
                .await?;
            Ok(None)
        }
        None => Ok(Some(StoreFact::AgentArrived(Box::new(agent.clone())))),
    }
}

/// Number of the agent of this store that is the same.
async fn stand_in(
    conn: &mut SqliteConnection,
    template: TemplateUid,
    agent: &ArrivedAgent,
) -> Result<Option<u32>, Error> {
    let uid = if agent.kind == AgentKind::Specialist {
        let form = TemplateAgent {
            name: agent.name.clone(),
            role: agent.role.clone(),
            instructions: agent.instructions.clone(),
            model: agent.model.clone(),
            tools: agent.tools.clone(),
        };
        match hired_for(&mut *conn, template, &form).await? {
            Some(uid) => uid,
            None => return Ok(None),
        }
    } else {
        return Ok(
            sqlx::query_scalar("SELECT id FROM agents WHERE kind = ?1 ORDER BY id LIMIT 1")
                .bind(agent.kind.as_str())
                .fetch_optional(conn)
                .await?,
        );
    };
    Ok(sqlx::query_scalar("SELECT id FROM agents WHERE uid = ?1")
        .bind(uid.to_string())
        .fetch_optional(conn)
        .await?)
}

/// Adds the agent. Agents are kept when projections are made anew, so one that is there gets its form again.
pub(crate) async fn project_arrived(
    conn: &mut SqliteConnection,
    (position, at): (Position, Millis),
    agent: &ArrivedAgent,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO agents (uid, name, kind, role, instructions, model, tools, version, why, created_at, touched)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (uid) DO UPDATE SET name = excluded.name, role = excluded.role,
           instructions = excluded.instructions, model = excluded.model, version = excluded.version",
    )
    .bind(agent.uid.to_string())
    .bind(&agent.name)
    .bind(agent.kind.as_str())
    .bind(&agent.role)
    .bind(&agent.instructions)
    .bind(&agent.model)
    .bind(column::to_json(&agent.tools)?)
    .bind(agent.version)
    .bind(&agent.why)
    .bind(at.0)
    .bind(position.0)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO agent_versions (agent_id, version, name, role, instructions, model, tools, since)
         SELECT id, version, name, role, instructions, model, tools, ?2 FROM agents WHERE uid = ?1
         ON CONFLICT DO NOTHING",
    )
    .bind(agent.uid.to_string())
    .bind(at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Who of this store stands for whom of others: the other one's identity, then this one's.
pub(crate) async fn aliases(conn: &mut SqliteConnection) -> Result<Vec<(AgentUid, AgentUid)>, Error> {
    let rows = sqlx::query(
        "SELECT x.uid AS other, a.uid AS own FROM agent_aliases x JOIN agents a ON a.id = x.agent_id ORDER BY x.uid",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok((
                AgentUid(column::uid(row, "other")?),
                AgentUid(column::uid(row, "own")?),
            ))
        })
        .collect()
}
