//! One look at all schedules.

use super::start::{Begun, begin};
use crate::error::Error;
use crate::handle::{Handle, Wish};
use crate::points::Point;
use crate::service::Inner;
use std::sync::Arc;
use tracing::{error, info, warn};
use uuid::Uuid;
use wheelhouse_domain::{Millis, ScheduleId, WorkflowId};
use wheelhouse_engine::schedule::{ScheduleState, ScheduleStep, Timetable, WaitingDue, consider};
use wheelhouse_store::{DueRecord, Error as StoreError, ScheduleWatch};

/// What comes after a look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Outlook {
    /// The next due time of all.
    pub(super) next: Option<Millis>,
    /// Whether a due time waits for a run to end.
    pub(super) line: bool,
}

/// Does everything that is to be done now.
///
/// # Errors
/// [`Error`] where the schedules could not be read. One that can't be dealt with does not keep the others from it.
pub(super) async fn look(inner: &Arc<Inner>) -> Result<Outlook, Error> {
    let _turn = inner.schedules.turn.lock().await;
    let mut outlook = Outlook::default();
    let all = inner.store.schedule_watch().await?;
    for watch in all.into_iter().filter(|watch| !watch.row.paused) {
        let id = watch.row.id;
        match attend(inner, watch).await {
            Ok(one) => {
                outlook.next = [outlook.next, one.next].into_iter().flatten().min();
                outlook.line |= one.line;
            }
            Err(Error::ShuttingDown) => return Err(Error::ShuttingDown),
            Err(Error::Store(StoreError::Closed)) => return Err(StoreError::Closed.into()),
            Err(Error::Store(StoreError::ScheduleMoved(_))) => {
                info!(schedule = id.0, "was changed while it was looked at");
            }
            Err(error) => error!(schedule = id.0, %error, "a schedule could not be dealt with"),
        }
    }
    Ok(outlook)
}

/// Deals with one schedule until nothing is left to do.
async fn attend(inner: &Arc<Inner>, watch: ScheduleWatch) -> Result<Outlook, Error> {
    let id = watch.row.id;
    let mut watch = Some(watch);
    while let Some(seen) = watch {
        if inner.closing.is_cancelled() {
            return Err(Error::ShuttingDown);
        }
        let form = &seen.row.form;
        let table = match Timetable::parse(&form.cron, &form.zone) {
            Ok(table) => table,
            Err(error) => {
                // It was fit when it was saved; the list of schedules says that it is not any more.
                warn!(schedule = id.0, %error, "a schedule can't be read");
                return Ok(Outlook::default());
            }
        };
        let now = inner.options.world.now();
        let steps = consider(&table, form.policy, &state_of(&seen), now);
        if !perform(inner, &seen, steps, now).await? {
            return Ok(Outlook {
                next: table.after(now),
                line: seen_in_line(inner, id).await?,
            });
        }
        watch = again(inner, id).await?;
    }
    Ok(Outlook::default())
}

pub(super) fn state_of(watch: &ScheduleWatch) -> ScheduleState {
    let due = |&(at, late): &(Millis, bool)| WaitingDue { at, late };
    ScheduleState {
        considered: watch.row.considered_at,
        running: watch.running.clone(),
        waiting: watch.waiting.iter().map(due).collect(),
        used: watch.used.clone(),
    }
}

/// The schedule as it is now; none when it is gone or paused.
async fn again(inner: &Inner, id: ScheduleId) -> Result<Option<ScheduleWatch>, Error> {
    Ok(any(inner, id).await?.filter(|watch| !watch.row.paused))
}

/// The schedule as it is now, paused or not; none when it is gone.
pub(super) async fn any(inner: &Inner, id: ScheduleId) -> Result<Option<ScheduleWatch>, Error> {
    let all = inner.store.schedule_watch().await?;
    Ok(all.into_iter().find(|watch| watch.row.id == id))
}

async fn seen_in_line(inner: &Inner, id: ScheduleId) -> Result<bool, Error> {
    Ok(again(inner, id)
        .await?
        .is_some_and(|watch| !watch.waiting.is_empty()))
}

/// Takes the steps in order. Gives whether it must be looked again.
async fn perform(
    inner: &Arc<Inner>,
    watch: &ScheduleWatch,
    steps: Vec<ScheduleStep>,
    now: Millis,
) -> Result<bool, Error> {
    let schedule = watch.row.id;
    let mut again = false;
    for step in steps {
        match step {
            ScheduleStep::Start { at, late } => {
                inner.options.points.reach(Point::DueSeen);
                let begun = begin(inner, &watch.row, at, late, now).await?;
                if let Begun::Workflow(workflow) = begun {
                    info!(schedule = schedule.0, workflow = workflow.0, "started");
                }
                again = true;
            }
            ScheduleStep::Record { due, outcome } => {
                info!(
                    schedule = schedule.0,
                    outcome = outcome.as_str(),
                    times = due.times,
                    "recorded"
                );
                let record = DueRecord {
                    schedule,
                    due,
                    outcome,
                    request: None,
                    now,
                };
                inner.options.points.reach(Point::OutcomeSeen);
                inner.store.record_due(record).await?;
                inner.options.points.reach(Point::OutcomeWritten);
            }
            ScheduleStep::Cancel { workflow } => cancel(inner, workflow).await?,
            ScheduleStep::SetBack { to } => {
                warn!(schedule = schedule.0, "the clock was set back by more than a day");
                inner.store.set_schedule_back(schedule, to).await?;
            }
        }
    }
    Ok(again)
}

/// Cancels a run that is in the way, unless that is under way already.
pub(super) async fn cancel(inner: &Arc<Inner>, id: WorkflowId) -> Result<(), Error> {
    let row = inner.store.workflow(id).await?;
    if row.is_none_or(|row| row.cancelling || row.status.is_final()) {
        return Ok(());
    }
    let key = format!("schedule-{}", Uuid::now_v7());
    let wish = Wish {
        key: &key,
        operation: "cancel_for_schedule",
    };
    match Handle::new(Arc::clone(inner)).cancel(wish, id).await {
        // It ended in this moment, which is what was wanted.
        Ok(()) | Err(Error::Refused(_) | Error::WorkflowNotFound(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
