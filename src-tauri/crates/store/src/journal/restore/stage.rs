//! Makes the checked copy that takes the journal's place.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::super::backup::at;
use super::super::meta::StoreIdentity;
use super::super::open::MIGRATIONS;
use super::super::{Error, meta};
use super::{CopyContents, CopyFault, UNDER_WAY, beside, check, decided};

/// Decides that the journal at `source` takes the place of the one in `folder`, at its next opening. `present` is the
/// store that is in the folder now, where that is known. A journal of another store is refused unless `other_store`.
/// Gives what it holds.
///
/// The copy is looked through from end to end and brought up to the present schema, so that opening it later brings no
/// surprise. Only for the owner of the folder; the journal may be open meanwhile.
///
/// # Errors
/// [`Error::Copy`] says what is wrong with the file. [`Error::File`] when there is no room for the copy. In each case
/// nothing is changed.
pub async fn stage_restore(
    folder: &Path,
    source: &Path,
    present: Option<StoreIdentity>,
    other_store: bool,
) -> Result<CopyContents, Error> {
    let bad = |fault| Error::Copy {
        path: source.to_owned(),
        fault,
    };
    check::begins_as_database(source).map_err(bad)?;
    if is_in_use(folder, source) {
        return Err(bad(CopyFault::InUse));
    }
    let part = folder.join(UNDER_WAY);
    clear(&part)?;
    let made = match duplicate(source, &part).await {
        Ok(()) => prepare(&part, present, other_store)
            .await
            .map_err(|refused| refused.about(source)),
        Err(error) => Err(error),
    };
    match made {
        Ok(found) => {
            let decided = decided(folder);
            std::fs::rename(&part, &decided).map_err(|source| at(&decided, source))?;
            sync_folder(folder)?;
            Ok(found)
        }
        Err(error) => {
            if let Err(error) = clear(&part) {
                tracing::warn!(%error, "what is left of a restore stays until the next one");
            }
            Err(error)
        }
    }
}

/// Why a copy was refused: because of what is in it, or because of this machine.
enum Refused {
    Fault(CopyFault),
    Failed(Error),
}

impl Refused {
    fn about(self, source: &Path) -> Error {
        match self {
            Self::Fault(fault) => Error::Copy {
                path: source.to_owned(),
                fault,
            },
            Self::Failed(error) => error,
        }
    }
}

impl From<CopyFault> for Refused {
    fn from(fault: CopyFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Looks through the copy, brings it up to date and marks it, so that opening it raises the epoch above both.
async fn prepare(
    part: &Path,
    present: Option<StoreIdentity>,
    other_store: bool,
) -> Result<CopyContents, Refused> {
    let options = SqliteConnectOptions::new()
        .filename(part)
        // Takes in what a log beside it holds, and leaves one file.
        .journal_mode(SqliteJournalMode::Delete)
        .foreign_keys(true);
    let mut conn = options
        .connect()
        .await
        .map_err(|error| check::fault_of(&error.into()))?;
    let prepared = prepare_open(&mut conn, present, other_store).await;
    let closed = conn.close().await;
    let found = prepared?;
    closed?;
    let synced = File::open(part).and_then(|file| file.sync_all());
    synced.map_err(|source| at(part, source))?;
    Ok(found)
}

async fn prepare_open(
    conn: &mut SqliteConnection,
    present: Option<StoreIdentity>,
    other_store: bool,
) -> Result<CopyContents, Refused> {
    let found = check::contents(conn).await?;
    check::look_through(conn).await?;
    let same = present.is_none_or(|present| present.uid == found.store);
    if !same && !other_store {
        return Err(CopyFault::OtherStore.into());
    }
    // Not `run`: its future is not known to be `Send`, which is what this one is there for.
    let migrated = MIGRATIONS.run_direct(None, &mut *conn, false).await;
    migrated.map_err(|error| CopyFault::NotMigrated(error.to_string()))?;
    let known = present.filter(|_| same).map_or(0, |present| present.epoch);
    sqlx::query("UPDATE meta SET epoch = max(epoch, ?1)")
        .bind(known)
        .execute(&mut *conn)
        .await?;
    meta::mark_backup(conn).await?;
    Ok(found)
}

/// Whether `source` is the journal in `folder` itself.
fn is_in_use(folder: &Path, source: &Path) -> bool {
    let journal = std::fs::canonicalize(folder.join("journal.db"));
    let source = std::fs::canonicalize(source);
    matches!((journal, source), (Ok(journal), Ok(source)) if journal == source)
}

/// Copies a database, with the log that may be beside it.
async fn duplicate(source: &Path, part: &Path) -> Result<(), Error> {
    let pairs: Vec<(PathBuf, PathBuf)> = ["", "-wal"]
        .map(|end| (beside(source, end), beside(part, end)))
        .to_vec();
    let journal = source.to_owned();
    let copied = tokio::task::spawn_blocking(move || {
        for (from, to) in pairs {
            match std::fs::copy(&from, &to) {
                Ok(_) => {}
                // There is no log: the usual case.
                Err(error) if error.kind() == ErrorKind::NotFound && from != journal => {}
                Err(error) => return Err(at(&to, error)),
            }
        }
        Ok(())
    });
    copied.await.map_err(|_| Error::Closed)?
}

/// Removes what an earlier restore left half done.
pub(super) fn clear(part: &Path) -> Result<(), Error> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let path = beside(part, end);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => return Err(at(&path, source)),
            _ => {}
        }
    }
    Ok(())
}

/// Makes the names in a folder durable, where the system can do that for folders.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|source| at(folder, source))?;
    }
    Ok(())
}
