//! What facts do to workflows. A change of status names the statuses that it may come from, and the row count
//! decides.

use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{
    ContentHash, EventBody, Plan, StaysHere, WorkflowFailure, WorkflowId, WorkflowUid, all_steps,
};

use crate::journal::fact::Fact;
use crate::journal::{Error, column};

const TABLE: &str = "workflows";

/// Brings the table up to `fact`.
pub(crate) async fn project(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    match fact.body {
        EventBody::WorkflowCreated { .. } => return insert(conn, fact).await,
        EventBody::WorkflowStarted => start(&mut *conn, fact).await?,
        EventBody::PlanAccepted { plan, .. } => keep_plan(&mut *conn, fact, plan).await?,
        EventBody::WorkflowCompleted { report } => complete(&mut *conn, fact, report).await?,
        EventBody::WorkflowFailed { failure } => fail(&mut *conn, fact, failure).await?,
        EventBody::CancelRequested => request_cancel(&mut *conn, fact).await?,
        EventBody::WorkflowCancelled => cancel(&mut *conn, fact).await?,
        EventBody::WorkflowRetried { .. } => retry(&mut *conn, fact).await?,
        EventBody::WorkflowPaused => pause(&mut *conn, fact, true).await?,
        EventBody::WorkflowResumed => pause(&mut *conn, fact, false).await?,
        EventBody::WorkflowImported {} => import(&mut *conn, fact).await?,
        EventBody::CallStarted { holds, .. } => confine(&mut *conn, fact, holds).await?,
        EventBody::CallFinished { stays_here, .. } => confine(&mut *conn, fact, stays_here).await?,
        EventBody::ChildEnded { end, .. } => confine(&mut *conn, fact, &end.stays_here).await?,
        EventBody::WorkflowArrived { .. }
        | EventBody::TaskAdded { .. }
        | EventBody::TaskPrepared { .. }
        | EventBody::ScopesOpened { .. }
        | EventBody::TaskWaits { .. }
        | EventBody::TaskCaught { .. }
        | EventBody::ChildStarted { .. }
        | EventBody::ChildWaits { .. }
        | EventBody::TaskReused { .. }
        | EventBody::TaskOverridden { .. }
        | EventBody::TaskEdited { .. }
        | EventBody::TaskStopping { .. }
        | EventBody::BudgetChanged { .. }
        | EventBody::TaskStarted { .. }
        | EventBody::CallFailed { .. }
        | EventBody::CallInterrupted { .. }
        | EventBody::TaskAttemptFailed { .. }
        | EventBody::TaskCompleted { .. }
        | EventBody::TaskFailed { .. }
        | EventBody::TaskSkipped { .. }
        | EventBody::TaskCancelled { .. }
        | EventBody::StaffAccepted { .. }
        | EventBody::QuestionAsked { .. }
        | EventBody::QuestionAnswered { .. } => {}
    }
    touch(conn, fact).await
}

