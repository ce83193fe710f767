//! A specialist's contribution: what the knowledge says on its part, its method applied to the task's own
//! nouns, what it builds on, and what only the operator can decide.

use super::craft::{Craft, Work};
use super::evidence::{Evidence, Finding};
use super::family::Family;
use super::task::Task;
use super::text::{content_words, listed, shorten, stem, stems, words};
use wheelhouse_domain::{Brief, BriefInput};

/// What to search for: the part's own words and those of the profession.
pub(super) fn query(brief: &Brief) -> String {
    let text = format!("{} {}", brief.title, brief.role);
    let picked: Vec<String> = content_words(&text).into_iter().take(12).collect();
    if picked.is_empty() {
        shorten(&Task::of(brief).said, 120)
    } else {
        picked.join(" ")
    }
}

/// The contribution.
pub(super) fn answer(brief: &Brief, evidence: &Evidence) -> String {
    let task = Task::of(brief);
    let family = family(brief);
    let findings = own_findings(brief, &task, evidence);
    let work = Work::new(brief, &task, &findings);
    let craft = Craft::of(family, &work);
    let mut out = vec![craft.opening, format!("### {}\n\n{}", craft.heading, craft.body)];
    let bounds = work.bounds();
    if !bounds.is_empty() {
        out.push(bounds);
    }
    // What the result already quotes is not said again.
    let body = out.join("\n");
    let (quoted, fresh): (Vec<Finding>, Vec<Finding>) =
        findings.iter().cloned().partition(|one| body.contains(&one.text));
    if quoted.is_empty() || !fresh.is_empty() {
        out.push(knowledge(evidence, &fresh, &work));
    }
    out.extend(builds_on(brief));
    let mut questions = craft.questions;
    questions.truncate(3);
    out.push(format!("### Open questions\n\n{}", numbered(&questions)));
    out.join("\n\n")
}

fn family(brief: &Brief) -> Family {
    Family::of_role(&brief.role)
        .or_else(|| Family::called_by(&brief.title))
        .unwrap_or(Family::General)
}

/// The findings that have a word of the part or of the profession, not only of the object.
fn own_findings(brief: &Brief, task: &Task, evidence: &Evidence) -> Vec<Finding> {
    let object = stems(&task.common().join(" "));
    let own: Vec<String> = stems(&format!("{} {}", brief.title, brief.role))
        .into_iter()
        .filter(|stem| !object.contains(stem))
        .collect();
    let question = format!("{} {} {}", brief.title, brief.role, task.full);
    let all = evidence.findings(&question);
    let close = |one: &Finding| {
        words(&one.text)
            .iter()
            .chain(&words(&one.heading))
            .any(|word| own.contains(&stem(word)))
    };
    let (mut near, far): (Vec<Finding>, Vec<Finding>) = all.into_iter().partition(close);
    if near.is_empty() || task.question.is_some() {
        let room = if task.question.is_some() { 4_usize } else { 2 };
        near.extend(far.into_iter().take(room.saturating_sub(near.len())));
    }
    // Several options want a sentence each.
    near.truncate(if task.options.is_empty() { 4 } else { 6 });
    near
}

fn knowledge(evidence: &Evidence, findings: &[Finding], work: &Work<'_>) -> String {
    let heading = "### From the knowledge";
    if !findings.is_empty() {
        let lines: Vec<String> = findings.iter().map(|one| format!("- {}", one.cited())).collect();
        return format!("{heading}\n\n{}", lines.join("\n"));
    }
    let searched: Vec<String> = evidence
        .searches
        .iter()
        .map(|search| format!("“{}”", super::text::inline(&search.query)))
        .collect();
    let what = if searched.is_empty() {
        "No search was made for this part.".to_owned()
    } else {
        format!("Nothing matched {}.", listed(&searched))
    };
    format!(
        "{heading}\n\n{what} The proposal above rests on method and on the operator's words about {}, not on a source.",
        work.subject
    )
}

/// One line for each result of another specialist that this part needed.
fn builds_on(brief: &Brief) -> Option<String> {
    let lines: Vec<String> = brief
        .inputs
        .iter()
        .filter(|input| is_part(input))
        .map(|input| match super::report::opening(&input.text) {
            Some(first) => format!(
                "- “{}” by {}: {}",
                input.title,
                input.agent_name,
                shorten(&first, 110)
            ),
            None => format!("- “{}” by {}", input.title, input.agent_name),
        })
        .collect();
    (!lines.is_empty()).then(|| format!("### Builds on\n\n{}", lines.join("\n")))
}

/// Whether an input is a specialist's result.
pub(super) fn is_part(input: &BriefInput) -> bool {
    input.task.as_str().contains('/')
}

fn numbered(items: &[String]) -> String {
    items
        .iter()
        .enumerate()
        .map(|(index, item)| format!("{}. {item}", index + 1))
        .collect::<Vec<_>>()
        .join("\n")
}
