//! What agents did in workflows.

use std::collections::BTreeMap;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{AgentId, Millis, Money, Tally, WorkRecord};

use crate::journal::{Error, column};

/// An agent's work, with what it cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgentRecordRow {
    /// What it did.
    pub record: WorkRecord,
    /// What it has spent in that.
    pub spent: Tally,
    /// When its latest task ended.
    pub last_worked: Option<Millis>,
}

/// The tasks that count: done by the agent itself, in a workflow.
macro_rules! select {
    ($who:literal) => {
        concat!(
            "SELECT t.agent_id, count(*) FILTER (WHERE t.status = 'completed') AS completed,
               count(*) FILTER (WHERE t.status = 'failed') AS failed,
               count(*) FILTER (WHERE t.verdict = 'good') AS good,
               count(*) FILTER (WHERE t.verdict = 'poor') AS poor,
               sum(t.spent_money) AS money, sum(t.spent_possible) AS possible, sum(t.spent_unpriced) AS unpriced,
               sum(t.spent_tokens) AS tokens, max(t.completed_at) AS last_worked
             FROM tasks t JOIN workflows w ON w.id = t.workflow_id
             WHERE NOT w.aside AND t.reused_from IS NULL AND t.overridden = 0
               AND t.agent_id ",
            $who,
            " GROUP BY t.agent_id"
        )
    };
}

fn from_row(row: &SqliteRow) -> Result<(AgentId, AgentRecordRow), Error> {
    let record = WorkRecord {
        completed: row.try_get("completed")?,
        failed: row.try_get("failed")?,
        good: row.try_get("good")?,
        poor: row.try_get("poor")?,
    };
    let spent = Tally {
        money: Money(row.try_get("money")?),
        possible: Money(row.try_get("possible")?),
        unpriced: row.try_get("unpriced")?,
        tokens: row.try_get("tokens")?,
    };
    let agent = AgentId(row.try_get("agent_id")?);
    let found = AgentRecordRow {
        record,
        spent,
        last_worked: column::at_opt(row, "last_worked")?,
    };
    Ok((agent, found))
}

/// What every agent did that did anything.
pub(crate) async fn records(conn: &mut SqliteConnection) -> Result<BTreeMap<AgentId, AgentRecordRow>, Error> {
    let rows = sqlx::query(select!("IS NOT NULL")).fetch_all(conn).await?;
    rows.iter().map(from_row).collect()
}

/// What an agent did.
pub(crate) async fn record(conn: &mut SqliteConnection, id: AgentId) -> Result<AgentRecordRow, Error> {
    let row = sqlx::query(select!("= ?1"))
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    let found = row.as_ref().map(from_row).transpose()?;
    Ok(found.map(|(_, record)| record).unwrap_or_default())
}
