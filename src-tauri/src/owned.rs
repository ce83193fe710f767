//! The backend that this process owns: closed at the end, and opened again where something else is to be in its place.

use crate::channels::Subscriptions;
use crate::desktop::listen;
use crate::moves::Moves;
use crate::state::{Backend, LaunchOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
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
    listening: AtomicBool,
}

impl Owned {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            backend: Mutex::default(),
            listening: AtomicBool::default(),
        }
    }

    pub(crate) fn data_folder(&self) -> &Path {
        &self.settings.data_folder
    }

    /// Whether the caller is the first to take in what other starts hand over: one is enough.
    pub(crate) fn begins_to_listen(&self) -> bool {
        !self.listening.swap(true, Ordering::Relaxed)
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

/// Closes the backend and opens it again, or opens one that could not be opened before. Commands wait meanwhile;
/// subscriptions end, and the window begins anew.
pub(crate) async fn reopen(app: AppHandle) -> Result<(), ApiError> {
    apart(move || block_on(replace(&app))).await
}

/// Puts the copy at `path` in the place of a journal that could not be opened, and opens it.
pub(crate) async fn restore(app: AppHandle, path: PathBuf) -> Result<(), ApiError> {
    apart(move || block_on(restore_and_open(&app, &path))).await
}

/// On a thread of its own: what opens a backend can't move between threads while it waits.
async fn apart(work: impl FnOnce() -> Result<(), ApiError> + Send + 'static) -> Result<(), ApiError> {
    spawn_blocking(work).await.map_err(|error| {
        error!(%error, "opening the backend again broke off");
        ApiError::new(ErrorCode::Internal, "Wheelhouse could not be opened again.")
            .next_step("Close it and start it again. Nothing is lost.")
    })?
}

async fn replace(app: &AppHandle) -> Result<(), ApiError> {
    let (owned, state) = (app.state::<Owned>(), app.state::<Backend>());
    let backend = owned.take();
    if backend.is_none() && state.failure().is_none() {
        return Err(not_now());
    }
    state.reopening();
    app.state::<Subscriptions>().end_all();
    let closed = match backend {
        Some(backend) => tokio::time::timeout(STOPPING_TIME, backend.close()).await,
        None => Ok(()),
    };
    let opened = match closed {
        Ok(()) => LocalBackend::open(owned.settings.clone()).await,
        Err(_) => Err(ApiError::new(
            ErrorCode::Unavailable,
            "What is in flight did not stop, so nothing was opened again.",
        )
        .next_step("Close Wheelhouse and start it again. Nothing is lost.")),
    };
    put_in_place(app, opened)
}

async fn restore_and_open(app: &AppHandle, path: &Path) -> Result<(), ApiError> {
    let (owned, state) = (app.state::<Owned>(), app.state::<Backend>());
    let Some(why) = state.failure() else {
        return Err(not_now());
    };
    state.reopening();
    if let Err(error) = wheelhouse_api::restore(owned.data_folder(), path).await {
        // It is as it was, and so is what the window is told.
        state.failed(why);
        return Err(error);
    }
    let opened = LocalBackend::open(owned.settings.clone()).await;
    put_in_place(app, opened)
}

fn not_now() -> ApiError {
    ApiError::new(ErrorCode::Unavailable, "Wheelhouse can't do this just now.")
        .next_step("Wait a moment and try again.")
}

/// From here on commands find the opened backend, or why there is none.
fn put_in_place(app: &AppHandle, opened: Result<LocalBackend, ApiError>) -> Result<(), ApiError> {
    let (owned, state) = (app.state::<Owned>(), app.state::<Backend>());
    match opened {
        Ok(backend) => {
            state.launched(LaunchOptions::default());
            state.opened(backend.local().clone());
            app.state::<Moves>().try_again();
            owned.put(backend);
            listen(app, owned.data_folder().to_owned());
            Ok(())
        }
        Err(error) => {
            error!(%error, "the backend could not be opened again");
            state.failed(error.clone());
            Err(error)
        }
    }
}
