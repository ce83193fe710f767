//! The pages about Wheelhouse itself that ship as the first source.

use wheelhouse_domain::SourceUid;

/// What the handbook's source is called.
pub const HANDBOOK_NAME: &str = "Wheelhouse handbook";

/// One page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandbookPage {
    /// Path below the source.
    pub path: &'static str,
    /// The Markdown.
    pub text: &'static str,
}

macro_rules! pages {
    ($($path:literal),+ $(,)?) => {
        &[$(HandbookPage { path: $path, text: include_str!(concat!("../handbook/", $path)) }),+]
    };
}

const PAGES: &[HandbookPage] = pages![
    "agents-and-roles.md",
    "budgets-and-prices.md",
    "command-line.md",
    "conversations.md",
    "data-and-backup.md",
    "designing-a-rest-api.md",
    "how-a-task-flows.md",
    "knowledge-and-citations.md",
    "models-and-keys.md",
    "planning-a-launch.md",
    "privacy-and-security.md",
    "rehearsal.md",
    "reviewing-a-document.md",
    "schedules.md",
    "status-and-failures.md",
    "steering-and-forks.md",
    "surviving-a-crash.md",
    "templates.md",
    "the-window-and-keys.md",
    "writing-a-good-task.md",
];

/// Every page, by path.
#[must_use]
pub fn handbook() -> &'static [HandbookPage] {
    PAGES
}

/// The handbook's source has the same identity in every store, so that a report's citations of it stay good elsewhere.
#[must_use]
pub fn handbook_uid() -> SourceUid {
    SourceUid(uuid::Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0002))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, Triage, read, split, title, triage};

    #[test]
    fn every_page_can_be_read_split_and_named() {
        for page in handbook() {
            assert_eq!(triage(page.path), Triage::Read(Format::Markdown));
            let text = read(page.text.as_bytes(), Format::Markdown).expect(page.path);
            assert_eq!(text, page.text, "{} has other line ends", page.path);
            assert_ne!(title(page.path, &text), page.path, "{} has no heading", page.path);
            let lines = crate::line_count(&text);
            assert!((50..=140).contains(&lines), "{} has {lines} lines", page.path);
            assert!(
                split(page.path, Format::Markdown, &text).len() >= 4,
                "{}",
                page.path
            );
        }
    }

    #[test]
    fn pages_are_in_the_order_of_their_paths() {
        assert!(handbook().windows(2).all(|pair| pair[0].path < pair[1].path));
    }
}
