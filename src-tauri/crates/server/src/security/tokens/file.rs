//! The file of tokens.

use super::MOST;
use super::row::Stored;
use crate::security::error::{AccessError, Damage};
use crate::security::folder::{Folder, Locked};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

const NAME: &str = "tokens.json";
const VERSION: u32 = 1;
/// Far more than the rows of [`MOST`] tokens.
const MOST_BYTES: u64 = 1024 * MOST as u64;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TokenFile {
    version: u32,
    pub(super) tokens: Vec<Stored>,
}

#[derive(Deserialize)]
struct Head {
    version: u32,
}

impl TokenFile {
    pub(super) fn is_there(folder: &Folder) -> Result<bool, AccessError> {
        let path = folder.file(NAME);
        path.try_exists()
            .map_err(|source| AccessError::File { path, source })
    }

    /// What is there; nothing where there is no file yet. A damaged file is never taken for an empty one.
    pub(super) fn read(folder: &Folder) -> Result<Self, AccessError> {
        match folder.read(NAME, MOST_BYTES)? {
            None => Ok(Self {
                version: VERSION,
                tokens: Vec::new(),
            }),
            Some(bytes) => parse(&bytes, folder),
        }
    }

    pub(super) fn write(&self, folder: &Folder, locked: &Locked) -> Result<(), AccessError> {
        let bytes = serde_json::to_vec_pretty(self).map_err(AccessError::Written)?;
        folder.replace(locked, NAME, &bytes)
    }
}

fn parse(bytes: &[u8], folder: &Folder) -> Result<TokenFile, AccessError> {
    let damaged = |damage| AccessError::Damaged {
        path: folder.file(NAME),
        damage,
    };
    let malformed = |error: serde_json::Error| damaged(Damage::from(&error));
    let head: Head = serde_json::from_slice(bytes).map_err(malformed)?;
    if head.version > VERSION {
        let path = folder.file(NAME);
        return Err(AccessError::Newer { path });
    }
    let file: TokenFile = serde_json::from_slice(bytes).map_err(malformed)?;
    if is_unambiguous(&file.tokens) {
        Ok(file)
    } else {
        Err(damaged(Damage::Twice))
    }
}

fn is_unambiguous(tokens: &[Stored]) -> bool {
    let (mut ids, mut names, mut hashes) = (HashSet::new(), HashSet::new(), HashSet::new());
    tokens.iter().all(|stored| {
        ids.insert(&stored.row.id)
            && names.insert(stored.row.name.to_lowercase())
            && hashes.insert(stored.hash.0)
    })
}
