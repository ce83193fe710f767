//! The creator's answer: sentences of the documents, grouped by the parts of the plan, and what is missing.

use super::evidence::{Evidence, Finding};
use super::prose;
use super::task::Task;
use super::text::{capital, content_words, counted, listed, shorten, stem, words};
use wheelhouse_domain::{Brief, Plan};

/// Searches of one task at most.
const SEARCHES: usize = 3;

/// What to search for: the whole question, then what the plan's parts add.
pub(super) fn queries(brief: &Brief) -> Vec<String> {
    let task = Task::of(brief);
    let whole = question(brief, &task);
    let mut queries = vec![keywords(&whole, 20)];
    if let Some(plan) = &brief.plan {
        let object = task.common();
        for part in &plan.sub_tasks {
            // A part's own words first: the object stands in every title and would drown them.
            let own: Vec<String> = content_words(&part.title)
                .into_iter()
                .filter(|word| !object.contains(word))
                .take(4)
                .collect();
            if !own.is_empty() {
                queries.push(
                    own.into_iter()
                        .chain(object.iter().take(4).cloned())
                        .collect::<Vec<_>>()
                        .join(" "),
                );
            }
        }
    }
    let mut kept: Vec<String> = Vec::new();
    for query in queries {
        if !query.is_empty() && !kept.contains(&query) {
            kept.push(query);
        }
    }
    spread(kept)
}

/// The first query and the others evenly, at most [`SEARCHES`].
fn spread(all: Vec<String>) -> Vec<String> {
    if all.len() <= SEARCHES {
        return all;
    }
    let (second, third) = (all.len() / 2, all.len() - 1);
    [0, second, third]
        .into_iter()
        .filter_map(|index| all.get(index).cloned())
        .collect()
}

fn keywords(text: &str, most: usize) -> String {
    let picked: Vec<String> = content_words(text)
        .into_iter()
        .filter(|word| !matches!(word.as_str(), "documents" | "question" | "say"))
        .take(most)
        .collect();
    if picked.is_empty() {
        shorten(text.trim(), 120)
    } else {
        picked.join(" ")
    }
}

fn question(brief: &Brief, task: &Task) -> String {
    brief
        .plan
        .as_ref()
        .map(|plan| plan.research.clone())
        .filter(|text| !text.trim().is_empty())
        .unwrap_or_else(|| task.said.clone())
}

/// The answer from what the searches gave.
pub(super) fn answer(brief: &Brief, evidence: &Evidence) -> String {
    let task = Task::of(brief);
    let question = format!("{} {}", question(brief, &task), task.full);
    let found = evidence.findings(&question);
    if found.is_empty() {
        return nothing(&task, evidence);
    }
    let mut used: Vec<Finding> = found.iter().take(2).cloned().collect();
    let mut out = vec![opening(evidence, &used)];
    if let Some(plan) = &brief.plan {
        out.extend(by_part(plan, &task, evidence, &mut used));
    }
    out.extend(by_document(&found, &mut used));
    out.extend(code(evidence, &used));
    out.push(gaps(brief, &task, evidence));
    out.join("\n\n")
}

fn opening(evidence: &Evidence, best: &[Finding]) -> String {
    let sentences: Vec<String> = best.iter().map(Finding::cited).collect();
    let paths: Vec<String> = evidence.paths().iter().map(|path| format!("`{path}`")).collect();
    let shown = &paths[..paths.len().min(3)];
    let more = if paths.len() > 3 {
        format!(" and {} more", paths.len() - 3)
    } else {
        String::new()
    };
    let files = if more.is_empty() {
        listed(shown)
    } else {
        shown.join(", ")
    };
    let from = match evidence.passages.len() {
        1 => format!("One passage matched, in {files}"),
        count => format!(
            "This comes closest among {} from {files}{more}",
            counted(count, "passage")
        ),
    };
    format!(
        "{}\n\n{from}; {} searched. Everything cited here stands in the documents word for word.",
        sentences.join(" "),
        searched(evidence.documents()),
    )
}

fn searched(documents: u32) -> String {
    if documents == 1 {
        "1 document was".to_owned()
    } else {
        format!("{documents} documents were")
    }
}

/// Up to three findings for each part that has any.
fn by_part(plan: &Plan, task: &Task, evidence: &Evidence, used: &mut Vec<Finding>) -> Vec<String> {
    let mut sections = Vec::new();
    for part in &plan.sub_tasks {
        let object = task.common();
        let own: Vec<String> = content_words(&part.title)
            .into_iter()
            .filter(|word| !object.contains(word))
            .collect();
        let asked = format!("{} {}", own.join(" "), task.full);
        let fresh: Vec<Finding> = evidence
            .findings(&asked)
            .into_iter()
            .filter(|one| touches(one, &own))
            .filter(|one| !used.iter().any(|known| known.repeats(one)))
            .take(3)
            .collect();
        if !fresh.is_empty() {
            sections.push(format!("### {}\n\n{}", part.title, bullets(&fresh)));
            used.extend(fresh);
        }
    }
    if !sections.is_empty() {
        sections.insert(0, "## Findings by part".to_owned());
    }
    sections
}

