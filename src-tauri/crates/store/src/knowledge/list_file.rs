//! `knowledge-sources.json`: which sources there are, so that a rebuilt database knows what to read.

use super::error::KnowledgeError;
use serde::{Deserialize, Serialize};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;
use wheelhouse_domain::SourceKind;

const NAME: &str = "knowledge-sources.json";
const VERSION: u32 = 1;

/// A source in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) id: u32,
    pub(super) uid: Uuid,
    pub(super) name: String,
    pub(super) kind: SourceKind,
    pub(super) path: String,
    #[serde(default)]
    pub(super) removed: bool,
    #[serde(default)]
    pub(super) stays_here: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct File {
    version: u32,
    sources: Vec<Listed>,
}

pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// The list; empty when there is no file yet.
///
/// # Errors
/// When the file is there but cannot be read or is no such list.
pub(super) fn read(folder: &Path) -> Result<Vec<Listed>, KnowledgeError> {
    let path = path(folder);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(KnowledgeError::File { path, source }),
    };
    let file: File = serde_json::from_str(&text)?;
    Ok(file.sources)
}

/// Writes the list in one piece: a crash leaves the old one or the new one.
pub(super) fn write(folder: &Path, sources: Vec<Listed>) -> Result<(), KnowledgeError> {
    let path = path(folder);
    let text = serde_json::to_string_pretty(&File {
        version: VERSION,
        sources,
    })?;
    let beside = folder.join(format!("{NAME}.new"));
    let written = std::fs::File::create(&beside)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| std::fs::rename(&beside, &path));
    written.map_err(|source| KnowledgeError::File { path, source })
}
