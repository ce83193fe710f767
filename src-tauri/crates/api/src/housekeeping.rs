//! The data folder: how much room it takes, and copies of the journal.

use crate::check;
use crate::error::{Wrapped, internal};
use crate::local::Local;
use std::path::Path;
use wheelhouse_contract::{ApiError, BackUp, BackupView, StorageView};

impl Local {
    pub(crate) async fn storage(&self) -> Result<StorageView, ApiError> {
        let folder = self.handle().options().data_folder.clone();
        let measured = tokio::task::spawn_blocking(move || measure(&folder)).await;
        measured.map_err(|error| internal(&error))
    }

    pub(crate) async fn backup(&self, request: BackUp) -> Result<BackupView, ApiError> {
        check::key(&request.request_key)?;
        let now = self.handle().options().world.now();
        let row = self.handle().store().back_up(now).await.map_err(Wrapped::from)?;
        Ok(BackupView {
            path: row.path.display().to_string(),
            bytes: row.bytes,
        })
    }
}

/// What can't be read counts nothing: this is for orientation.
fn measure(folder: &Path) -> StorageView {
    let mut view = StorageView {
        data_folder: folder.display().to_string(),
        journal: 0,
        knowledge: 0,
        logs: 0,
        backups: 0,
        other: 0,
    };
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let bytes = size(&entry.path());
        let name = entry.file_name().to_string_lossy().into_owned();
        let part = match name.as_str() {
            "logs" => &mut view.logs,
            "backups" => &mut view.backups,
            name if name.starts_with("restore.") => &mut view.backups,
            name if name.starts_with("journal.db") => &mut view.journal,
            name if name.starts_with("knowledge") => &mut view.knowledge,
            _ => &mut view.other,
        };
        *part += bytes;
    }
    view
}

fn size(path: &Path) -> u64 {
    match std::fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => std::fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| size(&entry.path()))
            .sum(),
        Ok(meta) => meta.len(),
        Err(_) => 0,
    }
}
