//! The backend that this process owns: closed at the end, and opened again where something else is to be in its place.

use crate::channels::Subscriptions;
use crate::state::{Backend, LaunchOptions};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::async_runtime::{block_on, spawn_blocking};
use tauri::{AppHandle, Manager};
use tracing::error;
use wheelhouse_api::{LocalBackend, Settings};
use wheelhouse_contract::{ApiError, ErrorCode};

/// What is in flight gets this long to stop before the backend is opened again. Two must never be open.
const STOPPING_TIME: Duration = Duration::from_secs(30);

/// The backend with what it is opened with.
pub(crate) struct Owned {
    settings: Settings,
    backend: Mutex<Option<LocalBackend>>,
}

impl Owned {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            backend: Mutex::default(),
        }
    }

    pub(crate) fn put(&self, backend: LocalBackend) {
        *self.backend() = Some(backend);
    }

    pub(crate) fn take(&self) -> Option<LocalBackend> {
        self.backend().take()
    }

    fn backend(&self) -> MutexGuard<'_, Option<LocalBackend>> {
        // Every change is one statement, so a panic elsewhere leaves nothing half done.
        self.backend.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the backend and opens it again. Commands wait meanwhile; subscriptions end, and the window begins anew.
pub(crate) async fn reopen(app: AppHandle) -> Result<(), ApiError> {
    // On a thread of its own: what opens a backend can't move between threads while it waits.
    let reopened = spawn_blocking(move || block_on(replace(&app))).await;
    reopened.map_err(|error| {
        error!(%error, "opening the backend again broke off");
        ApiError::new(ErrorCode::Internal, "Wheelhouse could not be opened again.")
            .next_step("Close it and start it again. Nothing is lost.")
    })?
}

async fn replace(app: &AppHandle) -> Result<(), ApiError> {
    let (owned, state) = (app.state::<Owned>(), app.state::<Backend>());
    let Some(backend) = owned.take() else {
        return Err(
            ApiError::new(ErrorCode::Unavailable, "Wheelhouse is not open just now.")
                .next_step("Close it and start it again."),
        );
    };
    state.reopening();
    app.state::<Subscriptions>().end_all();
    let opened = match tokio::time::timeout(STOPPING_TIME, backend.close()).await {
        Ok(()) => LocalBackend::open(owned.settings.clone()).await,
        Err(_) => Err(ApiError::new(
            ErrorCode::Unavailable,
            "What is in flight did not stop, so nothing was opened again.",
        )
        .next_step("Close Wheelhouse and start it again. Nothing is lost.")),
    };
    match opened {
        Ok(backend) => {
            state.launched(LaunchOptions::default());
            state.opened(backend.local().clone());
            owned.put(backend);
            Ok(())
        }
        Err(error) => {
            error!(%error, "the backend could not be opened again");
            state.failed(error.clone());
            Err(error)
        }
    }
}