/// Whether a finding has a word of the part itself, not only of the object that all parts share.
fn touches(finding: &Finding, own: &[String]) -> bool {
    let inside: Vec<String> = words(&finding.text)
        .iter()
        .chain(&words(&finding.heading))
        .map(|word| stem(word))
        .collect();
    own.iter().any(|word| inside.contains(&stem(word)))
}

fn bullets(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|one| format!("- {}", one.cited()))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What else was found, by document.
fn by_document(found: &[Finding], used: &mut Vec<Finding>) -> Vec<String> {
    let mut groups: Vec<(String, Vec<Finding>)> = Vec::new();
    for finding in found {
        if used.iter().any(|known| known.repeats(finding)) {
            continue;
        }
        let name = if finding.heading.is_empty() {
            format!("`{}`", finding.path)
        } else {
            format!("{} (`{}`)", finding.heading, finding.path)
        };
        let place = groups.iter().position(|(known, _)| *known == name);
        match place {
            None if groups.len() < 3 => groups.push((name, vec![finding.clone()])),
            Some(place) if groups[place].1.len() < 3 => groups[place].1.push(finding.clone()),
            _ => continue,
        }
        used.push(finding.clone());
    }
    if groups.is_empty() {
        return Vec::new();
    }
    let mut sections = vec!["## More from the documents".to_owned()];
    sections.extend(
        groups
            .iter()
            .map(|(name, group)| format!("**{name}**\n\n{}", bullets(group))),
    );
    sections
}

/// One passage of code, if there is one that no sentence was taken from.
fn code(evidence: &Evidence, used: &[Finding]) -> Option<String> {
    let passage = evidence.passages.iter().find(|passage| {
        !used.iter().any(|one| one.label == passage.label.0) && prose::code(&passage.text, 8).is_some()
    })?;
    let code = prose::code(&passage.text, 8)?;
    wheelhouse_domain::cited_labels(&code).is_empty().then(|| {
        format!(
            "## As code\n\nFrom `{}` [{}]:\n\n```\n{code}\n```",
            passage.path, passage.label
        )
    })
}

fn gaps(brief: &Brief, task: &Task, evidence: &Evidence) -> String {
    let mut lines = Vec::new();
    let missing: Vec<String> = subject_words(brief, task)
        .into_iter()
        .filter(|word| !evidence.mentions(word))
        .take(5)
        .map(|word| format!("“{word}”"))
        .collect();
    if missing.is_empty() {
        lines.push("Every main word of the task occurs in the passages that were found. Whether they answer it fully has to be judged by reading them.".to_owned());
    } else {
        lines.push(format!(
            "None of the passages found mentions {}. What the crew says on that has no source.",
            listed(&missing)
        ));
    }
    lines.extend(refused(evidence));
    format!("## What the knowledge does not say\n\n{}", lines.join(" "))
}

fn subject_words(brief: &Brief, task: &Task) -> Vec<String> {
    let text = format!(
        "{} {} {}",
        task.full,
        task.options.join(" "),
        task.requirements().join(" ")
    );
    let text = if task.question.is_some() {
        brief.operator_task.clone()
    } else {
        text
    };
    content_words(&text)
        .into_iter()
        .filter(|word| !super::vocabulary::is_filler(word) && *word != "question")
        .collect()
}

fn refused(evidence: &Evidence) -> Option<String> {
    evidence.refusals.first().map(|reason| {
        format!(
            "A search was refused: {}",
            super::text::ended(&super::text::inline(reason))
        )
    })
}

/// The answer when no sentence bears on the question.
fn nothing(task: &Task, evidence: &Evidence) -> String {
    let asked: Vec<String> = evidence
        .searches
        .iter()
        .map(|search| format!("“{}”", super::text::inline(&search.query)))
        .collect();
    let mut lines = vec!["**Nothing in the knowledge matches this task.**".to_owned()];
    lines.push(match (evidence.documents(), asked.is_empty()) {
        (_, true) => "No search could be made.".to_owned(),
        (0, false) => format!(
            "There are no documents in the knowledge yet. Searched for: {}.",
            listed(&asked)
        ),
        (documents, false) => format!(
            "{} searched for {}.",
            capital(&searched(documents)),
            listed(&asked)
        ),
    });
    lines.extend(refused(evidence));
    let subject = shorten(&task.full, 90);
    lines.push(format!(
        "To give the crew something to work from, add a folder with documents about {subject} in Knowledge, and run the task again."
    ));
    lines.push("Until then the crew works from the operator's own words and from general method. Nothing in its results rests on a source.".to_owned());
    lines.join("\n\n")
}
