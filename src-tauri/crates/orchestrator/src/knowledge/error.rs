//! Why the knowledge could not do what was asked.

use std::path::PathBuf;
use wheelhouse_domain::SourceId;
use wheelhouse_knowledge::Unreadable;
use wheelhouse_store::knowledge::KnowledgeError as StoreError;

/// Why the knowledge could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// The path is empty.
    #[error("The path is empty.")]
    EmptyPath,
    /// The path does not begin at the root.
    #[error("{path} is not an absolute path.")]
    RelativePath {
        /// What was given.
        path: String,
    },
    /// `~` was used, and there is no home folder.
    #[error("The home folder that ~ stands for could not be found.")]
    NoHomeFolder,
    /// There is no such file or folder.
    #[error("{} does not exist.", path.display())]
    NotThere {
        /// What was looked for.
        path: PathBuf,
    },
    /// The file or folder cannot be opened.
    #[error("{} could not be opened: {source}", path.display())]
    CannotOpen {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Neither a file nor a folder, or a whole disk, or a name that is no Unicode.
    #[error("{} cannot be a source.", path.display())]
    UnfitPath {
        /// Which one.
        path: PathBuf,
    },
    /// A single file that cannot be searched.
    #[error("{} cannot be a source. {reason}", path.display())]
    UnfitFile {
        /// Which one.
        path: PathBuf,
        /// Why.
        reason: Unreadable,
    },
    /// There is no such source (any more).
    #[error("There is no source {0}.")]
    UnknownSource(SourceId),
    /// What ships with the application is no secret.
    #[error("The handbook comes with Wheelhouse and can't be marked.")]
    EverybodyHasIt,
    /// The document is not in the knowledge (any more).
    #[error("{path} is not in the knowledge.")]
    UnknownDocument {
        /// Path below the source.
        path: String,
    },
    /// The application is closing down.
    #[error("Wheelhouse is closing down.")]
    ShuttingDown,
    /// Work in the background broke off.
    #[error("The work was broken off by a fault of the application.")]
    BrokenOff(#[from] tokio::task::JoinError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl KnowledgeError {
    /// What the operator can do.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::EmptyPath | Self::RelativePath { .. } | Self::NoHomeFolder => {
                "Give the whole path, for example /home/me/documents."
            }
            Self::NotThere { .. } => "Check the path, or browse for the folder.",
            Self::CannotOpen { .. } => "Check that you may read it.",
            Self::UnfitPath { .. } => "Choose a folder with documents, or a single text file.",
            Self::UnfitFile { .. } => "Choose a text file.",
            Self::EverybodyHasIt => "Mark your own folders and files.",
            Self::UnknownSource(_) => "Look at the list of sources; it may have been removed.",
            Self::UnknownDocument { .. } => "Scan its source again; the file may have been moved or removed.",
            Self::ShuttingDown => "Start Wheelhouse again.",
            Self::BrokenOff(_) => "Try again. The log in the data folder has more.",
            Self::Store(_) => "Start Wheelhouse again. The log in the data folder has more.",
        }
    }
}
