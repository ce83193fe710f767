//! What facts do to tasks. A change of status names the statuses that it may come from, and the row count decides.

use sqlx::SqliteConnection;
use wheelhouse_domain::{
    AgentKind, AgentUid, ContentHash, EventBody, Failure, Millis, Origin, QuestionKey, TaskAnswer, TaskKey,
    WhySkipped, WorkflowId,
};

use crate::journal::fact::Fact;
use crate::journal::{Error, agents, column, contents};

mod inside;

const TABLE: &str = "tasks";

/// Whether a question holds others back, and its task does not itself wait for it: [`wheelhouse_domain::Form::holds_back`].
macro_rules! aside {
    ($question:literal) => {
        concat!(
            "coalesce(json_extract(",
            $question,
            ".form, '$.about.limit') IN ('steps', 'seconds'), 0)"
        )
    };
}

/// Brings the table up to `fact`.
pub(crate) async fn project(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    match fact.body {
        EventBody::TaskAdded { agent, .. } => insert(conn, fact, *agent).await,
        EventBody::TaskStarted { task, attempt } => start(conn, fact, task, *attempt).await,
        EventBody::TaskAttemptFailed {
            task,
            attempt,
            failure,
            retry_at,
        } => wait_for_retry(conn, fact, task, *attempt, failure, *retry_at).await,
        EventBody::TaskCompleted { task, output } => complete(conn, fact, task, output).await,
        EventBody::TaskFailed { task, failure } => fail(conn, fact, task, failure).await,
        EventBody::TaskSkipped { task, reason, .. } => skip(conn, fact, task, *reason).await,
        EventBody::TaskReused { .. }
        | EventBody::TaskOverridden { .. }
        | EventBody::TaskEdited { .. }
        | EventBody::ScopesOpened { .. }
        | EventBody::TaskWaits { .. }
        | EventBody::TaskCaught { .. }
        | EventBody::ChildStarted { .. }
        | EventBody::ChildEnded { .. }
        | EventBody::ChildWaits { .. } => inside::project(conn, fact).await,
        EventBody::TaskCancelled { task } => cancel(conn, fact, task).await,
        EventBody::PlanAccepted { task, origin, .. } => keep_origin(conn, fact, task, origin).await,
        EventBody::StaffAccepted {
            task,
            assignments,
            origin,
            ..
        } => {
            keep_origin(&mut *conn, fact, task, origin).await?;
            inside::assign(conn, fact, task, assignments).await
        }
        // What is asked beside the work of a task does not make it wait.
        EventBody::QuestionAsked { task, form, .. } => {
            if form.as_ref().is_some_and(|form| form.holds_back().is_some()) {
                inside::touch(conn, fact, task).await
            } else {
                wait_for_answer(conn, fact, task).await
            }
        }
        EventBody::QuestionAnswered { question, .. } => go_on(conn, fact, question).await,
        EventBody::WorkflowRetried { tasks } => begin_anew(conn, fact, tasks).await,
        // What an agent does now depends on whether its task's workflow has ended.
        EventBody::WorkflowCompleted { .. }
        | EventBody::WorkflowFailed { .. }
        | EventBody::WorkflowCancelled => touch_active(conn, fact).await,
        EventBody::WorkflowCreated { .. }
        | EventBody::TaskPrepared { .. }
        | EventBody::TaskStopping { .. }
        | EventBody::BudgetChanged { .. }
        | EventBody::WorkflowPaused
        | EventBody::WorkflowResumed
        | EventBody::WorkflowImported {}
        | EventBody::WorkflowArrived { .. }
        | EventBody::WorkflowStarted
        | EventBody::CallStarted { .. }
        | EventBody::CallFinished { .. }
        | EventBody::CallFailed { .. }
        | EventBody::CallInterrupted { .. }
        | EventBody::CancelRequested => Ok(()),
    }
}

