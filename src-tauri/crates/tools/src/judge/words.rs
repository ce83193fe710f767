//! Whether a value stands in what the operator wrote, as it is and whole.

/// Pairs of marks that set something off in a text.
const QUOTES: &[(char, char)] = &[
    ('`', '`'),
    ('"', '"'),
    ('\'', '\''),
    ('“', '”'),
    ('„', '“'),
    ('‘', '’'),
    ('«', '»'),
    ('<', '>'),
];

/// Whether `value` stands in `text` as a word of its own. What could be an ordinary word of the language has to be in quotes.
pub(super) fn stands_in(value: &str, text: &str) -> bool {
    let is_distinct = value.contains(['.', '/', ':']) && value.chars().any(char::is_alphanumeric);
    if value.is_empty() || value.chars().any(char::is_control) {
        return false;
    }
    if !is_distinct || value.contains(char::is_whitespace) {
        return is_quoted_in(value, text);
    }
    text.match_indices(value).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + value.len()..).unwrap_or_default();
        begins_here(before) && ends_here(after)
    })
}

/// Whether `value` stands in `text` set off by quotes, or on a line of its own.
pub(super) fn is_quoted_in(value: &str, text: &str) -> bool {
    if value.trim() != value || value.is_empty() {
        return false;
    }
    let alone = text.lines().map(str::trim);
    if alone
        .map(|line| line.strip_prefix("$ ").unwrap_or(line))
        .any(|line| line == value)
    {
        return true;
    }
    text.match_indices(value).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text
            .get(at + value.len()..)
            .and_then(|after| after.chars().next());
        before.zip(after).is_some_and(|pair| QUOTES.contains(&pair))
    })
}

/// Nothing but an opening mark stands between the value and the space before it.
fn begins_here(before: &str) -> bool {
    let opening = |letter: char| "([{".contains(letter) || QUOTES.iter().any(|(open, _)| *open == letter);
    let before = before.trim_end_matches(opening);
    before.chars().next_back().is_none_or(char::is_whitespace)
}

/// Nothing but marks that end a phrase stand between the value and the space after it.
fn ends_here(after: &str) -> bool {
    let closing =
        |letter: char| ".,;:!?)]}".contains(letter) || QUOTES.iter().any(|(_, close)| *close == letter);
    let after = after.trim_start_matches(closing);
    after.chars().next().is_none_or(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stands_in_a_text_only_as_a_whole() {
        for (value, text) in [
            ("notes/a.md", "Write it to notes/a.md."),
            ("notes/a.md", "Write it to “notes/a.md”, please"),
            ("notes/a.md", "notes/a.md"),
            ("https://example.org/a", "Look at (https://example.org/a)!"),
            ("example.org", "What does example.org say?"),
            ("summary", "Call it `summary`."),
            ("my notes/a b.md", "Write \"my notes/a b.md\"."),
        ] {
            assert!(stands_in(value, text), "{value} in {text}");
        }
        for (value, text) in [
            ("notes/a.md", "Write it to notes/a.md.bak"),
            ("notes/a.md", "Write it to my-notes/a.md"),
            ("notes/a.md", "Write it to ../notes/a.md"),
            ("https://example.org/a", "Look at https://example.org/abc"),
            ("https://example.org/a", "Look at https://example.org/a?q=1"),
            ("example.org", "Look at sub.example.org"),
            ("example.org", "Write to me@example.org"),
            ("example.org", "Look at example.org.evil.net"),
            ("summary", "Write a summary"),
            ("my notes/a b.md", "Write my notes/a b.md"),
            ("a/b\nc", "a/b\nc"),
            ("", ""),
            (".", "End."),
            ("...", "And so on ..."),
        ] {
            assert!(!stands_in(value, text), "{value} in {text}");
        }
    }

    #[test]
    fn a_command_is_said_only_where_it_is_set_off() {
        for text in [
            "Run `cargo test`.",
            "Run this:\ncargo test\nand tell",
            "$ cargo test",
            "Do “cargo test”",
        ] {
            assert!(is_quoted_in("cargo test", text), "{text}");
        }
        for text in [
            "Run cargo test",
            "Run `cargo test --all`",
            "Run `cargo testing`",
            "`my cargo test`",
        ] {
            assert!(!is_quoted_in("cargo test", text), "{text}");
        }
    }
}
