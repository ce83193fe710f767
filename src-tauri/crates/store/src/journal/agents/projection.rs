//! What facts of runs do to agents.

use std::collections::BTreeSet;

use sqlx::SqliteConnection;
use wheelhouse_domain::{
    AgentDesign, AgentId, AgentKind, AgentUid, Assignment, DEFAULT_MODEL, EventBody, Position, StaysHere,
    WorkflowId,
};

use crate::journal::fact::Fact;
use crate::journal::{Error, column};

/// The number of an agent that a fact names.
pub(crate) async fn require(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    uid: AgentUid,
) -> Result<AgentId, Error> {
    let id: Option<u32> = sqlx::query_scalar(
        "SELECT id FROM agents WHERE uid = ?1 UNION ALL SELECT agent_id FROM agent_aliases WHERE uid = ?1",
    )
    .bind(uid.to_string())
    .fetch_optional(conn)
    .await?;
    id.map(AgentId)
        .ok_or_else(|| fact.refused("agents", format!("there is no agent {uid}")))
}

/// Brings the table up to `fact`.
pub(crate) async fn project(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    match fact.body {
        EventBody::StaffAccepted {
            assignments,
            stays_here,
            ..
        } => hire(conn, fact, assignments, stays_here).await,
        EventBody::WorkflowCreated { .. }
        | EventBody::TaskPrepared { .. }
        | EventBody::ScopesOpened { .. }
        | EventBody::TaskWaits { .. }
        | EventBody::TaskCaught { .. }
        | EventBody::ChildStarted { .. }
        | EventBody::ChildEnded { .. }
        | EventBody::ChildWaits { .. }
        | EventBody::TaskReused { .. }
        | EventBody::TaskOverridden { .. }
        | EventBody::TaskEdited { .. }
        | EventBody::TaskStopping { .. }
        | EventBody::BudgetChanged { .. }
        | EventBody::WorkflowPaused
        | EventBody::WorkflowResumed
        | EventBody::WorkflowImported {}
        | EventBody::WorkflowArrived { .. }
        | EventBody::WorkflowStarted
        | EventBody::TaskAdded { .. }
        | EventBody::TaskStarted { .. }
        | EventBody::CallStarted { .. }
        | EventBody::CallFinished { .. }
        | EventBody::CallFailed { .. }
        | EventBody::CallInterrupted { .. }
        | EventBody::TaskAttemptFailed { .. }
        | EventBody::TaskCompleted { .. }
        | EventBody::TaskFailed { .. }
        | EventBody::TaskSkipped { .. }
        | EventBody::TaskCancelled { .. }
        | EventBody::PlanAccepted { .. }
        | EventBody::QuestionAsked { .. }
        | EventBody::QuestionAnswered { .. }
        | EventBody::WorkflowCompleted { .. }
        | EventBody::WorkflowFailed { .. }
        | EventBody::CancelRequested
        | EventBody::WorkflowCancelled
        | EventBody::WorkflowRetried { .. } => Ok(()),
    }
}

/// Hires who was designed. Several assignments may share one new agent.
async fn hire(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    assignments: &[Assignment],
    stays_here: &[StaysHere],
) -> Result<(), Error> {
    let mut hired = BTreeSet::new();
    for assignment in assignments {
        let Some(design) = &assignment.design else {
            continue;
        };
        if !hired.insert(assignment.agent) {
            continue;
        }
        // Agents are kept when projections are made anew, so who is there already stays as it is.
        sqlx::query(
            "INSERT INTO agents (uid, name, kind, role, instructions, model, tools, hired_in, why, created_at,
               touched, stays_here)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (uid) DO NOTHING",
        )
        .bind(assignment.agent.to_string())
        .bind(&design.name)
        .bind(AgentKind::Specialist.as_str())
        .bind(&design.role)
        .bind(&design.instructions)
        .bind(model_of(design))
        .bind(column::to_json(&design.tools)?)
        .bind(fact.workflow.0)
        .bind(&design.why)
        .bind(fact.at.0)
        .bind(fact.position.0)
        .bind(column::to_json(&stays_here)?)
        .execute(&mut *conn)
        .await?;
        keep_first_version(conn, fact, assignment.agent, design).await?;
        if assignment.once {
            // It does its parts here, and no other workflow gives it one until the operator enables it.
            sqlx::query("UPDATE agents SET disabled = 1 WHERE uid = ?1")
                .bind(assignment.agent.to_string())
                .execute(&mut *conn)
                .await?;
        }
    }
    Ok(())
}

/// The model that a new agent names.
fn model_of(design: &AgentDesign) -> &str {
    design.model.as_deref().unwrap_or(DEFAULT_MODEL)
}

/// What a new agent was designed as is its version 1, whatever was made of it since.
async fn keep_first_version(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    agent: AgentUid,
    design: &AgentDesign,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO agent_versions (agent_id, version, name, role, instructions, model, since, tools)
         SELECT id, 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM agents WHERE uid = ?1 ON CONFLICT DO NOTHING",
    )
    .bind(agent.to_string())
    .bind(&design.name)
    .bind(&design.role)
    .bind(&design.instructions)
    .bind(model_of(design))
    .bind(fact.at.0)
    .bind(column::to_json(&design.tools)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Before a workflow goes: whom it hired stays, and whoever worked in it is marked as changed.
pub(crate) async fn leave(
    conn: &mut SqliteConnection,
    workflow: WorkflowId,
    position: Position,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE agents SET touched = ?2, hired_in = CASE WHEN hired_in = ?1 THEN NULL ELSE hired_in END
         WHERE hired_in = ?1 OR id IN (SELECT agent_id FROM tasks WHERE workflow_id = ?1)",
    )
    .bind(workflow.0)
    .bind(position.0)
    .execute(conn)
    .await?;
    Ok(())
}