async fn insert(conn: &mut SqliteConnection, fact: &Fact<'_>, agent: Option<AgentUid>) -> Result<(), Error> {
    let EventBody::TaskAdded {
        task,
        step,
        title,
        description,
        agent_kind,
        needs,
        done_when,
        place,
        ..
    } = fact.body
    else {
        return Ok(());
    };
    let agent = match agent {
        Some(uid) => Some(agents::require(&mut *conn, fact, uid).await?),
        None => None,
    };
    sqlx::query(
        "INSERT INTO tasks (id, workflow_id, key, step, title, description, done_when, agent_id, agent_kind,
           status, needs, created_at, touched, container, scope, step_kind)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'pending', ?10, ?11, ?1, ?12, ?13,
           coalesce((SELECT k.value FROM workflows w, json_each(w.step_kinds) k
             WHERE w.id = ?2 AND k.key = ?4), ''))",
    )
    .bind(fact.position.0)
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(step.as_str())
    .bind(title)
    .bind(description)
    .bind(done_when)
    .bind(agent.map(|id| id.0))
    .bind(agent_kind.map(AgentKind::as_str))
    .bind(column::to_json(needs)?)
    .bind(fact.at.0)
    .bind(place.as_ref().map(|place| place.container.as_str()))
    .bind(place.as_ref().map(|place| place.scope))
    .execute(conn)
    .await?;
    Ok(())
}

async fn start(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    attempt: u32,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE tasks SET status = 'running', attempt = ?3, started_at = ?4, completed_at = NULL,
           retry_at = NULL, failure = NULL, waits_until = NULL, child = NULL, child_waits = NULL,
           touched = ?5
         WHERE workflow_id = ?1 AND key = ?2 AND status = 'pending' AND attempt < ?3",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(attempt)
    .bind(fact.at.0)
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not pending before this attempt", &result)
}

async fn wait_for_retry(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    attempt: u32,
    failure: &Failure,
    retry_at: Millis,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE tasks SET status = 'pending', failure = ?4, retry_at = ?5, touched = ?6
         WHERE workflow_id = ?1 AND key = ?2 AND attempt = ?3 AND status IN ('running', 'waiting')",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(attempt)
    .bind(column::to_json(failure)?)
    .bind(retry_at.0)
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "this attempt is not at work", &result)
}

/// How many passages an answer cites. An answer must be stored with what speaks of it.
async fn citations(conn: &mut SqliteConnection, fact: &Fact<'_>, output: &ContentHash) -> Result<u32, Error> {
    let content = contents::get(conn, output)
        .await?
        .ok_or_else(|| fact.refused(TABLE, "its output is not stored"))?;
    let answer: TaskAnswer = serde_json::from_str(&content)
        .map_err(|error| fact.refused(TABLE, format!("its output is not an answer: {error}")))?;
    Ok(u32::try_from(answer.citations.len()).unwrap_or(u32::MAX))
}

async fn complete(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    output: &ContentHash,
) -> Result<(), Error> {
    let citations = citations(conn, fact, output).await?;
    let result = sqlx::query(
        "UPDATE tasks SET status = 'completed', output = ?3, citations = ?4, completed_at = ?5, failure = NULL,
           retry_at = NULL, waits_until = NULL, touched = ?6
         WHERE workflow_id = ?1 AND key = ?2 AND status IN ('running', 'waiting')",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(output.as_str())
    .bind(citations)
    .bind(fact.at.0)
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not at work", &result)
}

async fn fail(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    failure: &Failure,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE tasks SET status = 'failed', failure = ?3, completed_at = ?4, retry_at = NULL, touched = ?5
         WHERE workflow_id = ?1 AND key = ?2 AND status IN ('pending', 'running', 'waiting', 'paused')",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(column::to_json(failure)?)
    .bind(fact.at.0)
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it has ended", &result)
}

async fn skip(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    reason: WhySkipped,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE tasks SET status = 'skipped', completed_at = ?3, retry_at = NULL, waits_until = NULL,
           skipped = ?5, touched = ?4
         WHERE workflow_id = ?1 AND key = ?2 AND status <> 'completed'",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(fact.at.0)
    .bind(fact.position.0)
    .bind(column::to_json(&reason)?)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it has its answer", &result)
}

async fn cancel(conn: &mut SqliteConnection, fact: &Fact<'_>, task: &TaskKey) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE tasks SET status = 'cancelled', completed_at = ?3, retry_at = NULL, touched = ?4
         WHERE workflow_id = ?1 AND key = ?2 AND status IN ('pending', 'running', 'waiting', 'paused')",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(fact.at.0)
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it has ended", &result)
}

async fn keep_origin(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    origin: &Origin,
) -> Result<(), Error> {
    let result =
        sqlx::query("UPDATE tasks SET origin = ?3, touched = ?4 WHERE workflow_id = ?1 AND key = ?2")
            .bind(fact.workflow.0)
            .bind(task.as_str())
            .bind(column::to_json(origin)?)
            .bind(fact.position.0)
            .execute(conn)
            .await?;
    fact.changed_one(TABLE, "there is no such task", &result)
}

async fn wait_for_answer(conn: &mut SqliteConnection, fact: &Fact<'_>, task: &TaskKey) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE tasks SET status = 'waiting', touched = ?3
         WHERE workflow_id = ?1 AND key = ?2 AND status IN ('running', 'waiting')",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not at work", &result)
}

