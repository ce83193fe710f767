//! Fills the form that a prompt wants, heading by heading, and brings several readings together.

use super::super::evidence::Finding;
use super::super::text::{ended, listed, shorten, stems, words};
use super::asked::{Asked, Part};
use super::judged::Judgement;
use super::stock::{Stock, bullets, running, sentences};
use wheelhouse_domain::Brief;

/// Lines under one heading at most.
const LINES: usize = 5;

/// Said of what a message leaves open.
const SILENT: &str = "The message does not say.";

/// The form, filled. What stood under one heading does not stand under the next.
pub(super) fn filled(brief: &Brief, asked: &Asked, stock: &Stock) -> String {
    let judged = super::judged::read(&asked.sections);
    let message = asked
        .fenced
        .clone()
        .unwrap_or_else(|| brief.operator_task.clone());
    let mut filler = Filler {
        asked,
        stock,
        judged,
        message: sentences(&message),
        used: Vec::new(),
        left: asked.words.unwrap_or(usize::MAX),
    };
    let mut out = Vec::new();
    for part in &asked.form {
        let made = filler.part(part);
        if made.is_empty() && asked.leaves_out {
            continue;
        }
        let made = if made.is_empty() && !filler.used.is_empty() {
            "Nothing more than what stands above.".to_owned()
        } else if made.is_empty() {
            "Nothing in the material belongs here.".to_owned()
        } else {
            made
        };
        let short = !made.contains('\n') && !made.starts_with("- ") && words(&made).len() < 14;
        out.push(if short {
            format!("**{}:** {made}", part.title)
        } else {
            format!("### {}\n\n{made}", part.title)
        });
    }
    if asked.fenced.is_some() {
        out.push(filler.known());
    }
    if out.is_empty() {
        out.push("Nothing in the material belongs into it.".to_owned());
    }
    out.join("\n\n")
}

struct Filler<'a> {
    asked: &'a Asked,
    stock: &'a Stock,
    judged: Vec<Judgement>,
    message: Vec<String>,
    used: Vec<String>,
    /// Words that may still be written.
    left: usize,
}

impl Filler<'_> {
    fn part(&mut self, part: &Part) -> String {
        if let Some(given) = &part.given {
            return given.clone();
        }
        let title = part.title.to_lowercase();
        let has = |signs: &[&str]| signs.iter().any(|sign| title.contains(sign));
        if !self.judged.is_empty()
            && let Some(made) = super::judged::part(&title, &self.judged)
        {
            return made;
        }
        if self.asked.fenced.is_some()
            && let Some(made) = self.of_message(&title)
        {
            return made;
        }
        match () {
            () if has(&["uncertain", "missing", "not known", "gap"]) => self.stock.gaps(),
            () if has(&["follows", "next"]) => listing(&self.stock.next_steps()),
            () if has(&["to do", "due"]) => {
                self.pick(LINES, &["due", "deadline", "overdue", "until", "must", "waits"])
            }
            () if has(&["new"]) => {
                self.pick(LINES, &["decided", "changed", "new", "now", "added", "replaced"])
            }
            () if has(&["answer", "short"]) => self.opening(),
            () => self.pick(LINES.min(if has(&["good to know"]) { 3 } else { LINES }), &[]),
        }
    }

    /// What a message says under a heading of a report or a request; none where the heading is not about it.
    fn of_message(&self, title: &str) -> Option<String> {
        let wishes = |sentence: &&String| {
            let said = sentence.to_lowercase();
            [
                "please",
                "could you",
                "should",
                "would like",
                "we need",
                "i need",
                "want",
            ]
            .iter()
            .any(|sign| said.contains(sign))
        };
        let signs = |signs: &[&str]| {
            let found = self.message.iter().filter(|sentence| {
                let said = sentence.to_lowercase();
                signs.iter().any(|sign| said.contains(sign))
            });
            said(found)
        };
        let made = match title {
            title if title.contains("happens") => said(self.message.iter().filter(|one| !wishes(one))),
            title if title.contains("should") || title.contains("wanted") => {
                said(self.message.iter().filter(wishes))
            }
            title if title.contains("see it") => {
                signs(&["when ", "after ", "since ", "click", "open", "start"])
            }
            "why" => signs(&["because", "so that", "since ", " as we ", "therefore"]),
            title if title.contains("needs") => signs(&["need", "require", "access", "by "]),
            title if title.contains("against") => {
                "The message names nothing, and rehearsal guesses nothing.".to_owned()
            }
            title if title.contains("decides") => {
                "You: nothing in the message names somebody else.".to_owned()
            }
            _ => return None,
        };
        Some(made)
    }

    fn known(&self) -> String {
        if self.stock.findings.is_empty() {
            return "### From the documents\n\nNothing in the documents bears on it.".to_owned();
        }
        let most: Vec<Finding> = self.stock.findings.iter().take(LINES).cloned().collect();
        format!("### From the documents\n\n{}", bullets(&most))
    }

    fn opening(&mut self) -> String {
        let best: Vec<Finding> = self.stock.findings.iter().take(2).cloned().collect();
        self.used.extend(best.iter().map(|one| one.text.clone()));
        if best.is_empty() {
            self.stock.gaps()
        } else {
            running(&best)
        }
    }

    /// Findings that were not used yet; with signs, those that have one as a word.
    fn pick(&mut self, most: usize, signs: &[&str]) -> String {
        let fits = |one: &&Finding| {
            let said: Vec<String> = words(&one.text).iter().map(|word| word.to_lowercase()).collect();
            signs.is_empty() || said.iter().any(|word| signs.contains(&word.as_str()))
        };
        let mut picked: Vec<Finding> = Vec::new();
        for one in self.stock.findings.iter().filter(fits) {
            let length = words(&one.text).len();
            if picked.len() < most && !self.used.contains(&one.text) && length <= self.left {
                self.left -= length;
                picked.push(one.clone());
            }
        }
        self.used.extend(picked.iter().map(|one| one.text.clone()));
        bullets(&picked)
    }
}

