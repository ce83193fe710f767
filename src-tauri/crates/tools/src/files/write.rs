//! Writes a text file: first what would change, then the change.

use super::checkpoint::{Checkpoint, Checkpoints};
use super::diff::changed;
use super::edit::edited;
use super::error::FileError;
use super::path::{Inside, is_invisible};
use super::room::{Room, Spot};
use super::swap::{MOST_BYTES, Put};
use super::text::{Held, held};
use crate::arguments::WriteFile;
use crate::call::{Change, Done, Effect};
use crate::fingerprint::digest;
use cap_std::fs::Metadata;
use serde_json::json;

/// A write that was worked out and not done.
#[derive(Debug)]
pub(crate) struct Plan {
    path: Inside,
    before: Option<Held>,
    after: String,
    after_hash: String,
    /// Folders to be made, the outermost first.
    new_folders: Vec<String>,
}

/// Works out what `wanted` would change.
pub(crate) fn preview(room: &Room, path: &Inside, wanted: &WriteFile) -> Result<Plan, FileError> {
    room.require_write(path)?;
    let way = path.split().map_or(0, |(_, way)| way.len());
    let present = room.present(path)?;
    let before = if present == way {
        held(room, &room.spot(path)?, path, MOST_BYTES)?
    } else {
        None
    };
    let after = after(path, before.as_ref(), wanted)?;
    if after.len() as u64 > MOST_BYTES {
        return Err(FileError::TooBig {
            path: path.to_string(),
            size: after.len() as u64,
            most: MOST_BYTES,
        });
    }
    Ok(Plan {
        path: path.clone(),
        before,
        after_hash: digest(after.as_bytes()),
        after,
        new_folders: (present + 1..=way).map(|depth| down_to(path, depth)).collect(),
    })
}

fn after(path: &Inside, before: Option<&Held>, wanted: &WriteFile) -> Result<String, FileError> {
    if before.is_some() && wanted.create_only == Some(true) {
        return Err(FileError::Exists(path.to_string()));
    }
    match (&wanted.text, &wanted.edits, before) {
        (Some(text), None, None) => Ok(text.clone()),
        (Some(text), None, Some(before)) => {
            // What is there must be text, too: it has to be shown as it goes.
            before.text(path)?;
            Ok(text.clone())
        }
        (None, Some(edits), Some(before)) => edited(before.text(path)?, edits, path),
        (None, Some(_), None) => Err(FileError::Missing(path.to_string())),
        (Some(_), Some(_), _) | (None, None, _) => Err(FileError::TextOrEdits),
    }
}

/// The first `depth` parts of `path`.
fn down_to(path: &Inside, depth: usize) -> String {
    Inside {
        folder: path.folder.clone(),
        parts: path.parts.iter().take(depth).cloned().collect(),
    }
    .to_string()
}

impl Plan {
    /// What would happen, for a person to read.
    pub(crate) fn effect(&self) -> Effect {
        let name = self.path.to_string();
        let before = self
            .before
            .as_ref()
            .and_then(|held| super::text::as_text(&held.bytes));
        let shown = changed(&name, before, Some(&self.after));
        let hidden = |text: &str| text.chars().filter(|letter| is_invisible(*letter)).count();
        let invisible = hidden(&self.after).saturating_sub(before.map_or(0, hidden));
        Effect::Write {
            path: name,
            change: self.change(),
            diff: shown.diff,
            added: shown.added,
            removed: shown.removed,
            invisible: u32::try_from(invisible).unwrap_or(u32::MAX),
            before: self.before.as_ref().map(|held| held.hash.clone()),
            after: self.after_hash.clone(),
            new_folders: self.new_folders.clone(),
        }
    }

    fn change(&self) -> Change {
        match &self.before {
            None => Change::Create,
            Some(before) if before.hash == self.after_hash => Change::Nothing,
            Some(_) => Change::Replace,
        }
    }
}

/// Does what `plan` says, and keeps what was there.
pub(crate) fn perform(room: &Room, plan: &Plan, checkpoints: &Checkpoints) -> Result<Done, FileError> {
    let path = &plan.path;
    if let Some(before) = &plan.before {
        checkpoints
            .keep(&before.bytes, &before.hash)
            .map_err(FileError::io(path))?;
    }
    let made = if plan.change() == Change::Nothing {
        Vec::new()
    } else {
        put(room, plan)?
    };
    let checkpoint = Checkpoint {
        path: path.to_string(),
        before: plan.before.as_ref().map(|held| held.hash.clone()),
        after: plan.after_hash.clone(),
        mode: plan.before.as_ref().and_then(|held| mode(&held.metadata)),
        new_folders: made,
    };
    let did = match plan.change() {
        Change::Create => "was created",
        Change::Replace => "was changed",
        Change::Nothing => "has this text already; nothing was changed",
    };
    Ok(Done {
        text: format!("{path} {did}."),
        data: json!({ "path": path.to_string(), "change": plan.change(), "sha256": plan.after_hash }),
        untrusted: false,
        checkpoint: Some(checkpoint),
    })
}

fn put(room: &Room, plan: &Plan) -> Result<Vec<String>, FileError> {
    let path = &plan.path;
    let (spot, made) = room.make_spot(path)?;
    let made: Vec<String> = made.into_iter().map(|depth| down_to(path, depth)).collect();
    let put = Put {
        room,
        spot: &spot,
        path,
        expected: plan.before.as_ref().map(|held| held.hash.as_str()),
        bytes: plan.after.as_bytes(),
        mode: plan.before.as_ref().and_then(|held| mode(&held.metadata)),
    };
    match put.put() {
        Ok(()) => Ok(made),
        Err(error) => {
            remove_empty(room, &made);
            Err(error)
        }
    }
}

/// Removes those of `folders` that are empty, the innermost first. What is in use stays.
pub(super) fn remove_empty(room: &Room, folders: &[String]) {
    for folder in folders.iter().rev() {
        let removed = Inside::parse(folder)
            .map_err(FileError::from)
            .and_then(|path| room.spot(&path))
            .is_ok_and(|Spot { dir, name }| dir.remove_dir(name).is_ok());
        if !removed {
            return;
        }
    }
}

/// Permissions as Unix counts them.
#[cfg(unix)]
fn mode(metadata: &Metadata) -> Option<u32> {
    use cap_std::fs::MetadataExt;
    Some(metadata.mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_: &Metadata) -> Option<u32> {
    None
}
