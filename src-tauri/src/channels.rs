//! Carries frames and signals to the windows: one subscription for each, one message for each redraw.
//!
//! Where they come from a server, the window learns of a broken way by a signal. When to try again is the window's matter.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::ipc::Channel;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tracing::{debug, error};
use wheelhouse_api::remote::{Remote, RemoteFeed, Told};
use wheelhouse_api::{Feed, FeedEnd, Local, signals};
use wheelhouse_contract::domain::Position;
use wheelhouse_contract::{AckFrames, ApiError, ErrorCode, Frame, ResumeFrom, Signal};

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
    pumps: Vec<AbortHandle>,
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
        let pumps = vec![
            begin(pump_frames(feed, frames)),
            begin(pump_signals(signals(local), own, to_window)),
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

    /// Begins a subscription to a server and ends the window's earlier one.
    ///
    /// # Errors
    /// Where there is no subscription in time, or the window has begun a newer one meanwhile.
    pub(crate) async fn begin_remote(
        &self,
        window: &str,
        remote: &Remote,
        resume: Option<ResumeFrom>,
        frames: Channel<Frame>,
        to_window: Channel<Vec<Signal>>,
    ) -> Result<u32, ApiError> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let applied = resume.as_ref().map(|from| from.position).unwrap_or_default();
        let feed = remote.subscribe(resume).await?;
        let (acks, applied) = watch::channel(applied);
        let (own_signals, own) = mpsc::channel(BATCH);
        let mut active = self.active();
        // The window may have given this attempt up and made another, which was quicker.
        if active.get(window).is_some_and(|newer| newer.id > id) {
            return Err(given_up());
        }
        let from_server = FromServer {
            id,
            feed,
            applied,
            own,
            frames,
            signals: to_window,
        };
        let begun = Active {
            id,
            acks,
            signals: own_signals,
            pumps: vec![begin(from_server.pump())],
        };
        active.insert(window.to_owned(), begun);
        Ok(id)
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

/// Commands may come from a thread that is none of the runtime's.
fn begin(pump: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
    tauri::async_runtime::handle().inner().spawn(pump).abort_handle()
}

fn given_up() -> ApiError {
    ApiError::new(ErrorCode::Unavailable, "Another connection was begun meanwhile.")
}

/// What a server tells on its way to a window.
struct FromServer {
    id: u32,
    feed: RemoteFeed,
    applied: watch::Receiver<Position>,
    own: mpsc::Receiver<Signal>,
    frames: Channel<Frame>,
    signals: Channel<Vec<Signal>>,
}

impl FromServer {
    /// Carries on until the window is gone or the way is broken.
    async fn pump(mut self) {
        loop {
            let sent = tokio::select! {
                told = self.feed.next() => match told {
                    Ok(Told::Frame(frame)) => {
                        // The server counts its own subscriptions; the window knows this one.
                        self.frames.send(Frame { subscription: self.id, ..*frame })
                    }
                    Ok(Told::Signals(signals)) => self.signals.send(signals),
                    Err(error) => return self.lost(&error),
                },
                Ok(()) = self.applied.changed() => {
                    self.feed.ack(*self.applied.borrow_and_update());
                    Ok(())
                }
                Some(signal) = self.own.recv() => self.signals.send(vec![signal]),
            };
            if let Err(error) = sent {
                debug!(%error, "the window is gone");
                return;
            }
        }
    }

    fn lost(self, error: &ApiError) {
        debug!(%error, "the way to the server broke");
        let reason = error.in_words();
        if let Err(error) = self.signals.send(vec![Signal::BackendLost { reason }]) {
            debug!(%error, "the window is gone");
        }
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
