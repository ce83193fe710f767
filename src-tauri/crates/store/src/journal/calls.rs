//! Model and tool calls inside tasks.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{
    CallKey, CallKind, CallStatus, ContentHash, EventBody, Failure, Millis, Spend, Tally, TaskId, Usage,
    WorkflowId, WorkflowUid,
};

use super::fact::Fact;
use super::{Error, column};

const TABLE: &str = "calls";

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRow {
    /// Name in its run.
    pub key: CallKey,
    /// Task that it is part of.
    pub task_id: TaskId,
    /// Attempt that it is part of.
    pub attempt: u32,
    /// Turn of the agent's loop, from 0.
    pub turn: u32,
    /// Place among the calls of one turn, from 0.
    pub index: u32,
    /// What is called.
    pub kind: CallKind,
    /// Where it stands.
    pub status: CallStatus,
    /// The whole request: a [`wheelhouse_domain::ModelRequest`] or [`wheelhouse_domain::ToolRequest`].
    pub request: ContentHash,
    /// The whole answer: a [`wheelhouse_domain::ModelResponse`] or [`wheelhouse_domain::ToolResponse`].
    pub response: Option<ContentHash>,
    /// Tokens.
    pub usage: Usage,
    /// When the intent was recorded.
    pub started_at: Millis,
    /// When the result was recorded.
    pub finished_at: Option<Millis>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// What was reserved for it in the budgets above it.
    pub reserved: Option<Spend>,
    /// What it cost, once that is known.
    pub spent: Option<Spend>,
    /// The workflow in which another agent works that it asked; none where that is not in this store any more.
    pub help: Option<WorkflowId>,
}

impl CallRow {
    /// What is set aside for it in budgets; none once it has ended, and for what nothing was reserved for.
    #[must_use]
    pub fn set_aside(&self) -> Option<Tally> {
        let in_flight = self.status == CallStatus::Started;
        self.reserved.filter(|_| in_flight).map(Tally::reserved)
    }

    /// What it is counted with in budgets; none while it is in flight, and for what nothing was reserved for.
    #[must_use]
    pub fn counted(&self) -> Option<Tally> {
        self.reserved?;
        match self.status {
            CallStatus::Started => None,
            CallStatus::Finished => Some(Tally::finished(self.reserved, self.spent)),
            CallStatus::Failed => Some(match &self.failure {
                Some(failure) => Tally::failed(self.reserved, failure),
                None => Tally::lost(self.reserved),
            }),
            CallStatus::Interrupted => Some(Tally::lost(self.reserved)),
        }
    }
}

fn parse_status(word: &str) -> Option<CallStatus> {
    match word {
        "started" => Some(CallStatus::Started),
        "finished" => Some(CallStatus::Finished),
        "failed" => Some(CallStatus::Failed),
        "interrupted" => Some(CallStatus::Interrupted),
        _ => None,
    }
}

fn from_row(row: &SqliteRow) -> Result<CallRow, Error> {
    Ok(CallRow {
        key: CallKey(row.try_get("key")?),
        task_id: TaskId(row.try_get("task_id")?),
        attempt: row.try_get("attempt")?,
        turn: row.try_get("turn")?,
        index: row.try_get("place")?,
        kind: column::json(row, "kind")?,
        status: column::word(row, "status", parse_status)?,
        request: ContentHash(row.try_get("request")?),
        response: column::hash_opt(row, "response")?,
        usage: Usage {
            input_tokens: row.try_get("input_tokens")?,
            output_tokens: row.try_get("output_tokens")?,
            cached_tokens: row.try_get("cached_tokens")?,
            cache_written_tokens: row.try_get("cache_written_tokens")?,
        },
        started_at: column::at(row, "started_at")?,
        finished_at: column::at_opt(row, "finished_at")?,
        failure: column::json_opt(row, "failure")?,
        reserved: column::json_opt(row, "reserved")?,
        spent: column::json_opt(row, "spent")?,
        help: row.try_get::<Option<u32>, _>("help_id")?.map(WorkflowId),
    })
}

