//! Judgements by rule: of one option after criteria, of several options beside each other, and of a text.
//!
//! A figure says how much the documents speak of something, never how good it is, and its reason says that.

use super::super::evidence::Finding;
use super::super::text::{counted, ended, inline, listed, shorten, stems, words};
use super::asked::{Asked, Section};
use super::stock::{Stock, sentences};
use super::{NOTE, form, letters};
use serde_json::{Value, json};
use wheelhouse_domain::{ModelRequest, cited_labels};

/// Words with which documents name what is hard.
const HARD: [&str; 14] = [
    "not", "no", "never", "cannot", "can't", "but", "only", "limit", "limited", "slow", "risk", "fails",
    "costs", "without",
];

/// One judged option, as a prompt lists it.
#[derive(Debug, Clone, Default)]
pub(super) struct Judgement {
    option: String,
    total: Option<i64>,
    scores: Vec<(String, String)>,
    strongest: String,
    against: String,
    unknown: String,
}

/// The values that are asked for, where they are judgements that are known here.
pub(in super::super) fn value(request: &ModelRequest) -> Option<Value> {
    let brief = &request.brief;
    if brief.plan.is_some() {
        return None;
    }
    let schema = &brief.answer.as_ref()?.0;
    let fields = schema.get("properties")?.as_object()?;
    let has =
        |names: &[&str]| names.len() == fields.len() && names.iter().all(|name| fields.contains_key(*name));
    let asked = Asked::of(&brief.description);
    let stock = Stock::of(request, &asked);
    if has(&["option", "scores", "for", "against", "unknown"]) && asked.about.is_some() {
        return Some(option(&asked, &stock, schema));
    }
    if has(&["score", "points", "verdict"]) && asked.fenced.is_some() {
        return Some(text(&asked, &stock, schema));
    }
    if has(&["digest", "first"]) {
        let digest = form::digest(brief, &asked, &stock);
        let first = stock.findings.first().map_or_else(
            || format!("What do the documents say about {}?", stock.subject()),
            |one| {
                format!(
                    "What else do the documents say about this: {}",
                    shorten(&inline(&one.text), 160)
                )
            },
        );
        return Some(json!({ "digest": format!("{}\n\n{NOTE}", digest.trim()), "first": first }));
    }
    None
}

/// The least and the most that a schema allows for a figure.
fn bounds(schema: &Value, pointer: &str) -> (i64, i64) {
    let bound = |name: &str| {
        schema
            .pointer(&format!("{pointer}/{name}"))
            .and_then(Value::as_i64)
    };
    let least = bound("minimum").unwrap_or(1);
    (least, bound("maximum").unwrap_or(10).max(least))
}

/// One option by each criterion. What nothing is known of is in the middle.
fn option(asked: &Asked, stock: &Stock, schema: &Value) -> Value {
    let name = asked.about.clone().unwrap_or_default();
    let found = stock.on(&name);
    let (least, most) = bounds(schema, "/properties/scores/items/properties/score");
    let middle = least + (most - least) / 2;
    let criteria = if asked.points.is_empty() {
        vec!["overall".to_owned()]
    } else {
        asked.points.clone()
    };
    let mut silent = Vec::new();
    let scores: Vec<Value> = criteria
        .iter()
        .map(|criterion| {
            let wanted = stems(criterion);
            let bears = |one: &&Finding| stems(&one.text).iter().any(|stem| wanted.contains(stem));
            let (score, reason) = match found.iter().find(bears) {
                Some(one) if is_hard(one) => ((middle - 1).max(least), one.cited()),
                Some(one) => ((middle + 1).min(most), one.cited()),
                None => {
                    silent.push(criterion.clone());
                    (
                        middle,
                        format!("Not known: the documents say nothing about {name} and “{criterion}”."),
                    )
                }
            };
            json!({ "criterion": criterion, "score": score, "reason": reason })
        })
        .collect();
    let best = found.iter().find(|one| !is_hard(one));
    let worst = found.iter().find(|one| is_hard(one));
    let cited = |one: Option<&Finding>, side: &str| {
        one.map_or_else(
            || format!("The documents name nothing that speaks {side} {name}."),
            Finding::cited,
        )
    };
    let unknown = if silent.is_empty() {
        "Whether the sentences that were found decide it: that has to be judged by reading them.".to_owned()
    } else {
        let named: Vec<String> = silent.iter().map(|one| format!("“{one}”")).collect();
        format!("How it does by {}.", listed(&named))
    };
    json!({
        "option": name, "scores": scores, "for": cited(best, "for"), "against": cited(worst, "against"),
        "unknown": unknown,
    })
}

fn is_hard(one: &Finding) -> bool {
    words(&one.text)
        .iter()
        .any(|word| HARD.contains(&word.to_lowercase().as_str()))
}

