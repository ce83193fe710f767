//! Tokens and codes of one data folder, opened together.

use super::clock::Clock;
use super::error::AccessError;
use super::folder::Folder;
use super::pairing::{NewCode, Pairing};
use super::tokens::{Issued, Scope, Tokens};
use std::path::Path;

/// Name of the token that the first start shows.
const FIRST_NAME: &str = "first";

/// Who may speak to the server. Cheap to clone. The command line and a running server may each have one of the same
/// folder.
#[derive(Debug, Clone)]
pub struct ServerAccess {
    tokens: Tokens,
    pairing: Pairing,
}

/// What is shown once, when a server starts in a folder for the first time.
#[derive(Debug)]
pub struct FirstStart {
    /// A token that may do everything.
    pub token: Issued,
    /// A code for the first device.
    pub code: NewCode,
}

impl ServerAccess {
    /// Reads what there is; makes the server's folder in the data folder where it is not there. Waits for the disk.
    ///
    /// # Errors
    /// [`AccessError`] where a file is damaged or can't be read.
    pub fn open(data_folder: &Path, clock: Clock) -> Result<Self, AccessError> {
        let folder = Folder::open(data_folder)?;
        let tokens = Tokens::open(folder.clone(), clock.clone())?;
        let pairing = Pairing::new(folder, clock, tokens.clone());
        Ok(Self { tokens, pairing })
    }

    /// The tokens.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The pairing codes.
    #[must_use]
    pub fn pairing(&self) -> &Pairing {
        &self.pairing
    }

    /// A token and a code where there was never a token before; none at every later start. Waits for the disk.
    ///
    /// # Errors
    /// [`AccessError`] where a file can't be written.
    pub fn first_start(&self) -> Result<Option<FirstStart>, AccessError> {
        if !self.tokens.is_new()? {
            return Ok(None);
        }
        // The token last: its file says that this was done.
        let code = self.pairing.make(Scope::Operator)?;
        let token = self.tokens.issue(FIRST_NAME, Scope::Operator, None)?;
        Ok(Some(FirstStart { token, code }))
    }
}
