//! Puts a new file in the place of an old one, whole or not at all, and only if the old one is what is expected there.
//!
//! The new text is written beside the place and on disk before anything is exchanged. Where the system can exchange two
//! names in one step (Linux, macOS), what was there is looked at after it was taken out, and put back if it is not what was
//! expected: so nothing that someone else wrote meanwhile is lost. Elsewhere it is looked at right before.

use super::error::FileError;
use super::path::Inside;
use super::room::{Room, Spot};
use super::text::held;
use crate::fingerprint::digest;
use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt};
use cap_std::fs::OpenOptions;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

/// Largest file that is written, in bytes.
pub(crate) const MOST_BYTES: u64 = 2 * 1_024 * 1_024;

/// Names of files that are being written. No two writes of this process share one.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// What is to be put where.
pub(crate) struct Put<'a> {
    pub(crate) room: &'a Room,
    pub(crate) spot: &'a Spot,
    pub(crate) path: &'a Inside,
    /// SHA-256 of what must be there; none if nothing may be.
    pub(crate) expected: Option<&'a str>,
    pub(crate) bytes: &'a [u8],
    /// Permissions as Unix counts them; none leaves them to the system.
    pub(crate) mode: Option<u32>,
}

impl Put<'_> {
    /// Does it.
    pub(crate) fn put(&self) -> Result<(), FileError> {
        let beside = self.write_beside().map_err(FileError::io(self.path))?;
        let done = match self.expected {
            None => self.create(&beside),
            Some(expected) => self.replace(&beside, expected),
        };
        if done.is_err() && self.is(&beside, &digest(self.bytes)) {
            // Only what this write made is removed; whatever else got there is someone's work.
            self.remove(&beside)?;
        }
        done?;
        sync(self.spot).map_err(FileError::io(self.path))
    }

    fn write_beside(&self) -> io::Result<Spot> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).follow(FollowSymlinks::No);
        loop {
            let spot = beside(self.spot)?;
            let file = match spot.dir.open_with(&spot.name, &options) {
                Ok(file) => file.into_std(),
                // Left over from an earlier process of the same number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            };
            if let Err(error) = fill(file, self.bytes, self.mode) {
                spot.dir.remove_file(&spot.name)?;
                return Err(error);
            }
            return Ok(spot);
        }
    }

    fn create(&self, beside: &Spot) -> Result<(), FileError> {
        match rename_new(beside, self.spot) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(self.changed()),
            Err(error) => Err(FileError::io(self.path)(error)),
        }
    }

    fn replace(&self, beside: &Spot, expected: &str) -> Result<(), FileError> {
        match exchange(beside, self.spot) {
            Ok(true) if self.is(beside, expected) => self.remove(beside),
            Ok(true) => {
                self.put_back(beside).map_err(FileError::io(self.path))?;
                Err(self.changed())
            }
            Ok(false) if self.is(self.spot, expected) => beside
                .dir
                .rename(&beside.name, &self.spot.dir, &self.spot.name)
                .map_err(FileError::io(self.path)),
            Ok(false) => Err(self.changed()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(self.changed()),
            Err(error) => Err(FileError::io(self.path)(error)),
        }
    }

    /// Puts back what was taken out and was not what was expected.
    fn put_back(&self, beside: &Spot) -> io::Result<()> {
        exchange(beside, self.spot)?;
        if !self.is(beside, &digest(self.bytes)) {
            // Someone wrote once more in between: the newest stays, and what was taken out first is left beside it.
            exchange(beside, self.spot)?;
        }
        Ok(())
    }

    /// Whether the ordinary file at `spot` has the content `hash`.
    fn is(&self, spot: &Spot, hash: &str) -> bool {
        held(self.room, spot, self.path, MOST_BYTES)
            .is_ok_and(|held| held.is_some_and(|held| held.hash == hash))
    }

    fn remove(&self, spot: &Spot) -> Result<(), FileError> {
        spot.dir.remove_file(&spot.name).map_err(FileError::io(self.path))
    }

    fn changed(&self) -> FileError {
        FileError::ChangedMeanwhile(self.path.to_string())
    }
}

/// Removes the file at `spot` if its content is `expected`.
pub(crate) fn remove(room: &Room, spot: &Spot, path: &Inside, expected: &str) -> Result<(), FileError> {
    let aside = beside(spot).map_err(FileError::io(path))?;
    let changed = || FileError::ChangedSince(path.to_string());
    match rename_new(spot, &aside) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(changed()),
        Err(error) => return Err(FileError::io(path)(error)),
    }
    match held(room, &aside, path, MOST_BYTES) {
        Ok(Some(held)) if held.hash == expected => {
            aside.dir.remove_file(&aside.name).map_err(FileError::io(path))?;
            sync(spot).map_err(FileError::io(path))
        }
        _ => {
            rename_new(&aside, spot).map_err(FileError::io(path))?;
            Err(changed())
        }
    }
}

/// A name that is free, beside `spot`.
fn beside(spot: &Spot) -> io::Result<Spot> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Ok(Spot {
        dir: spot.dir.try_clone()?,
        name: format!(".wheelhouse-{}-{number}.tmp", std::process::id()),
    })
}

fn fill(mut file: std::fs::File, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    file.write_all(bytes)?;
    #[cfg(unix)]
    if let Some(mode) = mode {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(mode & 0o777))?;
    }
    #[cfg(not(unix))]
    let _ = mode;
    file.sync_all()
}

/// Makes the change of names in the folder of `spot` last.
#[cfg(unix)]
fn sync(spot: &Spot) -> io::Result<()> {
    match spot.dir.open(".")?.sync_all() {
        // Some file systems know no such thing for folders.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}

#[cfg(not(unix))]
fn sync(_: &Spot) -> io::Result<()> {
    Ok(())
}

/// Exchanges two names in one step; `false` if the system can't.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Spot, other: &Spot) -> io::Result<bool> {
    use rustix::fs::{RenameFlags, renameat_with};
    match renameat_with(
        &one.dir,
        &one.name,
        &other.dir,
        &other.name,
        RenameFlags::EXCHANGE,
    ) {
        Ok(()) => Ok(true),
        Err(error) if is_unknown(error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Spot, other: &Spot) -> io::Result<bool> {
    other.dir.symlink_metadata(&other.name).map(|_| false)
}

/// Gives `from` the name `to`, which must be free.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn rename_new(from: &Spot, to: &Spot) -> io::Result<()> {
    use rustix::fs::{RenameFlags, renameat_with};
    match renameat_with(&from.dir, &from.name, &to.dir, &to.name, RenameFlags::NOREPLACE) {
        Err(error) if is_unknown(error) => link_new(from, to),
        other => other.map_err(io::Error::from),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn rename_new(from: &Spot, to: &Spot) -> io::Result<()> {
    link_new(from, to)
}

/// A second name fails if it is taken, which a rename would not.
fn link_new(from: &Spot, to: &Spot) -> io::Result<()> {
    from.dir.hard_link(&from.name, &to.dir, &to.name)?;
    from.dir.remove_file(&from.name)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn is_unknown(error: rustix::io::Errno) -> bool {
    use rustix::io::Errno;
    // Two numbers on some systems, one on others.
    error == Errno::OPNOTSUPP || matches!(error, Errno::INVAL | Errno::NOSYS | Errno::NOTSUP)
}
