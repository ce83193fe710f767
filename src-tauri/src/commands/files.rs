//! Files and folders that the operator chooses in the system's dialog. The window learns where a file is, but what is
//! written where is decided here: it can't name a path of its own. Files of runs, templates and agents are on this machine,
//! whichever backend the window talks to.

use crate::backends::Backends;
use crate::state::Backend;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::ipc::Channel;
use tauri::{AppHandle, State, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;
use tracing::debug;
use wheelhouse_api::carried::{self, Carried};
use wheelhouse_contract::domain::WorkflowId;
use wheelhouse_contract::{
    AgentFile, ApiError, ErrorCode, ExportAgent, ExportSpending, ExportTemplate, ImportedWorkflow,
    Operations, RequestKey, SavedAgent, SavedTable, SavedTemplate, TemplateFile,
};

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

/// Names a file that the window lets carry, so that it can be stopped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub(crate) struct CarryKey(pub(crate) String);

/// How far a file is that is being carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct CarryProgress {
    /// Bytes that are on the other side.
    #[specta(type = specta_typescript::Number)]
    pub(crate) done: u64,
    /// Bytes of the whole file.
    #[specta(type = specta_typescript::Number)]
    pub(crate) bytes: u64,
}

/// Writes a run into a file of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct SaveRun {
    /// Which one.
    pub(crate) id: WorkflowId,
    /// The name that is proposed for the file.
    pub(crate) name: String,
    /// Stops it.
    pub(crate) key: CarryKey,
}

/// A run that is in a file of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct SavedRun {
    /// Where it is.
    pub(crate) path: String,
    /// Its size in bytes.
    #[specta(type = specta_typescript::Number)]
    pub(crate) bytes: u64,
    /// Workflows in it, sub-workflows included.
    pub(crate) workflows: u32,
}

/// Takes in a run from a file of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct OpenRun {
    /// Names the wish.
    pub(crate) request_key: RequestKey,
    /// Stops it.
    pub(crate) key: CarryKey,
}

/// Lets the operator choose where an ended run is written on this machine, and writes it. None when nothing was chosen or
/// it was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_run(
    app: AppHandle,
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    carrying: State<'_, Carrying>,
    request: SaveRun,
    progress: Channel<CarryProgress>,
) -> Result<Option<SavedRun>, ApiError> {
    let dialog = app
        .dialog()
        .file()
        .set_title("Export the workflow")
        .set_file_name(request.name)
        .add_filter("Workflows", &["wheelhouse"]);
    let Some(chosen) = chosen(dialog, FileDialogBuilder::save_file).await? else {
        return Ok(None);
    };
    let path = path_of(chosen)?;
    let reached = backends.reached(backend.local().await?).await?;
    let stopped = carrying.begin(&request.key);
    let kept = carried::keep_run(&reached, request.id, &path, told(progress), stopped).await;
    carrying.end(&request.key);
    Ok(kept?.map(|kept| SavedRun {
        path: path.display().to_string(),
        bytes: kept.bytes,
        workflows: kept.workflows,
    }))
}

/// Lets the operator choose a run's file on this machine, and takes it in. None when nothing was chosen or it was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_run(
    app: AppHandle,
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    carrying: State<'_, Carrying>,
    request: OpenRun,
    progress: Channel<CarryProgress>,
) -> Result<Option<ImportedWorkflow>, ApiError> {
    let dialog = app
        .dialog()
        .file()
        .set_title("Import a workflow")
        .add_filter("Workflows", &["wheelhouse"]);
    let Some(chosen) = chosen(dialog, FileDialogBuilder::pick_file).await? else {
        return Ok(None);
    };
    let path = path_of(chosen)?;
    let reached = backends.reached(backend.local().await?).await?;
    let stopped = carrying.begin(&request.key);
    let taken = carried::take_run(&reached, request.request_key, &path, told(progress), stopped).await;
    carrying.end(&request.key);
    taken
}

/// Stops carrying a file. What was carried of it until then goes by itself.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_carrying(carrying: State<'_, Carrying>, key: CarryKey) -> Result<(), ApiError> {
    carrying.end(&key);
    Ok(())
}

/// Tells the window how far a file is.
fn told(progress: Channel<CarryProgress>) -> impl FnMut(Carried) {
    move |Carried { done, bytes }| {
        if let Err(error) = progress.send(CarryProgress { done, bytes }) {
            // A window that was loaded anew does not listen any more; the file is carried all the same.
            debug!(%error, "nobody follows the file");
        }
    }
}

/// The files that are being carried, so that they can be stopped.
#[derive(Debug, Default)]
pub(crate) struct Carrying {
    by_key: Mutex<HashMap<CarryKey, oneshot::Sender<()>>>,
}

impl Carrying {
    /// Begins to carry a file. What it gives ends when the file is to be carried no further.
    fn begin(&self, key: &CarryKey) -> impl Future<Output = ()> + use<> {
        let (stop, stopped) = oneshot::channel();
        self.held().insert(key.clone(), stop);
        // A key that is used again names the newer file; the other is stopped.
        async { stopped.await.unwrap_or_default() }
    }

    /// The file is carried no further: it is there, or it was stopped.
    fn end(&self, key: &CarryKey) {
        self.held().remove(key);
    }

    fn held(&self) -> MutexGuard<'_, HashMap<CarryKey, oneshot::Sender<()>>> {
        // One call changes it, so that a panic elsewhere leaves nothing half done.
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

/// Lets the operator choose where what was spent is written as a table, and writes it. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_spending_file(
    app: AppHandle,
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    request: ExportSpending,
) -> Result<Option<SavedTable>, ApiError> {
    let reached = backends.reached(backend.local().await?).await?;
    let file = reached.export_spending(request).await?;
    let dialog = app
        .dialog()
        .file()
        .set_title("Export what was spent")
        .set_file_name(file.file_name.clone())
        .add_filter("Tables", &["csv"]);
    match chosen(dialog, FileDialogBuilder::save_file).await? {
        Some(path) => wheelhouse_api::write_spending_file(file, &path_of(path)?)
            .await
            .map(Some),
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

/// Lets the operator choose where an agent is written, and writes it. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_agent_file(
    app: AppHandle,
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    request: ExportAgent,
    name: String,
) -> Result<Option<SavedAgent>, ApiError> {
    let dialog = app
        .dialog()
        .file()
        .set_title("Export the agent")
        .set_file_name(name)
        .add_filter("Agents", &["json"]);
    match chosen(dialog, FileDialogBuilder::save_file).await? {
        Some(path) => {
            let reached = backends.reached(backend.local().await?).await?;
            let file = reached.export_agent(request).await?;
            wheelhouse_api::write_agent_file(file, &path_of(path)?)
                .await
                .map(Some)
        }
        None => Ok(None),
    }
}

/// Lets the operator choose an agent's file, and reads it. None when nothing was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_agent_file(app: AppHandle) -> Result<Option<AgentFile>, ApiError> {
    let dialog = app
        .dialog()
        .file()
        .set_title("Import an agent")
        .add_filter("Agents", &["json"]);
    match chosen(dialog, FileDialogBuilder::pick_file).await? {
        Some(path) => wheelhouse_api::open_agent_file(path_of(path)?).await.map(Some),
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
