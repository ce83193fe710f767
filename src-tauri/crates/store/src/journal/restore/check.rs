//! What a file that may be a journal holds, and what is wrong with it.

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::UNIX_EPOCH;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};
use wheelhouse_domain::{Millis, StoreUid};

use super::super::open::{self, MIGRATIONS};
use super::super::{Error, Store, column};
use super::{CopyContents, CopyFault, CopyRow};

/// How every database of SQLite begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Result codes of SQLite.
const CORRUPT: i32 = 11;
const NOT_A_DATABASE: i32 = 26;

impl Store {
    /// The copies in `backups/`, newest first. Those that can't be restored say why. None is looked through, see
    /// [`super::stage_restore`].
    ///
    /// # Errors
    /// [`Error::File`] when the folder is there and can't be listed.
    pub async fn copies(&self) -> Result<Vec<CopyRow>, Error> {
        copies_in(self.folder()).await
    }
}

/// The copies in `backups/` of a data folder whose journal may not be open, as [`Store::copies`] gives them.
///
/// # Errors
/// [`Error::File`] when the folder is there and can't be listed.
pub async fn copies_in(folder: &Path) -> Result<Vec<CopyRow>, Error> {
    let backups = folder.join("backups");
    let entries = match std::fs::read_dir(&backups) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(super::super::backup::at(&backups, source)),
    };
    let mut copies = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_some_and(|end| end == "db") {
            copies.push(look_at_copy(&path).await);
        }
    }
    copies.sort_by(|a, b| (b.written_at, &b.path).cmp(&(a.written_at, &a.path)));
    Ok(copies)
}

/// What the file at `path` holds, as far as it can be told without looking through it. It is only read.
pub async fn look_at_copy(path: &Path) -> CopyRow {
    let meta = std::fs::metadata(path);
    let written = meta.as_ref().ok().and_then(|meta| meta.modified().ok());
    let since = written.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    CopyRow {
        path: path.to_owned(),
        bytes: meta.map_or(0, |meta| meta.len()),
        written_at: since.and_then(|time| i64::try_from(time.as_millis()).ok().map(Millis)),
        contents: look_into(path).await,
    }
}

/// What the file holds. It is opened for reading only, and nothing is written beside it.
pub(super) async fn look_into(path: &Path) -> Result<CopyContents, CopyFault> {
    begins_as_database(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(true);
    let mut conn = options.connect().await.map_err(|error| fault_of(&error.into()))?;
    let found = contents(&mut conn).await;
    // It was opened for reading only: there is nothing that closing could lose.
    if let Err(error) = conn.close().await {
        tracing::debug!(%error, "a copy that was looked into did not close cleanly");
    }
    found
}

/// Whether the file can be read and begins as databases do.
pub(super) fn begins_as_database(path: &Path) -> Result<(), CopyFault> {
    let unreadable = |error: std::io::Error| CopyFault::Unreadable(error.to_string());
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.is_dir() {
        return Err(CopyFault::NotADatabase);
    }
    let mut begins = [0; MAGIC.len()];
    match file.read_exact(&mut begins) {
        Ok(()) if begins == *MAGIC => Ok(()),
        Ok(()) => Err(CopyFault::NotADatabase),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(CopyFault::NotADatabase),
        Err(error) => Err(unreadable(error)),
    }
}

/// What an open database holds.
pub(super) async fn contents(conn: &mut SqliteConnection) -> Result<CopyContents, CopyFault> {
    read(conn).await.map_err(|error| fault_of(&error))?
}

async fn read(conn: &mut SqliteConnection) -> Result<Result<CopyContents, CopyFault>, Error> {
    let tables: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table'
         AND name IN ('_sqlx_migrations', 'meta', 'events', 'workflows')",
    )
    .fetch_one(&mut *conn)
    .await?;
    let schema = match open::schema_version(conn).await? {
        Some(schema) if tables == 4 => schema,
        _ => return Ok(Err(CopyFault::NotAJournal)),
    };
    let known = open::newest(&MIGRATIONS);
    if schema > known {
        return Ok(Err(CopyFault::NewerSchema { found: schema, known }));
    }
    let row = sqlx::query(
        "SELECT store_uid, epoch,
                (SELECT count(*) FROM workflows) AS workflows,
                (SELECT count(*) FROM workflows WHERE status IN ('running', 'waiting', 'paused')) AS unfinished,
                (SELECT at FROM events ORDER BY position DESC LIMIT 1) AS newest
         FROM meta",
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(Err(CopyFault::NotAJournal));
    };
    Ok(Ok(CopyContents {
        schema,
        store: StoreUid(column::uid(&row, "store_uid")?),
        epoch: row.try_get("epoch")?,
        workflows: row.try_get("workflows")?,
        unfinished: row.try_get("unfinished")?,
        newest: column::at_opt(&row, "newest")?,
    }))
}

/// Looks through a whole database.
pub(super) async fn look_through(conn: &mut SqliteConnection) -> Result<(), CopyFault> {
    let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *conn)
        .await
        .map_err(|error| fault_of(&error.into()))?;
    if found != "ok" {
        return Err(CopyFault::Damaged(found));
    }
    let dangling = sqlx::query("PRAGMA foreign_key_check")
        .fetch_optional(conn)
        .await
        .map_err(|error| fault_of(&error.into()))?;
    match dangling {
        Some(_) => Err(CopyFault::Damaged("a row that others need is missing".to_owned())),
        None => Ok(()),
    }
}

/// What an error of the database says about the file.
pub(super) fn fault_of(error: &Error) -> CopyFault {
    match error {
        Error::Database(inner) => match code_of(inner) {
            Some(NOT_A_DATABASE) => CopyFault::NotADatabase,
            Some(CORRUPT) => CopyFault::Damaged(inner.to_string()),
            _ => CopyFault::Unreadable(inner.to_string()),
        },
        other => CopyFault::Damaged(other.to_string()),
    }
}

/// The primary result code of SQLite.
fn code_of(error: &sqlx::Error) -> Option<i32> {
    let sqlx::Error::Database(inner) = error else {
        return None;
    };
    let code: i32 = inner.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// Names the journal's file where it is what is wrong.
pub(crate) fn explain_journal(path: &Path, error: Error) -> Error {
    match &error {
        Error::Database(inner) if matches!(code_of(inner), Some(CORRUPT | NOT_A_DATABASE)) => {
            Error::Damaged {
                path: path.to_owned(),
                reason: inner.to_string(),
            }
        }
        _ => error,
    }
}
