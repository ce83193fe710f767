//! Starts workflows when they are due.
//!
//! One task looks at the clock: when the next due time has come, at least twice a minute, and when an operator changed
//! something. A timer alone would not do, because it stands still while the machine sleeps. What follows from a look is
//! the engine's to say; here each step is written down before the next one is taken, so that a look after a crash finds
//! what is left.
//!
//! Deliberately absent: when something is due and what the policies mean (the engine's `schedule`), and how a due time
//! is kept from being used twice (the store, in the transaction of the workflow that it starts).

mod look;
mod start;
mod wishes;

use crate::error::Error;
use crate::service::Inner;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify};
use tracing::warn;
use wheelhouse_store::Error as StoreError;

use look::{Outlook, look};

/// Longest time between two looks at the clock. Less than the time after which a due time counts as missed.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Time between two looks at whether a run has ended that others wait for, while a lot is being written.
const LINE_PAUSE: Duration = Duration::from_millis(100);

/// Makes sure that one look is taken at a time.
#[derive(Debug, Default)]
pub(crate) struct Schedules {
    turn: Mutex<()>,
    changed: Notify,
}

/// Looks now, and whenever there is a reason to, until the application closes.
pub(crate) fn keep_time(inner: &Arc<Inner>) {
    let inner = Arc::clone(inner);
    inner.tracker.clone().spawn(async move {
        loop {
            let outlook = match look(&inner).await {
                Ok(outlook) => outlook,
                Err(Error::ShuttingDown | Error::Store(StoreError::Closed)) => break,
                Err(error) => {
                    warn!(%error, "the schedules could not be looked at; tried again soon");
                    Outlook::default()
                }
            };
            tokio::select! {
                () = inner.closing.cancelled() => break,
                () = inner.schedules.changed.notified() => {}
                () = tokio::time::sleep(pause(&inner, &outlook)) => {}
                () = line_moves(&inner, &outlook) => {}
            }
        }
    });
}

/// How long nothing is due.
fn pause(inner: &Inner, outlook: &Outlook) -> Duration {
    let longest = LONGEST_PAUSE.min(inner.options.look_at_clock);
    let Some(next) = outlook.next else { return longest };
    let left = next.0.saturating_sub(inner.options.world.now().0).max(1);
    longest.min(Duration::from_millis(left.unsigned_abs()))
}

/// Waits until a due time in line can start; for ever where there is no line.
async fn line_moves(inner: &Inner, outlook: &Outlook) {
    if !outlook.line {
        return std::future::pending().await;
    }
    let mut head = inner.store.head();
    loop {
        head.mark_unchanged();
        match inner.store.schedule_watch().await {
            Ok(all)
                if all
                    .iter()
                    .any(|one| !one.row.paused && one.running.is_empty() && !one.waiting.is_empty()) =>
            {
                return;
            }
            Ok(_) => {}
            // The next look at the clock says more about it.
            Err(error) => {
                warn!(%error, "the lines of schedules could not be read");
                return std::future::pending().await;
            }
        }
        tokio::time::sleep(LINE_PAUSE).await;
        if head.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}
