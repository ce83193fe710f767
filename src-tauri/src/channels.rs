//! Carries frames and signals to the windows: one subscription for each, one message for each redraw.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::ipc::Channel;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tracing::{debug, error};
use wheelhouse_api::{Feed, FeedEnd, Local, signals};
use wheelhouse_contract::domain::Position;
use wheelhouse_contract::{AckFrames, Frame, ResumeFrom, Signal};

/// Signals that come within this time share a message.
const COALESCE: Duration = Duration::from_millis(16);

/// Signals in one message at most.
const BATCH: usize = 512;

/// Wait after a read of the store failed.
const READ_AGAIN: Duration = Duration::from_secs(1);

struct Active {
    id: u32,
    acks: watch::Sender<Position>,
    signals: mpsc::Sender<Signal>,
    pumps: [AbortHandle; 2],
}

impl Drop for Active {
    fn drop(&mut self) {
        for pump in &self.pumps {
            pump.abort();
        }
    }
}

/// The subscriptions of all windows, at most one for each.
#[derive(Default)]
pub(crate) struct Subscriptions {
    last_id: AtomicU32,
    active: Mutex<HashMap<String, Active>>,
}

impl Subscriptions {
    /// Begins a subscription and ends the window's earlier one.
    pub(crate) fn begin(
        &self,
        window: &str,
        local: &Local,
        resume: Option<&ResumeFrom>,
        frames: Channel<Frame>,
        to_window: Channel<Vec<Signal>>,
    ) -> u32 {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let applied = resume.map(|from| from.position).unwrap_or_default();
        let (acks, applied) = watch::channel(applied);
        let feed = Feed::new(local, id, resume, applied);
        let (own_signals, own) = mpsc::channel(BATCH);
        let pumps = [
            tauri::async_runtime::handle()
                .inner()
                .spawn(pump_frames(feed, frames))
                .abort_handle(),
            tauri::async_runtime::handle()
                .inner()
                .spawn(pump_signals(signals(local), own, to_window))
                .abort_handle(),
        ];
        let active = Active {
            id,
            acks,
            signals: own_signals,
            pumps,
        };
        self.active().insert(window.to_owned(), active);
        id
    }

    /// Ends the subscriptions of all windows.
    pub(crate) fn end_all(&self) {
        self.active().clear();
    }

    /// Lets more frames come.
    pub(crate) fn acknowledge(&self, ack: &AckFrames) {
        if let Some(active) = self
            .active()
            .values()
            .find(|active| active.id == ack.subscription)
        {
            active.acks.send_replace(ack.to);
        }
    }

    /// Tells a window something. Gives whether somebody there listens.
    pub(crate) fn tell(&self, window: &str, signal: Signal) -> bool {
        self.active()
            .get(window)
            .is_some_and(|active| active.signals.try_send(signal).is_ok())
    }

    fn active(&self) -> MutexGuard<'_, HashMap<String, Active>> {
        // Every change is one statement, so a panic elsewhere leaves nothing half done.
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn pump_frames(mut feed: Feed, frames: Channel<Frame>) {
    loop {
        match feed.next().await {
            Ok(frame) => {
                if let Err(error) = frames.send(frame) {
                    debug!(%error, "the window is gone");
                    return;
                }
            }
            Err(FeedEnd::Closed) => return,
            Err(FeedEnd::Failed(failure)) => {
                error!(%failure, "changes could not be read; trying again");
                tokio::time::sleep(READ_AGAIN).await;
            }
        }
    }
}

async fn pump_signals(
    mut of_backend: mpsc::Receiver<Signal>,
    mut own: mpsc::Receiver<Signal>,
    window: Channel<Vec<Signal>>,
) {
    loop {
        let first = tokio::select! {
            signal = of_backend.recv() => signal,
            signal = own.recv() => signal,
        };
        let Some(first) = first else { return };
        tokio::time::sleep(COALESCE).await;
        let mut batch = vec![first];
        batch.extend(std::iter::from_fn(|| own.try_recv().ok()));
        batch.extend(std::iter::from_fn(|| of_backend.try_recv().ok()).take(BATCH));
        if let Err(error) = window.send(batch) {
            debug!(%error, "the window is gone");
            return;
        }
    }
}
