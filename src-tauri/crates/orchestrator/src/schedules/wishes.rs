//! What the operator wants of schedules.

use super::look::{any, cancel, look, state_of};
use super::start::begin_by_hand;
use crate::error::Error;
use crate::handle::{Handle, Wish};
use wheelhouse_domain::{Millis, Overlap, ScheduleId, SchedulePolicy};
use wheelhouse_engine::schedule::{ScheduleStep, run_by_hand};
use wheelhouse_store::{DueRecord, Error as StoreError, NewSchedule, ScheduleRow};

impl Handle {
    /// Adds a schedule, or changes one. Whether its expression can be read is for the caller to check.
    ///
    /// # Errors
    /// [`Error::Store`] where the name is taken or the schedule is gone.
    pub async fn save_schedule(&self, wish: Wish<'_>, schedule: NewSchedule) -> Result<ScheduleRow, Error> {
        let name = schedule.form.name.clone();
        let (request, now) = self.arrangement(wish);
        let saved = self.store().save_schedule(schedule, request, now).await;
        self.schedules_changed();
        match saved {
            Ok(row) => Ok(row),
            Err(error) => {
                self.unless_known(wish, error)?;
                let row = self.store().schedule_by_name(&name).await?;
                row.ok_or_else(|| Error::RequestKeyReused(wish.operation.to_owned()))
            }
        }
    }

    /// Removes a schedule with its history. Says whether it was still there. Its workflows stay as they are.
    ///
    /// # Errors
    /// [`Error::Store`] where it could not be written.
    pub async fn remove_schedule(&self, wish: Wish<'_>, id: ScheduleId) -> Result<bool, Error> {
        let (request, now) = self.arrangement(wish);
        match self.store().remove_schedule(id, request, now).await {
            Ok(removed) => Ok(removed),
            Err(error) => self.unless_known(wish, error).map(|()| true),
        }
    }

    /// Pauses a schedule, or lets it go on from now. What was due in between is not made up for.
    ///
    /// # Errors
    /// [`Error::Store`] where it is gone.
    pub async fn pause_schedule(&self, wish: Wish<'_>, id: ScheduleId, paused: bool) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let set = self.store().pause_schedule(id, paused, request, now).await;
        self.schedules_changed();
        set.or_else(|error| self.unless_known(wish, error))
    }

    /// Starts a run of a schedule at once, at no due time. Its way with overlaps holds: the run may wait in line, or cancel
    /// the one before. While it is paused nothing waits in line, so that the run starts at once or not at all.
    ///
    /// # Errors
    /// [`Error::ScheduleBusy`] where an earlier run is in the way, and [`Error::Store`] where the schedule is gone or what it
    /// says can't be run. Then nothing was written down.
    pub async fn run_schedule(&self, wish: Wish<'_>, id: ScheduleId) -> Result<(), Error> {
        // Who repeats the wish learns that it was carried out, whatever the schedule is like by now.
        match self.store().find_request(wish.key).await? {
            Some(record) => self.unless_known(wish, StoreError::RequestRepeated(record)),
            None => {
                let begun = self.begin_now(wish, id).await;
                self.schedules_changed();
                match begun {
                    Err(Error::Store(error)) => self.unless_known(wish, error),
                    begun => begun,
                }
            }
        }
    }

    /// The steps of [`Handle::run_schedule`], one look at a time.
    async fn begin_now(&self, wish: Wish<'_>, id: ScheduleId) -> Result<(), Error> {
        let inner = self.inner();
        let _turn = inner.schedules.turn.lock().await;
        let watch = any(inner, id).await?;
        let watch = watch.ok_or(StoreError::ScheduleNotFound(id))?;
        let (request, now) = self.arrangement(wish);
        let mut request = Some(request);
        let policy = match watch.row.form.policy {
            policy if watch.row.paused => SchedulePolicy {
                overlap: Overlap::Skip,
                ..policy
            },
            policy => policy,
        };
        let steps = run_by_hand(policy, &state_of(&watch), now).map_err(Error::ScheduleBusy)?;
        for step in steps {
            match step {
                ScheduleStep::Start { .. } => {
                    if let Some(request) = request.take() {
                        begin_by_hand(inner, &watch.row, request, now).await?;
                    }
                }
                ScheduleStep::Record { due, outcome } => {
                    let request = if due.at == now { request.take() } else { None };
                    let record = DueRecord {
                        schedule: id,
                        due,
                        outcome,
                        request,
                        now,
                    };
                    self.store().record_due(record).await?;
                }
                ScheduleStep::Cancel { workflow } => cancel(inner, workflow).await?,
                // A wish is about now, so nothing of it is older than what was considered.
                ScheduleStep::SetBack { .. } => {}
            }
        }
        Ok(())
    }

    /// Keeps that the operator saw what went wrong with a schedule until `to`.
    ///
    /// # Errors
    /// [`Error::Store`] where it is gone.
    pub async fn see_schedule(&self, wish: Wish<'_>, id: ScheduleId, to: Millis) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let seen = self.store().see_schedule(id, to, request, now).await;
        seen.or_else(|error| self.unless_known(wish, error))
    }

    /// Looks at the clock and starts what is due. That happens by itself at least twice a minute; whoever knows that time
    /// has passed at once, as after a sleep, need not wait for it.
    ///
    /// # Errors
    /// [`Error`] where the schedules could not be read.
    pub async fn look_at_schedules(&self) -> Result<(), Error> {
        look(self.inner()).await?;
        // Whoever waits for the next due time, or for a run to end, learns what this look has changed.
        self.schedules_changed();
        Ok(())
    }

    fn schedules_changed(&self) {
        self.inner().schedules.changed.notify_one();
    }
}
