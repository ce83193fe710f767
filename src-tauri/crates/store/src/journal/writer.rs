//! The one task that writes. It takes everything that waits, up to a bound, into one transaction, so that many
//! commits share one fsync. Each has a savepoint of its own: a bad one fails alone. Nobody hears of success
//! before the transaction is on disk.
//!
//! Transactions are spelled out as statements. SQLite ends a transaction by itself when the disk is full, and a
//! library that counts the depth would be wrong from then on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot, watch};
use wheelhouse_domain::{Position, WorkflowId};

use super::arrange::{self, Arrangement};
use super::commit::{self, Commit, Committed};
use super::requests::RequestRecord;
use super::{Error, delete, rebuild};

/// Commits that share one transaction at most.
const GROUP: usize = 256;
/// Commits that may wait. More make their senders wait.
pub(crate) const QUEUE: usize = 1024;

/// What is to be written.
pub(crate) enum Work {
    /// Facts.
    Commit(Commit),
    /// A workflow goes.
    Delete(WorkflowId, RequestRecord),
    /// Something outside of runs is arranged.
    Arrange(Arrangement),
    /// The projections are made anew.
    Rebuild,
}

/// What the writer is asked to do.
pub(crate) enum Job {
    /// Write, and say what came of it once it is durable.
    Write(Work, oneshot::Sender<Result<Committed, Error>>),
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
}

impl Writer {
    /// Works until the store is closed or nobody holds it any more.
    pub(crate) async fn run(mut self) {
        let mut closing = Vec::new();
        let mut waiting = Vec::with_capacity(GROUP);
        while self.jobs.recv_many(&mut waiting, GROUP).await > 0 {
            let mut works = Vec::with_capacity(waiting.len());
            let mut replies = Vec::with_capacity(waiting.len());
            for job in waiting.drain(..) {
                match job {
                    Job::Write(work, reply) => {
                        works.push(work);
                        replies.push(reply);
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
        let mut result = finish(self.conn).await;
        if let Err(error) = &result {
            tracing::error!(%error, "the journal was not closed cleanly");
        }
        for reply in closing {
            answer(reply, std::mem::replace(&mut result, Ok(())));
        }
    }

    /// Carries out a group in one transaction and answers.
    async fn write(&mut self, works: &[Work], replies: Vec<oneshot::Sender<Result<Committed, Error>>>) {
        let before = *self.head.borrow();
        match transact(&mut self.conn, before, works).await {
            Ok((head, results)) => {
                self.counters.transactions.fetch_add(1, Ordering::Relaxed);
                self.counters
                    .commits
                    .fetch_add(works.len() as u64, Ordering::Relaxed);
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
        if works.iter().any(|work| matches!(work, Work::Delete(..)))
            && let Err(error) = shrink(&mut self.conn).await
        {
            tracing::warn!(%error, "the journal's file could not be shrunk now");
        }
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
    sqlx::query("COMMIT").execute(conn).await?;
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
        Work::Arrange(arrangement) => arrange::apply(&mut *conn, head, arrangement).await,
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

/// Gives the pages of deleted rows back to the file system.
async fn shrink(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA incremental_vacuum")
        .fetch_all(&mut *conn)
        .await?;
    // Passive: does not wait for readers. What they hold back is cut off at a later checkpoint.
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
        .fetch_all(conn)
        .await?;
    Ok(())
}

/// Puts everything into the database file and closes it.
async fn finish(mut conn: SqliteConnection) -> Result<(), Error> {
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_all(&mut conn)
        .await?;
    conn.close().await?;
    Ok(())
}