async fn insert(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    let EventBody::WorkflowCreated {
        uid,
        name,
        description,
        template,
        steps,
        crew,
        limits,
        setup,
    } = fact.body
    else {
        return Ok(());
    };
    let kinds: BTreeMap<&str, &str> = all_steps(steps)
        .into_iter()
        .map(|step| (step.id.as_str(), step.kind.as_str()))
        .collect();
    // What was said elsewhere is an ordinary run here.
    let conversation = setup.conversation.as_ref().filter(|_| !fact.imported);
    let trial = setup.trial.as_ref().filter(|_| !fact.imported);
    let parent = setup.parent.as_ref();
    if let Some(parent) = parent {
        refuse_circle(&mut *conn, fact, *uid, parent.workflow).await?;
    }
    sqlx::query(
        "INSERT INTO workflows (id, uid, name, description, status, template, meta, created_at, touched, inputs,
           parent, parent_task, forked_from, depth, step_kinds, stays_here, conversation, trial, aside)
         VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
           ?16 IS NOT NULL OR ?17 IS NOT NULL OR EXISTS (SELECT 1 FROM workflows WHERE uid = ?10 AND aside))",
    )
    .bind(fact.workflow.0)
    .bind(uid.to_string())
    .bind(name)
    .bind(description)
    .bind(column::to_json(template)?)
    .bind(json!({ "limits": limits, "crew": crew }).to_string())
    .bind(fact.at.0)
    .bind(fact.position.0)
    .bind((!setup.inputs.0.is_null()).then(|| setup.inputs.0.to_string()))
    .bind(parent.map(|parent| parent.workflow.to_string()))
    .bind(parent.map(|parent| parent.task.as_str()))
    .bind(setup.forked_from.as_ref().map(column::to_json).transpose()?)
    .bind(setup.depth)
    .bind(column::to_json(&kinds)?)
    .bind(column::to_json(&setup.stays_here)?)
    .bind(conversation.map(|place| place.conversation.to_string()))
    .bind(trial.map(|trial| trial.agent.to_string()))
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds to the sources that keep a workflow here.
async fn confine(conn: &mut SqliteConnection, fact: &Fact<'_>, sources: &[StaysHere]) -> Result<(), Error> {
    if sources.is_empty() {
        return Ok(());
    }
    let row = sqlx::query("SELECT stays_here FROM workflows WHERE id = ?1")
        .bind(fact.workflow.0)
        .fetch_optional(&mut *conn)
        .await?;
    let row = row.ok_or_else(|| fact.refused(TABLE, "there is no such workflow"))?;
    let mut all: BTreeSet<StaysHere> = column::json(&row, "stays_here")?;
    all.extend(sources.iter().cloned());
    sqlx::query("UPDATE workflows SET stays_here = ?2 WHERE id = ?1")
        .bind(fact.workflow.0)
        .bind(column::to_json(&all)?)
        .execute(conn)
        .await?;
    Ok(())
}

/// A run that was taken in may name any other above it. None stands above itself: sums climb from run to run.
async fn refuse_circle(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    uid: WorkflowUid,
    parent: WorkflowUid,
) -> Result<(), Error> {
    let is_above: bool = sqlx::query_scalar(
        "WITH RECURSIVE above (uid) AS (
           SELECT ?2 UNION SELECT w.parent FROM workflows w JOIN above a ON w.uid = a.uid WHERE w.parent IS NOT NULL)
         SELECT EXISTS (SELECT 1 FROM above WHERE uid = ?1)",
    )
    .bind(uid.to_string())
    .bind(parent.to_string())
    .fetch_one(conn)
    .await?;
    if is_above {
        return Err(fact.refused(TABLE, "it would be started for a task of itself"));
    }
    Ok(())
}

async fn start(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE workflows SET status = 'running', started_at = ?2 WHERE id = ?1 AND status = 'pending'",
    )
    .bind(fact.workflow.0)
    .bind(fact.at.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not pending", &result)
}

async fn keep_plan(conn: &mut SqliteConnection, fact: &Fact<'_>, plan: &Plan) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE workflows SET plan = ?2 WHERE id = ?1 AND status IN ('running', 'waiting', 'paused')",
    )
    .bind(fact.workflow.0)
    .bind(column::to_json(plan)?)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not at work", &result)
}

async fn complete(conn: &mut SqliteConnection, fact: &Fact<'_>, report: &ContentHash) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE workflows SET status = 'completed', completed_at = ?2, report = ?3, cancelling = 0
         WHERE id = ?1 AND status IN ('running', 'waiting', 'paused')",
    )
    .bind(fact.workflow.0)
    .bind(fact.at.0)
    .bind(report.as_str())
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not at work", &result)
}

async fn fail(conn: &mut SqliteConnection, fact: &Fact<'_>, failure: &WorkflowFailure) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE workflows SET status = 'failed', completed_at = ?2, failure = ?3, cancelling = 0
         WHERE id = ?1 AND status IN ('running', 'waiting', 'paused')",
    )
    .bind(fact.workflow.0)
    .bind(fact.at.0)
    .bind(column::to_json(failure)?)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not at work", &result)
}

async fn request_cancel(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE workflows SET cancelling = 1
         WHERE id = ?1 AND cancelling = 0 AND status IN ('pending', 'running', 'waiting', 'paused')",
    )
    .bind(fact.workflow.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it has ended or is being cancelled", &result)
}

async fn cancel(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE workflows SET status = 'cancelled', completed_at = ?2, cancelling = 0
         WHERE id = ?1 AND status IN ('pending', 'running', 'waiting', 'paused')",
    )
    .bind(fact.workflow.0)
    .bind(fact.at.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it has ended", &result)
}

