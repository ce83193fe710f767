//! What every route finds: the operations, and whether the server is stopping.

use crate::events::{Spoken, gather};
use crate::security::Tokens;
use crate::telemetry::Telemetry;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wheelhouse_api::{Local, SharedReadings};
use wheelhouse_contract::{ApiError, ErrorCode};

/// Shared by all routes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

struct Shared {
    local: Local,
    readings: SharedReadings,
    spoken: broadcast::Sender<Arc<Spoken>>,
    tokens: Tokens,
    telemetry: Telemetry,
    stopping: CancellationToken,
    /// What was begun for callers, so that the end waits for it.
    work: TaskTracker,
}

impl App {
    pub(crate) fn new(
        local: Local,
        tokens: Tokens,
        telemetry: Telemetry,
        stopping: CancellationToken,
    ) -> Self {
        let work = TaskTracker::new();
        Self(Arc::new(Shared {
            readings: SharedReadings::new(&local),
            spoken: gather(&local),
            local,
            tokens,
            telemetry,
            stopping,
            work,
        }))
    }

    pub(crate) fn local(&self) -> &Local {
        &self.0.local
    }

    /// What clients of the WebSocket read together.
    pub(crate) fn readings(&self) -> &SharedReadings {
        &self.0.readings
    }

    /// What is said from now on, to all clients of the WebSocket.
    pub(crate) fn spoken(&self) -> broadcast::Receiver<Arc<Spoken>> {
        self.0.spoken.subscribe()
    }

    /// What is wanted to be seen.
    pub(crate) fn telemetry(&self) -> &Telemetry {
        &self.0.telemetry
    }

    /// Who may ask.
    pub(crate) fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    /// Waits until nothing is under way that was begun for a caller.
    pub(crate) async fn settled(&self) {
        self.0.work.close();
        self.0.work.wait().await;
    }

    /// Cancelled when the server stops.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.0.stopping
    }

    /// Does `work` to its end even where nobody waits for it any more, except that a stop ends the waiting.
    pub(crate) async fn carry_out<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, ApiError>> + Send + 'static,
    ) -> Result<T, ApiError> {
        let work = self.0.work.spawn(work);
        tokio::select! {
            done = work => done.unwrap_or_else(|error| {
                tracing::error!(%error, "an operation broke off");
                Err(ApiError::new(ErrorCode::Internal, "The operation broke off. The server's log has more."))
            }),
            () = self.0.stopping.cancelled() => Err(stopping()),
        }
    }
}

/// What is told to whoever is still there when the server stops.
pub(crate) fn stopping() -> ApiError {
    ApiError::new(ErrorCode::Unavailable, "The server is stopping.")
        .next_step("Nothing is lost. What was started goes on when the server is there again.")
}
