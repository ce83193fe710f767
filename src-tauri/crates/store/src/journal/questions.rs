//! What waits for the operator.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{
    AgentId, AgentUid, ConversationUid, EventBody, Form, Millis, Position, QuestionId, QuestionKey,
    QuestionKind, QuestionStatus, Reply, TaskId, TaskKey, WorkflowId, WorkflowUid,
};

use super::fact::Fact;
use super::{Error, column};

const TABLE: &str = "questions";

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionRow {
    /// Number in this store.
    pub id: QuestionId,
    /// Name in its run.
    pub key: QuestionKey,
    /// Workflow that waits.
    pub workflow_id: WorkflowId,
    /// The conversation that it is a reply in.
    pub conversation: Option<ConversationUid>,
    /// The agent that it tries, where it is a trial.
    pub trial: Option<AgentId>,
    /// Its name.
    pub workflow_name: String,
    /// Task that waits.
    pub task_id: TaskId,
    /// Its title.
    pub task_title: String,
    /// Who asks; none where no agent does the task.
    pub agent_name: Option<String>,
    /// What it is about.
    pub kind: QuestionKind,
    /// The question.
    pub text: String,
    /// Where it stands. It counts as withdrawn while its workflow is another store's.
    pub status: QuestionStatus,
    /// The answer, once given.
    pub answer: Option<String>,
    /// When it was asked.
    pub asked_at: Millis,
    /// When it was answered.
    pub answered_at: Option<Millis>,
    /// What it asks for beside words.
    pub form: Option<Form>,
    /// The structured answer, once given.
    pub reply: Option<Reply>,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT q.*, CASE WHEN q.status = 'open' AND q.workflow_id IN (SELECT id FROM away) THEN 'withdrawn'
               ELSE q.status END AS shown, w.name AS workflow_name, w.conversation,
               (SELECT x.id FROM agents x WHERE x.uid = w.trial) AS trial, t.title AS task_title, a.name AS agent_name
             FROM questions q JOIN workflows w ON w.id = q.workflow_id JOIN tasks t ON t.id = q.task_id
             LEFT JOIN agents a ON a.id = t.agent_id ",
            $tail
        )
    };
}

fn from_row(row: &SqliteRow) -> Result<QuestionRow, Error> {
    Ok(QuestionRow {
        id: QuestionId(row.try_get("id")?),
        key: QuestionKey(row.try_get("key")?),
        workflow_id: WorkflowId(row.try_get("workflow_id")?),
        workflow_name: row.try_get("workflow_name")?,
        conversation: column::uid_opt(row, "conversation")?.map(ConversationUid),
        trial: row.try_get::<Option<u32>, _>("trial")?.map(AgentId),
        task_id: TaskId(row.try_get("task_id")?),
        task_title: row.try_get("task_title")?,
        agent_name: row.try_get("agent_name")?,
        kind: column::word(row, "kind", QuestionKind::parse)?,
        text: row.try_get("text")?,
        status: column::word(row, "shown", QuestionStatus::parse)?,
        answer: row.try_get("answer")?,
        asked_at: column::at(row, "asked_at")?,
        answered_at: column::at_opt(row, "answered_at")?,
        form: column::json_opt(row, "form")?,
        reply: column::json_opt(row, "reply")?,
    })
}

