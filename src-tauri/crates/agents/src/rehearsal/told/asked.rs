//! What a prompt asks for: its first words, the form that it wants, and the material that it brings along.

use super::super::text::{inline, shorten};
use super::NOTE;

/// One heading of the form that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The heading.
    pub(super) title: String,
    /// What should stand under it.
    pub(super) says: String,
    /// What stands in brackets behind it: given already.
    pub(super) given: Option<String>,
}

/// Material under a heading of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// The heading.
    pub(super) title: String,
    /// What stands under it.
    pub(super) body: String,
}

/// A prompt as it was understood.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// The first paragraph, on one line.
    pub(super) lead: String,
    /// What stands between lines of dashes, without what rehearsal said about it.
    pub(super) fenced: Option<String>,
    /// Material under headings.
    pub(super) sections: Vec<Section>,
    /// The form.
    pub(super) form: Vec<Part>,
    /// Points of the first list.
    pub(super) points: Vec<String>,
    /// What is set in bold first, in the middle of a line.
    pub(super) about: Option<String>,
    /// Words at most.
    pub(super) words: Option<usize>,
    /// Whether headings without anything under them are to be left out.
    pub(super) leaves_out: bool,
    /// Whether what has no source is to be marked.
    pub(super) marks: bool,
    /// What the operator or an editor wants changed.
    pub(super) changes: Vec<String>,
}

impl Asked {
    /// Reads `prompt`.
    pub(super) fn of(prompt: &str) -> Self {
        let (outside, fenced) = unfenced(prompt);
        let lead = outside.trim().split("\n\n").next().unwrap_or_default();
        Self {
            lead: inline(lead),
            fenced: fenced.map(|text| without_note(&text)),
            sections: sections(&outside),
            form: form(&outside),
            points: bullets(&outside),
            about: bold(&outside),
            words: most_words(&outside),
            leaves_out: outside.contains("Leave out a heading"),
            marks: outside.contains("to be confirmed"),
            changes: changes(&outside),
        }
    }
}

fn bold(text: &str) -> Option<String> {
    let inside = |line: &str| {
        let line = line.trim();
        let is_part = line.starts_with("**") || list_part(line).is_some();
        let inside = line.split("**").nth(1).filter(|_| !is_part)?;
        let inside = inline(inside);
        (!inside.is_empty()).then_some(inside)
    };
    text.lines().find_map(inside)
}

/// The prompt without what stands between the first two lines of dashes, and that.
fn unfenced(prompt: &str) -> (String, Option<String>) {
    let mut parts = prompt.splitn(2, "\n---\n");
    let (before, rest) = (parts.next().unwrap_or_default(), parts.next());
    let inside = rest.and_then(|rest| rest.split_once("\n---"));
    match inside {
        Some((inside, after)) => (format!("{before}\n\n{after}"), Some(inside.trim().to_owned())),
        None => (prompt.to_owned(), None),
    }
}

/// `text` without the line that says who made it.
pub(super) fn without_note(text: &str) -> String {
    text.replace(NOTE, "").trim().to_owned()
}

fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section {
                title: inline(title),
                body: String::new(),
            });
        } else if let Some(section) = sections.last_mut() {
            section.body.push_str(line);
            section.body.push('\n');
        }
    }
    for section in &mut sections {
        section.body = without_note(&section.body);
    }
    sections
}

/// The list of headings behind a line that ends with a colon, or the headings of a paragraph that begins with "Form:".
fn form(text: &str) -> Vec<Part> {
    let wants = |line: &str| {
        let line = line.trim();
        line.starts_with("Form:") || (line.ends_with(':') && line.starts_with("Write"))
    };
    let mut lines = text.lines().skip_while(|line| !wants(line));
    let first = lines.next().unwrap_or_default();
    let inside = inline_form(first);
    if !inside.is_empty() {
        return inside;
    }
    let listed: Vec<Part> = lines
        .skip_while(|line| line.trim().is_empty())
        .map_while(list_part)
        .collect();
    // "Write this text:" is followed by what it is about, not by a form.
    if listed.is_empty() && !first.is_empty() {
        let rest = text.split_once(first).map_or("", |(_, rest)| rest);
        return form_behind(rest);
    }
    listed
}

fn form_behind(rest: &str) -> Vec<Part> {
    if rest
        .lines()
        .any(|line| line.trim().starts_with("Form:") || line.trim() == "Write:")
    {
        form(rest)
    } else {
        Vec::new()
    }
}

fn list_part(line: &str) -> Option<Part> {
    let line = line.trim();
    let behind = line.strip_prefix("- ").or_else(|| {
        line.split_once(". ")
            .filter(|(number, _)| number.parse::<u8>().is_ok())
            .map(|(_, rest)| rest)
    })?;
    let (title, says) = behind.strip_prefix("**")?.split_once("**")?;
    Some(Part {
        title: inline(title),
        says: inline(says.trim_start_matches([':', ' '])),
        given: None,
    })
}

fn inline_form(line: &str) -> Vec<Part> {
    let Some(inside) = line.trim().strip_prefix("Form:") else {
        return Vec::new();
    };
    let pieces: Vec<&str> = inside.split("**").collect();
    let part = |pair: &[&str]| {
        let (title, behind) = (pair.first()?, pair.get(1).copied().unwrap_or_default());
        let given = behind
            .trim_start()
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(')'));
        Some(Part {
            title: inline(title),
            says: String::new(),
            given: given.map(|(given, _)| inline(given)),
        })
    };
    pieces
        .get(1..)
        .unwrap_or_default()
        .chunks(2)
        .filter_map(part)
        .collect()
}

fn bullets(text: &str) -> Vec<String> {
    let mut points = Vec::new();
    for line in text.lines() {
        match line.trim().strip_prefix("- ") {
            Some(point) if !point.starts_with("**") => points.push(shorten(&inline(point), 120)),
            Some(_) => break,
            None if line.trim().is_empty() || points.is_empty() => {}
            None => break,
        }
    }
    points
}

fn most_words(text: &str) -> Option<usize> {
    let (_, behind) = text.split_once("at most ")?;
    let mut words = behind.split_whitespace();
    let number = words.next()?.parse().ok()?;
    words.next()?.starts_with("words").then_some(number)
}

/// The numbered points of an editor, or what follows the line that announces the operator's words.
fn changes(text: &str) -> Vec<String> {
    if let Some((_, behind)) = text.split_once("as the operator says:") {
        let said = behind.trim().split("\n\n").next().unwrap_or_default();
        return vec![inline(said)];
    }
    let Some((_, behind)) = text.split_once("An editor gave it") else {
        return Vec::new();
    };
    let point = |line: &str| {
        let (number, rest) = line.trim().split_once(". ")?;
        number.parse::<u8>().ok().map(|_| inline(rest))
    };
    behind.lines().filter_map(point).collect()
}
