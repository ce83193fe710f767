//! Why a file can't be reached, read or written.

use std::io;
use thiserror::Error;

/// Why a path leads nowhere that is granted. Decided from the text alone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PathError {
    /// Nothing was given.
    #[error(
        "Give a path that begins with the name of a granted folder. list_folder without a path says which there are."
    )]
    Empty,
    /// It begins at the root of the system or a drive.
    #[error("“{0}” is an absolute path. Begin with the name of a granted folder, without a slash in front.")]
    Absolute(String),
    /// It goes up.
    #[error("“{0}” contains “..”. Write the path from the granted folder down.")]
    Upward(String),
    /// It contains what no path here may contain.
    #[error("The path contains {0}. Write it with visible letters, and with / between its parts.")]
    Forbidden(&'static str),
    /// It is too long or too deep.
    #[error("The path is too long: at most 1024 bytes, 64 parts and 255 bytes in each part.")]
    TooLong,
    /// No folder of that name is granted.
    #[error("No folder called “{0}” is granted. list_folder without a path says which there are.")]
    NotGranted(String),
    /// The system would read a part as something else than a name.
    #[error("“{0}” means something special on this system. Use another name.")]
    Special(String),
}

/// Why a file can't be listed, read or written.
#[derive(Debug, Error)]
pub enum FileError {
    /// The path leads nowhere that is granted.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Nothing is there.
    #[error("There is nothing at “{0}”. list_folder says what is there.")]
    Missing(String),
    /// A part of the path, or its end, is a link.
    #[error(
        "“{0}” is a link or lies behind one. Links are not followed; use the path that it stands for, if that is granted."
    )]
    Link(String),
    /// A folder was wanted.
    #[error("“{0}” is not a folder.")]
    NotFolder(String),
    /// A file was wanted.
    #[error("“{0}” is a folder, not a file. Use list_folder.")]
    IsFolder(String),
    /// A device, a pipe or a socket.
    #[error("“{0}” is not an ordinary file. Only ordinary files are read and written.")]
    NotOrdinary(String),
    /// It has further names, maybe outside.
    #[error(
        "“{0}” has a second name elsewhere (a hard link), which may lie outside the granted folder. It is not read. Ask the operator for a copy."
    )]
    SecondName(String),
    /// It lies on another disk than the granted folder.
    #[error(
        "“{0}” lies on another disk that is mounted inside the granted folder. Ask the operator to grant that folder itself."
    )]
    OtherDisk(String),
    /// The granted folder is not there any more, or a link took its place.
    #[error(
        "The granted folder “{0}” can't be opened: it was moved or removed, or a link took its place. Tell the operator."
    )]
    FolderGone(String),
    /// The operator granted it for reading only.
    #[error("“{0}” is granted for reading only. Give the text in your answer instead, or ask the operator.")]
    ReadOnly(String),
    /// What lies there decides what programs do.
    #[error("“{0}” lies in a folder that steers programs (.git, .hg). It is not written.")]
    Steering(String),
    /// It is too big.
    #[error("“{path}” has {size} bytes; at most {most} can be handled here. Look for a smaller file.")]
    TooBig {
        /// Which file.
        path: String,
        /// Its size, in bytes.
        size: u64,
        /// The bound, in bytes.
        most: u64,
    },
    /// It is not text.
    #[error("“{0}” is not text (UTF-8), so it can't be shown or changed here.")]
    Binary(String),
    /// It ends before the lines that were asked for.
    #[error("“{path}” has only {lines} lines.")]
    PastEnd {
        /// Which file.
        path: String,
        /// How many lines it has.
        lines: u64,
    },
    /// The last line comes before the first.
    #[error("last_line comes before first_line. Both count from 1.")]
    BadRange,
    /// The pattern is not a regular expression, or the glob no glob.
    #[error("“{pattern}” can't be understood: {problem}")]
    BadPattern {
        /// What was given.
        pattern: String,
        /// What is wrong.
        problem: String,
    },
    /// Neither or both of `text` and `edits`.
    #[error("Give either “text”, the whole new text, or “edits”, but not both.")]
    TextOrEdits,
    /// It is there, and was to be created.
    #[error("“{0}” is there already, and it was to be created. Read it, or choose another name.")]
    Exists(String),
    /// A passage is not in the file.
    #[error(
        "Edit {number}: the passage is not in “{path}”. Read the file and copy the passage exactly, with its spaces."
    )]
    PassageMissing {
        /// Which file.
        path: String,
        /// Which edit, from 1.
        number: usize,
    },
    /// A passage is in the file more than once.
    #[error(
        "Edit {number}: the passage stands in “{path}” {times} times. Take in some lines around it, so that it stands there once."
    )]
    PassageUnclear {
        /// Which file.
        path: String,
        /// Which edit, from 1.
        number: usize,
        /// How often it is there.
        times: usize,
    },
    /// A passage is empty.
    #[error("Edit {0}: “old” is empty. Give the passage that is to be exchanged.")]
    PassageEmpty(usize),
    /// Someone changed it meanwhile.
    #[error("“{0}” was changed by someone else meanwhile, so nothing was done. Read it again.")]
    ChangedMeanwhile(String),
    /// It is not as the write left it, so undoing would destroy other work.
    #[error(
        "“{0}” was changed since it was written, so it was not set back. Compare it with the checkpoint by hand."
    )]
    ChangedSince(String),
    /// What was there before is not kept any more, or is damaged.
    #[error("What stood in “{0}” before is not kept any more, so it can't be brought back.")]
    CheckpointGone(String),
    /// No place for checkpoints was given.
    #[error("There is no place to keep what was there before, so nothing is written. Tell the operator.")]
    NoCheckpoints,
    /// The system's refusal.
    #[error("“{path}” could not be handled: {source}")]
    Io {
        /// Which file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

impl FileError {
    /// Makes an error of the system one about `path`.
    pub(crate) fn io(path: &(impl ToString + ?Sized)) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_string();
        move |source| Self::Io { path, source }
    }

    /// Whether this machine is at fault and not the call.
    pub(crate) fn is_fault(&self) -> bool {
        matches!(
            self,
            Self::FolderGone(_) | Self::NoCheckpoints | Self::CheckpointGone(_) | Self::Io { .. }
        )
    }
}