async fn retry(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE workflows SET status = 'running', completed_at = NULL, failure = NULL, report = NULL,
           cancelling = 0, started_at = coalesce(started_at, ?2)
         WHERE id = ?1 AND status IN ('failed', 'cancelled', 'running', 'waiting', 'paused')",
    )
    .bind(fact.workflow.0)
    .bind(fact.at.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it was not started, or completed", &result)
}

/// Notes the operator's wish. Its status follows when nothing is in flight any more.
async fn pause(conn: &mut SqliteConnection, fact: &Fact<'_>, paused: bool) -> Result<(), Error> {
    let result = sqlx::query("UPDATE workflows SET paused = ?2 WHERE id = ?1 AND paused <> ?2")
        .bind(fact.workflow.0)
        .bind(paused)
        .execute(conn)
        .await?;
    fact.changed_one(TABLE, "it is like that already", &result)
}

async fn import(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE workflows SET imported = ?2
         WHERE id = ?1 AND imported IS NULL AND status IN ('completed', 'failed', 'cancelled')",
    )
    .bind(fact.workflow.0)
    .bind(fact.at.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it has not ended, or was imported before", &result)
}

async fn touch(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    let result = sqlx::query("UPDATE workflows SET touched = ?2 WHERE id = ?1")
        .bind(fact.workflow.0)
        .bind(fact.position.0)
        .execute(conn)
        .await?;
    fact.changed_one(TABLE, "there is no such workflow", &result)
}

/// Whether the task `t` stands still, because the operator is asked about time that it, what contains it or its
/// workflow has used up. What it has in flight still ends.
macro_rules! held {
    () => {
        "EXISTS (SELECT 1 FROM questions q JOIN tasks n ON n.id = q.task_id
           WHERE q.workflow_id = w.id AND q.status = 'open' AND json_extract(q.form, '$.about.limit') = 'seconds'
             AND (json_extract(q.form, '$.about.whose.of') = 'workflow' OR t.key = n.key
               OR substr(t.key, 1, length(n.key) + 1) = n.key || '/'))
         AND NOT EXISTS (SELECT 1 FROM calls c WHERE c.task_id = t.id AND c.status = 'started' AND c.help IS NULL)"
    };
}

/// After every other table: what an unfinished workflow's status is.
///
/// It is paused as soon as the operator wants it to and nothing is in flight; a call that waits for another agent's help is
/// made by nobody. It waits while a task, or the sub-workflow
/// of one, waits for the operator or a time, or a question holds others back, and nothing else can go on by itself, be
/// it at work or between two attempts; a task that contains others is at work only when all that it contains has
/// ended. One that is being cancelled waits for nobody.
pub(crate) async fn settle(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    // No row changes for most events, so the row count decides nothing here.
    sqlx::query(concat!(
        "UPDATE workflows SET status = now.status FROM (
           SELECT CASE
             WHEN w.cancelling THEN 'running'
             WHEN w.paused AND NOT EXISTS (SELECT 1 FROM calls c
               WHERE c.workflow_id = w.id AND c.status = 'started' AND c.help IS NULL) THEN 'paused'
             WHEN (EXISTS (SELECT 1 FROM tasks t WHERE t.workflow_id = w.id
                   AND t.status IN ('waiting', 'running') AND (t.status = 'waiting' OR t.child_waits IS NOT NULL))
                 OR EXISTS (SELECT 1 FROM questions q WHERE q.workflow_id = w.id AND q.status = 'open'))
               AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.workflow_id = w.id AND t.status = 'running'
                 AND t.child_waits IS NULL
                 AND NOT EXISTS (SELECT 1 FROM tasks c WHERE c.workflow_id = w.id AND c.container = t.key
                   AND c.status IN ('pending', 'running', 'waiting', 'paused'))
                 AND NOT (",
        held!(),
        "))
               AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.workflow_id = w.id AND t.status = 'pending'
                 AND t.retry_at IS NOT NULL AND NOT (",
        held!(),
        ")) THEN 'waiting'
             ELSE 'running' END AS status
           FROM workflows w WHERE w.id = ?1) now
         WHERE id = ?1 AND workflows.status IN ('running', 'waiting', 'paused')
           AND workflows.status <> now.status",
    ))
    .bind(fact.workflow.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes the row.
pub(crate) async fn remove(conn: &mut SqliteConnection, id: WorkflowId) -> Result<(), Error> {
    sqlx::query("DELETE FROM workflows WHERE id = ?1")
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}
