//! Files on their way between this backend and whoever speaks to it: a window on another machine, or another backend.
//!
//! A file is sent in parts of one size, one after the other, and is whole once its length and its sum were checked. It is
//! fetched in the same parts. Everything is idempotent: a part that is sent twice is there once. Names of files are made
//! of uids and lengths only, so that nothing leads out of the folder.
//!
//! What lies here is on its way, not kept: it goes when it is removed, a day after it was begun, or, where its
//! room is needed, an hour after or as soon as nobody has written or read it for two minutes. Whoever wants to keep a file copies what is in it.
//!
//! Deliberately absent: what the files hold, and who may carry them.

mod error;
mod shelf;
#[cfg(test)]
mod tests;

pub use error::TransferError;

use crate::run_file::LARGEST_FILE;
use crate::world::World;
use shelf::Shelf;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tracing::warn;
use wheelhouse_domain::{ContentHash, TransferUid};

/// Folder in the data folder.
const FOLDER: &str = "transfers";

/// How much may be on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Largest file, in bytes.
    pub(crate) largest: u64,
    /// Files at once.
    pub(crate) files: usize,
    /// Bytes of all files together, as announced.
    pub(crate) bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            largest: LARGEST_FILE,
            files: 32,
            bytes: 10 * LARGEST_FILE,
        }
    }
}

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Names it.
    pub uid: TransferUid,
    /// Its length in bytes.
    pub bytes: u64,
    /// How many of them are here.
    pub received: u64,
    /// Whether it is whole: all is here and its sum was checked.
    pub whole: bool,
}

/// A file that was made here to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Names it.
    pub uid: TransferUid,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sum: ContentHash,
}

/// One part of a whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its bytes.
    pub content: Vec<u8>,
    /// Whether there is none after it.
    pub last: bool,
}

/// The files on their way. Cheap to clone.
#[derive(Clone)]
pub struct Transfers {
    shelf: Arc<Mutex<Shelf>>,
    world: Arc<dyn World>,
}

impl Transfers {
    /// What is on its way in a data folder. What can't be read there is as if it were not.
    pub(crate) fn open(data_folder: &Path, bounds: Bounds, world: Arc<dyn World>) -> Self {
        let shelf = Shelf::open(data_folder.join(FOLDER), bounds, world.now());
        Self {
            shelf: Arc::new(Mutex::new(shelf)),
            world,
        }
    }

    /// Makes room for a file of `bytes` bytes that will be sent in parts. The same key gives the same transfer until the
    /// application is closed.
    ///
    /// # Errors
    /// [`TransferError::Size`], [`TransferError::Full`], [`TransferError::OtherLength`], or that the disk refused.
    pub async fn begin(&self, key: &str, bytes: u64) -> Result<Transfer, TransferError> {
        let (key, now) = (key.to_owned(), self.world.now());
        let uid = TransferUid(self.world.new_uid());
        self.at_shelf(move |shelf| shelf.begin(uid, &key, bytes, now))
            .await
    }

    /// Takes in a part, numbered from 0. One that is here already is only compared.
    ///
    /// # Errors
    /// [`TransferError`] where it does not fit or the disk refused. The parts before it stay.
    pub async fn write(
        &self,
        uid: TransferUid,
        number: u32,
        content: Vec<u8>,
    ) -> Result<Transfer, TransferError> {
        self.at_shelf(move |shelf| shelf.write(uid, number, &content))
            .await
    }

    /// Declares a file whole once its length and its SHA-256 are right. A file with another sum is removed: which of its
    /// parts is wrong can't be known.
    ///
    /// # Errors
    /// [`TransferError::Incomplete`], [`TransferError::OtherSum`], or that there is none or the disk refused.
    pub async fn finish(&self, uid: TransferUid, sum: ContentHash) -> Result<Transfer, TransferError> {
        let shelf = Arc::clone(&self.shelf);
        blocking(move || {
            let path = lock(&shelf).complete(uid)?;
            // Without the lock: a large file takes a while, and nothing is written into a complete one.
            let found = shelf::sum_of(&path)?;
            lock(&shelf).finish(uid, found == sum)
        })
        .await
    }

    /// One part of a whole file.
    ///
    /// # Errors
    /// [`TransferError::Incomplete`], [`TransferError::NoSuchPart`], or that there is none or the disk refused.
    pub async fn read(&self, uid: TransferUid, number: u32) -> Result<Part, TransferError> {
        self.at_shelf(move |shelf| shelf.read(uid, number)).await
    }

    /// Removes a file, whole or not. Says whether there was one.
    ///
    /// # Errors
    /// That the disk refused.
    pub async fn remove(&self, uid: TransferUid) -> Result<bool, TransferError> {
        self.at_shelf(move |shelf| shelf.remove(uid)).await
    }

    /// Makes a file here, to be fetched.
    ///
    /// # Errors
    /// What `write` says, or [`TransferError`] where there is no room, it became too large or the disk refused. Then
    /// nothing of it is here.
    pub async fn make<E>(
        &self,
        write: impl FnOnce(&mut File) -> Result<(), E> + Send + 'static,
    ) -> Result<Made, E>
    where
        E: From<TransferError> + Send + 'static,
    {
        let (shelf, now) = (Arc::clone(&self.shelf), self.world.now());
        let uid = TransferUid(self.world.new_uid());
        let made = tokio::task::spawn_blocking(move || {
            let (path, mut file) = lock(&shelf).begin_making(uid, now)?;
            let written = write(&mut file).and_then(|()| Ok(shelf::settled(&path, &file)?));
            let made = written.and_then(|(bytes, sum)| {
                lock(&shelf).made(uid, bytes)?;
                Ok(Made { uid, bytes, sum })
            });
            if made.is_err()
                && let Err(error) = lock(&shelf).remove(uid)
            {
                warn!(%error, "a file that could not be made was left behind");
            }
            made
        });
        made.await.map_err(|_| TransferError::BrokenOff)?
    }

    /// Where a whole file is, to be read at once: it is not kept.
    ///
    /// # Errors
    /// [`TransferError::Incomplete`], or that there is none.
    pub async fn whole(&self, uid: TransferUid) -> Result<PathBuf, TransferError> {
        self.at_shelf(move |shelf| shelf.whole(uid)).await
    }

    /// Removes what was begun more than a day ago. Gives how many files that were.
    ///
    /// # Errors
    /// That the disk refused. The others are gone all the same.
    pub async fn tidy(&self) -> Result<usize, TransferError> {
        let now = self.world.now();
        self.at_shelf(move |shelf| shelf.tidy(now)).await
    }

    async fn at_shelf<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Shelf) -> Result<T, TransferError> + Send + 'static,
    ) -> Result<T, TransferError> {
        let shelf = Arc::clone(&self.shelf);
        blocking(move || work(&mut lock(&shelf))).await
    }
}

fn lock(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    // What is on the disk counts; a panic elsewhere leaves at most a row whose file is shorter than it says.
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TransferError> + Send + 'static,
) -> Result<T, TransferError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| TransferError::BrokenOff)?
}
