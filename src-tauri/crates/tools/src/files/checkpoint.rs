//! What stood in a file before it was written, kept by its content.

use super::error::FileError;
use crate::fingerprint::digest;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
pub use wheelhouse_domain::Checkpoint;

/// A folder of the application in which earlier contents are kept. Agents never reach it.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    folder: PathBuf,
}

impl Checkpoints {
    /// In `folder`, which is made when it is first needed.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Keeps `bytes`, whose SHA-256 is `hash`. On disk when this returns.
    pub(crate) fn keep(&self, bytes: &[u8], hash: &str) -> io::Result<()> {
        let place = self.folder.join(hash);
        if fs::metadata(&place).is_ok_and(|there| there.len() == bytes.len() as u64) {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(place).map_err(|error| error.error)?;
        #[cfg(unix)]
        fs::File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    /// The content with that SHA-256. What is damaged counts as gone.
    pub(crate) fn fetch(&self, hash: &str, path: &str) -> Result<Vec<u8>, FileError> {
        let gone = || FileError::CheckpointGone(path.to_owned());
        // The name comes from a record; it must not lead elsewhere.
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(gone());
        }
        match fs::read(self.folder.join(hash)) {
            Ok(bytes) if digest(&bytes) == hash => Ok(bytes),
            Ok(_) => Err(gone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(gone()),
            Err(error) => Err(FileError::io(path)(error)),
        }
    }
}
