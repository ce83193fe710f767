//! Why tokens and codes could not be kept or given out. No error holds a secret, or anything out of a damaged file.

use std::io;
use std::path::PathBuf;
use wheelhouse_contract::{ApiError, ErrorCode};

/// What is wrong with a file of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It is not the JSON that was written.
    #[error("line {line}, column {column} is not what was written there")]
    Form {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// It is far larger than it can be.
    #[error("it is too large")]
    TooLarge,
    /// It is JSON, and not what was written.
    #[error("what stands in it was not written by Wheelhouse")]
    Content,
    /// The same id, name or secret stands in it twice.
    #[error("an entry stands in it twice")]
    Twice,
}

impl From<&serde_json::Error> for Damage {
    /// Only the place: what the parser says may repeat what stands there.
    fn from(error: &serde_json::Error) -> Self {
        Self::Form {
            line: error.line(),
            column: error.column(),
        }
    }
}

/// Why a text can't be a token's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitName {
    /// Nothing but space.
    #[error("A name can't be empty.")]
    Empty,
    /// More characters than a list can show.
    #[error("A name has at most {} characters.", super::tokens::NAME_MOST)]
    TooLong,
    /// Line breaks and the like.
    #[error("A name can't contain line breaks or other control characters.")]
    Control,
    /// It could be taken for an id.
    #[error("A name can't begin with `id-`, as ids do.")]
    LikeAnId,
}

/// Why tokens or codes could not be kept or given out.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// A file can't be read or written.
    #[error("{} could not be read or written: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file can't be made sense of. It was left as it is.
    #[error("{} is damaged: {damage}", path.display())]
    Damaged {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        damage: Damage,
    },
    /// A file was written by a newer version.
    #[error("{} was written by a newer Wheelhouse", path.display())]
    Newer {
        /// Which one.
        path: PathBuf,
    },
    /// Another process holds the file for longer than it can need to.
    #[error("another Wheelhouse has been changing {} for too long", path.display())]
    Busy {
        /// What is held.
        path: PathBuf,
    },
    /// What is kept could not be put into words.
    #[error("the file could not be written down: {0}")]
    Written(#[source] serde_json::Error),
    /// The text can't be a name.
    #[error("{0}")]
    Name(#[from] UnfitName),
    /// Another token has this name.
    #[error("There is a token with this name already.")]
    NameTaken,
    /// It would never have been good.
    #[error("The token would have expired already.")]
    ExpiresBeforeNow,
    /// There are as many as there may be.
    #[error("There are {} tokens already.", super::tokens::MOST)]
    Full,
    /// Nothing has this name or id.
    #[error("There is no token with this name or id.")]
    NotFound,
    /// The system gave no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(#[source] rand::rand_core::OsError),
    /// A code could not be made unreadable.
    #[error("the code could not be hashed")]
    Stretch,
}

impl AccessError {
    /// What the operator can do.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File { .. } => {
                "Check that this account may write to the data folder and that the disk has room."
            }
            Self::Damaged { .. } => {
                "Put the file back from a copy. Or move it away and start the server again: tokens and codes that were \
                 in it are then refused, and new ones can be made."
            }
            Self::Newer { .. } => "Install the newer Wheelhouse.",
            Self::Busy { .. } => "Look for a wheelhouse-server that hangs, end it, and try again.",
            Self::Name(_) => "Choose another name.",
            Self::NameTaken => "Choose another name, or revoke the token that has this one.",
            Self::ExpiresBeforeNow => "Choose a longer time, and check this machine's clock.",
            Self::Full => "Revoke tokens that are no longer used.",
            Self::NotFound => "`wheelhouse-server tokens list` shows the tokens that there are.",
            Self::Written(_) | Self::Random(_) | Self::Stretch => "Try again. The server's log has more.",
        }
    }

    fn code(&self) -> ErrorCode {
        match self {
            Self::Name(_) | Self::ExpiresBeforeNow => ErrorCode::InvalidRequest,
            Self::NameTaken | Self::Full => ErrorCode::Conflict,
            Self::NotFound => ErrorCode::NotFound,
            Self::File { .. } | Self::Damaged { .. } | Self::Newer { .. } | Self::Busy { .. } => {
                ErrorCode::Unavailable
            }
            Self::Written(_) | Self::Random(_) | Self::Stretch => ErrorCode::Internal,
        }
    }
}

/// What another machine is told: nothing of paths.
impl From<AccessError> for ApiError {
    fn from(error: AccessError) -> Self {
        let code = error.code();
        match code {
            ErrorCode::InvalidRequest => Self::new(code, error.to_string())
                .field("name")
                .next_step(error.next_step()),
            ErrorCode::Conflict | ErrorCode::NotFound => {
                Self::new(code, error.to_string()).next_step(error.next_step())
            }
            _ => Self::new(code, "The server can't read or write its list of tokens now.")
                .next_step("Ask who runs the server. Its log says what is wrong."),
        }
    }
}