fn said<'a>(sentences: impl Iterator<Item = &'a String>) -> String {
    let found: Vec<String> = sentences
        .take(3)
        .map(|one| format!("“{}”", shorten(one, 300)))
        .collect();
    if found.is_empty() {
        SILENT.to_owned()
    } else {
        found.join(" ")
    }
}

fn listing(items: &[String]) -> String {
    let lines: Vec<String> = items.iter().map(|item| format!("- {item}")).collect();
    lines.join("\n")
}

/// Several readings beside each other: what they share, what only one knows, and what none says.
pub(super) fn together(asked: &Asked, stock: &Stock) -> String {
    let found: Vec<(&str, Vec<Finding>)> = asked
        .sections
        .iter()
        .map(|section| (section.title.as_str(), stock.named_in(&section.body)))
        .collect();
    let mut out = Vec::new();
    let best: Vec<Finding> = stock.findings.iter().take(2).cloned().collect();
    out.push(if best.is_empty() {
        stock.gaps()
    } else {
        running(&best)
    });
    out.push(format!("### Side by side\n\n{}", table(&found)));
    let shared: Vec<Finding> = stock
        .findings
        .iter()
        .filter(|one| count(&found, one) > 1)
        .take(LINES)
        .cloned()
        .collect();
    out.push(if shared.is_empty() {
        "### What they agree on\n\nNo sentence bears on more than one of them.".to_owned()
    } else {
        format!("### What they agree on\n\n{}", bullets(&shared))
    });
    let alone: Vec<String> = found
        .iter()
        .filter_map(|(title, findings)| {
            let own = findings.iter().find(|one| count(&found, one) == 1)?;
            Some(format!("- **{title}**: {}", own.cited()))
        })
        .collect();
    if !alone.is_empty() {
        out.push(format!("### What only one of them says\n\n{}", alone.join("\n")));
    }
    out.push(format!("### What none of them answers\n\n{}", stock.gaps()));
    out.join("\n\n")
}

fn count(found: &[(&str, Vec<Finding>)], one: &Finding) -> usize {
    found
        .iter()
        .filter(|(_, findings)| findings.iter().any(|other| other.text == one.text))
        .count()
}

fn table(found: &[(&str, Vec<Finding>)]) -> String {
    let mut lines = vec![
        "| Subject | What is found first | From |".to_owned(),
        "| --- | --- | --- |".to_owned(),
    ];
    for (title, findings) in found {
        let own = stems(title);
        let first = findings
            .iter()
            .find(|one| stems(&one.text).iter().any(|stem| own.contains(stem)))
            .or_else(|| findings.first());
        lines.push(match first {
            Some(one) => format!(
                "| {title} | {} [{}] | `{}` |",
                super::super::text::inline(&shorten(&one.text, 160)),
                one.label,
                one.path
            ),
            None => format!("| {title} | nothing | |"),
        });
    }
    lines.join("\n")
}

/// A digest in the form that is wanted, within its words.
pub(super) fn digest(brief: &Brief, asked: &Asked, stock: &Stock) -> String {
    if stock.findings.is_empty() {
        let titles: Vec<String> = asked
            .sections
            .iter()
            .map(|section| section.title.clone())
            .collect();
        return ended(&format!(
            "Nothing in the documents is news on {}",
            listed(&titles)
        ));
    }
    filled(brief, asked, stock)
}
