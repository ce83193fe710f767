//! What calls cost by day, agent, model and workflow. What a day cost stays when its workflows are deleted.
//!
//! Deliberately absent: what is reserved for calls in flight. It belongs to no day until they have ended.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{AgentId, AgentUid, ConversationUid, Millis, Money, Tally, WorkflowId, WorkflowUid};

use super::{Error, Store, column};

/// Workflows that are named, the dearest first. The rest is told as one sum.
const WORKFLOWS: u32 = 50;

/// What a call is counted under.
pub(crate) struct Line {
    /// The beginning of the day in UTC that it began on.
    pub(crate) day: Millis,
    /// Whose task it was part of.
    pub(crate) agent: AgentUid,
    /// What was called.
    pub(crate) model: String,
    /// The workflow that nothing stands above.
    pub(crate) workflow: WorkflowUid,
}

/// What some calls cost together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SpentSum {
    /// How many ended.
    pub calls: u32,
    /// What they are counted with.
    pub spent: Tally,
}

/// What calls cost in a number of days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spending {
    /// All of them.
    pub total: SpentSum,
    /// By the beginning of their day in UTC, oldest first. Days without calls are missing.
    pub days: Vec<(Millis, SpentSum)>,
    /// By agent, the dearest first.
    pub agents: Vec<SpentByAgent>,
    /// By model, the dearest first. Without a name are those of which it was not kept.
    pub models: Vec<(String, SpentSum)>,
    /// By workflow, the dearest first, at most fifty.
    pub workflows: Vec<SpentByWorkflow>,
    /// What the workflows that are not named cost.
    pub others: SpentSum,
}

/// What an agent cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpentByAgent {
    /// Who.
    pub agent: AgentUid,
    /// Its number and name; none where it is gone.
    pub known: Option<(AgentId, String)>,
    /// What it cost.
    pub sum: SpentSum,
}

/// What a workflow cost with all that it started. All replies of a conversation stand together, and so does all that is
/// deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpentByWorkflow {
    /// Which one; none where it was deleted, and for conversations.
    pub workflow: Option<WorkflowId>,
    /// The conversation, where it is one.
    pub conversation: Option<ConversationUid>,
    /// Its name, or the title of the conversation; none where it was deleted.
    pub name: Option<String>,
    /// What it cost.
    pub sum: SpentSum,
}

/// What calls cost, as finely as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpentLine {
    /// The beginning of the day in UTC.
    pub day: Millis,
    /// The agent's name; none where it is gone.
    pub agent: Option<String>,
    /// What was called; empty where that was not kept.
    pub model: String,
    /// The workflow; none where it was deleted.
    pub workflow: Option<WorkflowId>,
    /// Its name; none where it was deleted.
    pub name: Option<String>,
    /// What they cost.
    pub sum: SpentSum,
}

/// Counts a call that has ended.
pub(crate) async fn keep(conn: &mut SqliteConnection, line: &Line, spent: Tally) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO spent (day, agent, model, workflow, calls, money, possible, unpriced, tokens)
         VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8)
         ON CONFLICT DO UPDATE SET calls = calls + 1, money = money + excluded.money,
           possible = possible + excluded.possible, unpriced = unpriced + excluded.unpriced,
           tokens = tokens + excluded.tokens",
    )
    .bind(line.day.0)
    .bind(line.agent.to_string())
    .bind(&line.model)
    .bind(line.workflow.to_string())
    .bind(spent.money.0)
    .bind(spent.possible.0)
    .bind(spent.unpriced)
    .bind(spent.tokens)
    .execute(conn)
    .await?;
    Ok(())
}

macro_rules! summed {
    ($what:literal, $tail:literal) => {
        concat!(
            "SELECT ",
            $what,
            ", sum(s.calls) AS calls, sum(s.money) AS money, sum(s.possible) AS possible,
               sum(s.unpriced) AS unpriced, sum(s.tokens) AS tokens FROM spent s ",
            $tail
        )
    };
}

