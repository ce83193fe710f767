//! Puts a copy in the journal's place.
//!
//! Restoring has two halves. [`stage_restore`] makes a checked copy of the copy, brought up to the present schema, and
//! names it `restore.db` beside the journal: from then on it is decided. [`take_effect`] runs before the journal is
//! opened: it puts the present journal among the backups and `restore.db` in its place, by renaming only. Ended by
//! force at any moment, the next start goes on where it stopped.
//!
//! The file that the operator chose is only ever read.
//!
//! Deliberately absent: deleting anything, and closing the journal that is open. Its owner does that.

mod check;
mod place;
mod stage;

use std::path::{Path, PathBuf};

use wheelhouse_domain::{Millis, StoreUid};

pub(crate) use check::explain_journal;
pub use check::{copies_in, look_at_copy};
pub(crate) use place::take_effect;
pub use stage::stage_restore;

/// The copy that takes the journal's place at the next opening.
const DECIDED: &str = "restore.db";

/// The same while it is made and checked.
const UNDER_WAY: &str = "restore.part";

/// A copy of a journal as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyRow {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was written, where the file system says so.
    pub written_at: Option<Millis>,
    /// What is in it, or why it can't be restored.
    pub contents: Result<CopyContents, CopyFault>,
}

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyContents {
    /// Its schema.
    pub schema: i64,
    /// The store that it is a copy of.
    pub store: StoreUid,
    /// How often a backup had been restored into that store, from 1.
    pub epoch: u32,
    /// Workflows in it.
    pub workflows: u32,
    /// Those of them that were started and had not ended. They go on once it is restored.
    pub unfinished: u32,
    /// When its newest fact was recorded.
    pub newest: Option<Millis>,
}

/// Why a file can't be restored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CopyFault {
    /// It can't be read.
    #[error("{0}")]
    Unreadable(String),
    /// It is something else.
    #[error("it is no database")]
    NotADatabase,
    /// It is a database of another program, or an empty one.
    #[error("it is a database, but holds no journal")]
    NotAJournal,
    /// It was a journal once.
    #[error("it is damaged ({0})")]
    Damaged(String),
    /// A newer Wheelhouse wrote it.
    #[error("it was written by a newer Wheelhouse (schema {found}, this one knows {known})")]
    NewerSchema {
        /// Its schema.
        found: i64,
        /// Newest schema known here.
        known: i64,
    },
    /// It is of an old schema and can't be brought up to the present one.
    #[error("it can't be brought up to date ({0})")]
    NotMigrated(String),
    /// It belongs to another store, and that was not expected.
    #[error("it belongs to another Wheelhouse")]
    OtherStore,
    /// It is the journal itself.
    #[error("it is the journal in use")]
    InUse,
}

fn decided(folder: &Path) -> PathBuf {
    folder.join(DECIDED)
}

/// `path` with `end` behind its name.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
