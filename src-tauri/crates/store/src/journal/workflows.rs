//! Workflows as people see them.

use serde::Deserialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{
    AgentUid, Budget, ContentHash, ConversationUid, Json, Millis, Plan, QuestionId, StaysHere, Tally,
    TaskKey, TaskOf, TemplateRef, TemplateUid, WorkflowFailure, WorkflowId, WorkflowStatus, WorkflowUid,
};

use super::moves::MovedRow;
use super::{Error, column, spending};

mod projection;

pub(crate) use projection::{project, remove, settle};

/// A workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowRow {
    /// Number in this store.
    pub id: WorkflowId,
    /// Identity everywhere.
    pub uid: WorkflowUid,
    /// What people call it.
    pub name: String,
    /// The operator's task in full.
    pub description: String,
    /// Where it stands.
    pub status: WorkflowStatus,
    /// Whether the operator asked to stop and something is still in flight.
    pub cancelling: bool,
    /// What is run.
    pub template: TemplateRef,
    /// When it was written down.
    pub created_at: Millis,
    /// When it was started.
    pub started_at: Option<Millis>,
    /// When it ended.
    pub completed_at: Option<Millis>,
    /// Tasks so far.
    pub tasks_total: u32,
    /// Tasks that ended with an output.
    pub tasks_completed: u32,
    /// Names of the agents at work on it now.
    pub working: Vec<String>,
    /// Which task failed, why, and what to do.
    pub failure: Option<WorkflowFailure>,
    /// A [`wheelhouse_domain::TaskAnswer`], once there is a report.
    pub report: Option<ContentHash>,
    /// Bounds and crew that it was created with: `{"limits": …, "crew": …}`.
    pub meta: Json,
    /// Whether the operator stopped it for a while, be it that something is still in flight.
    pub paused: bool,
    /// Values of its template's inputs, by name; none in runs of the first program.
    pub inputs: Option<Json>,
    /// The task that it was started for, where it is a sub-workflow.
    pub parent: Option<LinkRow>,
    /// The finished task that it was forked from.
    pub forked_from: Option<LinkRow>,
    /// When it was taken in from a file; none for runs of this store.
    pub imported: Option<Millis>,
    /// How many workflows are above it.
    pub depth: u32,
    /// What it and its sub-workflows have spent.
    pub spent: Tally,
    /// What is reserved for calls in flight.
    pub reserved: Tally,
    /// What it may spend, where that is limited.
    pub budget: Option<Budget>,
    /// Where it is, where it is not this store's: on its way to another, or there.
    pub moved: Option<MovedRow>,
    /// The oldest open question of the workflows below it, while it waits for one of them.
    pub asked_below: Option<AskedBelow>,
    /// The conversation that it is a reply in. Such a run stands in no list.
    pub conversation: Option<ConversationUid>,
    /// Whose form it tries. Such a run stands in no list.
    pub trial: Option<AgentUid>,
    /// Whether it stands in no list: it is a reply or a trial, or helps in one.
    pub aside: bool,
    /// Sources that stay here whose text it holds.
    pub stays_here: Vec<StaysHere>,
}

/// A question of a workflow that stands below another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AskedBelow {
    /// Its number.
    pub question: QuestionId,
    /// The workflow that asks.
    pub workflow: WorkflowId,
    /// What that is called.
    pub workflow_name: String,
    /// Title of the task that it is asked for.
    pub task_title: String,
}

/// A task of another workflow, which may be gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// The workflow's number; none where it is not in this store any more.
    pub id: Option<WorkflowId>,
    /// Its identity.
    pub workflow: WorkflowUid,
    /// The task.
    pub task: TaskKey,
}

/// Which workflows a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkflowFilter {
    /// Only these states; empty for all.
    pub statuses: Vec<WorkflowStatus>,
    /// Only those whose name or task contains this, letter for letter; empty for all.
    pub query: String,
    /// Only those made of this template, at whatever version; none for all.
    pub template: Option<TemplateUid>,
    /// Begin below this number; none for the newest.
    pub before: Option<WorkflowId>,
    /// How many at most.
    pub limit: u32,
}

