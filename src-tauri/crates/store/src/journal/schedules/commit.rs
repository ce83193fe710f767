//! Writes down what became of a due time, together with the workflow that was started for it: both or neither.

use sqlx::SqliteConnection;
use wheelhouse_domain::{Due, DueOutcome, Event, Millis, Position, ScheduleId, WorkflowId};

use super::{due, get};
use crate::journal::commit::{self, Commit, Committed, RunCommit, Target};
use crate::journal::store_fact::{self, StoreFact};
use crate::journal::writer::Work;
use crate::journal::{Error, RequestRecord, Store, events, requests};

/// A workflow that starts because of a due time.
#[derive(Debug, Clone)]
pub struct DueStart {
    /// The schedule.
    pub schedule: ScheduleId,
    /// The due time.
    pub at: Millis,
    /// Whether it had been missed.
    pub late: bool,
    /// The first events of the run.
    pub events: Vec<Event>,
    /// Texts that they point at.
    pub contents: Vec<String>,
    /// The operator's wish, where it is no due time of the schedule.
    pub request: Option<RequestRecord>,
    /// Now.
    pub now: Millis,
}

/// What became of a due time that started nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRecord {
    /// The schedule.
    pub schedule: ScheduleId,
    /// The due time.
    pub due: Due,
    /// What became of it.
    pub outcome: DueOutcome,
    /// The operator's wish, where it is no due time of the schedule.
    pub request: Option<RequestRecord>,
    /// Now.
    pub now: Millis,
}

/// What the writer is asked to do about a schedule.
#[derive(Debug)]
pub(crate) enum DueWork {
    /// A workflow starts.
    Start(DueStart),
    /// Nothing starts.
    Record(DueRecord),
    /// The clock was set back: due times count from there.
    SetBack(ScheduleId, Millis),
}

/// Carries it out behind `head`. On an error the caller rolls the savepoint back.
pub(crate) async fn apply(
    conn: &mut SqliteConnection,
    head: Position,
    work: &DueWork,
) -> Result<Committed, Error> {
    match work {
        DueWork::Start(start) => begin(conn, head, start).await,
        DueWork::Record(record) => {
            if let Some(request) = &record.request {
                requests::refuse_repeated(conn, &request.key).await?;
                requests::insert(conn, request, None).await?;
            }
            refuse_unless_open(conn, record.schedule, record.due.at, false).await?;
            let fact = StoreFact::ScheduleDue {
                schedule: record.schedule,
                due: record.due,
                outcome: record.outcome.clone(),
            };
            append(conn, head, record.now, &fact).await
        }
        DueWork::SetBack(schedule, to) => {
            let (schedule, to) = (*schedule, *to);
            get(conn, schedule).await?.ok_or(Error::ScheduleMoved(schedule))?;
            append(conn, head, to, &StoreFact::ScheduleSetBack { schedule, to }).await
        }
    }
}

async fn begin(conn: &mut SqliteConnection, head: Position, start: &DueStart) -> Result<Committed, Error> {
    // A wish that was carried out is told as that, whatever the schedule is like by now.
    if let Some(request) = &start.request {
        requests::refuse_repeated(conn, &request.key).await?;
    }
    let waited = refuse_unless_open(conn, start.schedule, start.at, start.request.is_some()).await?;
    let run = Commit {
        runs: vec![RunCommit {
            target: Target::New,
            events: start.events.clone(),
        }],
        contents: start.contents.clone(),
        request: start.request.clone(),
    };
    let written = commit::apply(conn, head, &run).await?;
    let workflow = written.workflow_ids.first().copied();
    let workflow = workflow.ok_or(Error::ScheduleMoved(start.schedule))?;
    let fact = StoreFact::ScheduleDue {
        schedule: start.schedule,
        due: Due::one(start.at),
        outcome: DueOutcome::Started {
            workflow,
            late: start.late,
            by_hand: start.request.is_some() || waited.is_some_and(|outcome| outcome.is_by_hand()),
        },
    };
    let used = append(conn, written.last, start.now, &fact).await?;
    Ok(Committed {
        last: used.last,
        ..written
    })
}

/// A due time is used once, and while its schedule is paused only where the operator wants it now. Gives how it waited in
/// line, if it did.
async fn refuse_unless_open(
    conn: &mut SqliteConnection,
    id: ScheduleId,
    at: Millis,
    by_hand: bool,
) -> Result<Option<DueOutcome>, Error> {
    let moved = Error::ScheduleMoved(id);
    match get(conn, id).await? {
        Some(row) if by_hand || !row.paused => {}
        _ => return Err(moved),
    }
    match due::get(conn, id, at).await?.map(|row| row.outcome) {
        None => Ok(None),
        Some(waiting @ DueOutcome::Waiting { .. }) => Ok(Some(waiting)),
        Some(_) => Err(moved),
    }
}

async fn append(
    conn: &mut SqliteConnection,
    head: Position,
    now: Millis,
    fact: &StoreFact,
) -> Result<Committed, Error> {
    let position = Position(head.0 + 1);
    events::append_store_fact(conn, position, now, fact).await?;
    store_fact::project(conn, position, now, fact).await?;
    Ok(Committed {
        workflow_ids: Vec::new(),
        first: position,
        last: position,
    })
}

impl Store {
    /// Writes a workflow down together with the fact that a due time was used for it. Gives its number.
    ///
    /// # Errors
    /// [`Error::ScheduleMoved`] when the schedule is gone, or paused and nobody wants it now, or the due time was used; and those of
    /// [`Store::commit`]. In each case neither is kept.
    pub async fn start_due(&self, start: DueStart) -> Result<WorkflowId, Error> {
        let schedule = start.schedule;
        let written = self.write(Work::Due(Box::new(DueWork::Start(start)))).await?;
        let workflow = written.workflow_ids.first().copied();
        workflow.ok_or(Error::ScheduleMoved(schedule))
    }

    /// Writes down what became of a due time that started nothing.
    ///
    /// # Errors
    /// Those of [`Store::start_due`].
    pub async fn record_due(&self, record: DueRecord) -> Result<(), Error> {
        self.write(Work::Due(Box::new(DueWork::Record(record))))
            .await
            .map(drop)
    }

    /// Lets due times count from `to`, which is now, because the clock was set back.
    ///
    /// # Errors
    /// Those of [`Store::start_due`].
    pub async fn set_schedule_back(&self, id: ScheduleId, to: Millis) -> Result<(), Error> {
        self.write(Work::Due(Box::new(DueWork::SetBack(id, to))))
            .await
            .map(drop)
    }
}
