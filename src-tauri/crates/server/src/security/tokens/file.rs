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

impl TokenFile {
    pub(super) fn is_there(folder: &Folder) -> Result<bool, AccessError> {
        let path = folder.file(NAME);
        path.try_exists()
            .map_err(|source| AccessError::File { path, source })
    }

    /// What is there; nothing where there is no file yet. A damaged file is never taken for an empty one.
    pub(super) fn read(folder: &Folder) -> Result<Self, AccessError> {
        match folder.read_json::<Self>(NAME, MOST_BYTES, VERSION)? {
            None => Ok(Self {
                version: VERSION,
                tokens: Vec::new(),
            }),
            Some(file) if is_unambiguous(&file.tokens) => Ok(file),
            Some(_) => Err(folder.damaged(NAME, Damage::Twice)),
        }
    }

    pub(super) fn write(&self, folder: &Folder, locked: &Locked) -> Result<(), AccessError> {
        folder.replace_json(locked, NAME, self)
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