/// A page of workflows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowList {
    /// Newest first.
    pub workflows: Vec<WorkflowRow>,
    /// How many match on all pages.
    pub matching: u32,
    /// Whether another page follows.
    pub more: bool,
}

/// How many workflows there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkflowCounts {
    /// All.
    pub total: u32,
    /// Not ended.
    pub active: u32,
    /// Completed.
    pub completed: u32,
    /// Failed.
    pub failed: u32,
    /// Not ended as far as is known here, and another store's or on their way there.
    pub moved: u32,
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT w.*,
              (SELECT count(*) FROM tasks t WHERE t.workflow_id = w.id) AS tasks_total,
              (SELECT count(*) FROM tasks t WHERE t.workflow_id = w.id AND t.status = 'completed')
                AS tasks_completed,
              (SELECT json_group_array(name) FROM (
                 SELECT a.name AS name FROM tasks t JOIN agents a ON a.id = t.agent_id
                 WHERE t.workflow_id = w.id AND t.status = 'running' AND w.completed_at IS NULL
                   AND w.id NOT IN (SELECT id FROM away)
                 GROUP BY a.id ORDER BY a.id)) AS working,
              (SELECT p.id FROM workflows p WHERE p.uid = w.parent) AS parent_id,
              (SELECT p.id FROM workflows p WHERE p.uid = json_extract(w.forked_from, '$.workflow'))
                AS forked_from_id,
              (SELECT json_object('place', o.place, 'move', o.move, 'other', o.other, 'other_name', o.other_name,
                 'since', o.since) FROM owners o
                 WHERE o.workflow = w.uid AND o.place <> 'here' AND w.imported IS NULL) AS moved,
              CASE WHEN w.status = 'waiting' THEN (
                WITH RECURSIVE below (uid, id) AS (
                  SELECT c.uid, c.id FROM workflows c WHERE c.parent = w.uid
                  UNION SELECT c.uid, c.id FROM workflows c JOIN below b ON c.parent = b.uid)
                SELECT json_object('question', q.id, 'workflow', x.id, 'workflow_name', x.name,
                  'task_title', t.title)
                FROM questions q JOIN below b ON b.id = q.workflow_id JOIN workflows x ON x.id = b.id
                JOIN tasks t ON t.id = q.task_id
                WHERE q.status = 'open' AND q.workflow_id NOT IN (SELECT id FROM away) ORDER BY q.id LIMIT 1) END AS asked_below
             FROM workflows w ",
            $tail
        )
    };
}

fn from_row(row: &SqliteRow) -> Result<WorkflowRow, Error> {
    Ok(WorkflowRow {
        id: WorkflowId(row.try_get("id")?),
        uid: WorkflowUid(column::uid(row, "uid")?),
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        status: column::word(row, "status", WorkflowStatus::parse)?,
        cancelling: row.try_get("cancelling")?,
        template: column::json(row, "template")?,
        created_at: column::at(row, "created_at")?,
        started_at: column::at_opt(row, "started_at")?,
        completed_at: column::at_opt(row, "completed_at")?,
        tasks_total: row.try_get("tasks_total")?,
        tasks_completed: row.try_get("tasks_completed")?,
        working: column::json(row, "working")?,
        failure: column::json_opt(row, "failure")?,
        report: column::hash_opt(row, "report")?,
        meta: column::json(row, "meta")?,
        paused: row.try_get("paused")?,
        inputs: column::json_opt(row, "inputs")?,
        parent: parent(row)?,
        forked_from: forked_from(row)?,
        imported: column::at_opt(row, "imported")?,
        depth: row.try_get("depth")?,
        spent: spending::of_row(row)?.0,
        reserved: spending::of_row(row)?.1,
        budget: column::json_opt(row, "budget")?,
        moved: column::json_opt(row, "moved")?,
        asked_below: column::json_opt(row, "asked_below")?,
        conversation: column::uid_opt(row, "conversation")?.map(ConversationUid),
        trial: column::uid_opt(row, "trial")?.map(AgentUid),
        aside: row.try_get("aside")?,
        stays_here: column::json(row, "stays_here")?,
    })
}

