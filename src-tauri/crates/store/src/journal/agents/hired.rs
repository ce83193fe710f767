//! Agents that templates bring along. Each is hired once for what its template says about it, and works in all runs
//! of the template from then on, whatever the operator makes of it.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use wheelhouse_domain::{AgentKind, AgentUid, ContentHash, Millis, Position, TemplateAgent, TemplateUid};

use crate::journal::store_fact::StoreFact;
use crate::journal::{Error, column};

/// Whom a template brings along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateHire {
    /// The template.
    pub template: TemplateUid,
    /// Identity of the agent, where it is hired now.
    pub agent: AgentUid,
    /// What the template says about it.
    pub form: TemplateAgent,
    /// Why it was hired, in words for people.
    pub why: String,
}

impl TemplateHire {
    /// Address of what the template says.
    fn address(&self) -> Result<ContentHash, Error> {
        Ok(ContentHash::of(&serde_json::to_string(&self.form)?))
    }
}

/// Who was hired for what a template says about one of its agents.
pub(crate) async fn hired_for(
    conn: &mut SqliteConnection,
    template: TemplateUid,
    form: &TemplateAgent,
) -> Result<Option<AgentUid>, Error> {
    let address = ContentHash::of(&serde_json::to_string(form)?);
    let row = sqlx::query("SELECT uid FROM agents WHERE template = ?1 AND template_form = ?2")
        .bind(template.to_string())
        .bind(address.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(|row| column::uid(&row, "uid").map(AgentUid)).transpose()
}

/// The fact that follows from hiring; none when somebody was hired for the same before.
pub(crate) async fn hire(
    conn: &mut SqliteConnection,
    hire: &TemplateHire,
) -> Result<Option<StoreFact>, Error> {
    let present = hired_for(conn, hire.template, &hire.form).await?;
    Ok(present
        .is_none()
        .then(|| StoreFact::AgentHired(Box::new(hire.clone()))))
}

/// Adds the agent. Agents are kept when projections are made anew, so who is there already stays as it is.
pub(crate) async fn project_hire(
    conn: &mut SqliteConnection,
    (position, at): (Position, Millis),
    hire: &TemplateHire,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO agents (uid, name, kind, role, instructions, model, tools, why, created_at, touched, template,
           template_form)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (uid) DO NOTHING",
    )
    .bind(hire.agent.to_string())
    .bind(&hire.form.name)
    .bind(AgentKind::Specialist.as_str())
    .bind(&hire.form.role)
    .bind(&hire.form.instructions)
    .bind(&hire.form.model)
    .bind(column::to_json(&hire.form.tools)?)
    .bind(&hire.why)
    .bind(at.0)
    .bind(position.0)
    .bind(hire.template.to_string())
    .bind(hire.address()?.as_str())
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO agent_versions (agent_id, version, name, role, instructions, model, since, tools)
         SELECT id, 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM agents WHERE uid = ?1 ON CONFLICT DO NOTHING",
    )
    .bind(hire.agent.to_string())
    .bind(&hire.form.name)
    .bind(&hire.form.role)
    .bind(&hire.form.instructions)
    .bind(&hire.form.model)
    .bind(at.0)
    .bind(column::to_json(&hire.form.tools)?)
    .execute(conn)
    .await?;
    Ok(())
}
