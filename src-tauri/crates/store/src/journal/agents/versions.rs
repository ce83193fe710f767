//! What the operator changes about agents, and what they were before.

use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{AgentId, AgentKind, AgentStatus, AgentUid, Millis, Position};

use crate::journal::store_fact::StoreFact;
use crate::journal::{Error, column};

/// A new form of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentEdit {
    /// Which agent.
    pub id: AgentId,
    /// The version that was read: where another one is there by now, nothing is changed.
    pub expected_version: u32,
    /// Name.
    pub name: String,
    /// Profession.
    pub role: String,
    /// How it should work.
    pub instructions: String,
    /// Model: `default`, `rehearsal`, or `<provider>/<model>`.
    pub model: String,
    /// Tools that it may call; none leaves them as they are.
    pub tools: Option<Vec<String>>,
    /// Models that are asked where that one can't answer; none leaves them as they are.
    pub fallbacks: Option<Vec<String>>,
}

/// What an agent was in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentVersionRow {
    /// Number, from 1.
    pub version: u32,
    /// Name.
    pub name: String,
    /// Profession.
    pub role: String,
    /// How it should work.
    pub instructions: String,
    /// Model that it named.
    pub model: String,
    /// Tools that it could call.
    pub tools: Vec<String>,
    /// Models that were asked where that one could not answer.
    pub fallbacks: Vec<String>,
    /// Since when.
    pub since: Millis,
}

/// What of an agent has versions, as a fact holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AgentForm {
    /// Name.
    pub(crate) name: String,
    /// Profession.
    pub(crate) role: String,
    /// How it should work.
    pub(crate) instructions: String,
    /// Model that it names.
    pub(crate) model: String,
    /// Tools that it may call, where they are others than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tools: Option<Vec<String>>,
    /// Models that are asked where that one can't answer, where they are others than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fallbacks: Option<Vec<String>>,
}

fn from_row(row: &SqliteRow) -> Result<AgentVersionRow, Error> {
    Ok(AgentVersionRow {
        version: row.try_get("version")?,
        name: row.try_get("name")?,
        role: row.try_get("role")?,
        instructions: row.try_get("instructions")?,
        model: row.try_get("model")?,
        tools: column::json(row, "tools")?,
        fallbacks: column::json(row, "fallbacks")?,
        since: column::at(row, "since")?,
    })
}

/// The versions of an agent, newest first.
pub(crate) async fn of_agent(
    conn: &mut SqliteConnection,
    agent: AgentId,
) -> Result<Vec<AgentVersionRow>, Error> {
    let rows = sqlx::query("SELECT * FROM agent_versions WHERE agent_id = ?1 ORDER BY version DESC")
        .bind(agent.0)
        .fetch_all(conn)
        .await?;
    rows.iter().map(from_row).collect()
}

/// The fact that follows from an edit; none when the agent is like that already.
pub(crate) async fn change(
    conn: &mut SqliteConnection,
    edit: &AgentEdit,
) -> Result<Option<StoreFact>, Error> {
    let present = super::get(conn, edit.id)
        .await?
        .ok_or(Error::AgentNotFound(edit.id))?;
    if present.version != edit.expected_version {
        return Err(Error::AgentChanged {
            id: edit.id,
            found: present.version,
        });
    }
    let old = AgentForm {
        name: present.name,
        role: present.role,
        instructions: present.instructions,
        model: present.model,
        tools: None,
        fallbacks: None,
    };
    let form = AgentForm {
        name: edit.name.clone(),
        role: edit.role.clone(),
        instructions: edit.instructions.clone(),
        model: edit.model.clone(),
        tools: edit.tools.clone().filter(|tools| *tools != present.tools),
        fallbacks: edit
            .fallbacks
            .clone()
            .filter(|models| *models != present.fallbacks),
    };
    Ok((form != old).then(|| StoreFact::AgentUpdated {
        agent: edit.id,
        uid: present.uid,
        version: present.version + 1,
        form,
    }))
}

/// The fact that follows from letting an agent work or not; none when it is like that already.
pub(crate) async fn switch(
    conn: &mut SqliteConnection,
    id: AgentId,
    enabled: bool,
) -> Result<Option<StoreFact>, Error> {
    let present = super::get(conn, id).await?.ok_or(Error::AgentNotFound(id))?;
    if present.kind != AgentKind::Specialist && !enabled {
        return Err(Error::AgentPermanent(id));
    }
    let is_enabled = present.status != AgentStatus::Disabled;
    Ok((enabled != is_enabled).then_some(StoreFact::AgentEnabled {
        agent: id,
        uid: present.uid,
        enabled,
    }))
}

/// Gives an agent a new form and keeps it as a version.
pub(crate) async fn project_update(
    conn: &mut SqliteConnection,
    (position, at): (Position, Millis),
    (id, uid): (AgentId, AgentUid),
    version: u32,
    form: &AgentForm,
) -> Result<(), Error> {
    let tools = form.tools.as_ref().map(column::to_json).transpose()?;
    let fallbacks = form.fallbacks.as_ref().map(column::to_json).transpose()?;
    let result = sqlx::query(
        "UPDATE agents SET name = ?2, role = ?3, instructions = ?4, model = ?5, version = ?6,
           touched = max(touched, ?7), tools = coalesce(?8, tools), fallbacks = coalesce(?9, fallbacks)
         WHERE uid = ?1",
    )
    .bind(uid.to_string())
    .bind(&form.name)
    .bind(&form.role)
    .bind(&form.instructions)
    .bind(&form.model)
    .bind(version)
    .bind(position.0)
    .bind(tools)
    .bind(fallbacks)
    .execute(&mut *conn)
    .await?;
    if result.rows_affected() != 1 {
        return Err(Error::AgentNotFound(id));
    }
    sqlx::query(
        "INSERT INTO agent_versions (agent_id, version, name, role, instructions, model, tools, fallbacks, since)
         SELECT id, version, name, role, instructions, model, tools, fallbacks, ?2 FROM agents WHERE uid = ?1",
    )
    .bind(uid.to_string())
    .bind(at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Lets an agent work or not.
pub(crate) async fn project_enabled(
    conn: &mut SqliteConnection,
    position: Position,
    (id, uid): (AgentId, AgentUid),
    enabled: bool,
) -> Result<(), Error> {
    let result = sqlx::query("UPDATE agents SET disabled = ?2, touched = max(touched, ?3) WHERE uid = ?1")
        .bind(uid.to_string())
        .bind(!enabled)
        .bind(position.0)
        .execute(conn)
        .await?;
    if result.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::AgentNotFound(id))
    }
}

/// Keeps what agents are now as a version of theirs, where it is not kept yet.
pub(crate) async fn first_versions(conn: &mut SqliteConnection) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO agent_versions (agent_id, version, name, role, instructions, model, tools, fallbacks, since)
         SELECT id, version, name, role, instructions, model, tools, fallbacks, created_at FROM agents WHERE true
         ON CONFLICT DO NOTHING",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes every agent what it was at first, so that facts can be applied again.
pub(crate) async fn back_to_first(conn: &mut SqliteConnection) -> Result<(), Error> {
    for statement in [
        "DELETE FROM agent_versions AS later WHERE EXISTS (SELECT 1 FROM agent_versions earlier
           WHERE earlier.agent_id = later.agent_id AND earlier.version < later.version)",
        "UPDATE agents SET name = first.name, role = first.role, instructions = first.instructions,
           model = first.model, tools = first.tools, fallbacks = first.fallbacks, version = first.version
         FROM agent_versions first WHERE first.agent_id = agents.id",
        "UPDATE agents SET disabled = 0",
    ] {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    Ok(())
}
