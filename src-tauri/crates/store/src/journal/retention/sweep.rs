//! Deletes what goes by rule, in pieces, and says how far it is.

use sqlx::SqliteConnection;
use wheelhouse_domain::{ContentHash, Millis, Position};

use super::super::commit::Committed;
use super::super::store_fact::StoreFact;
use super::super::writer::Work;
use super::super::{Error, Store, contents, delete, events};
use super::due::{self, Ended};
use super::{Retention, orphans};

/// Workflows that go in one piece of work. Runs wait while one is done.
const BATCH: usize = 8;

/// How far a sweep is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepProgress {
    /// Workflows that are gone.
    pub done: u32,
    /// Workflows that go, as far as is known.
    pub total: u32,
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Workflows that are gone.
    pub workflows: u32,
    /// By how much the journal's file is smaller, in bytes.
    pub bytes: u64,
}

/// One piece of a sweep, for the writer.
#[derive(Debug)]
pub(crate) enum Step {
    /// These workflows go with those that they started, in this order, as long as more than `above` bytes are in use.
    Workflows {
        /// Which ones.
        which: Vec<Ended>,
        /// Bytes in use at which to stop.
        above: u64,
        /// The time of the facts that come of it.
        at: Millis,
    },
    /// Some of the wishes from before this time are forgotten.
    Requests(Millis),
    /// Those of these texts go that nothing points at.
    Texts(Vec<ContentHash>),
}

/// Carries a piece of a sweep out.
pub(crate) async fn apply(
    conn: &mut SqliteConnection,
    head: Position,
    step: &Step,
) -> Result<Committed, Error> {
    let mut done = Committed {
        workflow_ids: Vec::new(),
        first: Position(head.0 + 1),
        last: head,
    };
    match step {
        Step::Workflows { which, above, at } => {
            for workflow in which {
                if due::used(conn).await? <= *above {
                    break;
                }
                for id in due::family(conn, workflow.id, workflow.at).await? {
                    let position = Position(done.last.0 + 1);
                    delete::remove(conn, id, position).await?;
                    let fact = StoreFact::WorkflowDeleted { workflow: id };
                    events::append_store_fact(conn, position, *at, &fact).await?;
                    done.workflow_ids.push(id);
                    done.last = position;
                }
            }
        }
        Step::Requests(before) => orphans::forget_requests(conn, *before).await?,
        Step::Texts(hashes) => contents::remove_unreferenced(conn, hashes).await?,
    }
    Ok(done)
}

impl Store {
    /// Deletes what goes by `rule` at `now`, oldest first, forgets old wishes, and gives the room back to the file
    /// system. `told` hears how far it is. Dropping the future ends the sweep after the piece that is under way.
    ///
    /// # Errors
    /// [`Error::NotDurable`] when the disk refused, [`Error::Closed`]. What was deleted until then stays deleted.
    pub async fn sweep(
        &self,
        rule: &Retention,
        now: Millis,
        told: impl Fn(SweepProgress),
    ) -> Result<Swept, Error> {
        let before = self.file_bytes().await?;
        let workflows = self.sweep_workflows(rule, now, told).await?;
        let forgotten = now.plus(-orphans::REMEMBERED);
        while self.has_old_requests(forgotten).await? {
            self.write(Work::Sweep(Step::Requests(forgotten))).await?;
        }
        loop {
            let texts = self.orphans().await?;
            if texts.is_empty() {
                break;
            }
            self.write(Work::Sweep(Step::Texts(texts))).await?;
        }
        self.tidy().await?;
        let bytes = before.saturating_sub(self.file_bytes().await?);
        Ok(Swept { workflows, bytes })
    }

    async fn sweep_workflows(
        &self,
        rule: &Retention,
        now: Millis,
        told: impl Fn(SweepProgress),
    ) -> Result<u32, Error> {
        if rule.is_off() {
            return Ok(0);
        }
        let (ended, used) = self.ended().await?;
        let total = due::members(&ended[..due::due(&ended, rule, now, used)]);
        let (surely, maybe) = ended.split_at(due::by_age_and_count(&ended, rule, now));
        let mut done = 0;
        let mut tell = |gone: usize| {
            done += gone;
            let done = u32::try_from(done).unwrap_or(u32::MAX);
            told(SweepProgress {
                done,
                total: total.max(done),
            });
            done
        };
        tell(0);
        for batch in surely.chunks(BATCH) {
            tell(self.sweep_batch(batch, 0, now).await?);
        }
        // What a workflow takes is an estimate, so the size is looked at anew as it goes.
        if let Some(most) = rule.max_bytes() {
            for batch in maybe.chunks(BATCH) {
                if due::used(&mut *self.reader().await?).await? <= most {
                    break;
                }
                tell(self.sweep_batch(batch, most, now).await?);
            }
        }
        Ok(tell(0))
    }

    async fn sweep_batch(&self, batch: &[Ended], above: u64, at: Millis) -> Result<usize, Error> {
        let which = batch.to_vec();
        let step = Step::Workflows { which, above, at };
        Ok(self.write(Work::Sweep(step)).await?.workflow_ids.len())
    }

    /// Bytes of the journal's file, free ones in it included.
    async fn file_bytes(&self) -> Result<u64, Error> {
        let mut conn = self.reader().await?;
        let bytes: i64 =
            sqlx::query_scalar("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                .fetch_one(&mut *conn)
                .await?;
        Ok(u64::try_from(bytes).unwrap_or_default())
    }
}
