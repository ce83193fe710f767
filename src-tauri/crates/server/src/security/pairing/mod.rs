//! How a device gets its token: a code that the server shows is typed once on the device. And how it gives it back.
//!
//! A code is good for ten minutes and once, and five wrong tries end every code that is open: a wrong try does not say
//! which code it was meant for. Codes are kept beside the tokens, as hashes that take long to compute, because a code is
//! short enough to be guessed from a quick one.

mod code;
mod file;
mod route;
#[cfg(test)]
mod tests;

use super::clock::Clock;
use super::error::AccessError;
use super::folder::Folder;
use super::tokens::{Caller, Issued, Scope, TokenRow, Tokens, fit_name};
pub use code::NewCode;
use code::Secret;
use file::{CodeFile, Open};
pub(crate) use route::{PAIR_PATH, UNPAIR_PATH};
pub use route::{PairingDesk, pairing_routes};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use wheelhouse_contract::domain::Millis;

/// How long a code is good.
pub const CODE_MINUTES: i64 = 10;
/// Wrong tries that end a code.
pub const TRIES: u32 = 5;
/// Codes that may be open at the same time; a further one ends the oldest.
const MOST_OPEN: usize = 8;

/// Why a code was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PairRefusal {
    /// What was typed has not the form of a code.
    #[error("A code has 8 letters and digits, without I, L, O and U.")]
    Form,
    /// Wrong, used, too old, or tried too often.
    #[error("This code is not valid, or not any more.")]
    NotValid,
    /// The name or the files.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// The codes of one data folder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pairing {
    folder: Folder,
    clock: Clock,
    tokens: Tokens,
}

impl Pairing {
    pub(crate) fn new(folder: Folder, clock: Clock, tokens: Tokens) -> Self {
        Self {
            folder,
            clock,
            tokens,
        }
    }

    /// Makes a code. Waits for the disk and for a hash that is slow by intention.
    ///
    /// # Errors
    /// [`AccessError`] where the file can't be changed.
    pub fn make(&self, scope: Scope) -> Result<NewCode, AccessError> {
        let locked = self.folder.lock()?;
        let now = self.clock.now();
        let mut file = CodeFile::read(&self.folder)?.at(now);
        if file.open.is_empty() {
            file.new_salt()?;
        }
        let secret = Secret::new()?;
        let expires_at = now.plus(CODE_MINUTES * 60_000);
        file.open.push(Open {
            hash: secret.stretched(&file.salt)?,
            scope,
            expires_at,
            wrong: 0,
        });
        let too_many = file.open.len().saturating_sub(MOST_OPEN);
        file.open.drain(..too_many);
        file.write(&self.folder, &locked)?;
        Ok(NewCode {
            secret,
            scope,
            expires_at,
        })
    }

    /// Takes a code, and gives a token with the device's name for it. Waits as [`Pairing::make`] does.
    ///
    /// # Errors
    /// [`PairRefusal`]; the same whether there is no code, another one, or one that is too old.
    pub fn redeem(&self, typed: &str, device: &str) -> Result<Issued, PairRefusal> {
        let secret = Secret::parse(typed).ok_or(PairRefusal::Form)?;
        fit_name(device).map_err(AccessError::Name)?;
        let locked = self.folder.lock()?;
        let mut file = CodeFile::read(&self.folder)?.at(self.clock.now());
        let hash = secret.stretched(&file.salt)?;
        let Some(place) = place_of(&hash, &file.open) else {
            file.count_wrong_try();
            // Also where no code is open, so that a try does not tell by its time.
            file.write(&self.folder, &locked)?;
            return Err(PairRefusal::NotValid);
        };
        // Used before the token is there: whatever stops this process between, no code is good twice.
        let open = file.open.remove(place);
        file.write(&self.folder, &locked)?;
        Ok(self.tokens.issue_numbered(&locked, device, open.scope)?)
    }

    /// Takes back the token of whoever asks, and no other. Waits for the disk.
    ///
    /// # Errors
    /// [`AccessError`] where it is gone already, or the file can't be changed.
    pub fn leave(&self, caller: &Caller) -> Result<TokenRow, AccessError> {
        self.tokens.revoke(caller.id.as_str())
    }

    /// Until when the last open code is good; none where no code is open.
    ///
    /// # Errors
    /// [`AccessError`] where the file can't be read.
    pub fn open_until(&self) -> Result<Option<Millis>, AccessError> {
        let file = CodeFile::read(&self.folder)?.at(self.clock.now());
        Ok(file.open.iter().map(|open| open.expires_at).max())
    }
}

/// Where the code with this hash is. Compares with all of them, whichever fits.
fn place_of(hash: &[u8; 32], open: &[Open]) -> Option<usize> {
    let mut found = u64::MAX;
    for (place, open) in (0_u64..).zip(open) {
        let fits: Choice = open.hash.ct_eq(hash);
        found.conditional_assign(&place, fits);
    }
    usize::try_from(found).ok().filter(|place| *place < open.len())
}
