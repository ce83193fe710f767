//! Copies of the journal that are there, and putting one in its place.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::Millis;

/// Asks for the copies in the data folder, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListBackups {}

/// Asks what the file at a path holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InspectBackup {
    /// Its absolute path.
    pub path: String,
}

/// Decides that a copy takes the place of the journal when the application is opened the next time. The present journal
/// is kept among the copies, and goes on being used until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RestoreBackup {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The copy's absolute path.
    pub path: String,
    /// Whether a copy of another store is meant, for example from another computer.
    pub other_store: bool,
}

/// A copy of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BackupFile {
    /// Where it is.
    pub path: String,
    /// Name of the file.
    pub name: String,
    /// Its size in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
    /// When it was written, where the file system says so.
    pub written_at: Option<Millis>,
    /// What it holds; none when it can't be restored.
    pub contents: Option<BackupContents>,
    /// Why it can't be restored.
    pub problem: Option<String>,
}

/// What a copy of a journal holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BackupContents {
    /// Schema of its tables.
    pub schema: u32,
    /// Whether it is a copy of this store.
    pub this_store: bool,
    /// Workflows in it.
    pub workflows: u32,
    /// Those of them that had not ended. They go on from there once it is restored.
    pub unfinished: u32,
    /// When its newest fact was recorded.
    pub newest: Option<Millis>,
}
