//! The one task that writes. It takes everything that waits, up to a bound, into one transaction, so that many
//! commits share one fsync. Each has a savepoint of its own: a bad one fails alone. Nobody hears of success
//! before the transaction is on disk. When nothing waits, it tidies the file, see [`tidy`].
//!
//! Transactions are spelled out as statements. SQLite ends a transaction by itself when the disk is full, and a
//! library that counts the depth would be wrong from then on.

use std::future::ready;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot, watch};
use wheelhouse_domain::{ConversationUid, Position, WorkflowId};

use super::arrange::{self, Arrangement};
use super::commit::{self, Commit, Committed};
use super::figures::Timed;
use super::moves::{self, MoveWork};
use super::requests::RequestRecord;
use super::schedules::{self, DueWork};
use super::warnings::{self, NearlySpent};
use super::{Error, conversations, delete, rebuild, retention, tidy};

/// Commits that share one transaction at most.
const GROUP: usize = 256;
/// Commits that may wait. More make their senders wait.
pub(crate) const QUEUE: usize = 1024;
/// Groups after which tidying has its turn even though more waits.
const GROUPS_BEFORE_TIDYING: u32 = 32;

/// What is to be written.
pub(crate) enum Work {
    /// Facts.
    Commit(Commit),
    /// A workflow goes.
    Delete(WorkflowId, RequestRecord),
    /// A conversation goes with all that was said in it.
    RemoveConversation(ConversationUid, RequestRecord),
    /// Something outside of runs is arranged.
    Arrange(Arrangement),
    /// A piece of a sweep by the retention rule.
    Sweep(retention::Step),
    /// A due time of a schedule has an outcome.
    Due(Box<DueWork>),
    /// Little is left of a budget.
    NearlySpent(Box<NearlySpent>),
    /// A step of a move of a run from store to store.
    Move(Box<MoveWork>),
    /// The projections are made anew.
    Rebuild,
}

/// What the writer is asked to do.
pub(crate) enum Job {
    /// Write, and say what came of it once it is durable.
    Write(Box<Work>, oneshot::Sender<Result<Committed, Error>>),
    /// Tidy the file, and say when that was done as far as it can be now.
    Tidy(oneshot::Sender<Result<(), Error>>),
    /// Take no more, finish what waits, and let go of the file.
    Close(oneshot::Sender<Result<(), Error>>),
}

/// How much was written. For tests and diagnosis.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Transactions that are on disk.
    pub(crate) transactions: AtomicU64,
    /// Commits in them, refused ones included.
    pub(crate) commits: AtomicU64,
    /// Events in them.
    pub(crate) events: AtomicU64,
    /// How long it took to bring each transaction to disk.
    pub(crate) to_disk: Timed,
}

/// The writer with its connection.
pub(crate) struct Writer {
    /// The only connection that writes.
    pub(crate) conn: SqliteConnection,
    /// What waits.
    pub(crate) jobs: mpsc::Receiver<Job>,
    /// Position of the newest durable event.
    pub(crate) head: watch::Sender<Position>,
    /// How much was written.
    pub(crate) counters: Arc<Counters>,
    /// What there is to tidy.
    pub(crate) untidy: Untidy,
}

/// What there is to tidy, and who waits for it.
pub(crate) struct Untidy {
    /// The write-ahead log.
    log: PathBuf,
    /// Whether there is something.
    wanted: bool,
    /// Groups that were written since the last step.
    groups: u32,
    /// Who is told when nothing is left.
    waiting: Vec<oneshot::Sender<Result<(), Error>>>,
}

impl Untidy {
    /// At the start something may be left of the last time.
    pub(crate) fn at_start(log: PathBuf) -> Self {
        Self {
            log,
            wanted: true,
            groups: 0,
            waiting: Vec::new(),
        }
    }
}

/// What the writer turns to.
enum Turn {
    /// What waits; nothing when the store was closed.
    Jobs(usize),
    /// A step of tidying.
    Tidy,
}

impl Writer {
    /// Works until the store is closed or nobody holds it any more.
    pub(crate) async fn run(mut self) {
        let mut closing = Vec::new();
        let mut waiting = Vec::with_capacity(GROUP);
        loop {
            match self.next(&mut waiting).await {
                Turn::Jobs(0) => break,
                Turn::Jobs(_) => self.take(&mut waiting, &mut closing).await,
                Turn::Tidy => self.tidy().await,
            }
        }
        let mut result = finish(self.conn).await;
        if let Err(error) = &result {
            tracing::error!(%error, "the journal was not closed cleanly");
        }
        for reply in self.untidy.waiting {
            answer(reply, Err(Error::Closed));
        }
        for reply in closing {
            answer(reply, std::mem::replace(&mut result, Ok(())));
        }
    }

    /// What comes next. Commits go first, but not for ever.
    async fn next(&mut self, waiting: &mut Vec<Job>) -> Turn {
        let untidy = self.untidy.wanted;
        let overdue = untidy && self.untidy.groups >= GROUPS_BEFORE_TIDYING;
        tokio::select! {
            biased;
            () = ready(()), if overdue => Turn::Tidy,
            count = self.jobs.recv_many(waiting, GROUP) => Turn::Jobs(count),
            () = ready(()), if untidy => Turn::Tidy,
        }
    }

    /// Carries out what waited.
    async fn take(&mut self, waiting: &mut Vec<Job>, closing: &mut Vec<oneshot::Sender<Result<(), Error>>>) {
        let mut works = Vec::with_capacity(waiting.len());
        let mut replies = Vec::with_capacity(waiting.len());
        for job in waiting.drain(..) {
            match job {
                Job::Write(work, reply) => {
                    works.push(*work);
                    replies.push(reply);
                }
                Job::Tidy(reply) => {
                    self.untidy.wanted = true;
                    self.untidy.waiting.push(reply);
                }
                Job::Close(reply) => {
                    self.jobs.close();
                    closing.push(reply);
                }
            }
        }
        if !works.is_empty() {
            self.write(&works, replies).await;
        }
    }

