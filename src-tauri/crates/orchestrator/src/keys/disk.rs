//! Files that are whole or not there: written beside, made durable, then put in place.

use super::error::KeyError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Puts `bytes` in place of the file, readable by its owner alone. What was there stays until the new file is whole
/// and on disk.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    clear_leftover(path)?;
    put_in_place(path, bytes).map_err(|source| failed(path, source))
}

/// Removes what a write left that never came to its end.
pub(crate) fn clear_leftover(path: &Path) -> Result<(), KeyError> {
    let leftover = beside(path);
    match fs::remove_file(&leftover) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(failed(&leftover, source)),
        _ => Ok(()),
    }
}

/// The bytes of a file, and at most `limit` + 1 of them; none where there is no such file.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, KeyError> {
    match File::open(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(failed(path, source)),
        Ok(file) => {
            let mut bytes = Vec::new();
            file.take(limit + 1)
                .read_to_end(&mut bytes)
                .map_err(|source| failed(path, source))?;
            Ok(Some(bytes))
        }
    }
}

/// Whether there is a file.
pub(crate) fn exists(path: &Path) -> Result<bool, KeyError> {
    path.try_exists().map_err(|source| failed(path, source))
}

/// Moves a file out of the way; nothing is lost.
pub(crate) fn set_aside(path: &Path) -> Result<(), KeyError> {
    let aside = with_ending(path, ".unreadable");
    fs::rename(path, aside).map_err(|source| failed(path, source))
}

/// Where a file is written before it is put in place.
pub(crate) fn beside(path: &Path) -> PathBuf {
    with_ending(path, ".new")
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn put_in_place(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = beside(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&fresh, path)?;
    sync_folder(path)
}

/// The new name is durable only when its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Other systems have no such call: a rename there is durable by itself.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

fn failed(path: &Path, source: io::Error) -> KeyError {
    KeyError::File {
        path: path.to_owned(),
        source,
    }
}
