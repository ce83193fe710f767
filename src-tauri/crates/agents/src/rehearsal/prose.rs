//! The sentences of a Markdown text, verbatim, without headings, tables, code or list debris.

use super::text::words;

/// A sentence may be this long; longer ones are seldom worth quoting.
const MAX_CHARS: usize = 340;

/// What ends in a dot without ending a sentence.
const ABBREVIATIONS: [&str; 16] = [
    "e.g", "i.e", "etc", "vs", "cf", "approx", "mr", "mrs", "ms", "dr", "no", "nr", "fig", "bzw", "z.b", "ca",
];

/// One sentence and what stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    /// The words, verbatim but for line ends.
    pub(super) text: String,
    /// The paragraph or list item that it is from, counted from 0.
    pub(super) block: usize,
    /// Its place in that block, from 0.
    pub(super) place: usize,
}

/// The sentences of `markdown` that can stand alone.
pub(super) fn sentences(markdown: &str) -> Vec<Sentence> {
    blocks(markdown)
        .iter()
        .enumerate()
        .flat_map(|(block, text)| {
            split(text)
                .into_iter()
                .enumerate()
                .filter(|(_, text)| is_prose(text))
                .map(move |(place, text)| Sentence { text, block, place })
        })
        .collect()
}

/// The first code block of `markdown`, at most `lines` lines of it.
pub(super) fn code(markdown: &str, lines: usize) -> Option<String> {
    let mut inside = false;
    let mut taken: Vec<&str> = Vec::new();
    for line in markdown.lines() {
        match (is_fence(line), inside) {
            (true, true) => break,
            (true, false) => inside = true,
            (false, true) => taken.push(line),
            (false, false) => {}
        }
    }
    taken.truncate(lines);
    let code = taken.join("\n");
    (!code.trim().is_empty()).then_some(code)
}

fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```") || line.starts_with("~~~")
}

/// Paragraphs and list items, each joined to one line.
fn blocks(markdown: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut current = String::new();
    let mut fenced = false;
    for line in markdown.lines() {
        if is_fence(line) {
            fenced = !fenced;
            flush(&mut blocks, &mut current);
            continue;
        }
        let text = line.trim().trim_start_matches('>').trim_start();
        if fenced || is_structure(text) || (current.is_empty() && is_indented_code(line)) {
            flush(&mut blocks, &mut current);
            continue;
        }
        let item = item(text);
        if item.is_some() {
            flush(&mut blocks, &mut current);
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(item.unwrap_or(text));
    }
    flush(&mut blocks, &mut current);
    blocks
}

fn flush(blocks: &mut Vec<String>, current: &mut String) {
    if !current.trim().is_empty() {
        blocks.push(current.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    current.clear();
}

/// Empty lines, headings, tables, rules, HTML.
fn is_structure(line: &str) -> bool {
    line.is_empty()
        || line.starts_with('#')
        || line.starts_with('|')
        || line.starts_with('<')
        || line.chars().all(|c| "-=*_ ".contains(c))
}

fn is_indented_code(line: &str) -> bool {
    (line.starts_with("    ") || line.starts_with('\t')) && item(line.trim_start()).is_none()
}

/// The words of a list item, without its mark.
pub(super) fn item(line: &str) -> Option<&str> {
    if let Some(rest) = ["- ", "* ", "+ ", "• ", "– "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
    {
        let rest = rest.trim_start();
        return Some(
            ["[ ] ", "[x] "]
                .iter()
                .find_map(|mark| rest.strip_prefix(mark))
                .unwrap_or(rest),
        );
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    if !(1..=3).contains(&digits) {
        return None;
    }
    [". ", ") "]
        .iter()
        .find_map(|mark| line[digits..].strip_prefix(mark))
        .map(str::trim_start)
}

/// Splits one paragraph where a sentence ends and another begins.
pub(super) fn split(paragraph: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = paragraph.char_indices().peekable();
    while let Some((index, c)) = chars.next() {
        let end = index + c.len_utf8();
        let ends = match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => {
                let rest = paragraph[end..].trim_start_matches(['"', '”', '’', ')', '`', '*', '_', ']']);
                let begins = rest.trim_start().chars().next();
                rest.starts_with(' ')
                    && begins.is_some_and(|next| !next.is_lowercase())
                    && !(c == '.' && is_abbreviation(&paragraph[start..index]))
            }
            _ => false,
        };
        if ends {
            let tail = paragraph[end..].len()
                - paragraph[end..]
                    .trim_start_matches(['"', '”', '’', ')', '`', '*', '_', ']'])
                    .len();
            found.push(paragraph[start..end + tail].trim().to_owned());
            start = end + tail;
            while chars.peek().is_some_and(|(next, _)| *next < start) {
                chars.next();
            }
        }
    }
    found.push(paragraph[start..].trim().to_owned());
    found.retain(|sentence| !sentence.is_empty());
    found
}

