//! The text of a file, read whole and within bounds.

use super::error::FileError;
use super::path::Inside;
use super::room::{Room, Spot};
use crate::fingerprint::digest;
use cap_std::fs::{File, Metadata};
use std::io::Read;

/// What is in a file.
#[derive(Debug)]
pub(crate) struct Held {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// Their SHA-256.
    pub(crate) hash: String,
    /// What else the system says of it.
    pub(crate) metadata: Metadata,
}

impl Held {
    /// The bytes as text.
    pub(crate) fn text(&self, path: &Inside) -> Result<&str, FileError> {
        as_text(&self.bytes).ok_or_else(|| FileError::Binary(path.to_string()))
    }
}

/// What is in the file at `spot`; none if nothing is there.
pub(crate) fn held(room: &Room, spot: &Spot, path: &Inside, most: u64) -> Result<Option<Held>, FileError> {
    let Some((file, metadata)) = room.file(spot, path)? else {
        return Ok(None);
    };
    let bytes = bytes(file, &metadata, path, most)?;
    Ok(Some(Held {
        hash: digest(&bytes),
        bytes,
        metadata,
    }))
}

/// All of `file`, if it has at most `most` bytes.
pub(crate) fn bytes(file: File, metadata: &Metadata, path: &Inside, most: u64) -> Result<Vec<u8>, FileError> {
    let too_big = |size| FileError::TooBig {
        path: path.to_string(),
        size,
        most,
    };
    if metadata.len() > most {
        return Err(too_big(metadata.len()));
    }
    let mut bytes = Vec::new();
    // It may grow while it is read.
    let size = file
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(FileError::io(path))? as u64;
    if size > most {
        Err(too_big(size))
    } else {
        Ok(bytes)
    }
}

/// `bytes` as text, if they are UTF-8 without what no text contains.
pub(crate) fn as_text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(text)
}
