//! What facts do to tasks that contain others, wait by themselves, have a child, or get something from the operator.

use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{
    Assignment, Budget, EventBody, Failure, Millis, Place, Scope, StepId, StepKind, TaskKey, WaitsFor,
    WorkflowUid, all_steps,
};

use super::{TABLE, citations};
use crate::journal::fact::Fact;
use crate::journal::{Error, agents, column, events};

/// Brings the table up to `fact`.
pub(super) async fn project(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    match fact.body {
        EventBody::ScopesOpened { task, scopes, .. } => open(conn, fact, task, scopes).await,
        EventBody::TaskWaits { task, until } => wait(conn, fact, task, *until).await,
        EventBody::TaskCaught { task, failure } => catch(conn, fact, task, failure).await,
        EventBody::ChildStarted { task, child, .. } => keep_child(conn, fact, task, *child).await,
        EventBody::ChildWaits { task, waits_for } => keep_wait(conn, fact, task, *waits_for).await,
        EventBody::ChildEnded { task, .. } => keep_wait(conn, fact, task, None).await,
        EventBody::TaskReused { .. } | EventBody::TaskOverridden { .. } => give(conn, fact).await,
        EventBody::TaskEdited { task, prompt, model } => {
            edit(conn, fact, task, prompt.as_deref(), model.as_deref()).await
        }
        _ => Ok(()),
    }
}

/// Adds scopes after those that the task has.
async fn open(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    scopes: &[Scope],
) -> Result<(), Error> {
    for scope in scopes {
        sqlx::query(
            "INSERT INTO scopes (workflow_id, container, scope, block, label)
             SELECT ?1, ?2, coalesce(max(scope) + 1, 0), ?3, ?4 FROM scopes
             WHERE workflow_id = ?1 AND container = ?2",
        )
        .bind(fact.workflow.0)
        .bind(task.as_str())
        .bind(&scope.block)
        .bind(&scope.label)
        .execute(&mut *conn)
        .await?;
    }
    touch(conn, fact, task).await
}

async fn wait(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    until: Millis,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE tasks SET status = 'waiting', waits_until = ?3, touched = ?4
         WHERE workflow_id = ?1 AND key = ?2 AND status IN ('running', 'waiting')",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(until.0)
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not at work", &result)
}

/// The task has failed for good, and goes on all the same.
async fn catch(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    failure: &Failure,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE tasks SET status = 'running', caught = ?3, failure = NULL, retry_at = NULL, waits_until = NULL,
           touched = ?4
         WHERE workflow_id = ?1 AND key = ?2",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(column::to_json(failure)?)
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "there is no such task", &result)
}

async fn keep_child(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    child: WorkflowUid,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE tasks SET child = ?3, child_waits = NULL, touched = ?4
         WHERE workflow_id = ?1 AND key = ?2 AND status IN ('running', 'waiting')",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(child.to_string())
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not at work", &result)
}

/// What the sub-workflow of the task waits for.
async fn keep_wait(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    waits_for: Option<WaitsFor>,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE tasks SET child_waits = ?3, touched = ?4 WHERE workflow_id = ?1 AND key = ?2 AND child IS NOT NULL",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(waits_for.map(WaitsFor::as_str))
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it has no sub-workflow", &result)
}

/// An answer that was not worked out here: from another run, or from the operator.
async fn give(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    let (task, output, from) = match fact.body {
        EventBody::TaskReused { task, output, from } => (task, output, Some(from)),
        EventBody::TaskOverridden { task, output } => (task, output, None),
        _ => return Ok(()),
    };
    let cited = citations(&mut *conn, fact, output).await?;
    let result = sqlx::query(
        "UPDATE tasks SET status = 'completed', output = ?3, citations = ?4, completed_at = ?5, failure = NULL,
           retry_at = NULL, waits_until = NULL, skipped = NULL, reused_from = coalesce(?6, reused_from),
           overridden = ?7, verdict = NULL, touched = ?8
         WHERE workflow_id = ?1 AND key = ?2",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(output.as_str())
    .bind(cited)
    .bind(fact.at.0)
    .bind(from.map(column::to_json).transpose()?)
    .bind(from.is_none())
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "there is no such task", &result)
}

async fn edit(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: &TaskKey,
    told: Option<&str>,
    model: Option<&str>,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE tasks SET told = coalesce(?3, told), model = coalesce(?4, model), touched = ?5
         WHERE workflow_id = ?1 AND key = ?2",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(told)
    .bind(model)
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "there is no such task", &result)
}

/// Gives the parts of a plan to whom the staffing names: those of every step beside it that it staffs.
pub(super) async fn assign(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    staffing: &TaskKey,
    assignments: &[Assignment],
) -> Result<(), Error> {
    let groups = staffed(&mut *conn, fact, staffing).await?;
    for assignment in assignments {
        let agent = agents::require(&mut *conn, fact, assignment.agent).await?;
        let hired_with = assignment.design.as_ref().and_then(|design| design.budget);
        for (group, budget) in &groups {
            // What the operator said of this task counts more.
            let budget = hired_with.map(|hired| budget.held_to(hired));
            sqlx::query(
                "UPDATE tasks SET agent_id = ?3, touched = ?4, budget = coalesce(budget, ?5)
                 WHERE workflow_id = ?1 AND key = ?2 AND status <> 'completed'",
            )
            .bind(fact.workflow.0)
            .bind(group.part(&assignment.sub_task).as_str())
            .bind(agent.0)
            .bind(fact.position.0)
            .bind(budget.as_ref().map(column::to_json).transpose()?)
            .execute(&mut *conn)
            .await?;
        }
    }
    Ok(())
}

/// The expanded steps that a staffing is for, as the keys of their parts begin, with their budgets.
async fn staffed(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    staffing: &TaskKey,
) -> Result<Vec<(TaskKey, Budget)>, Error> {
    let row = sqlx::query("SELECT step, container, scope FROM tasks WHERE workflow_id = ?1 AND key = ?2")
        .bind(fact.workflow.0)
        .bind(staffing.as_str())
        .fetch_one(&mut *conn)
        .await?;
    let own = StepId(row.try_get("step")?);
    let container: Option<String> = row.try_get("container")?;
    let scope: Option<u32> = row.try_get("scope")?;
    let place = container.zip(scope).map(|(container, scope)| Place {
        container: TaskKey(container),
        scope,
    });
    let first = events::first(conn, fact.workflow).await?;
    let Some(EventBody::WorkflowCreated { steps, .. }) = first.map(|event| event.body) else {
        return Err(fact.refused(TABLE, "the run does not begin with its creation"));
    };
    let is_staffed =
        |kind: &StepKind| matches!(kind, StepKind::Expand { staff: Some(staff), .. } if *staff == own);
    let staffed = all_steps(&steps)
        .into_iter()
        .filter(|step| is_staffed(&step.kind));
    Ok(staffed
        .map(|step| (TaskKey::of_step(place.as_ref(), &step.id), step.budget))
        .collect())
}

pub(super) async fn touch(conn: &mut SqliteConnection, fact: &Fact<'_>, task: &TaskKey) -> Result<(), Error> {
    let result = sqlx::query("UPDATE tasks SET touched = ?3 WHERE workflow_id = ?1 AND key = ?2")
        .bind(fact.workflow.0)
        .bind(task.as_str())
        .bind(fact.position.0)
        .execute(conn)
        .await?;
    fact.changed_one(TABLE, "there is no such task", &result)
}
