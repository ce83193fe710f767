//! The file of open codes.

use super::{CODE_MINUTES, MOST_OPEN, TRIES};
use crate::security::error::{AccessError, Damage};
use crate::security::folder::{Folder, Locked};
use crate::security::secret::random;
use crate::security::tokens::{Scope, hex, unhex};
use serde::{Deserialize, Serialize};
use wheelhouse_contract::domain::Millis;

const NAME: &str = "pairing.json";
const VERSION: u32 = 1;
/// Far more than the codes that may be open.
const MOST_BYTES: u64 = 1024 * MOST_OPEN as u64;

/// A code that is open.
pub(super) struct Open {
    pub(super) hash: [u8; 32],
    pub(super) scope: Scope,
    pub(super) expires_at: Millis,
    /// Wrong tries while it was open.
    pub(super) wrong: u32,
}

/// What is in the file.
pub(super) struct CodeFile {
    /// The same for all codes that are open together, so that a try costs one hash.
    pub(super) salt: [u8; 16],
    pub(super) open: Vec<Open>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    salt: String,
    codes: Vec<WrittenCode>,
}

#[derive(Serialize, Deserialize)]
struct WrittenCode {
    scrypt: String,
    scope: Scope,
    expires_at: Millis,
    wrong: u32,
}

impl CodeFile {
    /// What is there; nothing where there is no file.
    pub(super) fn read(folder: &Folder) -> Result<Self, AccessError> {
        match folder.read_json::<Written>(NAME, MOST_BYTES, VERSION)? {
            None => Ok(Self {
                salt: [0; 16],
                open: Vec::new(),
            }),
            Some(written) => opened(written).ok_or_else(|| folder.damaged(NAME, Damage::Content)),
        }
    }

    /// Only what is open at this time. A code of a time to come was made before the clock was set back: it is over, since
    /// nobody knows for how long it was open.
    pub(super) fn at(mut self, now: Millis) -> Self {
        let latest = now.plus(CODE_MINUTES * 60_000);
        self.open
            .retain(|open| now < open.expires_at && open.expires_at <= latest && open.wrong < TRIES);
        self
    }

    pub(super) fn new_salt(&mut self) -> Result<(), AccessError> {
        self.salt = *random()?;
        Ok(())
    }

    /// Nobody knows which code a wrong try was meant for, so that it counts for each.
    pub(super) fn count_wrong_try(&mut self) {
        for open in &mut self.open {
            open.wrong += 1;
        }
        self.open.retain(|open| open.wrong < TRIES);
    }

    pub(super) fn write(&self, folder: &Folder, locked: &Locked) -> Result<(), AccessError> {
        let codes = self.open.iter().map(|open| WrittenCode {
            scrypt: hex(&open.hash),
            scope: open.scope,
            expires_at: open.expires_at,
            wrong: open.wrong,
        });
        let written = Written {
            version: VERSION,
            salt: hex(&self.salt),
            codes: codes.collect(),
        };
        folder.replace_json(locked, NAME, &written)
    }
}

fn opened(written: Written) -> Option<CodeFile> {
    let codes = written.codes.into_iter().map(|code| {
        Some(Open {
            hash: unhex(&code.scrypt)?,
            scope: code.scope,
            expires_at: code.expires_at,
            wrong: code.wrong,
        })
    });
    Some(CodeFile {
        salt: unhex(&written.salt)?,
        open: codes.collect::<Option<Vec<_>>>()?,
    })
}
