//! What concerns the window itself.

use crate::backends::Backends;
use crate::owned;
use crate::state::{Backend, LaunchOptions, begun_here};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::path::PathBuf;
use tauri::path::BaseDirectory;
use tauri::{AppHandle, Manager, State};
use wheelhouse_contract::{ApiError, ErrorCode, GetStatus, Operations};

/// The notices, beside the other files of the package.
const NOTICES: &str = "third-party-notices.txt";

/// Closes everything and opens it again, so that a restore takes effect. The window must begin anew afterwards.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reopen_backend(app: AppHandle) -> Result<(), ApiError> {
    owned::reopen(app).await
}

/// A folder that the operator may look into with the system's file manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OwnFolder {
    /// Everything that the application keeps.
    Data,
    /// The logs in it.
    Logs,
}

/// Shows one of the application's own folders in the system's file manager. Nothing else can be opened.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_folder(backend: State<'_, Backend>, folder: OwnFolder) -> Result<(), ApiError> {
    let local = backend.local().await?;
    let data = local.get_status(GetStatus {}).await?.data_folder;
    let path = match folder {
        OwnFolder::Data => PathBuf::from(data),
        OwnFolder::Logs => PathBuf::from(data).join("logs"),
    };
    show(path, "The system has no file manager that answers.").await
}

async fn show(path: PathBuf, nobody: &str) -> Result<(), ApiError> {
    let shown = path.display().to_string();
    let opened = tauri::async_runtime::spawn_blocking(move || open::that_detached(path)).await;
    match opened {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => {
            Err(ApiError::new(ErrorCode::Unavailable, nobody).next_step(format!("Open it yourself: {shown}")))
        }
    }
}

/// Shows the notices of the libraries that the program is made with. They are made with the package and lie in it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_notices(app: AppHandle) -> Result<(), ApiError> {
    let missing = || {
        ApiError::new(ErrorCode::NotFound, "This build carries no notices.")
            .next_step("Those of a package are made with it: npm run build.")
    };
    let path = app
        .path()
        .resolve(NOTICES, BaseDirectory::Resource)
        .map_err(|_| missing())?;
    if !path.is_file() {
        return Err(missing());
    }
    show(path, "The system has no program that shows a text.").await
}

/// What came of what this start was asked to do. Waits until that is done; everything else goes on meanwhile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn launch_options(
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
) -> Result<LaunchOptions, ApiError> {
    backend.local().await?;
    let mut launch = backend.launch().await;
    // What a start begins, it begins on this machine. A window that talks to a server can't show it.
    if backends.chosen().is_some()
        && let Some(begun) = launch.started_workflow.take()
    {
        launch.notice.get_or_insert_with(|| begun_here(begun));
    }
    Ok(launch)
}

/// The window tells that it can be worked with, so that the log says how long a start takes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn window_ready(backend: State<'_, Backend>) -> Result<(), ApiError> {
    let after_ms = backend.age().as_millis();
    tracing::info!(after_ms, "the window is ready");
    Ok(())
}

/// Closes the window now. Running work goes on at the next start.
#[tauri::command]
#[specta::specta]
pub(crate) async fn close_window(app: AppHandle) -> Result<(), ApiError> {
    app.exit(0);
    Ok(())
}
