//! What the operator wants of schedules.

use wheelhouse_domain::{Millis, ScheduleId};

use super::{NewSchedule, ScheduleRow};
use crate::journal::arrange::What;
use crate::journal::{Error, RequestRecord, Store};

impl Store {
    /// Adds a schedule, or changes the one with the given number. Gives it as it is now. Where its times are others than
    /// before, they count from now.
    ///
    /// # Errors
    /// [`Error::ScheduleNameTaken`], [`Error::ScheduleNotFound`], and those of a wish, see [`Self::save_provider`].
    pub async fn save_schedule(
        &self,
        schedule: NewSchedule,
        request: RequestRecord,
        now: Millis,
    ) -> Result<ScheduleRow, Error> {
        let (id, name) = (schedule.id, schedule.form.name.clone());
        self.arrange(What::Schedule(Box::new(schedule)), request, now)
            .await?;
        let row = match id {
            Some(id) => self.schedule(id).await?,
            None => self.schedule_by_name(&name).await?,
        };
        row.ok_or(Error::ScheduleGone(name))
    }

    /// Removes a schedule with its history. Says whether it was there. Its workflows stay.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn remove_schedule(
        &self,
        id: ScheduleId,
        request: RequestRecord,
        now: Millis,
    ) -> Result<bool, Error> {
        let written = self.arrange(What::NoSchedule(id), request, now).await?;
        Ok(written.first <= written.last)
    }

    /// Pauses a schedule, or lets it go on from now. What waited in line when it was paused is let go.
    ///
    /// # Errors
    /// [`Error::ScheduleNotFound`], and those of a wish, see [`Self::save_provider`].
    pub async fn pause_schedule(
        &self,
        id: ScheduleId,
        paused: bool,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::SchedulePaused(id, paused), request, now)
            .await
            .map(drop)
    }

    /// Keeps that the operator saw what went wrong with a schedule until `to`.
    ///
    /// # Errors
    /// [`Error::ScheduleNotFound`], and those of a wish, see [`Self::save_provider`].
    pub async fn see_schedule(
        &self,
        id: ScheduleId,
        to: Millis,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::ScheduleSeen(id, to), request, now)
            .await
            .map(drop)
    }
}
