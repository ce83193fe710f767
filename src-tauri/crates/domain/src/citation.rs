//! Where a statement comes from.
//!
//! A passage is named by what it says, not by a row number, so that a report keeps its sources when the
//! knowledge is indexed anew: the label is `s` and the first six hexadecimal digits of the SHA-256 of
//! source, path, lines and text.

use crate::{ContentHash, SourceUid};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::fmt;

/// Name of a passage in the text of an answer, written as `[s1a2b3c]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct CitationLabel(pub String);

impl fmt::Display for CitationLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A passage that a search found: what a model may cite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Passage {
    /// Name to cite it by.
    pub label: CitationLabel,
    /// Source that it is from.
    pub source: SourceUid,
    /// The source's name.
    pub source_name: String,
    /// The document's path below its source, with `/`.
    pub path: String,
    /// Headings above the passage, outermost first.
    pub headings: Vec<String>,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, inclusive.
    pub end_line: u32,
    /// The passage, verbatim.
    pub text: String,
    /// How well it matches, higher is better; only comparable within one search.
    #[specta(type = specta_typescript::Number)]
    pub score: f64,
    /// Whether its text stays on the machine that it was found on.
    #[serde(default)]
    pub stays_here: bool,
}

/// A passage that an answer refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Citation {
    /// Name in the text.
    pub label: CitationLabel,
    /// Source that it is from.
    pub source: SourceUid,
    /// The source's name.
    pub source_name: String,
    /// The document's path below its source, with `/`.
    pub path: String,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, inclusive.
    pub end_line: u32,
    /// The words of the document, verbatim.
    pub quote: String,
    /// Whether they stay on the machine that they were found on.
    #[serde(default)]
    pub stays_here: bool,
}

impl From<&Passage> for Citation {
    fn from(passage: &Passage) -> Self {
        Self {
            label: passage.label.clone(),
            source: passage.source,
            source_name: passage.source_name.clone(),
            path: passage.path.clone(),
            start_line: passage.start_line,
            end_line: passage.end_line,
            quote: passage.text.clone(),
            stays_here: passage.stays_here,
        }
    }
}

/// The label of a passage, from what it says and where.
#[must_use]
pub fn citation_label(
    source: SourceUid,
    path: &str,
    start_line: u32,
    end_line: u32,
    text: &str,
) -> CitationLabel {
    let hash = ContentHash::of(&format!("{source}\n{path}\n{start_line}-{end_line}\n{text}"));
    CitationLabel(format!("s{}", &hash.as_str()[..6]))
}

/// The labels that `text` mentions, each once, in order.
#[must_use]
pub fn cited_labels(text: &str) -> Vec<CitationLabel> {
    let mut labels: Vec<CitationLabel> = Vec::new();
    let bytes = text.as_bytes();
    for (start, _) in text.match_indices("[s") {
        let end = start + 8;
        if bytes.get(end) != Some(&b']') {
            continue;
        }
        let inner = &bytes[start + 2..end];
        if inner
            .iter()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
        {
            let label = CitationLabel(text[start + 1..end].to_owned());
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_once_in_order_and_nothing_else_is() {
        let text = "One [s00ff12], two [sabcdef] and again [s00ff12]. Not [s12], [sGGGGGG], [s1234567] nor [s12345é].";
        let found: Vec<String> = cited_labels(text).into_iter().map(|label| label.0).collect();
        assert_eq!(found, ["s00ff12", "sabcdef"]);
    }

    #[test]
    fn a_label_is_what_the_marker_finds() {
        let label = citation_label(SourceUid(uuid::Uuid::nil()), "a.md", 1, 2, "text");
        assert_eq!(cited_labels(&format!("see [{label}]")), [label]);
    }
}
