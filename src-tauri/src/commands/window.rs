//! What concerns the window itself.

use crate::owned;
use crate::state::{Backend, LaunchOptions};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::path::PathBuf;
use tauri::path::BaseDirectory;
use tauri::{AppHandle, Manager, State};
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;
use wheelhouse_contract::{ApiError, ErrorCode, GetStatus, Operations};

/// The notices, beside the other files of the package.
const NOTICES: &str = "third-party-notices.txt";

/// Lets the operator choose a folder in the system's dialog. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_folder(app: AppHandle) -> Result<Option<String>, ApiError> {
    let (chosen, answer) = oneshot::channel();
    app.dialog()
        .file()
        .set_title("Add a folder to the knowledge")
        .pick_folder(move |path| {
            // The window may have closed in the meantime; then nobody asks any more.
            let _ = chosen.send(path);
        });
    let path = answer.await.map_err(|_| dialog_failed())?;
    Ok(path.map(|path| path.to_string()))
}

/// Lets the operator choose files in the system's dialog. Empty when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_files(app: AppHandle) -> Result<Vec<String>, ApiError> {
    let (chosen, answer) = oneshot::channel();
    app.dialog()
        .file()
        .set_title("Add files to the knowledge")
        .pick_files(move |paths| {
            // As above.
            let _ = chosen.send(paths);
        });
    let paths = answer.await.map_err(|_| dialog_failed())?;
    Ok(paths
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect())
}

/// Lets the operator choose a copy of a journal in the system's dialog. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_backup(app: AppHandle) -> Result<Option<String>, ApiError> {
    let (chosen, answer) = oneshot::channel();
    app.dialog()
        .file()
        .set_title("Choose a copy of a journal")
        .add_filter("Copies of a journal", &["db"])
        .pick_file(move |path| {
            // As above.
            let _ = chosen.send(path);
        });
    let path = answer.await.map_err(|_| dialog_failed())?;
    Ok(path.map(|path| path.to_string()))
}

/// Lets the operator choose a run's file in the system's dialog. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_run(app: AppHandle) -> Result<Option<String>, ApiError> {
    let (chosen, answer) = oneshot::channel();
    app.dialog()
        .file()
        .set_title("Import a workflow")
        .add_filter("Workflows", &["wheelhouse"])
        .pick_file(move |path| {
            // As above.
            let _ = chosen.send(path);
        });
    let path = answer.await.map_err(|_| dialog_failed())?;
    Ok(path.map(|path| path.to_string()))
}

/// Lets the operator choose in the system's dialog where a run's file is written. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn place_run(app: AppHandle, name: String) -> Result<Option<String>, ApiError> {
    let (chosen, answer) = oneshot::channel();
    app.dialog()
        .file()
        .set_title("Export the workflow")
        .set_file_name(name)
        .add_filter("Workflows", &["wheelhouse"])
        .save_file(move |path| {
            // As above.
            let _ = chosen.send(path);
        });
    let path = answer.await.map_err(|_| dialog_failed())?;
    Ok(path.map(|path| path.to_string()))
}

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
pub(crate) async fn launch_options(backend: State<'_, Backend>) -> Result<LaunchOptions, ApiError> {
    backend.local().await?;
    Ok(backend.launch().await)
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

fn dialog_failed() -> ApiError {
    ApiError::new(ErrorCode::Unavailable, "The system's dialog did not answer.")
        .next_step("Type the path into the field instead.")
}
