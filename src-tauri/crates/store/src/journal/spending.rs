//! What tasks and workflows have spent, and what is reserved for calls in flight. A call counts for its task, for every
//! task around it, for its workflow, for the tasks and workflows above that one, and for its day (`statistics`).
//!
//! Deliberately absent: limits and what follows when they are reached; the orchestrator's ledger holds those.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;
use wheelhouse_domain::{
    AgentUid, Budget, CallKey, CallKind, ContentHash, EventBody, Failure, Millis, Money, Spend, Step, Tally,
    TaskKey, WorkflowId, WorkflowUid, all_steps,
};

use super::fact::Fact;
use super::statistics::{self, Line};
use super::{Error, Store, column};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A call as budgets count it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpentCall {
    /// The run.
    pub workflow: WorkflowUid,
    /// The task.
    pub task: TaskKey,
    /// Who did it.
    pub agent: Option<AgentUid>,
    /// Name in its run.
    pub call: CallKey,
    /// When it began.
    pub started_at: Millis,
    /// What was reserved for it.
    pub reserved: Spend,
    /// What it is counted with; none while it is in flight.
    pub counted: Option<Tally>,
}

/// Which task stands in which, and which workflow was started for which task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpendingTree {
    /// Workflows, the topmost first, with the task that each was started for.
    pub workflows: Vec<(WorkflowUid, Option<(WorkflowUid, TaskKey)>)>,
    /// Tasks with calls or sub-workflows, and the tasks around them.
    pub containers: Vec<(WorkflowUid, TaskKey, TaskKey)>,
    /// Calls for which something was reserved.
    pub calls: Vec<SpentCall>,
}

/// What changes.
#[derive(Default)]
struct Change {
    spent: Tally,
    /// Added to what is reserved: the money and the tokens.
    reserved: (i64, i64),
}

/// Reads what a row has spent and reserved.
pub(crate) fn of_row(row: &SqliteRow) -> Result<(Tally, Tally), Error> {
    let spent = Tally {
        money: Money(row.try_get("spent_money")?),
        possible: Money(row.try_get("spent_possible")?),
        unpriced: row.try_get("spent_unpriced")?,
        tokens: row.try_get("spent_tokens")?,
    };
    let reserved = Tally {
        money: Money(row.try_get("reserved_money")?),
        tokens: row.try_get("reserved_tokens")?,
        ..Tally::default()
    };
    Ok((spent, reserved))
}

/// Brings the sums up to `fact`. After the calls: what was reserved is read from them.
pub(crate) async fn project(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    match fact.body {
        EventBody::CallStarted {
            task,
            reserved: Some(reserved),
            ..
        } => {
            let held = Tally::reserved(*reserved);
            let change = Change {
                reserved: (held.money.0, held.tokens),
                ..Change::default()
            };
            climb(conn, fact, task.clone(), &change).await
        }
        EventBody::CallFinished { call, spent, .. } => {
            end(conn, fact, call, |reserved| Tally::finished(reserved, *spent)).await
        }
        EventBody::CallFailed { call, failure } => {
            end(conn, fact, call, |reserved| Tally::failed(reserved, failure)).await
        }
        EventBody::CallInterrupted { call } => end(conn, fact, call, Tally::lost).await,
        EventBody::WorkflowCreated { steps, setup, .. } => limit(conn, fact, steps, &setup.budget).await,
        EventBody::BudgetChanged { task, budget } => change_limit(conn, fact, task.as_ref(), budget).await,
        _ => Ok(()),
    }
}

/// Keeps what a new workflow and its steps may spend.
async fn limit(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    steps: &[Step],
    budget: &Budget,
) -> Result<(), Error> {
    let limited: BTreeMap<&str, &Budget> = all_steps(steps)
        .into_iter()
        .filter(|step| !step.budget.is_unlimited())
        .map(|step| (step.id.as_str(), &step.budget))
        .collect();
    let own = (!budget.is_unlimited()).then_some(budget);
    sqlx::query("UPDATE workflows SET budget = ?2, step_budgets = ?3 WHERE id = ?1")
        .bind(fact.workflow.0)
        .bind(own.map(column::to_json).transpose()?)
        .bind(column::to_json(&limited)?)
        .execute(conn)
        .await?;
    Ok(())
}

async fn change_limit(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: Option<&TaskKey>,
    budget: &Budget,
) -> Result<(), Error> {
    let (query, table) = match task {
        Some(_) => (
            "UPDATE tasks SET budget = ?2, touched = ?3 WHERE workflow_id = ?1 AND key = ?4",
            "tasks",
        ),
        None => (
            "UPDATE workflows SET budget = ?2, touched = ?3 WHERE id = ?1 AND ?4 IS NULL",
            "workflows",
        ),
    };
    let result = sqlx::query(query)
        .bind(fact.workflow.0)
        .bind(column::to_json(budget)?)
        .bind(fact.position.0)
        .bind(task.map(TaskKey::as_str))
        .execute(conn)
        .await?;
    fact.changed_one(table, "there is no such task", &result)
}

