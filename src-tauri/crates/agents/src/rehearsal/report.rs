//! The driver's report: condensed from what everybody wrote, with its sources, and honest about what is missing.

use super::specialist::is_part;
use super::task::Task;
use super::text::{capital, content_words, counted, ended, inline, listed, shorten, small};
use super::{prose, text};
use wheelhouse_domain::{Brief, BriefInput, cited_labels};

/// One result, from an input of its own or from a section of what was gathered.
struct Piece {
    title: String,
    author: String,
    role: String,
    text: String,
}

/// The report on the brief's task.
pub(super) fn answer(brief: &Brief) -> String {
    let task = Task::of(brief);
    let (research, parts) = pieces(brief);
    let mut out = vec![format!("# {}", title(&task)), in_short(&task, &research, &parts)];
    let mut said: Vec<String> = Vec::new();
    out.extend(parts.iter().map(|part| section(part, &mut said)));
    out.push(known(&research, &parts));
    out.push(open(&research, &parts));
    out.push(who(&research, &parts));
    out.push(
        "*Written by rehearsal, a rule-based stand-in. It arranges the task's own words, sentences extracted from documents, and fixed methods. \
         Connecting a model gives real reasoning.*"
            .to_owned(),
    );
    out.join("\n\n")
}

fn title(task: &Task) -> String {
    let subject = task
        .full
        .trim_start_matches("the answer to ")
        .trim_start_matches("the ")
        .trim_start_matches("your ");
    shorten(&capital(subject.trim_matches(['“', '”'])), 110)
}

/// The research and the specialists' results, however they were handed in.
fn pieces(brief: &Brief) -> (Option<Piece>, Vec<Piece>) {
    let piece = |input: &BriefInput| Piece {
        title: input.title.clone(),
        author: input.agent_name.clone(),
        role: input.role.clone(),
        text: input.text.clone(),
    };
    let mut research = brief
        .inputs
        .iter()
        .find(|input| input.task.as_str() == "research")
        .map(piece);
    let mut parts: Vec<Piece> = brief
        .inputs
        .iter()
        .filter(|input| is_part(input))
        .map(piece)
        .collect();
    if parts.is_empty() {
        let titles: Vec<&str> = brief
            .plan
            .iter()
            .flat_map(|plan| &plan.sub_tasks)
            .map(|part| part.title.as_str())
            .collect();
        for input in brief
            .inputs
            .iter()
            .filter(|input| input.task.as_str() == "aggregate")
        {
            for piece in gathered(&input.text) {
                if titles.contains(&piece.title.as_str()) {
                    parts.push(piece);
                } else if research.is_none() {
                    research = Some(piece);
                }
            }
        }
    }
    (research, parts)
}

/// The sections of a text made by [`crate::gather`].
fn gathered(text: &str) -> Vec<Piece> {
    text.split("\n## ")
        .map(|section| section.trim_start_matches("## "))
        .filter_map(|section| {
            let (title, rest) = section.split_once("\n\n*")?;
            let (author, text) = rest.split_once("*\n\n")?;
            let (name, role) = author.split_once(", ").unwrap_or((author, author));
            Some(Piece {
                title: title.to_owned(),
                author: name.to_owned(),
                role: role.to_owned(),
                text: text.to_owned(),
            })
        })
        .collect()
}

