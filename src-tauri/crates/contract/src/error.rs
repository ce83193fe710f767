//! The one error that crosses the boundary.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What a program can decide on. A code exists only if someone acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request itself is wrong; `details.field` says where.
    InvalidRequest,
    /// There is no such thing (any more).
    NotFound,
    /// It exists, but is not in a state that allows this.
    Conflict,
    /// The request key was used for another wish.
    RequestKeyReused,
    /// A file or folder could not be read.
    Unreadable,
    /// A provider did not answer as it should; the message says what it was.
    ProviderFailed,
    /// The file of keys must be opened first.
    KeysLocked,
    /// Another backend does not know who asks: the token is missing, wrong, too old or taken back.
    Unauthorized,
    /// Who asks is known and may not do this.
    Forbidden,
    /// Too much was asked in too short a time.
    RateLimited,
    /// The request or the answer is larger than any that is meant.
    TooLarge,
    /// The application is closing down, or the store can't take writes now.
    Unavailable,
    /// A fault of the application itself; the log has more.
    Internal,
}

/// What helps to mend it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ErrorDetails {
    /// Field of the request that is wrong.
    pub field: Option<String>,
    /// What the operator can do.
    pub next_step: Option<String>,
}

/// Why an operation was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// Kind.
    pub code: ErrorCode,
    /// What happened, in plain words.
    pub message: String,
    /// What helps to mend it.
    pub details: ErrorDetails,
}

impl ApiError {
    /// An error without details.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: ErrorDetails::default(),
        }
    }

    /// The same, naming the field that is wrong.
    #[must_use]
    pub fn field(mut self, field: &str) -> Self {
        self.details.field = Some(field.to_owned());
        self
    }

    /// The same, saying what the operator can do.
    #[must_use]
    pub fn next_step(mut self, next_step: impl Into<String>) -> Self {
        self.details.next_step = Some(next_step.into());
        self
    }

    /// What happened and what the operator can do, as one text for a terminal or a line.
    #[must_use]
    pub fn in_words(&self) -> String {
        match &self.details.next_step {
            Some(next_step) => format!("{} {next_step}", self.message),
            None => self.message.clone(),
        }
    }
}
