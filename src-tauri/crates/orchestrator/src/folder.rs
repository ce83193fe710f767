//! One process owns a data folder.
//!
//! The lock is the operating system's, so that it is gone when the process is gone, however it ended.

use fs4::fs_std::FileExt;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use thiserror::Error;

const LOCK_FILE: &str = "wheelhouse.lock";

/// Why a data folder can't be used.
#[derive(Debug, Error)]
pub enum FolderError {
    /// Another process owns it.
    #[error("another Wheelhouse is using {}", .0.display())]
    InUse(PathBuf),
    /// It can't be made or written.
    #[error("the data folder {} can't be used: {source}", path.display())]
    Unusable {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Owns a data folder until dropped.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
    path: PathBuf,
}

impl FolderLock {
    /// Makes the folder when it is not there, and owns it.
    ///
    /// # Errors
    /// [`FolderError`] where another process owns it or it can't be written.
    pub fn acquire(folder: &Path) -> Result<Self, FolderError> {
        let unusable = |source| FolderError::Unusable {
            path: folder.to_owned(),
            source,
        };
        fs::create_dir_all(folder).map_err(unusable)?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(LOCK_FILE))
            .map_err(unusable)?;
        match FileExt::try_lock_exclusive(&file) {
            Ok(true) => Ok(Self {
                _file: file,
                path: folder.to_owned(),
            }),
            Ok(false) => Err(FolderError::InUse(folder.to_owned())),
            Err(source) => Err(unusable(source)),
        }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner_at_a_time() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let first = FolderLock::acquire(&folder.path().join("new")).expect("the first owns it");
        let second = FolderLock::acquire(first.path());
        assert!(
            matches!(second, Err(FolderError::InUse(_))),
            "a second owner is refused: {second:?}"
        );
        let path = first.path().to_owned();
        drop(first);
        FolderLock::acquire(&path).expect("free again");
    }
}