/// The task of an answered question goes on, unless it has another open one. One that did not wait for it stays as it is.
async fn go_on(conn: &mut SqliteConnection, fact: &Fact<'_>, question: &QuestionKey) -> Result<(), Error> {
    let result = sqlx::query(concat!(
        "UPDATE tasks SET touched = ?3, status = CASE
           WHEN asked.aside THEN tasks.status
           WHEN EXISTS (SELECT 1 FROM questions q WHERE q.task_id = tasks.id AND q.status = 'open'
             AND NOT ",
        aside!("q"),
        ") THEN 'waiting' ELSE 'running' END
         FROM (SELECT q.task_id AS task_id, ",
        aside!("q"),
        " AS aside FROM questions q WHERE q.workflow_id = ?1 AND q.key = ?2) asked
         WHERE id = asked.task_id AND (asked.aside OR status = 'waiting')",
    ))
    .bind(fact.workflow.0)
    .bind(question.as_str())
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "the task of the question does not wait", &result)
}

async fn begin_anew(conn: &mut SqliteConnection, fact: &Fact<'_>, tasks: &[TaskKey]) -> Result<(), Error> {
    // Every task, so that a subscriber that began while the workflow had ended gets those that keep their results.
    touch_all(&mut *conn, fact).await?;
    for task in tasks {
        let result = sqlx::query(
            "UPDATE tasks SET status = 'pending', started_at = NULL, completed_at = NULL, retry_at = NULL,
               failure = NULL, skipped = NULL, waits_until = NULL, caught = NULL, output = NULL, citations = 0,
               overridden = 0, reused_from = NULL, verdict = NULL, touched = ?3
             WHERE workflow_id = ?1 AND key = ?2",
        )
        .bind(fact.workflow.0)
        .bind(task.as_str())
        .bind(fact.position.0)
        .execute(&mut *conn)
        .await?;
        fact.changed_one(TABLE, "a task to begin anew is not there", &result)?;
    }
    Ok(())
}

async fn touch_all(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    sqlx::query("UPDATE tasks SET touched = ?2 WHERE workflow_id = ?1")
        .bind(fact.workflow.0)
        .bind(fact.position.0)
        .execute(conn)
        .await?;
    Ok(())
}

async fn touch_active(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    sqlx::query(
        "UPDATE tasks SET touched = ?2 WHERE workflow_id = ?1 AND status IN ('running', 'waiting', 'paused')",
    )
    .bind(fact.workflow.0)
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes the tasks of a workflow.
pub(crate) async fn remove(conn: &mut SqliteConnection, workflow: WorkflowId) -> Result<(), Error> {
    for statement in [
        "DELETE FROM tasks WHERE workflow_id = ?1",
        "DELETE FROM scopes WHERE workflow_id = ?1",
    ] {
        sqlx::query(statement)
            .bind(workflow.0)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}
