//! What agents may reach with their tools, and what the operator said about those. No part of an agent's versions: taking an
//! agent's earlier form back must not bring back what it may reach.

use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{AgentGrant, AgentId, AgentUid, Position, ToolRule};

use crate::journal::store_fact::StoreFact;
use crate::journal::{Error, column};

/// What an agent was granted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentGrantRow {
    /// How often it was changed.
    pub revision: u32,
    /// The grant.
    pub grant: AgentGrant,
}

/// What an agent may reach, and who wrote how it works.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantedRow {
    /// The grant.
    pub grant: AgentGrant,
    /// Whether how the agent works was written by a model or came in a file, and the operator has not changed that since.
    pub is_designed: bool,
}

/// The grant of an agent as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantEdit {
    /// Which agent.
    pub id: AgentId,
    /// The revision that was read: where another one is there by now, nothing is changed.
    pub expected_revision: u32,
    /// The new grant.
    pub grant: AgentGrant,
}

/// What an agent was granted; nothing for one that is not there.
pub(crate) async fn granted(conn: &mut SqliteConnection, agent: AgentId) -> Result<AgentGrantRow, Error> {
    let row = sqlx::query("SELECT revision, granted FROM agent_grants WHERE agent_id = ?1")
        .bind(agent.0)
        .fetch_optional(conn)
        .await?;
    match row {
        Some(row) => Ok(AgentGrantRow {
            revision: row.try_get("revision")?,
            grant: column::json(&row, "granted")?,
        }),
        None => Ok(AgentGrantRow::default()),
    }
}

/// What the agent that takes part in runs under this identity may reach; nothing for one that is not there.
///
/// Whose instructions an agent has is told by their words: giving it tools or another name, taking an earlier form back, and
/// copying it make them nobody else's.
pub(crate) async fn granted_to(conn: &mut SqliteConnection, agent: AgentUid) -> Result<GrantedRow, Error> {
    let row = sqlx::query(
        "SELECT g.granted, EXISTS (
           SELECT 1 FROM agents d LEFT JOIN agent_versions v ON v.agent_id = d.id
             AND v.version = (SELECT min(version) FROM agent_versions WHERE agent_id = d.id)
           WHERE (d.id = a.id OR json_extract(a.origin, '$.from') = 'copy')
             AND (d.why IS NOT NULL OR json_extract(d.origin, '$.from') = 'file')
             AND coalesce(v.instructions, d.instructions) = a.instructions
         ) AS is_designed
         FROM agents a LEFT JOIN agent_grants g ON g.agent_id = a.id
         WHERE a.id = coalesce((SELECT id FROM agents WHERE uid = ?1), (SELECT agent_id FROM agent_aliases WHERE uid = ?1))",
    )
    .bind(agent.to_string())
    .fetch_optional(conn)
    .await?;
    match row {
        Some(row) => Ok(GrantedRow {
            grant: column::json_opt(&row, "granted")?.unwrap_or_default(),
            is_designed: row.try_get("is_designed")?,
        }),
        None => Ok(GrantedRow::default()),
    }
}

/// The fact that follows from an edit; none when it is like that already.
pub(crate) async fn grant(conn: &mut SqliteConnection, edit: &GrantEdit) -> Result<Option<StoreFact>, Error> {
    let present = granted(&mut *conn, edit.id).await?;
    if present.revision != edit.expected_revision {
        return Err(Error::GrantChanged {
            id: edit.id,
            found: present.revision,
        });
    }
    changed(conn, edit.id, &present, edit.grant.clone()).await
}

/// The fact that follows from a word about calls of a tool; none when it was said already.
pub(crate) async fn rule(
    conn: &mut SqliteConnection,
    agent: AgentId,
    rule: &ToolRule,
) -> Result<Option<StoreFact>, Error> {
    let present = granted(&mut *conn, agent).await?;
    let grant = present.grant.clone().with(rule.clone());
    changed(conn, agent, &present, grant).await
}

async fn changed(
    conn: &mut SqliteConnection,
    id: AgentId,
    present: &AgentGrantRow,
    grant: AgentGrant,
) -> Result<Option<StoreFact>, Error> {
    let agent = super::get(conn, id).await?.ok_or(Error::AgentNotFound(id))?;
    Ok((grant != present.grant).then(|| StoreFact::AgentGranted {
        agent: id,
        uid: agent.uid,
        revision: present.revision + 1,
        grant: Box::new(grant),
    }))
}

/// Gives an agent a grant in place of the one that it has.
pub(crate) async fn project_granted(
    conn: &mut SqliteConnection,
    position: Position,
    (id, uid): (AgentId, AgentUid),
    revision: u32,
    grant: &AgentGrant,
) -> Result<(), Error> {
    let result = sqlx::query(
        "INSERT INTO agent_grants (agent_id, revision, granted) SELECT id, ?2, ?3 FROM agents WHERE uid = ?1
         ON CONFLICT (agent_id) DO UPDATE SET revision = excluded.revision, granted = excluded.granted",
    )
    .bind(uid.to_string())
    .bind(revision)
    .bind(column::to_json(grant)?)
    .execute(&mut *conn)
    .await?;
    if result.rows_affected() != 1 {
        return Err(Error::AgentNotFound(id));
    }
    sqlx::query("UPDATE agents SET touched = max(touched, ?2) WHERE uid = ?1")
        .bind(uid.to_string())
        .bind(position.0)
        .execute(conn)
        .await?;
    Ok(())
}