    /// One step of tidying. What fails is tried again when there is a new reason to.
    async fn tidy(&mut self) {
        self.untidy.groups = 0;
        let step = tidy::step(&mut self.conn).await;
        if matches!(step, Ok(true)) {
            return;
        }
        self.untidy.wanted = false;
        let failed = step.err().map(Arc::new);
        if let Some(error) = &failed {
            tracing::warn!(%error, "the journal's file could not be tidied now");
        }
        for reply in self.untidy.waiting.drain(..) {
            answer(
                reply,
                failed
                    .clone()
                    .map_or(Ok(()), |error| Err(Error::NotDurable(error))),
            );
        }
    }

    /// Carries out a group in one transaction and answers.
    async fn write(&mut self, works: &[Work], replies: Vec<oneshot::Sender<Result<Committed, Error>>>) {
        let before = *self.head.borrow();
        match transact(&mut self.conn, before, works, &self.counters.to_disk).await {
            Ok((head, results)) => {
                self.counters.transactions.fetch_add(1, Ordering::Relaxed);
                self.counters
                    .commits
                    .fetch_add(works.len() as u64, Ordering::Relaxed);
                self.counters
                    .events
                    .fetch_add((head.0 - before.0).unsigned_abs(), Ordering::Relaxed);
                // Before the answers, so that whoever is answered finds its own facts behind the head.
                self.head
                    .send_if_modified(|shown| std::mem::replace(shown, head) != head);
                for (reply, result) in replies.into_iter().zip(results) {
                    answer(reply, result);
                }
            }
            Err(error) => {
                tracing::error!(%error, commits = works.len(), "a group of commits could not be written");
                roll_back(&mut self.conn).await;
                let error = Arc::new(error);
                for reply in replies {
                    answer(reply, Err(Error::NotDurable(Arc::clone(&error))));
                }
            }
        }
        let deleted = |work: &Work| {
            matches!(
                work,
                Work::Delete(..) | Work::RemoveConversation(..) | Work::Sweep(_)
            )
        };
        self.untidy.wanted |= works.iter().any(deleted) || tidy::log_is_long(&self.untidy.log);
        self.untidy.groups += 1;
    }
}

/// Gives the outcome to who asked. A receiver that is gone belongs to a caller that went away: what was written
/// stays written, and nobody is there to be told.
fn answer<T>(reply: oneshot::Sender<Result<T, Error>>, result: Result<T, Error>) {
    if reply.send(result).is_err() {
        tracing::debug!("a caller went away before its commit was answered");
    }
}

/// One transaction over `works`. Gives the new head and what came of each, or the error that lost everything.
async fn transact(
    conn: &mut SqliteConnection,
    before: Position,
    works: &[Work],
    to_disk: &Timed,
) -> Result<(Position, Vec<Result<Committed, Error>>), sqlx::Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *conn).await?;
    let mut head = before;
    let mut results = Vec::with_capacity(works.len());
    for work in works {
        let result = alone(&mut *conn, head, work).await?;
        if let Ok(committed) = &result {
            head = committed.last;
        }
        results.push(result);
    }
    let begun = Instant::now();
    sqlx::query("COMMIT").execute(conn).await?;
    to_disk.count(begun.elapsed());
    Ok((head, results))
}

/// Carries out one piece of work in a savepoint. The outer error loses the whole transaction.
async fn alone(
    conn: &mut SqliteConnection,
    head: Position,
    work: &Work,
) -> Result<Result<Committed, Error>, sqlx::Error> {
    sqlx::query("SAVEPOINT work").execute(&mut *conn).await?;
    let result = match work {
        Work::Commit(commit) => commit::apply(&mut *conn, head, commit).await,
        Work::Delete(workflow, request) => delete::apply(&mut *conn, head, *workflow, request).await,
        Work::RemoveConversation(uid, request) => {
            conversations::remove(&mut *conn, head, *uid, request).await
        }
        Work::Due(due) => schedules::apply(&mut *conn, head, due).await,
        Work::NearlySpent(nearly) => warnings::apply(&mut *conn, head, nearly).await,
        Work::Arrange(arrangement) => arrange::apply(&mut *conn, head, arrangement).await,
        Work::Sweep(step) => retention::apply(&mut *conn, head, step).await,
        Work::Move(step) => moves::apply(&mut *conn, head, step).await,
        Work::Rebuild => rebuild::apply(&mut *conn, head).await,
    };
    if result.is_err() {
        // Fails when SQLite has ended the transaction by itself, and then everything in it is lost.
        sqlx::query("ROLLBACK TO work").execute(&mut *conn).await?;
    }
    sqlx::query("RELEASE work").execute(conn).await?;
    Ok(result)
}

async fn roll_back(conn: &mut SqliteConnection) {
    if let Err(error) = sqlx::query("ROLLBACK").execute(conn).await {
        // SQLite has ended the transaction by itself, or it never began.
        tracing::debug!(%error, "there was nothing to roll back");
    }
}

/// Puts everything into the database file and closes it.
async fn finish(mut conn: SqliteConnection) -> Result<(), Error> {
    if let Err(error) = tidy::at_closing(&mut conn).await {
        tracing::warn!(%error, "the journal's file could not be tidied before it was closed");
    }
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_all(&mut conn)
        .await?;
    conn.close().await?;
    Ok(())
}
