//! The part of the store that a run leaves. It alone decides.

use super::NewMove;
use crate::error::Error;
use crate::handle::Handle;
use crate::points::Point;
use crate::transfers::Made;
use tracing::info;
use wheelhouse_domain::{MoveUid, WorkflowId, WorkflowUid};
use wheelhouse_store::{Departing, DepartureRow, DepartureState};

impl Handle {
    /// Lets a run with its sub-workflows rest, writes down that it leaves, and makes a file of it among the transfers, unless
    /// the move was called off. No new call begins, and those in flight have a while to end. From then on nothing is done
    /// for it here, nor after a restart.
    ///
    /// # Errors
    /// [`Error::StaysPut`] and [`Error::Store`] with what is in the way, [`Error::RunFile`] and [`Error::Transfer`] where
    /// it can't be packed. Asked for again it goes on.
    pub async fn depart(&self, new: NewMove) -> Result<(DepartureRow, Option<Made>), Error> {
        let handle = self.clone();
        self.to_the_end(async move {
            let _one_at_a_time = handle.inner().departing.lock().await;
            let row = handle.leave(&new).await?;
            let made = match row.state {
                DepartureState::CalledOff => None,
                DepartureState::Leaving | DepartureState::Gone => Some(handle.pack(&row, &new.from_name).await?),
            };
            Ok((row, made))
        })
        .await
    }

    async fn leave(&self, new: &NewMove) -> Result<DepartureRow, Error> {
        if self.store().departure(new.move_uid).await?.is_some() {
            // Nothing is done; it is only looked whether it is the same.
            return self.write_departure(new).await;
        }
        self.check_departure(new.workflow).await?;
        let mut resting = Vec::new();
        let left = self.rest_and_write(new, &mut resting).await;
        self.inner().registry.let_go(&resting).await;
        if left.is_err() {
            self.take_up(&resting).await?;
        }
        left
    }

    async fn rest_and_write(
        &self,
        new: &NewMove,
        resting: &mut Vec<WorkflowId>,
    ) -> Result<DepartureRow, Error> {
        let family = self.rest_family(new.workflow, resting).await?;
        // Once more, now that nothing more begins: a search may have ended meanwhile.
        self.check_departure(new.workflow).await?;
        let points = &self.inner().options.points;
        points.reach(Point::DepartureRests);
        let row = self.write_departure(new).await?;
        points.reach(Point::DepartureWritten);
        self.inner().accounts.depart(&family);
        info!(workflow = new.workflow.0, to = %new.to.name, "leaves");
        Ok(row)
    }

    /// Until no sub-workflow was begun while the others came to rest.
    async fn rest_family(
        &self,
        root: WorkflowId,
        resting: &mut Vec<WorkflowId>,
    ) -> Result<Vec<WorkflowUid>, Error> {
        loop {
            let family = self.store().movable(root).await?;
            let ids: Vec<WorkflowId> = family.iter().map(|row| row.id).collect();
            if ids.iter().all(|id| resting.contains(id)) {
                return Ok(family.into_iter().map(|row| row.uid).collect());
            }
            resting.clone_from(&ids);
            self.inner().registry.rest(&ids).await;
        }
    }

    async fn write_departure(&self, new: &NewMove) -> Result<DepartureRow, Error> {
        let world = &self.inner().options.world;
        let departing = Departing {
            move_uid: new.move_uid,
            workflow: new.workflow,
            to: new.to.clone(),
            // Nobody is kept out by it who may speak to both stores: it keeps the order of the steps.
            secret: format!("{}{}", world.new_uid().simple(), world.new_uid().simple()),
        };
        Ok(self.store().depart(departing, world.now()).await?)
    }

    /// Decides that a run is the other store's. Gives the row with the secret that lets that one begin.
    ///
    /// # Errors
    /// [`Error::Store`] where it stayed, or has changed hands since.
    pub async fn confirm_departure(&self, move_uid: MoveUid) -> Result<DepartureRow, Error> {
        let now = self.inner().options.world.now();
        let row = self.store().confirm_departure(move_uid, now).await?;
        self.inner().options.points.reach(Point::DepartureDecided);
        Ok(row)
    }

    /// Keeps a run that was to leave: it goes on as if nothing had been.
    ///
    /// # Errors
    /// [`Error::Store`] where it is gone. Where a copy of the journal was restored since it left, it may be. In both cases the
    /// other side must be known to have thrown it away for good (`dropped_there`): then nobody else has it.
    pub async fn call_off_departure(&self, move_uid: MoveUid, dropped_there: bool) -> Result<DepartureRow, Error> {
        let handle = self.clone();
        self.to_the_end(async move {
            let now = handle.inner().options.world.now();
            let back = handle.store().call_off_departure(move_uid, dropped_there, now).await?;
            handle.take_up(&back).await?;
            let row = handle.store().departure(move_uid).await?;
            Ok(row
                .ok_or(wheelhouse_store::MoveFault::Unknown(move_uid))
                .map_err(wheelhouse_store::Error::from)?)
        })
        .await
    }

    /// Notes that the other side has done its part in a move that is decided.
    ///
    /// # Errors
    /// [`Error::Store`] where it is not decided.
    pub async fn finish_departure(&self, move_uid: MoveUid) -> Result<DepartureRow, Error> {
        let now = self.inner().options.world.now();
        Ok(self.store().finish_departure(move_uid, now).await?)
    }
}
