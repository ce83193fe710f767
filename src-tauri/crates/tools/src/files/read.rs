//! Reads lines of a text file.

use super::error::FileError;
use super::path::Inside;
use super::room::Room;
use super::text::held;
use crate::call::Done;
use serde_json::json;
use std::fmt::Write;

/// Largest file that is looked into, in bytes.
const MOST_BYTES: u64 = 10 * 1_024 * 1_024;
/// Most lines at once.
const MOST_LINES: u64 = 2_000;
/// Most characters at once.
const MOST_CHARS: usize = 200_000;

/// The lines from `first` to `last` of the file at `path`, both from 1, as many as fit.
pub(crate) fn read(
    room: &Room,
    path: &Inside,
    first: Option<u64>,
    last: Option<u64>,
) -> Result<Done, FileError> {
    let first = first.unwrap_or(1).max(1);
    if last.is_some_and(|last| last < first) {
        return Err(FileError::BadRange);
    }
    let spot = room.spot(path)?;
    let held = held(room, &spot, path, MOST_BYTES)?.ok_or_else(|| FileError::Missing(path.to_string()))?;
    let text = held.text(path)?;
    let total = text.lines().count() as u64;
    if first > total && first > 1 {
        return Err(FileError::PastEnd {
            path: path.to_string(),
            lines: total,
        });
    }
    let wanted = last.unwrap_or(u64::MAX).min(total);
    let (lines, until, cut) = gather(text, first, wanted);
    let data = json!({
        "path": path.to_string(), "first_line": first, "last_line": until, "lines": total,
        "sha256": held.hash, "text": lines,
    });
    Ok(Done {
        text: shown(path, &lines, first, until, total, wanted, cut),
        data,
        untrusted: true,
        checkpoint: None,
    })
}

/// The lines, the last of them, and whether it was cut within.
fn gather(text: &str, first: u64, wanted: u64) -> (String, u64, bool) {
    let mut out = String::new();
    let mut until = first.saturating_sub(1);
    let (mut chars, mut cut) = (0, false);
    let range = text
        .lines()
        .skip(usize::try_from(first - 1).unwrap_or(usize::MAX));
    for line in range.take(usize::try_from(wanted.saturating_sub(first - 1).min(MOST_LINES)).unwrap_or(0)) {
        let length = line.chars().count() + 1;
        if chars + length > MOST_CHARS {
            if chars == 0 {
                out.extend(line.chars().take(MOST_CHARS));
                out.push('\n');
                until += 1;
                cut = true;
            }
            break;
        }
        chars += length;
        out.push_str(line);
        out.push('\n');
        until += 1;
    }
    (out, until, cut)
}

fn shown(path: &Inside, lines: &str, first: u64, until: u64, total: u64, wanted: u64, cut: bool) -> String {
    if total == 0 {
        return format!("{path} is empty.");
    }
    let mut out = format!("{path}, lines {first} to {until} of {total}:\n");
    for (number, line) in (first..).zip(lines.lines()) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{number:>6}\t{line}");
    }
    if cut {
        let _ = writeln!(
            out,
            "(Line {until} is longer than {MOST_CHARS} characters; its end is left out.)"
        );
    }
    if until < wanted {
        let _ = writeln!(out, "(There is more. Ask with first_line {}.)", until + 1);
    }
    out
}
