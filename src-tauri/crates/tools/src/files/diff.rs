//! What changes between two texts, as a person reads it.

use similar::{ChangeTag, TextDiff};
use std::time::Duration;

/// After this time the rest is shown as whole blocks: still right, only longer.
const PATIENCE: Duration = Duration::from_millis(500);
/// Unchanged lines around each change.
const AROUND: usize = 3;

/// A change as a unified diff, with how many lines come and go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) diff: String,
    pub(crate) added: u32,
    pub(crate) removed: u32,
}

/// The change of the file `name` from `before` (none if it is not there) to `after` (none if it goes).
#[must_use]
pub fn unified_diff(name: &str, before: Option<&str>, after: Option<&str>) -> String {
    changed(name, before, after).diff
}

pub(crate) fn changed(name: &str, before: Option<&str>, after: Option<&str>) -> Changed {
    let mut config = TextDiff::configure();
    config.timeout(PATIENCE);
    let diff = config.diff_lines(before.unwrap_or_default(), after.unwrap_or_default());
    let side = |letter: char, text: Option<&str>| match text {
        Some(_) => format!("{letter}/{name}"),
        None => "/dev/null".to_owned(),
    };
    let (mut added, mut removed) = (0, 0);
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Insert => added += 1,
            ChangeTag::Delete => removed += 1,
            ChangeTag::Equal => {}
        }
    }
    let text = diff
        .unified_diff()
        .context_radius(AROUND)
        .header(&side('a', before), &side('b', after))
        .to_string();
    Changed {
        diff: text,
        added,
        removed,
    }
}
