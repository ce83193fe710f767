//! The headings of a Markdown document and the sections below them.

/// Lines of a document that stand under the same headings. Lines are counted from 0 here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// First line, the heading itself included.
    pub(crate) from: usize,
    /// Line after the last.
    pub(crate) to: usize,
    /// Headings above and of the section, outermost first.
    pub(crate) headings: Vec<String>,
}

struct Heading {
    line: usize,
    level: usize,
    text: String,
}

/// Follows the lines of a document and says which are inside fenced code.
#[derive(Default)]
pub(crate) struct Fences {
    open: Option<(char, usize)>,
}

impl Fences {
    /// Whether `line` is part of a code block, its fences included.
    pub(crate) fn inside(&mut self, line: &str) -> bool {
        let trimmed = line.trim_start();
        let mark = trimmed.chars().next().filter(|mark| matches!(mark, '`' | '~'));
        let length = mark.map_or(0, |mark| trimmed.chars().take_while(|&c| c == mark).count());
        match (self.open, mark) {
            (None, Some(mark)) if length >= 3 => {
                self.open = Some((mark, length));
                true
            }
            (Some((opened, at_least)), Some(mark))
                if mark == opened && length >= at_least && trimmed[length..].trim().is_empty() =>
            {
                self.open = None;
                true
            }
            (open, _) => open.is_some(),
        }
    }
}

/// Lines of a metadata block at the very top, fences included.
fn front_matter(lines: &[&str]) -> usize {
    if lines.first().map(|line| line.trim_end()) != Some("---") {
        return 0;
    }
    let end = lines
        .iter()
        .skip(1)
        .position(|line| matches!(line.trim_end(), "---" | "..."));
    end.map_or(0, |index| index + 2)
}

/// Level and text of a heading such as `## Text`.
pub(crate) fn atx_heading(line: &str) -> Option<(usize, String)> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = &line[indent..];
    let level = rest.chars().take_while(|&c| c == '#').count();
    let after = &rest[level..];
    if indent > 3 || !(1..=6).contains(&level) || !(after.is_empty() || after.starts_with([' ', '\t'])) {
        return None;
    }
    let text = after.trim().trim_end_matches('#').trim();
    (!text.is_empty()).then(|| (level, plain(text)))
}

fn underline_level(line: &str) -> Option<usize> {
    let mark = line.trim_end();
    if mark.len() >= 3 && mark.bytes().all(|byte| byte == b'=') {
        Some(1)
    } else if mark.len() >= 3 && mark.bytes().all(|byte| byte == b'-') {
        Some(2)
    } else {
        None
    }
}

/// The words of a heading without marks of emphasis and code.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '*' | '`')).collect()
}

fn headings(lines: &[&str]) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    let mut fences = Fences::default();
    let start = front_matter(lines);
    for (line, text) in lines.iter().enumerate().skip(start) {
        if fences.inside(text) {
            continue;
        }
        if let Some((level, text)) = atx_heading(text) {
            found.push(Heading { line, level, text });
        } else if let Some((level, above)) = underlined(lines, line, start) {
            found.push(Heading {
                line: line - 1,
                level,
                text: above,
            });
        }
    }
    found
}

/// Level and text of the heading that the marks on `line` make of a single line of text above.
fn underlined(lines: &[&str], line: usize, start: usize) -> Option<(usize, String)> {
    let level = underline_level(lines[line])?;
    let above = lines.get(line.checked_sub(1).filter(|&above| above >= start)?)?;
    let alone = line < start + 2 || lines[line - 2].trim().is_empty();
    let is_text = above.chars().next().is_some_and(char::is_alphanumeric);
    (alone && is_text).then(|| (level, plain(above.trim())))
}

/// The sections of a Markdown document, in order, without gaps. A heading with nothing under it but a deeper heading
/// belongs to the section of that one.
pub(crate) fn sections(lines: &[&str]) -> Vec<Section> {
    let headings = headings(lines);
    let mut path: Vec<(usize, String)> = Vec::new();
    let mut sections: Vec<Section> = Vec::new();
    let first = headings.first().map_or(lines.len(), |heading| heading.line);
    if lines[..first].iter().any(|line| !line.trim().is_empty()) {
        sections.push(Section {
            from: 0,
            to: first,
            headings: Vec::new(),
        });
    }
    let mut from = None;
    for (index, heading) in headings.iter().enumerate() {
        path.retain(|(level, _)| *level < heading.level);
        path.push((heading.level, heading.text.clone()));
        let to = headings.get(index + 1).map_or(lines.len(), |next| next.line);
        let goes_deeper = headings
            .get(index + 1)
            .is_some_and(|next| next.level > heading.level);
        let begin = *from.get_or_insert(heading.line);
        let is_bare = lines[heading.line + 1..to]
            .iter()
            .all(|line| line.trim().is_empty() || underline_level(line).is_some());
        if is_bare && goes_deeper {
            continue;
        }
        from = None;
        sections.push(Section {
            from: begin,
            to,
            headings: path.iter().map(|(_, text)| text.clone()).collect(),
        });
    }
    sections
}

/// What a document is called: its first heading, or the name of its file.
#[must_use]
pub fn title(path: &str, text: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let heading = match crate::triage(path) {
        crate::Triage::Read(crate::Format::Markdown) => {
            let lines: Vec<&str> = text.split('\n').take(400).collect();
            headings(&lines).into_iter().next().map(|heading| heading.text)
        }
        _ => None,
    };
    heading.map_or_else(|| name.to_owned(), |text| text.chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "---\ntitle: x\n---\nIntro\n\n# One *big* thing\n\n## Two\ntext\n```\n# not a heading\n```\n## Three\nmore\n\nUnder\n-----\nend";

    #[test]
    fn sections_follow_the_headings_and_leave_no_gap() {
        let lines: Vec<&str> = PAGE.split('\n').collect();
        let found = sections(&lines);
        let paths: Vec<String> = found.iter().map(|section| section.headings.join(" > ")).collect();
        assert_eq!(
            paths,
            [
                "",
                "One big thing > Two",
                "One big thing > Three",
                "One big thing > Under"
            ]
        );
        assert_eq!((found[0].from, found[0].to), (0, 5));
        assert!(found.windows(2).all(|pair| pair[0].to == pair[1].from));
        assert_eq!(found.last().map(|section| section.to), Some(lines.len()));
    }

    #[test]
    fn a_title_is_the_first_heading_or_the_file_name() {
        assert_eq!(title("a/b.md", PAGE), "One big thing");
        assert_eq!(title("a/b.md", "no heading"), "b.md");
        assert_eq!(title("a/run.py", "# comment"), "run.py");
    }
}
