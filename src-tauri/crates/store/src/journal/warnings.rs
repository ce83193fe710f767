//! What was told about budgets of which little is left: once for each budget and limit, until the operator has seen it.
//!
//! Deliberately absent: when little is left. The engine's ledger says so.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{
    BudgetOf, DayLimit, Millis, Money, Position, Tally, TaskId, TaskKey, WorkflowId, WorkflowUid,
};

use super::arrange::What;
use super::commit::Committed;
use super::requests::RequestRecord;
use super::store_fact::{self, StoreFact};
use super::writer::Work;
use super::{Error, Store, column, events};

/// Warnings that are told at a time.
const MOST: u32 = 50;

/// Little is left of a budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearlySpent {
    /// Whose.
    pub whose: BudgetOf,
    /// Its limit.
    pub limit: DayLimit,
    /// What was spent.
    pub spent: Tally,
    /// Now.
    pub now: Millis,
}

/// A warning that was not seen yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarningRow {
    /// Its number: the position of the fact.
    pub id: Position,
    /// Whose budget.
    pub whose: BudgetOf,
    /// The limit that it was told for.
    pub limit: DayLimit,
    /// What was spent then.
    pub spent: Tally,
    /// When it was told.
    pub at: Millis,
    /// The workflow, where it is the budget of one or of its task.
    pub workflow: Option<(WorkflowId, String)>,
    /// The task, where it is the budget of one.
    pub task: Option<(TaskId, String)>,
}

/// Writes a warning down behind `head`, unless the same was told for the same limit.
pub(crate) async fn apply(
    conn: &mut SqliteConnection,
    head: Position,
    nearly: &NearlySpent,
) -> Result<Committed, Error> {
    let position = Position(head.0 + 1);
    let mut last = head;
    if !is_told(conn, nearly).await? {
        let fact = StoreFact::BudgetNearlySpent {
            whose: nearly.whose.clone(),
            limit: nearly.limit,
            spent: nearly.spent,
        };
        events::append_store_fact(conn, position, nearly.now, &fact).await?;
        store_fact::project(conn, position, nearly.now, &fact).await?;
        last = position;
    }
    Ok(Committed {
        workflow_ids: Vec::new(),
        first: position,
        last,
    })
}

async fn is_told(conn: &mut SqliteConnection, nearly: &NearlySpent) -> Result<bool, Error> {
    let told = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM budget_warnings
         WHERE whose = ?1 AND ifnull(money, -1) = ifnull(?2, -1) AND ifnull(tokens, -1) = ifnull(?3, -1))",
    )
    .bind(column::to_json(&nearly.whose)?)
    .bind(nearly.limit.money.map(|money| money.0))
    .bind(nearly.limit.tokens)
    .fetch_one(conn)
    .await?;
    Ok(told)
}

/// Keeps a warning.
pub(crate) async fn put(
    conn: &mut SqliteConnection,
    (position, at): (Position, Millis),
    whose: &BudgetOf,
    limit: DayLimit,
    spent: Tally,
) -> Result<(), Error> {
    let (workflow, task) = of(whose);
    sqlx::query(
        "INSERT INTO budget_warnings (id, whose, workflow, task, money, tokens, spent, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )
    .bind(position.0)
    .bind(column::to_json(whose)?)
    .bind(workflow.map(|uid| uid.to_string()))
    .bind(task.map(TaskKey::as_str))
    .bind(limit.money.map(|money| money.0))
    .bind(limit.tokens)
    .bind(column::to_json(&spent)?)
    .bind(at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// The workflow and the task whose budget it is, or that it belongs to.
fn of(whose: &BudgetOf) -> (Option<WorkflowUid>, Option<&TaskKey>) {
    match whose {
        BudgetOf::Day { .. } | BudgetOf::Agent { .. } => (None, None),
        BudgetOf::Workflow { workflow } => (Some(*workflow), None),
        BudgetOf::Task { task } => (Some(task.workflow), Some(&task.task)),
    }
}

/// The fact that the operator saw a warning; none when they did before.
pub(crate) async fn see(conn: &mut SqliteConnection, id: Position) -> Result<Option<StoreFact>, Error> {
    let unseen: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM budget_warnings WHERE id = ?1 AND seen = 0)")
            .bind(id.0)
            .fetch_one(conn)
            .await?;
    Ok(unseen.then_some(StoreFact::BudgetWarningSeen { warning: id }))
}

/// The operator saw a warning.
pub(crate) async fn put_seen(conn: &mut SqliteConnection, id: Position) -> Result<(), Error> {
    sqlx::query("UPDATE budget_warnings SET seen = 1 WHERE id = ?1")
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Warnings that were not seen yet, the newest first. Those of workflows that have ended or are gone are nobody's business
/// any more.
pub(crate) async fn unseen(conn: &mut SqliteConnection) -> Result<Vec<WarningRow>, Error> {
    let rows = sqlx::query(
        "SELECT b.*, w.id AS workflow_id, w.name AS workflow_name, t.id AS task_id, t.title AS task_title
         FROM budget_warnings b LEFT JOIN workflows w ON w.uid = b.workflow
         LEFT JOIN tasks t ON t.workflow_id = w.id AND t.key = b.task
         WHERE b.seen = 0 AND (b.workflow IS NULL OR w.status NOT IN ('completed', 'failed', 'cancelled'))
         ORDER BY b.id DESC LIMIT ?1",
    )
    .bind(MOST)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

fn from_row(row: &SqliteRow) -> Result<WarningRow, Error> {
    let money: Option<i64> = row.try_get("money")?;
    let (workflow, name): (Option<u32>, Option<String>) =
        (row.try_get("workflow_id")?, row.try_get("workflow_name")?);
    let (task, title): (Option<u32>, Option<String>) = (row.try_get("task_id")?, row.try_get("task_title")?);
    Ok(WarningRow {
        id: Position(row.try_get("id")?),
        whose: column::json(row, "whose")?,
        limit: DayLimit {
            money: money.map(Money),
            tokens: row.try_get("tokens")?,
        },
        spent: column::json(row, "spent")?,
        at: column::at(row, "at")?,
        workflow: workflow.map(WorkflowId).zip(name),
        task: task.map(TaskId).zip(title),
    })
}

impl Store {
    /// Keeps that little is left of a budget. Nothing happens where that was told for the same limit.
    ///
    /// # Errors
    /// [`Error::NotDurable`] where it could not be written.
    pub async fn warn_of_budget(&self, nearly: NearlySpent) -> Result<(), Error> {
        self.write(Work::NearlySpent(Box::new(nearly))).await.map(drop)
    }

    /// Keeps that the operator saw a warning. Nothing happens where they did before.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn see_budget_warning(
        &self,
        id: Position,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::BudgetWarningSeen(id), request, now)
            .await
            .map(drop)
    }
}
