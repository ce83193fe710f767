//! Copies of the journal that are there, and putting one in its place: at the next opening, or at once where nobody has
//! the journal open.

use crate::check;
use crate::error::{Wrapped, from_orchestrator};
use crate::local::Local;
use std::path::Path;
use wheelhouse_contract::{ApiError, BackupContents, BackupFile, InspectBackup, RestoreBackup};
use wheelhouse_domain::StoreUid;
use wheelhouse_orchestrator::store::{self, CopyRow};
use wheelhouse_orchestrator::{SystemWorld, World};

impl Local {
    pub(crate) async fn backups(&self) -> Result<Vec<BackupFile>, ApiError> {
        let copies = self.handle().store().copies().await.map_err(Wrapped::from)?;
        Ok(copies.into_iter().map(|row| self.backup_file(row)).collect())
    }

    pub(crate) async fn inspect(&self, request: InspectBackup) -> Result<BackupFile, ApiError> {
        let path = check::absolute(&request.path)?;
        Ok(self.backup_file(store::look_at_copy(path).await))
    }

    /// The same wish again decides the same again, so it needs no memory.
    pub(crate) async fn restore(&self, request: RestoreBackup) -> Result<BackupFile, ApiError> {
        check::key(&request.request_key)?;
        let path: &Path = check::absolute(&request.path)?;
        let present = self.handle().store().identity();
        let folder = &self.handle().options().data_folder;
        store::stage_restore(folder, path, Some(present), request.other_store)
            .await
            .map_err(Wrapped::from)?;
        Ok(self.backup_file(store::look_at_copy(path).await))
    }

    fn backup_file(&self, row: CopyRow) -> BackupFile {
        backup_file(row, Some(self.handle().store().identity().uid))
    }
}

/// `own` is the store that has its place there, where that is known.
fn backup_file(row: CopyRow, own: Option<StoreUid>) -> BackupFile {
    let name = row.path.file_name().unwrap_or_default();
    BackupFile {
        name: name.to_string_lossy().into_owned(),
        path: row.path.display().to_string(),
        bytes: row.bytes,
        written_at: row.written_at,
        problem: row.contents.as_ref().err().map(in_words),
        contents: row.contents.ok().map(|found| BackupContents {
            schema: u32::try_from(found.schema).unwrap_or_default(),
            this_store: own.is_none_or(|own| found.store == own),
            workflows: found.workflows,
            unfinished: found.unfinished,
            newest: found.newest,
        }),
    }
}

/// The copies of a journal that nobody has open, newest first. Where the journal can't be read, every copy counts as its.
///
/// # Errors
/// [`ApiError`] where the folder of copies is there and can't be listed.
pub async fn copies(data_folder: &Path) -> Result<Vec<BackupFile>, ApiError> {
    let present = store::look_at_copy(&data_folder.join("journal.db")).await;
    let own = present.contents.ok().map(|found| found.store);
    let copies = store::copies_in(data_folder).await.map_err(Wrapped::from)?;
    Ok(copies.into_iter().map(|row| backup_file(row, own)).collect())
}

/// What was restored, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Workflows in it.
    pub workflows: u32,
    /// Those of them that had not ended. They go on at the next start.
    pub unfinished: u32,
}

/// Puts the copy at `copy` in the place of the journal in `data_folder`, which nobody has open. The journal that was there
/// is kept among the copies.
///
/// # Errors
/// [`ApiError`] where another process owns the folder or the copy is not sound. Then nothing is changed.
pub async fn restore(data_folder: &Path, copy: &Path) -> Result<Restored, ApiError> {
    let restored = wheelhouse_orchestrator::restore(data_folder, copy, SystemWorld.now()).await;
    let found = restored.map_err(from_orchestrator)?;
    Ok(Restored {
        workflows: found.workflows,
        unfinished: found.unfinished,
    })
}

/// The fault as a sentence.
fn in_words(fault: &store::CopyFault) -> String {
    let text = fault.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