/// Every call of every attempt of a task, oldest first.
pub(crate) async fn of_task(conn: &mut SqliteConnection, task: TaskId) -> Result<Vec<CallRow>, Error> {
    let rows = sqlx::query(
        "SELECT c.*, (SELECT w.id FROM workflows w WHERE w.uid = c.help) AS help_id
         FROM calls c WHERE c.task_id = ?1 ORDER BY c.position",
    )
    .bind(task.0)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// Brings the table up to `fact`.
pub(crate) async fn project(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    match fact.body {
        EventBody::CallStarted { .. } => insert(conn, fact).await,
        EventBody::CallFinished { .. } => finish(conn, fact).await,
        EventBody::CallFailed { call, failure } => end(conn, fact, call, "failed", Some(failure)).await,
        EventBody::CallInterrupted { call } => end(conn, fact, call, "interrupted", None).await,
        EventBody::ChildStarted {
            child,
            call: Some(call),
            ..
        } => ask(conn, fact, call, *child).await,
        EventBody::WorkflowCreated { .. }
        | EventBody::TaskPrepared { .. }
        | EventBody::ScopesOpened { .. }
        | EventBody::TaskWaits { .. }
        | EventBody::TaskCaught { .. }
        | EventBody::ChildStarted { call: None, .. }
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
        | EventBody::TaskAttemptFailed { .. }
        | EventBody::TaskCompleted { .. }
        | EventBody::TaskFailed { .. }
        | EventBody::TaskSkipped { .. }
        | EventBody::TaskCancelled { .. }
        | EventBody::PlanAccepted { .. }
        | EventBody::StaffAccepted { .. }
        | EventBody::QuestionAsked { .. }
        | EventBody::QuestionAnswered { .. }
        | EventBody::WorkflowCompleted { .. }
        | EventBody::WorkflowFailed { .. }
        | EventBody::CancelRequested
        | EventBody::WorkflowCancelled
        | EventBody::WorkflowRetried { .. } => Ok(()),
    }
}

async fn insert(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    let EventBody::CallStarted {
        call,
        task,
        attempt,
        turn,
        index,
        kind,
        request,
        reserved,
        ..
    } = fact.body
    else {
        return Ok(());
    };
    let result = sqlx::query(
        "INSERT INTO calls (workflow_id, key, task_id, position, attempt, turn, place, kind, status, request,
           started_at, reserved)
         SELECT ?1, ?3, id, ?4, ?5, ?6, ?7, ?8, 'started', ?9, ?10, ?11 FROM tasks
         WHERE workflow_id = ?1 AND key = ?2 AND attempt = ?5 AND status IN ('running', 'waiting')",
    )
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(call.as_str())
    .bind(fact.position.0)
    .bind(attempt)
    .bind(turn)
    .bind(index)
    .bind(column::to_json(kind)?)
    .bind(request.as_str())
    .bind(fact.at.0)
    .bind(reserved.as_ref().map(column::to_json).transpose()?)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "the attempt that it is part of is not at work", &result)
}

/// The call waits for what another agent does in that workflow.
async fn ask(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    call: &CallKey,
    child: WorkflowUid,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE calls SET help = ?3 WHERE workflow_id = ?1 AND key = ?2 AND status = 'started' AND help IS NULL",
    )
    .bind(fact.workflow.0)
    .bind(call.as_str())
    .bind(child.to_string())
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not in flight", &result)
}

async fn finish(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    let EventBody::CallFinished {
        call,
        response,
        usage,
        spent,
        ..
    } = fact.body
    else {
        return Ok(());
    };
    let result = sqlx::query(
        "UPDATE calls SET status = 'finished', response = ?3, input_tokens = ?4, output_tokens = ?5,
           finished_at = ?6, spent = ?7, cached_tokens = ?8,
           cache_written_tokens = ?9
         WHERE workflow_id = ?1 AND key = ?2 AND status = 'started'",
    )
    .bind(fact.workflow.0)
    .bind(call.as_str())
    .bind(response.as_str())
    .bind(usage.input_tokens)
    .bind(usage.output_tokens)
    .bind(fact.at.0)
    .bind(spent.as_ref().map(column::to_json).transpose()?)
    .bind(usage.cached_tokens)
    .bind(usage.cache_written_tokens)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not in flight", &result)
}

async fn end(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    call: &CallKey,
    status: &'static str,
    failure: Option<&Failure>,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE calls SET status = ?3, failure = ?4, finished_at = ?5
         WHERE workflow_id = ?1 AND key = ?2 AND status = 'started'",
    )
    .bind(fact.workflow.0)
    .bind(call.as_str())
    .bind(status)
    .bind(failure.map(column::to_json).transpose()?)
    .bind(fact.at.0)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not in flight", &result)
}

/// Removes the calls of a workflow.
pub(crate) async fn remove(conn: &mut SqliteConnection, workflow: WorkflowId) -> Result<(), Error> {
    sqlx::query("DELETE FROM calls WHERE workflow_id = ?1")
        .bind(workflow.0)
        .execute(conn)
        .await?;
    Ok(())
}
