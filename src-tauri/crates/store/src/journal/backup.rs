//! Copies of the journal in `backups/`. A copy is marked, so that opening it as the journal counts as a restore.
//!
//! Deliberately absent: deleting copies, which the operator does, and putting one in the journal's place, see
//! [`super::restore`].

use std::fs::OpenOptions;
use std::io::{Error as IoError, ErrorKind};
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use wheelhouse_domain::Millis;

use super::{Error, Store, meta};

/// How the file of a copy under way ends.
const PART: &str = "part";

/// A copy of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRow {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Store {
    /// Copies the journal, as it is at one moment, into a new file in `backups/` that is named after the time (UTC).
    /// Writing goes on meanwhile.
    ///
    /// # Errors
    /// When the copy can't be made, for example because the disk is full. Then no file is left that looks like one.
    pub async fn back_up(&self, now: Millis) -> Result<BackupRow, Error> {
        let mut conn = self.reader().await?;
        let time: String = sqlx::query_scalar("SELECT strftime('%Y%m%dT%H%M%SZ', ?1, 'unixepoch')")
            .bind(now.0.div_euclid(1_000))
            .fetch_one(&mut *conn)
            .await?;
        let made = copy(&mut conn, self.folder(), &format!("journal-{time}")).await?;
        drop(conn);
        // What was written meanwhile could not leave the log, because the copy needed the state before it.
        if let Err(error) = self.tidy().await {
            tracing::warn!(%error, "the journal's file could not be tidied after a copy was made");
        }
        Ok(made)
    }
}

/// Copies the database of `conn` into `backups/` of `folder`, under `name` or, where that is taken, a numbered one.
/// The file gets its name when it is complete.
pub(crate) async fn copy(conn: &mut SqliteConnection, folder: &Path, name: &str) -> Result<BackupRow, Error> {
    let backups = folder.join("backups");
    std::fs::create_dir_all(&backups).map_err(|source| at(&backups, source))?;
    let (part, path) = reserve(&backups, name)?;
    let made = match fill(conn, &part).await {
        Ok(()) => finish(&part, &path),
        Err(error) => Err(error),
    };
    if made.is_err()
        && let Err(error) = std::fs::remove_file(&part)
    {
        tracing::warn!(%error, path = %part.display(), "a copy that was not finished could not be removed");
    }
    made
}

/// Removes what is left of copies that were under way when a process ended. Only for who owns the folder, before any
/// copy is made. What can't be removed is told in the log and left alone.
pub(crate) fn clear_unfinished(folder: &Path) {
    let backups = folder.join("backups");
    match std::fs::read_dir(&backups) {
        Ok(entries) => entries.for_each(|entry| clear(entry.map(|entry| entry.path()))),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => tracing::warn!(%error, path = %backups.display(), "the copies could not be listed"),
    }
}

/// Removes a file in `backups/` if it belongs to a copy that was not finished.
fn clear(path: Result<PathBuf, IoError>) {
    // SQLite puts files of its own beside the copy, under the same name with something behind it.
    let is_part = |path: &Path| {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        extension == PART || extension.starts_with("part-")
    };
    let removed = match path {
        Ok(path) if is_part(&path) => std::fs::remove_file(&path),
        Ok(_) => return,
        Err(error) => Err(error),
    };
    match removed {
        Ok(()) => tracing::info!("removed what was left of a copy that was not finished"),
        Err(error) => tracing::warn!(%error, "what is left of a copy that was not finished stays"),
    }
}

/// Makes an empty file for a copy under way. Gives its path, and the path that the copy gets.
fn reserve(backups: &Path, name: &str) -> Result<(PathBuf, PathBuf), Error> {
    let mut number = 1_u32;
    loop {
        let name = if number == 1 {
            name.to_owned()
        } else {
            format!("{name}-{number}")
        };
        let (part, path) = (
            backups.join(format!("{name}.{PART}")),
            backups.join(format!("{name}.db")),
        );
        match OpenOptions::new().write(true).create_new(true).open(&part) {
            // Looked at only now: whoever held the first name may just have given it the second one.
            Ok(_) if !path.exists() => return Ok((part, path)),
            Ok(_) => std::fs::remove_file(&part).map_err(|source| at(&part, source))?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(source) => return Err(at(&part, source)),
        }
        number += 1;
    }
}

async fn fill(conn: &mut SqliteConnection, part: &Path) -> Result<(), Error> {
    let text = part.to_str().ok_or_else(|| {
        let reason = "the path is not valid Unicode, which SQLite needs for a copy";
        at(part, IoError::new(ErrorKind::InvalidInput, reason))
    })?;
    sqlx::query("VACUUM INTO ?1").bind(text).execute(conn).await?;
    let mut copy = SqliteConnectOptions::new().filename(part).connect().await?;
    meta::mark_backup(&mut copy).await?;
    copy.close().await?;
    Ok(())
}

fn finish(part: &Path, path: &Path) -> Result<BackupRow, Error> {
    let bytes = std::fs::metadata(part).map_err(|source| at(part, source))?.len();
    std::fs::rename(part, path).map_err(|source| at(path, source))?;
    Ok(BackupRow {
        path: path.to_owned(),
        bytes,
    })
}

pub(super) fn at(path: &Path, source: IoError) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}
