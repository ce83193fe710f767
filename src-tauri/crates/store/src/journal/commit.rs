//! What is written together, and how one commit is carried out inside its savepoint.

use sqlx::SqliteConnection;
use wheelhouse_domain::{Event, EventBody, Position, Seq, WorkflowId};

use super::fact::Fact;
use super::requests::RequestRecord;
use super::{Error, contents, events, meta, moves, project, requests};

/// Facts that become durable together or not at all.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    /// New events, run by run. Facts that touch two workflows stand in one commit.
    pub runs: Vec<RunCommit>,
    /// Texts that the events point at. Those that are stored already cost nothing.
    pub contents: Vec<String>,
    /// The wish that is carried out by this, so that it is carried out once.
    pub request: Option<RequestRecord>,
}

/// New events of one run.
#[derive(Debug, Clone)]
pub struct RunCommit {
    /// Which run.
    pub target: Target,
    /// Its next events. Their `seq` must follow the newest stored one without a gap.
    pub events: Vec<Event>,
}

/// Which run events belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A run that does not exist yet. Its first event must be `workflow_created` with `seq` 1.
    New,
    /// A run that exists.
    Existing(WorkflowId),
}

/// What a commit became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Number of the workflow, for each run of the commit.
    pub workflow_ids: Vec<WorkflowId>,
    /// Position of the first event. One more than `last` when there were no events.
    pub first: Position,
    /// Position of the last event.
    pub last: Position,
}

/// Writes `commit` behind `head`. On an error the caller rolls the savepoint back.
pub(crate) async fn apply(
    conn: &mut SqliteConnection,
    head: Position,
    commit: &Commit,
) -> Result<Committed, Error> {
    if let Some(request) = &commit.request {
        requests::refuse_repeated(conn, &request.key).await?;
    }
    for content in &commit.contents {
        contents::put(conn, content).await?;
    }
    let mut last = head;
    let mut workflow_ids = Vec::with_capacity(commit.runs.len());
    for run in &commit.runs {
        let (workflow, newest) = find_target(conn, run).await?;
        last = append(conn, workflow, newest, &run.events, last, false).await?;
        workflow_ids.push(workflow);
    }
    if let Some(request) = &commit.request {
        requests::insert(conn, request, workflow_ids.first().copied()).await?;
    }
    Ok(Committed {
        workflow_ids,
        first: Position(head.0 + 1),
        last,
    })
}

/// The run's number and its newest `seq`.
async fn find_target(conn: &mut SqliteConnection, run: &RunCommit) -> Result<(WorkflowId, Seq), Error> {
    match run.target {
        Target::New => {
            let workflow = meta::next_workflow(conn).await?;
            match run.events.first().map(|event| &event.body) {
                Some(EventBody::WorkflowCreated { uid, .. }) => {
                    moves::refuse_arriving(conn, *uid).await?;
                    Ok((workflow, Seq(0)))
                }
                first => Err(Error::Integrity {
                    workflow,
                    kind: first.map_or("nothing", EventBody::kind),
                    table: "events",
                    reason: "a new run begins with workflow_created".to_owned(),
                }),
            }
        }
        Target::Existing(workflow) => match events::newest_seq(conn, workflow).await? {
            Some(newest) => {
                moves::require_here(conn, workflow).await?;
                Ok((workflow, newest))
            }
            None => Err(Error::WorkflowNotFound(workflow)),
        },
    }
}

/// Appends and projects `new` and gives the position of the last one. Where they `came`, all but the one that says so were
/// recorded elsewhere.
pub(crate) async fn append(
    conn: &mut SqliteConnection,
    workflow: WorkflowId,
    newest: Seq,
    new: &[Event],
    head: Position,
    came: bool,
) -> Result<Position, Error> {
    let imported = new
        .iter()
        .any(|event| matches!(event.body, EventBody::WorkflowImported {}));
    let mut stored = newest;
    let mut position = head;
    for event in new {
        if stored.0.checked_add(1) != Some(event.seq.0) {
            return Err(Error::SeqConflict {
                workflow,
                stored,
                given: event.seq,
            });
        }
        position = Position(position.0 + 1);
        let fact = Fact {
            workflow,
            position,
            at: event.at,
            body: &event.body,
            imported,
            elsewhere: came && !matches!(event.body, EventBody::WorkflowArrived { .. }),
        };
        events::append(conn, &fact, event.seq, event.v).await?;
        project::project(conn, &fact).await?;
        stored = event.seq;
    }
    Ok(position)
}
