//! For whoever watches a backend without taking part: every fact as it is recorded, and how things stand in numbers. A
//! server makes its figures and traces of these; a desktop application could do the same.
//!
//! Deliberately absent: what is made of them, and everything that the facts only point at: no text of a prompt, an
//! answer or a document is read here.

use crate::error::from_store;
use crate::feed::FeedEnd;
use crate::local::Local;
use std::time::Duration;
use tokio::sync::watch;
use wheelhouse_contract::{ApiError, GetStorage, Operations, StorageView};
use wheelhouse_domain::{Event, Position, Seq, TaskId, WorkflowId, WorkflowStatus};
use wheelhouse_orchestrator::Handle;
use wheelhouse_orchestrator::store::{Durations, Error as StoreError, Recorded};

/// Facts that are read at once.
const AT_ONCE: u32 = 512;

/// Facts that come within this time are read together: nobody waits for them.
const TOGETHER: Duration = Duration::from_millis(100);

/// One fact of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Witnessed {
    /// The run.
    pub workflow: WorkflowId,
    /// The task that it is about, where it names one.
    pub task: Option<TaskId>,
    /// The fact.
    pub event: Event,
}

/// Follows the record of all runs.
pub struct Watch {
    handle: Handle,
    head: watch::Receiver<Position>,
    /// Everything up to here has been given.
    at: Position,
    /// How far the runs that were unfinished at the beginning are given.
    before: Position,
}

impl Watch {
    /// Follows from now on.
    #[must_use]
    pub fn new(local: &Local) -> Self {
        let handle = local.handle().clone();
        let head = handle.store().head();
        let at = *head.borrow();
        Self {
            handle,
            head,
            at,
            before: Position(0),
        }
    }

    /// What was recorded before now in runs that go on, piece by piece; empty at the end.
    ///
    /// # Errors
    /// [`FeedEnd`] where it can't be read.
    pub async fn before(&mut self) -> Result<Vec<Witnessed>, FeedEnd> {
        while self.before < self.at {
            let store = self.handle.store();
            let read = store
                .recorded_of_unfinished(self.before, AT_ONCE)
                .await
                .map_err(end)?;
            self.before = read.to;
            let at = self.at;
            let facts: Vec<_> = witnessed(read, |position| position <= at).collect();
            if !facts.is_empty() {
                return Ok(facts);
            }
        }
        Ok(Vec::new())
    }

    /// What is on record of one run before `seq`.
    ///
    /// # Errors
    /// [`FeedEnd`] where it can't be read.
    pub async fn of_run(&self, workflow: WorkflowId, seq: Seq) -> Result<Vec<Witnessed>, FeedEnd> {
        let events = self.handle.store().all_events(workflow).await.map_err(end)?;
        let earlier = events.into_iter().filter(|event| event.seq < seq);
        let whole = earlier.map(|event| Witnessed {
            workflow,
            task: None,
            event,
        });
        Ok(whole.collect())
    }

    /// The next facts, at least one. Waits until there is one.
    ///
    /// # Errors
    /// [`FeedEnd`] where they can't be read, or the backend closes.
    pub async fn next(&mut self) -> Result<Vec<Witnessed>, FeedEnd> {
        loop {
            let at = self.at;
            let news = self.head.wait_for(|head| *head > at).await;
            let behind = news.map_err(|_| FeedEnd::Closed)?.0 - at.0;
            if behind < i64::from(AT_ONCE) {
                tokio::time::sleep(TOGETHER).await;
            }
            let read = self
                .handle
                .store()
                .recorded_after(at, AT_ONCE)
                .await
                .map_err(end)?;
            self.at = read.to;
            let facts: Vec<_> = witnessed(read, |_| true).collect();
            if !facts.is_empty() {
                return Ok(facts);
            }
        }
    }
}

fn witnessed(read: Recorded, counts: impl Fn(Position) -> bool) -> impl Iterator<Item = Witnessed> {
    let facts = read.facts.into_iter().filter(move |fact| counts(fact.position));
    facts.map(|fact| Witnessed {
        workflow: fact.workflow,
        task: fact.task,
        event: fact.event,
    })
}

fn end(error: StoreError) -> FeedEnd {
    match error {
        StoreError::Closed => FeedEnd::Closed,
        error => FeedEnd::Failed(from_store(error)),
    }
}

/// How a backend stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Workflows by status; no row for a status that none has.
    pub workflows: Vec<(WorkflowStatus, u64)>,
    /// Tasks that are at work.
    pub tasks_at_work: u64,
    /// Questions that nobody has answered.
    pub open_questions: u64,
    /// Bytes on disk.
    pub storage: StorageView,
    /// The one writer of the journal.
    pub writer: WriterFigures,
}

/// How the one writer of the journal does, since the backend was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriterFigures {
    /// Transactions that are on disk.
    pub transactions: u64,
    /// Commits in them, refused ones included.
    pub commits: u64,
    /// Events in them.
    pub events: u64,
    /// Commits that wait for their turn now.
    pub waiting: u64,
    /// Upper bound of each class of durations, and how many transactions took no longer to come to disk and longer than the
    /// class before; the last class has no bound.
    pub to_disk: Vec<(Option<Duration>, u64)>,
    /// All these durations together.
    pub to_disk_sum: Duration,
}

/// Reads how the backend behind `local` stands.
///
/// # Errors
/// [`ApiError`] where the store can't be read.
pub async fn figures(local: &Local) -> Result<Figures, ApiError> {
    let store = local.handle().store();
    let counted = store.figures().await.map_err(from_store)?;
    let writer = store.writer_figures();
    let Durations { classes, sum } = writer.to_disk;
    Ok(Figures {
        workflows: counted.workflows,
        tasks_at_work: counted.tasks_at_work,
        open_questions: counted.open_questions,
        storage: local.get_storage(GetStorage {}).await?,
        writer: WriterFigures {
            transactions: writer.transactions,
            commits: writer.commits,
            events: writer.events,
            waiting: writer.waiting,
            to_disk: classes,
            to_disk_sum: sum,
        },
    })
}