fn in_short(task: &Task, research: &Option<Piece>, parts: &[Piece]) -> String {
    let mut lines = vec![format!("You asked: “{}”", ended(&shorten(&task.said, 240)))];
    let mut roles: Vec<String> = Vec::new();
    for part in parts {
        let role = text::with_article(&small(&inline(if part.role.is_empty() {
            &part.author
        } else {
            &part.role
        })));
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    lines.push(match parts.len() {
        0 => "No specialist gave a result.".to_owned(),
        1 => format!("It was worked out in one part by {}.", listed(&roles)),
        all => format!(
            "It was worked out in {} by {}.",
            counted(all, "part"),
            listed(&roles)
        ),
    });
    if !task.limits.is_empty() {
        let bounds: Vec<String> = task.limits.iter().map(|one| small(one)).collect();
        lines.push(format!("Everybody was told your bounds: {}.", bounds.join("; ")));
    }
    let everything: String = research
        .iter()
        .chain(parts)
        .map(|piece| piece.text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    let labels = cited_labels(&everything).len();
    lines.push(if labels == 0 {
        "Nothing in the knowledge matched, so all of it is method and restates your own words; no statement rests on a source.".to_owned()
    } else if research.as_ref().is_some_and(|piece| piece.text.starts_with("**Nothing")) {
        format!("The knowledge says nothing on the subject itself; {} on the method cited below.", if labels == 1 { "one passage is".to_owned() } else { format!("{labels} passages are") })
    } else {
        format!("The knowledge gave {} that {} on it, cited below.", counted(labels, "passage"), if labels == 1 { "bears" } else { "bear" })
    });
    let best = research
        .as_ref()
        .and_then(|piece| cited_sentences(&piece.text).into_iter().next());
    lines.extend(best.map(|sentence| format!("The closest: {sentence}")));
    let questions: usize = parts.iter().map(|part| questions(&part.text).len()).sum();
    if questions > 0 {
        lines.push(format!(
            "{} for you came up; the first of each part stands under “What is open”.",
            capital(&counted(questions, "question"))
        ));
    }
    format!("## In short\n\n{}", lines.join(" "))
}

/// A part's key results: its first words and the beginning of its table or list.
fn section(part: &Piece, said: &mut Vec<String>) -> String {
    let mut out = vec![format!("## {}", inline(&part.title))];
    if let Some(first) = opening(&part.text)
        && !said.contains(&first)
    {
        out.push(first.clone());
        said.push(first);
    }
    let body = without(&part.text, &["From the knowledge", "Open questions", "Builds on"]);
    out.extend(table(&body, 5, said).or_else(|| list(&body, 5, said)));
    out.join("\n\n")
}

/// The first paragraph of prose in `markdown`.
pub(super) fn opening(markdown: &str) -> Option<String> {
    markdown
        .split("\n\n")
        .map(str::trim)
        .find(|block| {
            !block.is_empty()
                && !block.starts_with(['#', '|', '-', '*', '`', '>'])
                && prose::item(block).is_none()
        })
        .map(|block| shorten(&block.split_whitespace().collect::<Vec<_>>().join(" "), 420))
}

/// `markdown` without the sections under these headings.
fn without(markdown: &str, headings: &[&str]) -> String {
    let mut skipping = false;
    let mut lines = Vec::new();
    for line in markdown.lines() {
        if line.starts_with('#') {
            let name = line.trim_start_matches('#').trim();
            skipping = headings.contains(&name);
        }
        if !skipping {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// The head of the first table and at most `most` of its rows that were not shown before.
fn table(markdown: &str, most: usize, said: &mut Vec<String>) -> Option<String> {
    let mut all = markdown
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'));
    let head = [all.next()?, all.next()?].join("\n");
    let rows = fresh(all, most, said, "row")?;
    Some(format!("{head}\n{rows}"))
}

/// At most `most` items of the first list that were not shown before.
fn list(markdown: &str, most: usize, said: &mut Vec<String>) -> Option<String> {
    let all = markdown
        .lines()
        .skip_while(|line| prose::item(line).is_none())
        .take_while(|line| prose::item(line).is_some());
    fresh(all, most, said, "point")
}

/// The first of `all` that are not in `said` yet, and how many were left out.
fn fresh<'a>(
    all: impl Iterator<Item = &'a str>,
    most: usize,
    said: &mut Vec<String>,
    noun: &str,
) -> Option<String> {
    let (mut shown, mut left): (Vec<&str>, usize) = (Vec::new(), 0);
    for line in all {
        if shown.len() < most && !said.iter().any(|known| known == line) {
            said.push(line.to_owned());
            shown.push(line);
        } else {
            left += 1;
        }
    }
    let rest = if left == 0 {
        String::new()
    } else {
        format!("\n\nThe full result has {} more.", counted(left, noun))
    };
    // A remainder of one line would stand without its sense.
    (shown.len() > 1 || (left == 0 && !shown.is_empty())).then(|| format!("{}{rest}", shown.join("\n")))
}

/// Sentences and list items that carry a source.
fn cited_sentences(markdown: &str) -> Vec<String> {
    markdown
        .lines()
        .filter(|line| !line.starts_with(['#', '|', '`']))
        .flat_map(|line| {
            let line = prose::item(line).unwrap_or(line);
            cut_behind_labels(line)
        })
        .collect()
}

/// A line cut behind each source, so that every piece has its own.
fn cut_behind_labels(line: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some(label) = cited_labels(rest).into_iter().next() {
        let mark = format!("[{label}]");
        let Some(at) = rest.find(&mark) else { break };
        let end = at + mark.len();
        let piece = rest[..end].trim();
        let piece = piece
            .split_once("The documents say: ")
            .map_or(piece, |(_, said)| said);
        if text::words(piece).len() > 4 {
            pieces.push(piece.to_owned());
        }
        rest = &rest[end..];
    }
    pieces
}

/// The cited findings, each sentence once, the research first.
fn known(research: &Option<Piece>, parts: &[Piece]) -> String {
    let heading = "## What the knowledge says";
    let mut seen: Vec<String> = Vec::new();
    let (mut lines, mut more) = (Vec::new(), 0);
    for sentence in research
        .iter()
        .chain(parts)
        .flat_map(|piece| cited_sentences(&piece.text))
    {
        let key = content_words(&sentence.replace(['[', ']'], " ")).join(" ");
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        if lines.len() < 8 {
            lines.push(format!("- {sentence}"));
        } else {
            more += 1;
        }
    }
    if lines.is_empty() {
        return format!(
            "{heading}\n\nNothing matched. Add a folder with documents on the subject in Knowledge, then run the task again."
        );
    }
    let rest = if more == 0 {
        String::new()
    } else {
        format!(
            "\n\nThe results of the parts have {} more.",
            counted(more, "finding")
        )
    };
    format!("{heading}\n\n{}{rest}", lines.join("\n"))
}

/// The items under "Open questions".
fn questions(markdown: &str) -> Vec<String> {
    markdown
        .lines()
        .skip_while(|line| !(line.starts_with('#') && line.to_lowercase().contains("open question")))
        .skip(1)
        .take_while(|line| !line.starts_with('#'))
        .filter_map(prose::item)
        .map(str::to_owned)
        .collect()
}

fn open(research: &Option<Piece>, parts: &[Piece]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        // The first question of each part: all of them would be a form to fill in.
        for question in questions(&part.text).into_iter().take(1) {
            if !lines.iter().any(|line| line.contains(&question)) {
                lines.push(format!("- {question} *({})*", part.role));
            }
        }
    }
    if let Some(gap) = research.as_ref().and_then(|piece| gap(&piece.text)) {
        lines.push(format!("- {gap}"));
    }
    if lines.is_empty() {
        lines.push("- Nobody in the crew named an open question.".to_owned());
    }
    format!("## What is open\n\n{}", lines.join("\n"))
}

/// What the research did not find, in its own words.
fn gap(markdown: &str) -> Option<String> {
    let after = markdown
        .lines()
        .skip_while(|line| !(line.starts_with('#') && line.contains("does not say")))
        .skip(1);
    after
        .map(str::trim)
        .find(|line| line.starts_with("None of"))
        .map(|line| shorten(line, 320))
}

fn who(research: &Option<Piece>, parts: &[Piece]) -> String {
    let mut crew: Vec<(String, String, Vec<String>)> = Vec::new();
    for piece in research.iter().chain(parts) {
        let title = inline(&piece.title);
        match crew.iter_mut().find(|(name, _, _)| *name == piece.author) {
            Some((_, _, titles)) => titles.push(title),
            None => crew.push((piece.author.clone(), piece.role.clone(), vec![title])),
        }
    }
    let lines: Vec<String> = crew
        .iter()
        .map(|(name, role, titles)| {
            let role = if role.eq_ignore_ascii_case(name) || role.is_empty() {
                String::new()
            } else {
                format!(" ({role})")
            };
            format!("- **{}**{role}: {}", inline(name), titles.join("; "))
        })
        .collect();
    format!(
        "## Who worked on it\n\n{}",
        if lines.is_empty() {
            "- Nobody besides the driver.".to_owned()
        } else {
            lines.join("\n")
        }
    )
}