async fn end(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    call: &CallKey,
    count: impl Fn(Option<Spend>) -> Tally,
) -> Result<(), Error> {
    let row = sqlx::query(
        "SELECT c.reserved, c.started_at, c.kind, t.key, a.uid AS agent FROM calls c
         JOIN tasks t ON t.id = c.task_id LEFT JOIN agents a ON a.id = t.agent_id
         WHERE c.workflow_id = ?1 AND c.key = ?2",
    )
    .bind(fact.workflow.0)
    .bind(call.as_str())
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(()) };
    let reserved: Option<Spend> = column::json_opt(&row, "reserved")?;
    let spent = count(reserved);
    let held = reserved.map(Tally::reserved).unwrap_or_default();
    if spent == Tally::default() && held == Tally::default() {
        return Ok(());
    }
    // What was spent elsewhere is no part of any day here.
    let agent = column::uid_opt(&row, "agent")?.filter(|_| !fact.imported && !fact.elsewhere);
    if let Some(agent) = agent {
        let line = Line {
            day: Millis(column::at(&row, "started_at")?.0.div_euclid(DAY_MS) * DAY_MS),
            agent: AgentUid(agent),
            model: called(&column::json(&row, "kind")?),
            workflow: topmost(conn, fact.workflow).await?,
        };
        statistics::keep(conn, &line, spent).await?;
    }
    let change = Change {
        spent,
        reserved: (-held.money.0, -held.tokens),
    };
    climb(conn, fact, TaskKey(row.try_get("key")?), &change).await
}

/// The model or tool that was called.
fn called(kind: &CallKind) -> String {
    match kind {
        CallKind::Model { model, .. } => model.clone(),
        CallKind::Tool { tool, .. } => tool.clone(),
    }
}

/// The workflow above `workflow` that nothing stands above, as far as it is here.
async fn topmost(conn: &mut SqliteConnection, workflow: WorkflowId) -> Result<WorkflowUid, Error> {
    let row = sqlx::query(
        "WITH RECURSIVE above (uid, parent, level) AS (
             SELECT uid, parent, 0 FROM workflows WHERE id = ?1
             UNION SELECT w.uid, w.parent, a.level + 1 FROM workflows w JOIN above a ON w.uid = a.parent)
         SELECT uid FROM above ORDER BY level DESC LIMIT 1",
    )
    .bind(workflow.0)
    .fetch_one(conn)
    .await?;
    Ok(WorkflowUid(column::uid(&row, "uid")?))
}

/// Changes a task, the tasks around it, its workflow, and what that one was started for.
async fn climb(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    task: TaskKey,
    change: &Change,
) -> Result<(), Error> {
    let mut next = Some((fact.workflow, task));
    while let Some((workflow, task)) = next {
        let mut around = Some(task);
        while let Some(task) = around {
            around = change_task(conn, fact, (workflow, &task), change).await?;
        }
        next = change_workflow(conn, fact, workflow, change).await?;
    }
    Ok(())
}

macro_rules! sums {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " SET spent_money = spent_money + ?1, spent_possible = spent_possible + ?2,
               spent_unpriced = spent_unpriced + ?3, spent_tokens = spent_tokens + ?4,
               reserved_money = reserved_money + ?5, reserved_tokens = reserved_tokens + ?6, touched = ?7 ",
            $tail
        )
    };
}

/// Gives the task around it.
async fn change_task(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    (workflow, task): (WorkflowId, &TaskKey),
    change: &Change,
) -> Result<Option<TaskKey>, Error> {
    let around: Option<Option<String>> = sqlx::query_scalar(sums!(
        "UPDATE tasks",
        "WHERE workflow_id = ?8 AND key = ?9 RETURNING container"
    ))
    .bind(change.spent.money.0)
    .bind(change.spent.possible.0)
    .bind(change.spent.unpriced)
    .bind(change.spent.tokens)
    .bind(change.reserved.0)
    .bind(change.reserved.1)
    .bind(fact.position.0)
    .bind(workflow.0)
    .bind(task.as_str())
    .fetch_optional(conn)
    .await?;
    Ok(around.flatten().map(TaskKey))
}

