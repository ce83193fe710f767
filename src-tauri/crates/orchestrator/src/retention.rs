//! Keeps house: deletes ended workflows by the operator's rule, and files that are on their way no more, at the start and
//! once a day.
//!
//! Deliberately absent: which ones go and how. The store knows that. Nothing is deleted at the moment a rule is set, so
//! that a slip can be mended.

use crate::error::Error;
use crate::handle::{Handle, Wish};
use crate::service::Inner;
use std::sync::Arc;
use tokio::sync::{Mutex, watch};
use tracing::{info, warn};
use wheelhouse_domain::Millis;
use wheelhouse_store::{Error as StoreError, Retention, RetentionPreview, SweepProgress, Swept};

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// What was cleaned up, and what is being cleaned up now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Housekeeping {
    /// How far the sweep is that is under way.
    pub running: Option<SweepProgress>,
    /// The last one since the start: when it ended and what it did.
    pub last: Option<(Millis, Swept)>,
}

/// Makes sure that one sweep runs at a time, and tells how far it is.
#[derive(Debug, Default)]
pub(crate) struct Housekeeper {
    state: watch::Sender<Housekeeping>,
    turn: Mutex<()>,
}

/// Ends the sweep in the eyes of others, however it ended.
struct UnderWay<'a>(&'a watch::Sender<Housekeeping>);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|state| state.running = None);
    }
}

/// Sweeps now, and again a day after each time, until the application closes.
pub(crate) fn keep_house(inner: &Arc<Inner>) {
    let inner = Arc::clone(inner);
    inner.tracker.clone().spawn(async move {
        let mut last = None;
        loop {
            let now = inner.options.world.now();
            if is_due(last, now) {
                last = Some(now);
                if let Err(error) = inner.transfers.tidy().await {
                    warn!(%error, "files that were on their way could not be removed; tried again tomorrow");
                }
                match sweep(&inner).await {
                    Ok(_) => {}
                    Err(Error::ShuttingDown | Error::Store(StoreError::Closed)) => break,
                    Err(error) => {
                        warn!(%error, "old workflows could not be cleaned up; tried again tomorrow")
                    }
                }
            }
            // The wall clock is looked at now and then, because timers stand still while a machine sleeps.
            tokio::select! {
                () = inner.closing.cancelled() => break,
                () = tokio::time::sleep(inner.options.look_at_clock) => {}
            }
        }
    });
}

/// Whether a day has gone by. A clock that was put back by as much counts too.
fn is_due(last: Option<Millis>, now: Millis) -> bool {
    last.is_none_or(|last| now.0.abs_diff(last.0) >= DAY.unsigned_abs())
}

/// One sweep by the rule that is set. Waits for one that is under way.
async fn sweep(inner: &Inner) -> Result<Swept, Error> {
    let _turn = inner.housekeeper.turn.lock().await;
    let _under_way = UnderWay(&inner.housekeeper.state);
    let tell = |progress| {
        inner
            .housekeeper
            .state
            .send_modify(|state| state.running = Some(progress));
    };
    tell(SweepProgress { done: 0, total: 0 });
    let rule = inner.store.retention().await?;
    let now = inner.options.world.now();
    let swept = tokio::select! {
        () = inner.closing.cancelled() => return Err(Error::ShuttingDown),
        swept = inner.store.sweep(&rule, now, tell) => swept?,
    };
    info!(workflows = swept.workflows, bytes = swept.bytes, "cleaned up");
    inner
        .housekeeper
        .state
        .send_modify(|state| state.last = Some((inner.options.world.now(), swept)));
    Ok(swept)
}

impl Handle {
    /// What was cleaned up and what is being cleaned up, to read and to wait for.
    #[must_use]
    pub fn housekeeping(&self) -> watch::Receiver<Housekeeping> {
        self.inner().housekeeper.state.subscribe()
    }

    /// Sets how long ended workflows are kept. Nothing is deleted by that.
    ///
    /// # Errors
    /// [`Error::Store`] where it could not be written.
    pub async fn save_retention(&self, wish: Wish<'_>, rule: Retention) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let saved = self.store().save_retention(rule, request, now).await;
        saved.or_else(|error| self.unless_known(wish, error))
    }

    /// What `rule` would delete now.
    ///
    /// # Errors
    /// [`Error::Store`] where that could not be read.
    pub async fn preview_retention(&self, rule: &Retention) -> Result<RetentionPreview, Error> {
        let now = self.options().world.now();
        Ok(self.store().preview_retention(rule, now).await?)
    }

    /// Deletes what goes by the rule that is set. A caller that goes away stops nothing.
    ///
    /// # Errors
    /// [`Error::Store`] where the disk refused; what was deleted until then stays deleted.
    pub async fn clean_up(&self) -> Result<Swept, Error> {
        let inner = Arc::clone(self.inner());
        let sweeping = self.inner().tracker.spawn(async move { sweep(&inner).await });
        sweeping.await.map_err(|_| Error::ShuttingDown)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_at_the_start_and_a_day_later() {
        let last = Millis(10 * DAY);
        assert!(is_due(None, last));
        assert!(!is_due(Some(last), last.plus(DAY - 1)));
        assert!(is_due(Some(last), last.plus(DAY)));
        assert!(is_due(Some(last), last.plus(30 * DAY)), "after a long sleep");
        assert!(!is_due(Some(last), last.plus(-1)));
        assert!(is_due(Some(last), last.plus(-DAY)));
    }
}
