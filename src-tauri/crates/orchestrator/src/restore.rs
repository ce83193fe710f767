//! Restores a copy of the journal where nobody has it open: the way out when it can't be opened any more.

use crate::error::Error;
use crate::folder::FolderLock;
use std::path::Path;
use wheelhouse_domain::Millis;
use wheelhouse_store::{
    CopyContents, Options as StoreOptions, Store, StoreIdentity, look_at_copy, stage_restore,
};

/// Puts the copy at `copy` in the place of the journal in `folder`, at once, and keeps that one among the copies. A journal
/// that can't be read is no hindrance. Gives what was restored.
///
/// # Errors
/// [`Error::Folder`] where another process owns the folder, [`Error::Store`] where the copy is not sound. Then nothing is
/// changed.
pub async fn restore(folder: &Path, copy: &Path, now: Millis) -> Result<CopyContents, Error> {
    let lock = FolderLock::acquire(folder)?;
    let present = look_at_copy(&folder.join("journal.db")).await;
    let present = present.contents.ok().map(|found| StoreIdentity {
        uid: found.store,
        epoch: found.epoch,
    });
    let found = stage_restore(folder, copy, present, false).await?;
    let store = Store::open(StoreOptions {
        folder: folder.to_owned(),
        now,
        file_layer: None,
    })
    .await?;
    store.close().await?;
    drop(lock);
    Ok(found)
}
