//! Runs that move from store to store, as each of the two stores does its part.
//!
//! The store where a run is lets it rest ([`Handle::depart`]) and packs it; the other one keeps what came
//! ([`Handle::admit`]). The first decides ([`Handle::confirm_departure`]) and tells the secret without which the other
//! can't make the run its own ([`Handle::complete_arrival`]). Every step may be asked for again, so whoever carries the
//! run between the two can be ended at any time and go on later.
//!
//! Deliberately absent: who carries it, and how (`api` has both).

mod arrive;
mod depart;
mod pack;

use crate::error::Error;
use crate::handle::Handle;
use tracing::{error, info};
use wheelhouse_domain::{MoveUid, WorkflowId, WorkflowStatus};
use wheelhouse_store::{ArrivalRow, HeldRun, Moves, OtherStore};

/// A run that is to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMove {
    /// Names the move. The same one asked for again is the same move.
    pub move_uid: MoveUid,
    /// The run.
    pub workflow: WorkflowId,
    /// Where it goes.
    pub to: OtherStore,
    /// What whoever drives the move calls this store.
    pub from_name: String,
}

impl Handle {
    /// The moves that this store takes part in.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn moves(&self) -> Result<Moves, Error> {
        Ok(self.store().moves().await?)
    }

    /// Throws away a run that came here, unless it is this store's by now: the row says which.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn drop_arrival(&self, move_uid: MoveUid) -> Result<ArrivalRow, Error> {
        let now = self.inner().options.world.now();
        Ok(self.store().drop_arrival(move_uid, now).await?)
    }

    /// Another store owns these runs. Those of them that this one believes its own with a lower hand, because a copy of its
    /// journal was restored, rest from now on. Names them.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn yield_runs(&self, to: OtherStore, held: Vec<HeldRun>) -> Result<Vec<WorkflowId>, Error> {
        let now = self.inner().options.world.now();
        let given_up = self.store().yield_runs(to, held, now).await?;
        if !given_up.is_empty() {
            info!(?given_up, "another store owns these workflows");
            // What is at work on them finds out with its next commit; it is told, so that it need not come to that.
            self.inner().registry.rest(&given_up).await;
            self.forget(&given_up).await?;
            self.inner().registry.let_go(&given_up).await;
        }
        Ok(given_up)
    }

    /// What budgets know of workflows that are another store's.
    async fn forget(&self, ids: &[WorkflowId]) -> Result<(), Error> {
        let mut uids = Vec::with_capacity(ids.len());
        for id in ids {
            uids.extend(self.store().workflow(*id).await?.map(|row| row.uid));
        }
        self.inner().accounts.depart(&uids);
        Ok(())
    }

    /// Goes on with those of the workflows that have something to do. One that can't be loaded must not keep the others
    /// from going on.
    async fn take_up(&self, ids: &[WorkflowId]) -> Result<(), Error> {
        for id in ids {
            let row = self.store().workflow(*id).await?;
            let is_under_way = row.is_some_and(|row| {
                !row.status.is_final() && row.status != WorkflowStatus::Pending && row.moved.is_none()
            });
            if is_under_way && let Err(error) = self.inner().registry.wake(self.inner(), *id).await {
                error!(workflow = id.0, %error, "could not go on");
            }
        }
        Ok(())
    }

    /// Does something to its end, also when whoever asked for it goes away.
    async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let done = self.inner().tracker.spawn(work).await;
        done.map_err(|_| Error::ShuttingDown)?
    }
}
