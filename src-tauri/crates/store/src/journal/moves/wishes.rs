//! What can be wanted of a store that takes part in a move. Every step may be asked for again: it is named by its move.

use wheelhouse_domain::{AgentUid, Millis, MoveUid, WorkflowId};

use super::arrive::{Admission, Completion};
use super::depart::Departing;
use super::fault::MoveFault;
use super::owners::{HeldRun, OtherStore};
use super::rows::{self, ArrivalRow, DepartureRow, Moves};
use super::{MoveStep, MoveWork};
use crate::journal::commit::Committed;
use crate::journal::writer::Work;
use crate::journal::{Error, Store, agents};

impl Store {
    /// Lets a run with its sub-workflows leave. From here on no commit reaches it.
    ///
    /// # Errors
    /// [`Error::NotHere`], [`Error::WorkflowNotFound`], [`Error::Move`] with what is in the way, and
    /// [`Error::NotDurable`]. In each case the run stays.
    pub async fn depart(&self, departing: Departing, now: Millis) -> Result<DepartureRow, Error> {
        let move_uid = departing.move_uid;
        self.step(MoveStep::Depart(Box::new(departing)), now).await?;
        self.departure_of(move_uid).await
    }

    /// Decides that a run is the other store's. Gives the row with the secret that lets that one begin.
    ///
    /// # Errors
    /// [`Error::Move`] where the move was called off or is not the last one of its run.
    pub async fn confirm_departure(&self, move_uid: MoveUid, now: Millis) -> Result<DepartureRow, Error> {
        self.step(MoveStep::Confirm(move_uid), now).await?;
        self.departure_of(move_uid).await
    }

    /// Keeps a run that was to leave. Names its workflows, where it was not kept before.
    ///
    /// # Errors
    /// [`Error::Move`] where it is gone, or may be: unless the other side is known to have nothing of it (`certain`), a
    /// journal that was restored since can't tell.
    pub async fn call_off_departure(
        &self,
        move_uid: MoveUid,
        certain: bool,
        now: Millis,
    ) -> Result<Vec<WorkflowId>, Error> {
        let step = MoveStep::CallOff { move_uid, certain };
        Ok(self.step(step, now).await?.workflow_ids)
    }

    /// Notes that the other side has done its part in a move that is decided.
    ///
    /// # Errors
    /// [`Error::Move`] where it is not decided.
    pub async fn finish_departure(&self, move_uid: MoveUid, now: Millis) -> Result<DepartureRow, Error> {
        self.step(MoveStep::Finish(move_uid), now).await?;
        self.departure_of(move_uid).await
    }

    /// Keeps a run that arrives until its move is decided.
    ///
    /// # Errors
    /// [`Error::Move`], [`Error::Integrity`] and others where it could not become this store's. Then nothing is kept.
    pub async fn admit(&self, admission: Admission, now: Millis) -> Result<ArrivalRow, Error> {
        let move_uid = admission.newcomer.move_uid;
        self.step(MoveStep::Admit(Box::new(admission)), now).await?;
        self.arrival_of(move_uid).await
    }

    /// Makes a run this store's. Names its workflows, where that was not done before.
    ///
    /// # Errors
    /// [`Error::Move`] where the receipt is wrong or what came was thrown away.
    pub async fn complete_arrival(
        &self,
        completion: Completion,
        now: Millis,
    ) -> Result<Vec<WorkflowId>, Error> {
        let step = MoveStep::Complete(Box::new(completion));
        Ok(self.step(step, now).await?.workflow_ids)
    }

    /// Throws away what arrived, unless it is this store's by now: the row says which.
    ///
    /// # Errors
    /// [`Error::NotDurable`].
    pub async fn drop_arrival(&self, move_uid: MoveUid, now: Millis) -> Result<ArrivalRow, Error> {
        self.step(MoveStep::Drop(move_uid), now).await?;
        self.arrival_of(move_uid).await
    }

    /// Gives up those of the runs that this store believes its own with a lower hand. Names them.
    ///
    /// # Errors
    /// [`Error::NotDurable`].
    pub async fn yield_runs(
        &self,
        to: OtherStore,
        held: Vec<HeldRun>,
        now: Millis,
    ) -> Result<Vec<WorkflowId>, Error> {
        Ok(self.step(MoveStep::Yield(to, held), now).await?.workflow_ids)
    }

    /// The move that began here.
    ///
    /// # Errors
    /// When the database fails or holds a value that can't be read.
    pub async fn departure(&self, move_uid: MoveUid) -> Result<Option<DepartureRow>, Error> {
        let mut conn = self.reader().await?;
        rows::departure(&mut conn, move_uid).await
    }

    /// The move that ends here.
    ///
    /// # Errors
    /// When the database fails or holds a value that can't be read.
    pub async fn arrival(&self, move_uid: MoveUid) -> Result<Option<ArrivalRow>, Error> {
        let mut conn = self.reader().await?;
        rows::arrival(&mut conn, move_uid).await
    }

    /// What arrived, as it came; none once that is decided.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn arrived_bundle(&self, move_uid: MoveUid) -> Result<Option<Vec<u8>>, Error> {
        let mut conn = self.reader().await?;
        rows::bundle(&mut conn, move_uid).await
    }

    /// The moves that this store takes part in.
    ///
    /// # Errors
    /// When the database fails or holds a value that can't be read.
    pub async fn moves(&self) -> Result<Moves, Error> {
        let mut conn = self.reader().await?;
        let mut snapshot = sqlx::Connection::begin(&mut *conn).await?;
        let moves = rows::all(&mut snapshot).await?;
        snapshot.rollback().await?;
        Ok(moves)
    }

    /// Who of this store stands for whom of others: the other one's identity, then this one's.
    ///
    /// # Errors
    /// When the database fails or holds a value that can't be read.
    pub async fn agent_aliases(&self) -> Result<Vec<(AgentUid, AgentUid)>, Error> {
        let mut conn = self.reader().await?;
        agents::aliases(&mut conn).await
    }

    async fn step(&self, step: MoveStep, now: Millis) -> Result<Committed, Error> {
        self.write(Work::Move(Box::new(MoveWork { step, now }))).await
    }

    async fn departure_of(&self, move_uid: MoveUid) -> Result<DepartureRow, Error> {
        Ok(self
            .departure(move_uid)
            .await?
            .ok_or(MoveFault::Unknown(move_uid))?)
    }

    async fn arrival_of(&self, move_uid: MoveUid) -> Result<ArrivalRow, Error> {
        Ok(self
            .arrival(move_uid)
            .await?
            .ok_or(MoveFault::Unknown(move_uid))?)
    }
}
