//! The server's own folder in the data folder: files that only their owner may read, whole or not there, and changed
//! under a lock that the command line and a running server share.

use super::error::{AccessError, Damage};
use fs4::fs_std::FileExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const FOLDER: &str = "server";
const LOCK_FILE: &str = "access.lock";

/// A change takes some milliseconds. Who holds the lock for longer hangs.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);

/// The folder.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    path: PathBuf,
}

/// What every file of JSON says first.
#[derive(Deserialize)]
struct Head {
    version: u32,
}

/// The right to change its files, until dropped. The lock is the operating system's, so that it is gone when the
/// process is gone.
#[derive(Debug)]
pub(crate) struct Locked {
    _file: File,
}

impl Folder {
    /// Makes the folder where it is not there.
    pub(crate) fn open(data_folder: &Path) -> Result<Self, AccessError> {
        let path = data_folder.join(FOLDER);
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|source| failed(&path, source))?;
        Ok(Self { path })
    }

    /// Where a file of this name is.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Waits for the lock.
    pub(crate) fn lock(&self) -> Result<Locked, AccessError> {
        let path = self.file(LOCK_FILE);
        let file = open_private(&path).map_err(|source| failed(&path, source))?;
        let begin = Instant::now();
        loop {
            match FileExt::try_lock_exclusive(&file) {
                Ok(true) => return Ok(Locked { _file: file }),
                Ok(false) if begin.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
                Ok(false) => {
                    return Err(AccessError::Busy {
                        path: self.path.clone(),
                    });
                }
                Err(source) => return Err(failed(&path, source)),
            }
        }
    }

    /// The bytes of a file; none where there is no such file.
    pub(crate) fn read(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, AccessError> {
        let path = self.file(name);
        let file = match File::open(&path) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(|source| failed(&path, source))?,
        };
        let mut bytes = Vec::new();
        let read = file.take(most + 1).read_to_end(&mut bytes);
        read.map_err(|source| failed(&path, source))?;
        if bytes.len() as u64 > most {
            let damage = Damage::TooLarge;
            return Err(AccessError::Damaged { path, damage });
        }
        Ok(Some(bytes))
    }

    /// A file of JSON that says its version; none where there is no such file. One of a newer program is refused before
    /// anything else of it is read.
    pub(crate) fn read_json<T: DeserializeOwned>(
        &self,
        name: &str,
        most: u64,
        version: u32,
    ) -> Result<Option<T>, AccessError> {
        let Some(bytes) = self.read(name, most)? else {
            return Ok(None);
        };
        let malformed = |error: serde_json::Error| self.damaged(name, Damage::from(&error));
        let head: Head = serde_json::from_slice(&bytes).map_err(malformed)?;
        if head.version > version {
            let path = self.file(name);
            return Err(AccessError::Newer { path });
        }
        serde_json::from_slice(&bytes).map(Some).map_err(malformed)
    }

    /// Puts `value` in place of the file, as [`Folder::replace`] does.
    pub(crate) fn replace_json(
        &self,
        locked: &Locked,
        name: &str,
        value: &impl Serialize,
    ) -> Result<(), AccessError> {
        let bytes = serde_json::to_vec_pretty(value).map_err(AccessError::Written)?;
        self.replace(locked, name, &bytes)
    }

    /// What is wrong with a file that could be read.
    pub(crate) fn damaged(&self, name: &str, damage: Damage) -> AccessError {
        let path = self.file(name);
        AccessError::Damaged { path, damage }
    }

    /// Puts `bytes` in place of the file, readable by its owner alone. What was there stays until the new file is
    /// whole and on disk.
    pub(crate) fn replace(&self, _locked: &Locked, name: &str, bytes: &[u8]) -> Result<(), AccessError> {
        let path = self.file(name);
        self.put_in_place(&path, bytes)
            .map_err(|source| failed(&path, source))
    }

    fn put_in_place(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut fresh = path.as_os_str().to_owned();
        fresh.push(".new");
        let fresh = PathBuf::from(fresh);
        // What a write left that never came to its end. Nobody else writes: the lock is held.
        match fs::remove_file(&fresh) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(source),
            _ => {}
        }
        let mut file = private().write(true).create_new(true).open(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&fresh, path)?;
        self.sync()
    }

    /// The new name is durable only when its folder is.
    #[cfg(unix)]
    fn sync(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }

    /// Other systems have no such call: a rename there is durable by itself.
    #[cfg(not(unix))]
    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn open_private(path: &Path) -> io::Result<File> {
    private().create(true).truncate(false).write(true).open(path)
}

fn failed(path: &Path, source: io::Error) -> AccessError {
    AccessError::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let data = tempfile::tempdir().expect("a temporary folder");
        let folder = Folder::open(data.path()).expect("made");
        (data, folder)
    }

    #[test]
    fn a_file_is_whole_or_not_there() {
        let (_data, folder) = folder();
        assert_eq!(folder.read("a", 10).expect("no fault"), None);
        fs::write(folder.file("a.new"), "left by a process that was killed").expect("written");
        let locked = folder.lock().expect("free");
        folder.replace(&locked, "a", b"one").expect("replaced");
        folder.replace(&locked, "a", b"two").expect("replaced");
        assert_eq!(folder.read("a", 10).expect("read"), Some(b"two".to_vec()));
        assert!(!folder.file("a.new").exists());
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        let (_data, folder) = folder();
        fs::write(folder.file("a"), "12345").expect("written");
        assert!(folder.read("a", 5).expect("fits").is_some());
        let read = folder.read("a", 4);
        assert!(
            matches!(
                read,
                Err(AccessError::Damaged {
                    damage: Damage::TooLarge,
                    ..
                })
            ),
            "{read:?}"
        );
    }

    #[test]
    fn only_one_may_change_at_a_time() {
        let (_data, folder) = folder();
        let first = folder.lock().expect("free");
        let second = std::thread::spawn(move || folder.lock().map(drop));
        drop(first);
        second.join().expect("joined").expect("free after the first");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read() {
        use std::os::unix::fs::PermissionsExt;
        let (data, folder) = folder();
        let locked = folder.lock().expect("free");
        folder.replace(&locked, "a", b"one").expect("replaced");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&folder.file("a")), 0o600);
        assert_eq!(mode(&folder.file(LOCK_FILE)), 0o600);
        assert_eq!(mode(&data.path().join(FOLDER)), 0o700);
    }
}
