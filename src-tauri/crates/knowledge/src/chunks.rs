//! Cuts a document into the pieces that are searched.
//!
//! A chunk is a range of whole lines, so that every citation names lines that a reader can find. The splitter
//! proposes where to cut (between sections, paragraphs, list items, sentences); a cut inside a line moves to the
//! next line break. A line longer than a chunk therefore makes a longer chunk.

use crate::lines::LineIndex;
use crate::outline::{Section, sections};
use crate::words::Terms;
use crate::{Format, title};
use text_splitter::{ChunkConfig, MarkdownSplitter, TextSplitter};

/// Characters that a chunk has at most, unless a single line is longer.
pub const CHUNK_CHARS: usize = 900;
/// Characters from which a chunk is large enough.
const ENOUGH_CHARS: usize = 500;

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, inclusive.
    pub end_line: u32,
    /// Headings above, outermost first; empty outside Markdown.
    pub headings: Vec<String>,
    /// The lines, verbatim.
    pub text: String,
    /// Terms of title, path and headings, separated by spaces: the first column of the index.
    pub heading_terms: String,
    /// Terms of the text: the second column of the index.
    pub terms: String,
}

/// The chunks of a document, in order, without overlap. Only blank lines are in none.
#[must_use]
pub fn split(path: &str, format: Format, text: &str) -> Vec<Chunk> {
    let index = LineIndex::new(text);
    let terms = Terms::new();
    let title = title(path, text);
    let mut chunks = Vec::new();
    for section in sections_of(format, text, &index) {
        let above = format!("{title} {path} {}", section.headings.join(" "));
        let heading_terms = terms.of_text(&above).join(" ");
        for (first, last) in cut(&index, &section, format) {
            let Some((start_line, end_line, text)) = without_blank_ends(&index, first, last) else {
                continue;
            };
            chunks.push(Chunk {
                start_line,
                end_line,
                headings: section.headings.clone(),
                text: text.to_owned(),
                heading_terms: heading_terms.clone(),
                terms: terms.of_text(text).join(" "),
            });
        }
    }
    chunks
}

fn sections_of(format: Format, text: &str, index: &LineIndex<'_>) -> Vec<Section> {
    match format {
        Format::Markdown => {
            let lines: Vec<&str> = text.split('\n').take(index.count() as usize).collect();
            sections(&lines)
        }
        Format::Text | Format::Code => vec![Section {
            from: 0,
            to: index.count() as usize,
            headings: Vec::new(),
        }],
    }
}

/// Ranges of lines (from 1, inclusive) that together are the section.
fn cut(index: &LineIndex<'_>, section: &Section, format: Format) -> Vec<(u32, u32)> {
    let line = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let (first, last) = (line(section.from + 1), line(section.to));
    let Some(text) = index.range(first, last) else {
        return Vec::new();
    };
    let base = index.start_of(first).unwrap_or_default();
    let mut starts = vec![first];
    for offset in proposed_cuts(text, format) {
        let start = next_line_start(index, base, text, offset);
        if start <= last && starts.last().is_some_and(|&previous| previous < start) {
            starts.push(start);
        }
    }
    let ends = starts.iter().skip(1).map(|&next| next - 1).chain([last]);
    starts.iter().copied().zip(ends).collect()
}

/// Byte offsets in `text` at which the splitter would begin a chunk.
fn proposed_cuts(text: &str, format: Format) -> Vec<usize> {
    if text.chars().nth(CHUNK_CHARS).is_none() {
        return Vec::new();
    }
    let config = ChunkConfig::new(ENOUGH_CHARS..CHUNK_CHARS).with_trim(false);
    let offsets =
        |chunks: &mut dyn Iterator<Item = (usize, &str)>| chunks.map(|(offset, _)| offset).collect();
    match format {
        Format::Markdown => offsets(&mut MarkdownSplitter::new(config).chunk_indices(text)),
        Format::Text | Format::Code => offsets(&mut TextSplitter::new(config).chunk_indices(text)),
    }
}

/// The line that begins at `offset`, or the next one when something stands before it on its line.
fn next_line_start(index: &LineIndex<'_>, base: usize, text: &str, offset: usize) -> u32 {
    let line = index.line_of(base + offset);
    let line_start = index.start_of(line).unwrap_or_default().saturating_sub(base);
    if text[line_start..offset].trim().is_empty() {
        line
    } else {
        line + 1
    }
}

/// The same lines without blank ones at both ends; none when all are blank.
fn without_blank_ends<'t>(index: &LineIndex<'t>, first: u32, last: u32) -> Option<(u32, u32, &'t str)> {
    let is_filled = |line: &u32| {
        index
            .range(*line, *line)
            .is_some_and(|text| !text.trim().is_empty())
    };
    let start = (first..=last).find(is_filled)?;
    let end = (start..=last).rev().find(is_filled)?;
    Some((start, end, index.range(start, end)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::is_verbatim;
    use proptest::prelude::*;

    fn check(path: &str, format: Format, text: &str) -> Vec<Chunk> {
        let chunks = split(path, format, text);
        let mut covered = 0;
        for chunk in &chunks {
            assert!(chunk.start_line > covered, "overlap at {}", chunk.start_line);
            assert!(is_verbatim(text, chunk.start_line, chunk.end_line, &chunk.text));
            let index = LineIndex::new(text);
            for between in covered + 1..chunk.start_line {
                assert_eq!(
                    index.range(between, between).map(str::trim),
                    Some(""),
                    "line {between} is lost"
                );
            }
            covered = chunk.end_line;
        }
        let index = LineIndex::new(text);
        for after in covered + 1..=index.count() {
            assert_eq!(
                index.range(after, after).map(str::trim),
                Some(""),
                "line {after} is lost"
            );
        }
        chunks
    }

    #[test]
    fn markdown_is_cut_at_headings() {
        let chunks = check("a.md", Format::Markdown, "# A\n\nfirst\n\n## B\n\nsecond\n");
        assert_eq!(chunks.len(), 2);
        assert_eq!(chunks[1].headings, ["A", "B"]);
        assert_eq!((chunks[1].start_line, chunks[1].end_line), (5, 7));
    }

    #[test]
    fn long_text_becomes_chunks_of_whole_lines() {
        let text = "A sentence that says something of no weight at all.\n".repeat(200);
        let chunks = check("a.txt", Format::Text, &text);
        assert!(chunks.len() > 10);
        assert!(
            chunks
                .iter()
                .all(|chunk| chunk.text.chars().count() <= CHUNK_CHARS)
        );
    }

    #[test]
    fn a_long_line_is_never_cut() {
        let text = format!(
            "# T\n\n{}\n\nshort\n",
            "One more sentence in the line. ".repeat(100)
        );
        let chunks = check("a.md", Format::Markdown, &text);
        assert!(
            chunks
                .iter()
                .any(|chunk| chunk.text.contains(&"One more sentence in the line. ".repeat(99)))
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn any_text_is_covered_by_whole_lines(
            lines in proptest::collection::vec("(#{1,4} )?[-`~=# a-zA-Zé知🙂.]{0,120}|\\PC{0,60}|```|---|", 0..60),
            format in prop_oneof![Just(Format::Markdown), Just(Format::Text), Just(Format::Code)],
        ) {
            check("any.md", format, &lines.join("\n"));
        }

        #[test]
        fn any_unicode_is_no_reason_to_panic(text in any::<String>()) {
            check("any.md", Format::Markdown, &text);
        }
    }
}
