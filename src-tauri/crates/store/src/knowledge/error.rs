//! What can go wrong with the knowledge's database.

use std::path::PathBuf;

/// Why the knowledge's database could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// The file is damaged. The next open moves it aside and begins a new one.
    #[error("The knowledge's database is damaged. Start Wheelhouse again: it is rebuilt from your files.")]
    Damaged(#[source] sqlx::Error),
    /// The database refused for another reason, for example a full disk.
    #[error("The knowledge's database could not be used: {0}")]
    Database(#[source] sqlx::Error),
    /// Its form could not be brought up to date.
    #[error("The knowledge's database could not be updated: {0}")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// A file beside the database could not be written, moved or read.
    #[error("{path} could not be used: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A row holds something that no version of this program writes.
    #[error("The knowledge's database holds an unknown {what}: {value}")]
    UnknownValue {
        /// Which column.
        what: &'static str,
        /// What it holds.
        value: String,
    },
    /// A list could not be turned into JSON or back.
    #[error("A list in the knowledge's database could not be read: {0}")]
    Json(#[from] serde_json::Error),
}

impl From<sqlx::Error> for KnowledgeError {
    fn from(error: sqlx::Error) -> Self {
        if is_damage(&error) {
            Self::Damaged(error)
        } else {
            Self::Database(error)
        }
    }
}

impl From<sqlx::migrate::MigrateError> for KnowledgeError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
        match error {
            Execute(error) | ExecuteMigration(error, _) if is_damage(&error) => Self::Damaged(error),
            error => Self::Migration(error),
        }
    }
}

/// Whether SQLite says that the file is malformed (`SQLITE_CORRUPT`) or no database (`SQLITE_NOTADB`).
fn is_damage(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    // Extended codes carry the primary one in their lowest byte.
    let primary = code
        .and_then(|code| code.parse::<u32>().ok())
        .map(|code| code & 0xFF);
    matches!(primary, Some(11 | 26))
}