fn is_abbreviation(before: &str) -> bool {
    let last = before
        .split_whitespace()
        .next_back()
        .unwrap_or("")
        .trim_start_matches('(')
        .to_lowercase();
    ABBREVIATIONS.contains(&last.as_str())
        || (last.chars().count() == 1 && !last.chars().all(char::is_numeric))
}

/// Whether a sentence can be read alone: some words, mostly letters, not the lead to a list.
fn is_prose(text: &str) -> bool {
    let chars = text.chars().count();
    if chars > MAX_CHARS
        || text.ends_with([':', ',', ';', '：'])
        || text.contains("](")
        || text.contains("![")
    {
        return false;
    }
    let letters = text
        .chars()
        .filter(|c| c.is_alphabetic() || c.is_whitespace())
        .count();
    let wide = text.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c));
    let enough = if wide { chars >= 6 } else { words(text).len() >= 4 };
    // Marks of code: a sentence of a document seldom has so many.
    let marks = text.chars().filter(|c| "{};=<>|\\".contains(*c)).count();
    let balanced =
        text.matches('`').count().is_multiple_of(2) && text.matches("**").count().is_multiple_of(2);
    enough && letters * 10 >= chars * 7 && marks * 25 <= chars && balanced
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(markdown: &str) -> Vec<String> {
        sentences(markdown)
            .into_iter()
            .map(|sentence| sentence.text)
            .collect()
    }

    #[test]
    fn headings_tables_and_code_are_no_sentences() {
        let text = "# Title here for all\n\nOne sentence stands here. Another\nfollows it.\n\n```\nlet it = not be taken;\n```\n\n| a | b c d e |\n|---|---|\n\n- An item of a list\n- Another item, e.g. This one.\n";
        assert_eq!(
            texts(text),
            [
                "One sentence stands here.",
                "Another follows it.",
                "An item of a list",
                "Another item, e.g. This one."
            ]
            .iter()
            .filter(|sentence| words(sentence).len() >= 4)
            .map(|sentence| (*sentence).to_owned())
            .collect::<Vec<_>>()
        );
    }

    #[test]
    fn versions_and_abbreviations_do_not_end_a_sentence() {
        assert_eq!(
            texts("Use version 3.5 of it, i.e. The newest one. It is good for all."),
            [
                "Use version 3.5 of it, i.e. The newest one.",
                "It is good for all."
            ]
        );
    }

    #[test]
    fn a_lead_to_a_list_and_a_broken_mark_are_left_out() {
        assert!(texts("The parts of it are these:").is_empty());
        assert!(texts("This has a `broken mark in it.").is_empty());
    }

    #[test]
    fn other_scripts_have_sentences_too() {
        assert_eq!(texts("数据库在这里保存。它很快！"), ["数据库在这里保存。"]);
    }

    #[test]
    fn code_is_found_and_cut() {
        assert_eq!(code("x\n```rust\na\nb\nc\n```", 2).as_deref(), Some("a\nb"));
        assert_eq!(code("none", 2), None);
    }
}
