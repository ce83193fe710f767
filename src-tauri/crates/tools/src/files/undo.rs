//! Sets a file back to what stood in it before one write.

use super::checkpoint::{Checkpoint, Checkpoints};
use super::error::FileError;
use super::path::Inside;
use super::room::Room;
use super::swap::{MOST_BYTES, Put, remove};
use super::text::held;
use super::write::remove_empty;

/// Undoes the write of `checkpoint`. Refuses if the file is not as the write left it.
pub(crate) fn undo(
    room: &Room,
    path: &Inside,
    checkpoint: &Checkpoint,
    checkpoints: &Checkpoints,
) -> Result<(), FileError> {
    room.require_write(path)?;
    let spot = room.spot(path)?;
    let now = held(room, &spot, path, MOST_BYTES)?;
    if now.as_ref().map(|now| &now.hash) == checkpoint.before.as_ref() {
        // Undone before.
        return Ok(());
    }
    if now.is_none_or(|now| now.hash != checkpoint.after) {
        return Err(FileError::ChangedSince(path.to_string()));
    }
    let Some(before) = &checkpoint.before else {
        remove(room, &spot, path, &checkpoint.after)?;
        remove_empty(room, &checkpoint.new_folders);
        return Ok(());
    };
    let bytes = checkpoints.fetch(before, &checkpoint.path)?;
    let put = Put {
        room,
        spot: &spot,
        path,
        expected: Some(&checkpoint.after),
        bytes: &bytes,
        mode: checkpoint.mode,
    };
    put.put().map_err(|error| match error {
        FileError::ChangedMeanwhile(path) => FileError::ChangedSince(path),
        other => other,
    })
}