/// The question with this number.
pub(crate) async fn get(conn: &mut SqliteConnection, id: QuestionId) -> Result<Option<QuestionRow>, Error> {
    let row = sqlx::query(select!("WHERE q.id = ?1"))
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The open questions of all workflows, oldest first.
pub(crate) async fn open(conn: &mut SqliteConnection) -> Result<Vec<QuestionRow>, Error> {
    let rows = sqlx::query(select!(
        "WHERE q.status = 'open' AND q.workflow_id NOT IN (SELECT id FROM away) ORDER BY q.id"
    ))
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// The questions that were answered last, the newest answer first.
pub(crate) async fn answered(conn: &mut SqliteConnection, limit: u32) -> Result<Vec<QuestionRow>, Error> {
    let rows = sqlx::query(select!(
        "WHERE q.id IN (SELECT id FROM questions WHERE status = 'answered'
                        ORDER BY answered_at DESC, touched DESC LIMIT ?1)
         ORDER BY q.answered_at DESC, q.touched DESC"
    ))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// Whether a question of a workflow, or of one below it, is open.
pub(crate) async fn asks_below(conn: &mut SqliteConnection, workflow: WorkflowUid) -> Result<bool, Error> {
    Ok(sqlx::query_scalar(
        "WITH RECURSIVE below (uid, id) AS (
           SELECT uid, id FROM workflows WHERE uid = ?1
           UNION SELECT w.uid, w.id FROM workflows w JOIN below b ON w.parent = b.uid)
         SELECT EXISTS (SELECT 1 FROM questions q JOIN below b ON b.id = q.workflow_id WHERE q.status = 'open')",
    )
    .bind(workflow.to_string())
    .fetch_one(conn)
    .await?)
}

/// How many questions are open.
pub(crate) async fn open_count(conn: &mut SqliteConnection) -> Result<u32, Error> {
    Ok(sqlx::query_scalar(
        "SELECT count(*) FROM questions WHERE status = 'open' AND workflow_id NOT IN (SELECT id FROM away)",
    )
    .fetch_one(conn)
    .await?)
}

/// Questions of these workflows that events after `after` have changed, oldest first.
pub(crate) async fn touched_after(
    conn: &mut SqliteConnection,
    workflows: &[WorkflowId],
    after: Position,
) -> Result<Vec<QuestionRow>, Error> {
    let rows = sqlx::query(select!(
        "WHERE q.workflow_id IN (SELECT value FROM json_each(?1)) AND q.touched > ?2 ORDER BY q.id"
    ))
    .bind(column::to_json(&workflows)?)
    .bind(after.0)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// Brings the table up to `fact`.
pub(crate) async fn project(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    match fact.body {
        EventBody::QuestionAsked { .. } => insert(conn, fact).await,
        EventBody::QuestionAnswered {
            question,
            answer,
            reply,
        } => keep_answer(conn, fact, question, answer, reply.as_ref()).await,
        EventBody::TaskCompleted { task, .. }
        | EventBody::TaskFailed { task, .. }
        | EventBody::TaskSkipped { task, .. }
        | EventBody::TaskAttemptFailed { task, .. }
        | EventBody::TaskCaught { task, .. }
        | EventBody::TaskOverridden { task, .. }
        | EventBody::TaskCancelled { task } => withdraw(conn, fact, Some(task)).await,
        EventBody::WorkflowCompleted { .. }
        | EventBody::WorkflowFailed { .. }
        | EventBody::WorkflowCancelled => withdraw(conn, fact, None).await,
        EventBody::WorkflowCreated { .. }
        | EventBody::TaskPrepared { .. }
        | EventBody::ScopesOpened { .. }
        | EventBody::TaskWaits { .. }
        | EventBody::ChildStarted { .. }
        | EventBody::ChildEnded { .. }
        | EventBody::ChildWaits { .. }
        | EventBody::TaskReused { .. }
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
        | EventBody::PlanAccepted { .. }
        | EventBody::StaffAccepted { .. }
        | EventBody::CancelRequested
        | EventBody::WorkflowRetried { .. } => Ok(()),
    }
}

async fn insert(conn: &mut SqliteConnection, fact: &Fact<'_>) -> Result<(), Error> {
    let EventBody::QuestionAsked {
        question,
        task,
        kind,
        text,
        form,
    } = fact.body
    else {
        return Ok(());
    };
    let result = sqlx::query(
        "INSERT INTO questions (id, workflow_id, key, task_id, kind, text, status, asked_at, touched, form)
         SELECT ?1, ?2, ?4, id, ?5, ?6, 'open', ?7, ?1, ?8 FROM tasks WHERE workflow_id = ?2 AND key = ?3",
    )
    .bind(fact.position.0)
    .bind(fact.workflow.0)
    .bind(task.as_str())
    .bind(question.as_str())
    .bind(kind.as_str())
    .bind(text)
    .bind(fact.at.0)
    .bind(form.as_ref().map(column::to_json).transpose()?)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "there is no such task", &result)
}

async fn keep_answer(
    conn: &mut SqliteConnection,
    fact: &Fact<'_>,
    question: &QuestionKey,
    answer: &str,
    reply: Option<&Reply>,
) -> Result<(), Error> {
    let result = sqlx::query(
        "UPDATE questions SET status = 'answered', answer = ?3, answered_at = ?4, touched = ?5, reply = ?6
         WHERE workflow_id = ?1 AND key = ?2 AND status = 'open'",
    )
    .bind(fact.workflow.0)
    .bind(question.as_str())
    .bind(answer)
    .bind(fact.at.0)
    .bind(fact.position.0)
    .bind(reply.map(column::to_json).transpose()?)
    .execute(conn)
    .await?;
    fact.changed_one(TABLE, "it is not open", &result)
}

/// Withdraws the open questions of a task, or of the whole workflow.
async fn withdraw(conn: &mut SqliteConnection, fact: &Fact<'_>, task: Option<&TaskKey>) -> Result<(), Error> {
    sqlx::query(
        "UPDATE questions SET status = 'withdrawn', touched = ?3
         WHERE workflow_id = ?1 AND status = 'open' AND (?2 IS NULL OR task_id =
           (SELECT id FROM tasks WHERE workflow_id = ?1 AND key = ?2))",
    )
    .bind(fact.workflow.0)
    .bind(task.map(TaskKey::as_str))
    .bind(fact.position.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes the questions of a workflow.
pub(crate) async fn remove(conn: &mut SqliteConnection, workflow: WorkflowId) -> Result<(), Error> {
    sqlx::query("DELETE FROM questions WHERE workflow_id = ?1")
        .bind(workflow.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Marks open questions of an agent's tasks as changed: they show its name.
pub(crate) async fn touch_of_agent(
    conn: &mut SqliteConnection,
    agent: AgentUid,
    position: Position,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE questions SET touched = max(touched, ?2) WHERE status = 'open' AND task_id IN
           (SELECT t.id FROM tasks t JOIN agents a ON a.id = t.agent_id WHERE a.uid = ?1)",
    )
    .bind(agent.to_string())
    .bind(position.0)
    .execute(conn)
    .await?;
    Ok(())
}
