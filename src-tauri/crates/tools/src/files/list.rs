//! Lists a folder, or what is granted at all.

use super::error::FileError;
use super::path::Inside;
use super::room::Room;
use crate::call::Done;
use serde_json::{Value, json};
use std::fmt::Write;
use wheelhouse_domain::{Access, Grant};

/// Most entries at once.
const MOST_ENTRIES: usize = 1_000;
/// Most entries that are looked at; the alphabetical order is of these.
const MOST_SEEN: usize = 100_000;

struct Entry {
    name: String,
    kind: &'static str,
    size: Option<u64>,
}

/// What is in the folder at `path`, in alphabetical order.
pub(crate) fn list(room: &Room, path: &Inside) -> Result<Done, FileError> {
    let dir = room.folder(path)?;
    let mut entries = Vec::new();
    let mut unreadable = 0_u32;
    for entry in dir.entries().map_err(FileError::io(path))?.take(MOST_SEEN) {
        let entry = entry.map_err(FileError::io(path))?;
        let Ok(name) = entry.file_name().into_string() else {
            unreadable += 1;
            continue;
        };
        // Removed meanwhile: then it is not there.
        let Ok(metadata) = dir.symlink_metadata(&name) else {
            continue;
        };
        let kind = metadata.file_type();
        entries.push(Entry {
            name,
            kind: match () {
                () if kind.is_dir() => "folder",
                () if kind.is_file() => "file",
                () if kind.is_symlink() => "link",
                () => "other",
            },
            size: kind.is_file().then(|| metadata.len()),
        });
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    let total = entries.len();
    entries.truncate(MOST_ENTRIES);
    Ok(Done {
        text: shown(path, &entries, total, unreadable),
        data: json!({ "path": path.to_string(), "total": total, "entries": values(&entries) }),
        untrusted: true,
        checkpoint: None,
    })
}

fn values(entries: &[Entry]) -> Vec<Value> {
    entries
        .iter()
        .map(|entry| json!({ "name": entry.name, "kind": entry.kind, "size": entry.size }))
        .collect()
}

fn shown(path: &Inside, entries: &[Entry], total: usize, unreadable: u32) -> String {
    if total == 0 {
        return format!("{path} is empty.");
    }
    let mut out = format!("{path}:\n");
    for entry in entries {
        // Names may contain line breaks and worse; quoted, they stay one name on one line. Writing to a string cannot fail.
        let _ = match (entry.kind, entry.size) {
            ("folder", _) => writeln!(out, "{}/", plain(&entry.name)),
            ("file", Some(size)) => writeln!(out, "{}  ({size} bytes)", plain(&entry.name)),
            (kind, _) => writeln!(out, "{}  ({kind}, not followed)", plain(&entry.name)),
        };
    }
    if total > entries.len() {
        let _ = writeln!(
            out,
            "({} of {total} entries are shown. Use search_files with “files”.)",
            entries.len()
        );
    }
    if unreadable > 0 {
        let _ = writeln!(out, "({unreadable} names are not Unicode and left out.)");
    }
    out
}

/// The name as it is, or quoted where it would deceive.
pub(super) fn plain(name: &str) -> String {
    if name
        .chars()
        .any(|letter| super::path::forbidden(letter).is_some())
    {
        format!("{name:?}")
    } else {
        name.to_owned()
    }
}

/// The folders that are granted.
pub(crate) fn list_granted(grant: &Grant) -> Done {
    let mut text = String::from(if grant.folders.is_empty() {
        "No folder is granted. Ask the operator if you need one."
    } else {
        "Granted folders:\n"
    });
    let mut values = Vec::new();
    for folder in &grant.folders {
        let may = match folder.access {
            Access::Read => "read",
            Access::Write => "read and write",
        };
        let _ = writeln!(text, "{}/  ({may})", folder.name);
        values.push(json!({ "name": folder.name, "kind": "folder", "access": folder.access }));
    }
    Done {
        text,
        data: json!({ "path": "", "total": values.len(), "entries": values }),
        untrusted: false,
        checkpoint: None,
    }
}