/// Gives the task that the workflow was started for, where both are still there.
async fn change_workflow(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    workflow: WorkflowId,
    change: &Change,
) -> Result<Option<(WorkflowId, TaskKey)>, Error> {
    let row = sqlx::query(sums!(
        "UPDATE workflows",
        "WHERE id = ?8 RETURNING parent_task,
           (SELECT p.id FROM workflows p WHERE p.uid = workflows.parent) AS parent_id"
    ))
    .bind(change.spent.money.0)
    .bind(change.spent.possible.0)
    .bind(change.spent.unpriced)
    .bind(change.spent.tokens)
    .bind(change.reserved.0)
    .bind(change.reserved.1)
    .bind(fact.position.0)
    .bind(workflow.0)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let above: Option<u32> = row.try_get("parent_id")?;
    let task: Option<String> = row.try_get("parent_task")?;
    Ok(above.map(WorkflowId).zip(task.map(TaskKey)))
}

const BELOW: &str = "WITH RECURSIVE below (uid, id, parent, parent_task, level) AS (
     SELECT uid, id, NULL, NULL, 0 FROM workflows WHERE uid = ?1
     UNION SELECT w.uid, w.id, w.parent, w.parent_task, b.level + 1
       FROM workflows w JOIN below b ON w.parent = b.uid) ";

impl Store {
    /// What a workflow without one above it and everything below it has spent and reserved, call by call.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn spending_below(&self, top: WorkflowUid) -> Result<SpendingTree, Error> {
        let mut conn = self.reader().await?;
        Ok(SpendingTree {
            workflows: tree_workflows(&mut conn, top).await?,
            containers: tree_containers(&mut conn, top).await?,
            calls: tree_calls(&mut conn, top).await?,
        })
    }
}

type Started = (WorkflowUid, Option<(WorkflowUid, TaskKey)>);

async fn tree_workflows(conn: &mut SqliteConnection, top: WorkflowUid) -> Result<Vec<Started>, Error> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{BELOW} SELECT * FROM below ORDER BY level, id"
    )))
    .bind(top.to_string())
    .fetch_all(conn)
    .await?;
    let read = |row: &SqliteRow| {
        let above = column::uid_opt(row, "parent")?.map(WorkflowUid);
        let task: Option<String> = row.try_get("parent_task")?;
        Ok((
            WorkflowUid(column::uid(row, "uid")?),
            above.zip(task.map(TaskKey)),
        ))
    };
    rows.iter().map(read).collect()
}

async fn tree_containers(
    conn: &mut SqliteConnection,
    top: WorkflowUid,
) -> Result<Vec<(WorkflowUid, TaskKey, TaskKey)>, Error> {
    let query = format!(
        "{BELOW} SELECT b.uid, t.key, t.container FROM below b JOIN tasks t ON t.workflow_id = b.id
         WHERE t.container IS NOT NULL"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(top.to_string())
        .fetch_all(conn)
        .await?;
    let read = |row: &SqliteRow| {
        let uid = WorkflowUid(column::uid(row, "uid")?);
        Ok((
            uid,
            TaskKey(row.try_get("key")?),
            TaskKey(row.try_get("container")?),
        ))
    };
    rows.iter().map(read).collect()
}

async fn tree_calls(conn: &mut SqliteConnection, top: WorkflowUid) -> Result<Vec<SpentCall>, Error> {
    let query = format!(
        "{BELOW} SELECT b.uid, t.key AS task, a.uid AS agent, c.* FROM below b
         JOIN calls c ON c.workflow_id = b.id JOIN tasks t ON t.id = c.task_id
         LEFT JOIN agents a ON a.id = t.agent_id WHERE c.reserved IS NOT NULL ORDER BY c.position"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(top.to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(spent_call).collect()
}

fn spent_call(row: &SqliteRow) -> Result<SpentCall, Error> {
    let reserved: Spend = column::json(row, "reserved")?;
    let spent: Option<Spend> = column::json_opt(row, "spent")?;
    let failure: Option<Failure> = column::json_opt(row, "failure")?;
    let response: Option<ContentHash> = column::hash_opt(row, "response")?;
    let ended = column::at_opt(row, "finished_at")?.is_some();
    let counted = ended.then(|| match (response, failure) {
        (Some(_), _) => Tally::finished(Some(reserved), spent),
        (None, Some(failure)) => Tally::failed(Some(reserved), &failure),
        (None, None) => Tally::lost(Some(reserved)),
    });
    Ok(SpentCall {
        workflow: WorkflowUid(column::uid(row, "uid")?),
        task: TaskKey(row.try_get("task")?),
        agent: column::uid_opt(row, "agent")?.map(AgentUid),
        call: CallKey(row.try_get("key")?),
        started_at: column::at(row, "started_at")?,
        reserved,
        counted,
    })
}
