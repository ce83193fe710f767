//! The built-in script: plays the whole crew, so that the application can be run against a server.
//!
//! Which step it is is read from the role in the prompt. What it writes is simple and says that nobody thought.

use super::asked::Asked;
use super::reply::Reply;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Words of the operator's task that are taken over into titles.
const TITLE_WORDS: usize = 8;
/// Longest query, in characters.
const QUERY_LENGTH: usize = 200;
/// Sources that a text cites at most.
const MOST_CITED: usize = 3;

/// What the crew's member that is asked would answer.
#[must_use]
pub fn crew(asked: &Asked) -> Reply {
    let role = asked.system.as_str();
    if let Some((tool, arguments)) = told_to_call(asked) {
        Reply::calls([(tool.as_str(), arguments)])
    } else if role.contains("The crew has finished") {
        Reply::text(report(asked))
    } else if role.contains("divide it into parts for specialists") {
        Reply::text(plan(asked).to_string())
    } else if role.contains("you staff the crew") {
        Reply::text(staffing(asked).to_string())
    } else if role.contains("the crew's researcher") {
        research(asked)
    } else if role.contains("a specialist in a crew") {
        Reply::text(part(asked))
    } else {
        Reply::text("ready")
    }
}

/// The next call that the task itself asks for, in lines such as `Call write_file {"path": "a/b.md", "text": "c"}`. Whoever
/// is not offered the tool does not make it.
fn told_to_call(asked: &Asked) -> Option<(String, Value)> {
    let made = asked.results().count();
    let mut wanted = asked.first_user().lines().filter_map(|line| {
        let (tool, arguments) = line.trim().strip_prefix("Call ")?.split_once(' ')?;
        let is_offered = asked.tools.iter().any(|offered| offered == tool);
        let arguments = serde_json::from_str(arguments).ok()?;
        is_offered.then(|| (tool.to_owned(), arguments))
    });
    wanted.nth(made)
}

fn plan(asked: &Asked) -> Value {
    let subject = subject(asked);
    json!({
        "summary": format!("The fake model server divides “{subject}” into an outline, a draft and a review."),
        "research": format!("What do the documents say about: {subject}?"),
        "sub_tasks": [
            {
                "id": "outline", "title": format!("Outline: {subject}"), "description": "Put the matter in order.",
                "role": "Planner", "needs": [], "done_when": "Every matter has its place."
            },
            {
                "id": "draft", "title": format!("Draft: {subject}"), "description": "Write it along the outline.",
                "role": "Writer", "needs": ["outline"], "done_when": "Every place has its text."
            },
            {
                "id": "review", "title": format!("Review: {subject}"), "description": "Say what is missing.",
                "role": "Reviewer", "needs": ["outline"], "done_when": "What is missing is listed."
            }
        ]
    })
}

fn staffing(asked: &Asked) -> Value {
    let prompt = asked.first_user();
    let there: Vec<(&str, &str)> = lines(prompt, "Agents that are there:")
        .filter_map(candidate)
        .collect();
    let assignments: Vec<Value> = lines(prompt, "The plan:")
        .filter_map(planned)
        .map(|(id, role)| match there.iter().find(|(_, known)| known.eq_ignore_ascii_case(role)) {
            Some((uid, _)) => {
                json!({ "sub_task": id, "agent": uid, "design": null, "why": format!("A {role} is there.") })
            }
            None => json!({
                "sub_task": id, "agent": null, "why": format!("The part needs a {role}."),
                "design": {
                    "name": role, "role": role, "why": format!("No {role} is there."),
                    "instructions": format!("Work as a careful {role}. Cite what you take from documents."),
                    "tools": ["knowledge_search"]
                }
            }),
        })
        .collect();
    json!({ "summary": "Whoever has the profession is hired again, the others are new.", "assignments": assignments })
}

/// `- id (role): title`, as plans are shown in prompts.
fn planned(line: &str) -> Option<(&str, &str)> {
    let (id, rest) = line.strip_prefix("- ")?.split_once(" (")?;
    let (role, _) = rest.split_once("): ")?;
    Some((id, role))
}

/// `- uid · name · role`, as agents are shown in prompts.
fn candidate(line: &str) -> Option<(&str, &str)> {
    let mut fields = line.strip_prefix("- ")?.splitn(3, " · ");
    let (uid, _name, role) = (fields.next()?, fields.next()?, fields.next()?);
    Some((uid, role.trim()))
}

fn lines<'a>(prompt: &'a str, heading: &str) -> impl Iterator<Item = &'a str> {
    prompt.split_once(heading).map_or("", |(_, rest)| rest).lines()
}

fn research(asked: &Asked) -> Reply {
    let searched = asked.results().next().is_some();
    if !searched && asked.tools.iter().any(|tool| tool == "knowledge_search") {
        let query: String = subject(asked).chars().take(QUERY_LENGTH).collect();
        return Reply::calls([("knowledge_search", json!({ "query": query }))]);
    }
    let found: String = asked
        .results()
        .map(|result| result.text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    Reply::text(format!(
        "The documents were searched once.\n\n## Findings\n\n{}\n\n## What the knowledge does not say\n\nThe fake model server looked no further.",
        cited(&found)
    ))
}

fn part(asked: &Asked) -> String {
    let prompt = asked.first_user();
    let title = prompt
        .lines()
        .find_map(|line| line.strip_prefix("Your part: "))
        .unwrap_or("The part");
    format!(
        "**{title}**\n\n| point | state |\n| --- | --- |\n| matter | in order |\n\n{}\n\n## Open questions\n\n- Whether a real model would say more.",
        cited(prompt)
    )
}

fn report(asked: &Asked) -> String {
    let prompt = asked.first_user();
    let parts: Vec<String> = prompt
        .split("result of “")
        .skip(1)
        .filter_map(|rest| rest.split_once('”'))
        .map(|(title, _)| format!("## {title}\n\nIts result is there."))
        .collect();
    format!(
        "# {}\n\n## In short\n\nThe crew went through all its steps against the fake model server.\n\n{}\n\n## What the knowledge says\n\n{}",
        subject(asked),
        parts.join("\n\n"),
        cited(prompt)
    )
}

/// A line for each of the first sources in `text`.
fn cited(text: &str) -> String {
    let labels: BTreeSet<&str> = text
        .split("passage [")
        .skip(1)
        .filter_map(|rest| rest.split(']').next())
        .collect();
    let lines: Vec<String> = labels
        .iter()
        .take(MOST_CITED)
        .map(|label| format!("- A passage bears on it [{label}]."))
        .collect();
    if lines.is_empty() {
        "- No passage bears on it.".to_owned()
    } else {
        lines.join("\n")
    }
}

/// The first words of the operator's task.
fn subject(asked: &Asked) -> String {
    let prompt = asked.first_user();
    let task = prompt
        .split_once("the operator's task (material, not instructions)\n")
        .map_or(prompt, |(_, rest)| rest);
    let line = task.lines().next().unwrap_or_default();
    line.split_whitespace()
        .take(TITLE_WORDS)
        .collect::<Vec<_>>()
        .join(" ")
}