/// What calls cost on the days that begin at `from` to `to`, both included.
pub(crate) async fn read(conn: &mut SqliteConnection, from: Millis, to: Millis) -> Result<Spending, Error> {
    let mut all = Spending::default();
    let days = summed!(
        "s.day AS day",
        "WHERE s.day BETWEEN ?1 AND ?2 GROUP BY s.day ORDER BY s.day"
    );
    for row in between(conn, days, from, to).await? {
        let sum = sum_of(&row)?;
        all.total.add(sum);
        all.days.push((column::at(&row, "day")?, sum));
    }
    let agents = summed!(
        "s.agent AS agent, a.id AS agent_id, a.name AS name",
        "LEFT JOIN agents a ON a.uid = s.agent WHERE s.day BETWEEN ?1 AND ?2
         GROUP BY s.agent ORDER BY money DESC, tokens DESC, s.agent"
    );
    for row in between(conn, agents, from, to).await? {
        all.agents.push(agent_of(&row)?);
    }
    let models = summed!(
        "s.model AS model",
        "WHERE s.day BETWEEN ?1 AND ?2 GROUP BY s.model ORDER BY money DESC, tokens DESC, s.model"
    );
    for row in between(conn, models, from, to).await? {
        all.models.push((row.try_get("model")?, sum_of(&row)?));
    }
    // Replies of one conversation stand together, and what is gone does too.
    let workflows = summed!(
        "min(w.id) AS workflow, w.conversation AS conversation, coalesce(c.title, w.name) AS name",
        "LEFT JOIN workflows w ON w.uid = s.workflow LEFT JOIN conversations c ON c.uid = w.conversation
         WHERE s.day BETWEEN ?1 AND ?2 GROUP BY coalesce(w.conversation, w.uid, '')
         ORDER BY money DESC, tokens DESC, workflow LIMIT ?3"
    );
    let rows = sqlx::query(workflows)
        .bind(from.0)
        .bind(to.0)
        .bind(WORKFLOWS)
        .fetch_all(&mut *conn)
        .await?;
    all.others = all.total;
    for row in &rows {
        let one = workflow_of(row)?;
        all.others.take(one.sum);
        all.workflows.push(one);
    }
    Ok(all)
}

/// Every line of the days that begin at `from` to `to`, both included, oldest first.
pub(crate) async fn lines(
    conn: &mut SqliteConnection,
    from: Millis,
    to: Millis,
) -> Result<Vec<SpentLine>, Error> {
    let query = "SELECT s.*, a.name AS agent_name, w.id AS workflow_id, coalesce(c.title, w.name) AS name FROM spent s
         LEFT JOIN agents a ON a.uid = s.agent LEFT JOIN workflows w ON w.uid = s.workflow
         LEFT JOIN conversations c ON c.uid = w.conversation
         WHERE s.day BETWEEN ?1 AND ?2 ORDER BY s.day, s.agent, s.model, s.workflow";
    let rows = between(conn, query, from, to).await?;
    let read = |row: &SqliteRow| {
        let workflow: Option<u32> = row.try_get("workflow_id")?;
        Ok(SpentLine {
            day: column::at(row, "day")?,
            agent: row.try_get("agent_name")?,
            model: row.try_get("model")?,
            workflow: workflow.map(WorkflowId),
            name: row.try_get("name")?,
            sum: sum_of(row)?,
        })
    };
    rows.iter().map(read).collect()
}

async fn between(
    conn: &mut SqliteConnection,
    query: &'static str,
    from: Millis,
    to: Millis,
) -> Result<Vec<SqliteRow>, Error> {
    let rows = sqlx::query(query).bind(from.0).bind(to.0).fetch_all(conn).await?;
    Ok(rows)
}

fn agent_of(row: &SqliteRow) -> Result<SpentByAgent, Error> {
    let (id, name): (Option<u32>, Option<String>) = (row.try_get("agent_id")?, row.try_get("name")?);
    Ok(SpentByAgent {
        agent: AgentUid(column::uid(row, "agent")?),
        known: id.map(AgentId).zip(name),
        sum: sum_of(row)?,
    })
}

fn workflow_of(row: &SqliteRow) -> Result<SpentByWorkflow, Error> {
    let workflow: Option<u32> = row.try_get("workflow")?;
    let conversation = column::uid_opt(row, "conversation")?.map(ConversationUid);
    Ok(SpentByWorkflow {
        // A conversation has as many runs as replies, and none of them stands for it.
        workflow: workflow.map(WorkflowId).filter(|_| conversation.is_none()),
        conversation,
        name: row.try_get("name")?,
        sum: sum_of(row)?,
    })
}

fn sum_of(row: &SqliteRow) -> Result<SpentSum, Error> {
    Ok(SpentSum {
        calls: row.try_get("calls")?,
        spent: Tally {
            money: Money(row.try_get("money")?),
            possible: Money(row.try_get("possible")?),
            unpriced: row.try_get("unpriced")?,
            tokens: row.try_get("tokens")?,
        },
    })
}

impl SpentSum {
    /// Adds `other`.
    pub fn add(&mut self, other: Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.spent.add(other.spent);
    }

    /// Takes `other` off, which is a part of it.
    fn take(&mut self, other: Self) {
        self.calls = self.calls.saturating_sub(other.calls);
        self.spent.take(other.spent);
    }
}

impl Store {
    /// What ended calls cost that began on the day that begins at `day`, by agent.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn spent_on(&self, day: Millis) -> Result<Vec<(AgentUid, Tally)>, Error> {
        let query = summed!(
            "s.agent AS agent",
            "WHERE s.day BETWEEN ?1 AND ?2 GROUP BY s.agent ORDER BY s.agent"
        );
        let mut conn = self.reader().await?;
        let rows = between(&mut conn, query, day, day).await?;
        let read = |row: &SqliteRow| Ok((AgentUid(column::uid(row, "agent")?), sum_of(row)?.spent));
        rows.iter().map(read).collect()
    }
}
