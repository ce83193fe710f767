//! Files that the operator chooses in the system's dialog. The window learns where a file is, but what is written where
//! is decided here: it can't name a path of its own for a template.

use crate::state::Backend;
use std::path::PathBuf;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;
use wheelhouse_contract::{ApiError, ErrorCode, ExportTemplate, SavedTemplate, TemplateFile};

/// Lets the operator choose where a template is written, and writes it. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_template_file(
    app: AppHandle,
    backend: State<'_, Backend>,
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
            let local = backend.local().await?;
            local.save_template_file(request, &path).await.map(Some)
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
        Some(path) => wheelhouse_api::open_template_file(path).await.map(Some),
        None => Ok(None),
    }
}

type Asked = Box<dyn FnOnce(Option<FilePath>) + Send>;

/// Shows a dialog and waits for what is chosen in it.
async fn chosen(
    dialog: FileDialogBuilder<tauri::Wry>,
    show: impl FnOnce(FileDialogBuilder<tauri::Wry>, Asked),
) -> Result<Option<PathBuf>, ApiError> {
    let (chosen, answer) = oneshot::channel();
    let told = move |path| {
        // The window may have closed in the meantime; then nobody asks any more.
        let _ = chosen.send(path);
    };
    show(dialog, Box::new(told));
    let failed = || {
        ApiError::new(ErrorCode::Unavailable, "The system's dialog did not answer.")
            .next_step("Try again. If it stays, restart Wheelhouse.")
    };
    let path = answer.await.map_err(|_| failed())?;
    path.map(|path| path.into_path().map_err(|_| failed()))
        .transpose()
}