fn parent(row: &SqliteRow) -> Result<Option<LinkRow>, Error> {
    let task: Option<String> = row.try_get("parent_task")?;
    let Some(task) = task else { return Ok(None) };
    Ok(Some(LinkRow {
        id: row.try_get::<Option<u32>, _>("parent_id")?.map(WorkflowId),
        workflow: WorkflowUid(column::uid(row, "parent")?),
        task: TaskKey(task),
    }))
}

fn forked_from(row: &SqliteRow) -> Result<Option<LinkRow>, Error> {
    let origin: Option<TaskOf> = column::json_opt(row, "forked_from")?;
    let id = row.try_get::<Option<u32>, _>("forked_from_id")?.map(WorkflowId);
    Ok(origin.map(|TaskOf { workflow, task }| LinkRow { id, workflow, task }))
}

/// The workflow with this number.
pub(crate) async fn get(conn: &mut SqliteConnection, id: WorkflowId) -> Result<Option<WorkflowRow>, Error> {
    let row = sqlx::query(select!("WHERE w.id = ?1"))
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The workflow with this identity.
pub(crate) async fn by_uid(
    conn: &mut SqliteConnection,
    uid: WorkflowUid,
) -> Result<Option<WorkflowRow>, Error> {
    let row = sqlx::query(select!("WHERE w.uid = ?1"))
        .bind(uid.to_string())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// These workflows, oldest first.
pub(crate) async fn by_ids(
    conn: &mut SqliteConnection,
    ids: &[WorkflowId],
) -> Result<Vec<WorkflowRow>, Error> {
    let rows = sqlx::query(select!(
        "WHERE w.id IN (SELECT value FROM json_each(?1)) ORDER BY w.id"
    ))
    .bind(column::to_json(&ids)?)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// Workflows of this store that were started and have not ended, oldest first.
pub(crate) async fn unfinished(conn: &mut SqliteConnection) -> Result<Vec<WorkflowRow>, Error> {
    let rows = sqlx::query(select!(
        "WHERE w.status IN ('running', 'waiting', 'paused') AND w.id NOT IN (SELECT id FROM away) ORDER BY w.id"
    ))
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// The workflows that were started for tasks of this one, oldest first.
pub(crate) async fn children(
    conn: &mut SqliteConnection,
    parent: WorkflowUid,
) -> Result<Vec<WorkflowRow>, Error> {
    let rows = sqlx::query(select!("WHERE w.parent = ?1 ORDER BY w.id"))
        .bind(parent.to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(from_row).collect()
}

/// A workflow with those that it started, and those that these started.
pub(crate) async fn family(
    conn: &mut SqliteConnection,
    first: WorkflowRow,
) -> Result<Vec<WorkflowRow>, Error> {
    let mut all = vec![first];
    let mut next = 0;
    while let Some(uid) = all.get(next).map(|member| member.uid) {
        all.extend(children(&mut *conn, uid).await?);
        next += 1;
    }
    Ok(all)
}

/// The trials of an agent, newest first.
pub(crate) async fn trials(
    conn: &mut SqliteConnection,
    agent: AgentUid,
    limit: u32,
) -> Result<Vec<WorkflowRow>, Error> {
    let rows = sqlx::query(select!("WHERE w.trial = ?1 ORDER BY w.id DESC LIMIT ?2"))
        .bind(agent.to_string())
        .bind(limit)
        .fetch_all(conn)
        .await?;
    rows.iter().map(from_row).collect()
}

/// The newest `recent` and every one that has not ended, newest first.
pub(crate) async fn recent_and_unfinished(
    conn: &mut SqliteConnection,
    recent: u32,
) -> Result<Vec<WorkflowRow>, Error> {
    let rows = sqlx::query(select!(
        "WHERE NOT w.aside AND ((w.status IN ('pending', 'running', 'waiting', 'paused') AND w.id NOT IN (SELECT id FROM away))
         OR w.id IN (SELECT id FROM workflows WHERE NOT aside ORDER BY id DESC LIMIT ?1)) ORDER BY w.id DESC"
    ))
    .bind(recent)
    .fetch_all(conn)
    .await?;
    rows.iter().map(from_row).collect()
}

/// `text` as a LIKE pattern that finds it anywhere, its own wildcards taken literally.
fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// A page of workflows.
pub(crate) async fn list(
    conn: &mut SqliteConnection,
    filter: &WorkflowFilter,
) -> Result<WorkflowList, Error> {
    let statuses = column::to_json(&filter.statuses)?;
    let pattern = containing(&filter.query);
    let template = filter.template.map(|uid| uid.to_string());
    let rows = sqlx::query(select!(
        "WHERE NOT w.aside AND (?1 = '[]' OR (w.status IN (SELECT value FROM json_each(?1)) AND w.id NOT IN (SELECT id FROM away)))
         AND (w.name LIKE ?2 ESCAPE '\\' OR w.description LIKE ?2 ESCAPE '\\')
         AND (?3 IS NULL OR json_extract(w.template, '$.uid') = ?3)
         AND (?4 IS NULL OR w.id < ?4) ORDER BY w.id DESC LIMIT ?5"
    ))
    .bind(&statuses)
    .bind(&pattern)
    .bind(&template)
    .bind(filter.before.map(|id| id.0))
    .bind(i64::from(filter.limit) + 1)
    .fetch_all(&mut *conn)
    .await?;
    let matching = sqlx::query_scalar(
        "SELECT count(*) FROM workflows w
         WHERE NOT w.aside AND (?1 = '[]' OR (w.status IN (SELECT value FROM json_each(?1)) AND w.id NOT IN (SELECT id FROM away)))
         AND (w.name LIKE ?2 ESCAPE '\\' OR w.description LIKE ?2 ESCAPE '\\')
         AND (?3 IS NULL OR json_extract(w.template, '$.uid') = ?3)",
    )
    .bind(&statuses)
    .bind(&pattern)
    .bind(&template)
    .fetch_one(conn)
    .await?;
    let limit = filter.limit as usize;
    Ok(WorkflowList {
        workflows: rows.iter().take(limit).map(from_row).collect::<Result<_, _>>()?,
        matching,
        more: rows.len() > limit,
    })
}

/// How many workflows there are.
pub(crate) async fn counts(conn: &mut SqliteConnection) -> Result<WorkflowCounts, Error> {
    let row = sqlx::query(
        "SELECT count(*) AS total,
           count(*) FILTER (WHERE status IN ('pending', 'running', 'waiting', 'paused')
             AND id NOT IN (SELECT id FROM away)) AS active,
           count(*) FILTER (WHERE status = 'completed') AS completed,
           count(*) FILTER (WHERE status = 'failed') AS failed,
           count(*) FILTER (WHERE status IN ('pending', 'running', 'waiting', 'paused')
             AND id IN (SELECT id FROM away)) AS moved
         FROM workflows WHERE NOT aside",
    )
    .fetch_one(conn)
    .await?;
    Ok(WorkflowCounts {
        total: row.try_get("total")?,
        active: row.try_get("active")?,
        completed: row.try_get("completed")?,
        failed: row.try_get("failed")?,
        moved: row.try_get("moved")?,
    })
}

/// The plan of a workflow, once there is one.
pub(crate) async fn plan(conn: &mut SqliteConnection, id: WorkflowId) -> Result<Option<Plan>, Error> {
    let row = sqlx::query("SELECT plan FROM workflows WHERE id = ?1")
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map_or(Ok(None), |row| column::json_opt(row, "plan"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_the_searched_text_are_literal() {
        assert_eq!(containing(r"50%_\"), r"%50\%\_\\%");
    }
}
