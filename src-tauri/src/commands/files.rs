//! Files and folders that the operator chooses in the system's dialog. The window learns where a file is, but what is
//! written where is decided here: it can't name a path of its own for a template.

use crate::backends::Backends;
use crate::state::Backend;
use std::path::PathBuf;
use tauri::{AppHandle, State, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;
use wheelhouse_contract::{ApiError, ErrorCode, ExportTemplate, Operations, SavedTemplate, TemplateFile};

/// Lets the operator choose a folder in the system's dialog. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_folder(app: AppHandle) -> Result<Option<String>, ApiError> {
    let dialog = app.dialog().file().set_title("Add a folder to the knowledge");
    shown(chosen(dialog, FileDialogBuilder::pick_folder).await)
}

/// Lets the operator choose files in the system's dialog. Empty when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_files(app: AppHandle) -> Result<Vec<String>, ApiError> {
    let dialog = app.dialog().file().set_title("Add files to the knowledge");
    let paths = chosen(dialog, FileDialogBuilder::pick_files).await?;
    Ok(paths.iter().flatten().map(ToString::to_string).collect())
}

/// Lets the operator choose a copy of a journal in the system's dialog. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_backup(app: AppHandle) -> Result<Option<String>, ApiError> {
    let dialog = app
        .dialog()
        .file()
        .set_title("Choose a copy of a journal")
        .add_filter("Copies of a journal", &["db"]);
    shown(chosen(dialog, FileDialogBuilder::pick_file).await)
}

/// Lets the operator choose a run's file in the system's dialog. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_run(app: AppHandle) -> Result<Option<String>, ApiError> {
    let dialog = app
        .dialog()
        .file()
        .set_title("Import a workflow")
        .add_filter("Workflows", &["wheelhouse"]);
    shown(chosen(dialog, FileDialogBuilder::pick_file).await)
}

/// Lets the operator choose in the system's dialog where a run's file is written. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn place_run(app: AppHandle, name: String) -> Result<Option<String>, ApiError> {
    let dialog = app
        .dialog()
        .file()
        .set_title("Export the workflow")
        .set_file_name(name)
        .add_filter("Workflows", &["wheelhouse"]);
    shown(chosen(dialog, FileDialogBuilder::save_file).await)
}

/// Lets the operator choose where a template is written, and writes it. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_template_file(
    app: AppHandle,
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    request: ExportTemplate,
    name: String,
) -> Result<Option<SavedTemplate>, ApiError> {
    let dialog = app
        .dialog()
        .file()
        .set_title("Export the template")
        .set_file_name(name)
        .add_filter("Templates", &["json"]);
    match chosen(dialog, FileDialogBuilder::save_file).await? {
        Some(path) => {
            let reached = backends.reached(backend.local().await?).await?;
            let file = reached.export_template(request).await?;
            wheelhouse_api::write_template_file(file, &path_of(path)?)
                .await
                .map(Some)
        }
        None => Ok(None),
    }
}

/// Lets the operator choose a template's file, and reads it. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_template_file(app: AppHandle) -> Result<Option<TemplateFile>, ApiError> {
    let dialog = app
        .dialog()
        .file()
        .set_title("Import a template")
        .add_filter("Templates", &["json"]);
    match chosen(dialog, FileDialogBuilder::pick_file).await? {
        Some(path) => wheelhouse_api::open_template_file(path_of(path)?).await.map(Some),
        None => Ok(None),
    }
}

/// What a dialog tells when it closes.
type Told<T> = Box<dyn FnOnce(Option<T>) + Send>;

/// Shows a dialog and waits for what is chosen in it.
async fn chosen<T: Send + 'static>(
    dialog: FileDialogBuilder<Wry>,
    show: impl FnOnce(FileDialogBuilder<Wry>, Told<T>),
) -> Result<Option<T>, ApiError> {
    let (told, answer) = oneshot::channel();
    let tell = move |choice| {
        // The window may have closed in the meantime; then nobody asks any more.
        let _ = told.send(choice);
    };
    show(dialog, Box::new(tell));
    answer.await.map_err(|_| dialog_failed())
}

/// What was chosen, as the window shows it.
fn shown(choice: Result<Option<FilePath>, ApiError>) -> Result<Option<String>, ApiError> {
    choice.map(|path| path.map(|path| path.to_string()))
}

fn path_of(chosen: FilePath) -> Result<PathBuf, ApiError> {
    chosen.into_path().map_err(|_| dialog_failed())
}

fn dialog_failed() -> ApiError {
    ApiError::new(ErrorCode::Unavailable, "The system's dialog did not answer.")
        .next_step("Try again. If it stays, restart Wheelhouse.")
}
