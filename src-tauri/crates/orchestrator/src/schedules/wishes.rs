//! What the operator wants of schedules.

use super::look::look;
use crate::error::Error;
use crate::handle::{Handle, Wish};
use wheelhouse_domain::{Millis, ScheduleId};
use wheelhouse_store::{NewSchedule, ScheduleRow};

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
