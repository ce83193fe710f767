//! What can be done while the backend can't be opened, because its data is damaged or was written by a newer program.

use crate::owned::{self, Owned};
use tauri::{AppHandle, State};
use wheelhouse_contract::{ApiError, BackupFile};

/// The copies of the journal in the data folder, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn closed_copies(owned: State<'_, Owned>) -> Result<Vec<BackupFile>, ApiError> {
    wheelhouse_api::copies(owned.data_folder()).await
}

/// Puts a copy in the place of the journal that can't be opened, which is kept, and opens it. The window must begin anew
/// afterwards. Refused while the backend is open: there, `restore_backup` does it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_closed(app: AppHandle, path: String) -> Result<(), ApiError> {
    owned::restore(app, path.into()).await
}