/// What rules can find in a text: what has no source, what is too long, and what the task names and the text does not.
fn text(asked: &Asked, stock: &Stock, schema: &Value) -> Value {
    let whole = asked
        .fenced
        .as_deref()
        .map(letters::without_left)
        .unwrap_or_default();
    let mut points: Vec<String> = Vec::new();
    if cited_labels(whole).is_empty() {
        points.push("Nothing in the text has a source: name one, or mark it as to be confirmed.".to_owned());
    }
    let said = stems(whole);
    let asked_for = super::super::text::content_words(&stock.question);
    let missing: Vec<String> = asked_for
        .into_iter()
        .filter(|word| {
            !super::super::vocabulary::is_filler(word) && stems(word).iter().any(|stem| !said.contains(stem))
        })
        .take(4)
        .map(|word| format!("“{word}”"))
        .collect();
    if !missing.is_empty() {
        points.push(format!(
            "The text does not speak of {}, which the task names.",
            listed(&missing)
        ));
    }
    for sentence in sentences(whole)
        .iter()
        .filter(|sentence| words(sentence).len() > 35)
        .take(2)
    {
        let length = words(sentence).len();
        points.push(format!(
            "Divide the sentence “{}”: it has {length} words.",
            shorten(&inline(sentence), 60)
        ));
    }
    if words(whole).len() < 40 {
        points.push(format!("It is short: {}.", counted(words(whole).len(), "word")));
    }
    let (least, most) = bounds(schema, "/properties/score");
    let room = schema
        .pointer("/properties/points/maxItems")
        .and_then(Value::as_u64);
    points.truncate(room.and_then(|room| usize::try_from(room).ok()).unwrap_or(5));
    let lost = i64::try_from(points.len()).unwrap_or(0);
    let verdict = if points.is_empty() {
        "No rule finds anything to mend; how it reads only a reader can say.".to_owned()
    } else {
        format!(
            "Rules find {} to mend; how it reads only a reader can say.",
            counted(points.len(), "place")
        )
    };
    json!({ "score": (most - 1 - lost).clamp(least, most), "points": points, "verdict": verdict })
}

/// The judgements that stand under headings like `SQLite (16)`.
pub(super) fn read(sections: &[Section]) -> Vec<Judgement> {
    let judged = sections.iter().filter_map(|section| {
        let (option, rest) = section.title.rsplit_once(" (")?;
        let total = rest.strip_suffix(')')?.parse().ok()?;
        let mut one = Judgement {
            option: option.to_owned(),
            total: Some(total),
            ..Judgement::default()
        };
        for line in section
            .body
            .lines()
            .filter_map(|line| line.trim().strip_prefix("- "))
        {
            let Some((name, says)) = line.split_once(": ") else {
                continue;
            };
            let says = says.trim().to_owned();
            match name {
                "For it" => one.strongest = says,
                "Against it" => one.against = says,
                "Not known" => one.unknown = says,
                _ => one.scores.push((inline(name), says)),
            }
        }
        Some(one)
    });
    judged.collect()
}

/// One part of a recommendation; none where the heading asks for something else.
pub(super) fn part(title: &str, judged: &[Judgement]) -> Option<String> {
    let first = judged.first()?;
    let made = match title {
        title if title.contains("recommend") => recommendation(first, judged),
        title if title.contains("side by side") => table(judged),
        title if title.contains("given up") => given_up(judged),
        title if title.contains("change") => {
            let lines: Vec<String> = judged
                .iter()
                .map(|one| format!("- **{}**: {}", one.option, ended(&one.unknown)))
                .collect();
            format!("Find out first what is not known:\n\n{}", lines.join("\n"))
        }
        _ => return None,
    };
    Some(made)
}

fn recommendation(first: &Judgement, judged: &[Judgement]) -> String {
    let ties: Vec<String> = judged
        .iter()
        .filter(|one| one.total == first.total)
        .map(|one| one.option.clone())
        .collect();
    let said = first
        .scores
        .iter()
        .any(|(_, says)| !cited_labels(says).is_empty());
    let name = &first.option;
    if ties.len() > 1 {
        return format!(
            "The documents do not tell {} apart: they come out alike. {name} is named only because it stands first in the list. \
             Decide by what is not known yet, below.",
            listed(&ties)
        );
    }
    let reason = if said {
        format!(
            "the documents speak for it more than for the others. {}",
            first.strongest
        )
    } else {
        "little is known of any of them.".to_owned()
    };
    format!("{name}: {reason}")
}

fn table(judged: &[Judgement]) -> String {
    let names: Vec<String> = judged.iter().map(|one| inline(&one.option)).collect();
    let mut lines = vec![
        format!("| Criterion | {} |", names.join(" | ")),
        format!("| --- |{}", " --- |".repeat(names.len())),
    ];
    let criteria = judged.first().map(|one| one.scores.clone()).unwrap_or_default();
    for (criterion, _) in &criteria {
        let cells: Vec<String> = judged.iter().map(|one| cell(one, criterion)).collect();
        lines.push(format!("| {criterion} | {} |", cells.join(" | ")));
    }
    let sums: Vec<String> = judged
        .iter()
        .map(|one| one.total.map(|total| total.to_string()).unwrap_or_default())
        .collect();
    lines.push(format!("| Sum | {} |", sums.join(" | ")));
    lines.join("\n")
}

fn cell(one: &Judgement, criterion: &str) -> String {
    let says = one
        .scores
        .iter()
        .find(|(name, _)| name == criterion)
        .map(|(_, says)| says.as_str());
    let score = says.and_then(|says| says.split('.').next()).unwrap_or("?");
    if says.is_some_and(|says| says.contains("Not known")) {
        format!("{score} (not known)")
    } else {
        score.to_owned()
    }
}

fn given_up(judged: &[Judgement]) -> String {
    let lines: Vec<String> = judged
        .iter()
        .skip(1)
        .map(|one| format!("- **{}**: {}", one.option, one.strongest))
        .collect();
    lines.join("\n")
}
