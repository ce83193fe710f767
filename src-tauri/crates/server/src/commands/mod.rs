//! What the terminal may do with tokens and pairing codes, beside a running server or without one: both change the same
//! files under the same lock.
//!
//! Deliberately absent: where the data folder is, and how errors are shown. The program knows that.

mod moment;
mod pair;
mod tokens;

pub use pair::{PairCommand, pair};
pub use tokens::{TokensCommand, tokens};

use crate::security::AccessError;
use std::io::{self, Write};

/// Where a command writes to.
pub struct Output<'a> {
    /// What was asked for: a token, a code, a list.
    pub result: &'a mut dyn Write,
    /// What a person should know beside it.
    pub note: &'a mut dyn Write,
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The files.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Nothing can be written.
    #[error("the answer could not be written: {0}")]
    Output(#[from] io::Error),
    /// The list could not be put into JSON.
    #[error("the list could not be written down: {0}")]
    Json(#[from] serde_json::Error),
}

impl CommandError {
    /// What the operator can do.
    #[must_use]
    pub fn next_step(&self) -> Option<&'static str> {
        match self {
            Self::Access(error) => Some(error.next_step()),
            Self::Output(_) | Self::Json(_) => None,
        }
    }
}
