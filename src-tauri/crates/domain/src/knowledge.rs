//! Words of the knowledge: source, document, chunk.

use crate::SourceUid;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Ships with the application.
    Builtin,
    /// A folder with everything below it.
    Folder,
    /// A single file.
    File,
}

impl SourceKind {
    /// The word that code, database and interface use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Builtin => "builtin",
            Self::Folder => "folder",
            Self::File => "file",
        }
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Builtin, Self::Folder, Self::File]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// A source whose text is sent to no model elsewhere, by the name that it had when somebody was shown a passage of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
pub struct StaysHere {
    /// The source.
    pub source: SourceUid,
    /// Its name.
    pub name: String,
}

/// Where the reading of a source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Added, not read yet.
    Waiting,
    /// Being read.
    Scanning,
    /// Read; what is indexed is what was there at the last scan.
    Ready,
    /// The last scan failed; what an earlier scan found is still searched.
    Failed,
}

impl SourceState {
    /// The word that code, database and interface use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Scanning => "scanning",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    /// The state that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Scanning, Self::Ready, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}
