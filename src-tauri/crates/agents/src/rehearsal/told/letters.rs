//! Texts for readers: a reply, a piece, a revision, notes on one thing.

use super::super::text::{capital, counted, ended, inline, listed, shorten, words};
use super::asked::Asked;
use super::stock::{Stock, bullets, running, sentences};
use std::collections::BTreeSet;
use wheelhouse_domain::Brief;

/// Heading of what a revision could not do.
const LEFT: &str = "### Left as it was";

/// A reply to a message: what is known, and what happens next.
pub(super) fn reply(brief: &Brief, asked: &Asked, stock: &Stock) -> String {
    let friendly = asked.lead.contains("friendly");
    let mut out = vec![greeting(&asked.lead, friendly)];
    let about = quoted(&asked.lead).unwrap_or_else(|| first_sentence(&stock.question));
    out.push(format!(
        "Thank you for your message: “{}”.",
        about.trim_end_matches(['.', '!', '?'])
    ));
    let is_taken_up = asked.lead.contains("taken up");
    if is_taken_up {
        out.push("It was taken up and will be looked into.".to_owned());
    }
    let known: Vec<_> = stock.findings.iter().take(3).cloned().collect();
    out.push(match (known.is_empty(), is_taken_up) {
        (false, true) => format!("This may help meanwhile: {}", running(&known)),
        (false, false) => format!("This is what our documents say:\n\n{}", bullets(&known)),
        (true, true) => "Our documents know no way round it.".to_owned(),
        (true, false) => {
            "Our documents say nothing that answers it, so I pass it on to somebody who knows.".to_owned()
        }
    });
    if let Some(meant) = brief.clarifications.last().filter(|_| known.is_empty()) {
        out.push(format!(
            "We understand it like this: {}",
            ended(&inline(&meant.answer))
        ));
    }
    let missing = stock.missing();
    if !known.is_empty() && !is_taken_up && !missing.is_empty() {
        out.push(format!("They do not speak of {}.", listed(&missing)));
    }
    if let Some((_, missing)) = asked.lead.split_once("Ask for what is missing: ") {
        out.push(format!(
            "To go on we need to know: {}",
            ended(missing.trim_end_matches(" Promise no date."))
        ));
    }
    out.push(if friendly {
        "Kind regards".to_owned()
    } else {
        "Regards".to_owned()
    });
    out.join("\n\n")
}

fn greeting(lead: &str, friendly: bool) -> String {
    let to = lead.split(" to ").nth(1).unwrap_or_default();
    let end = to.find([':', '.', ',']).unwrap_or(to.len());
    let name = to.get(..end).unwrap_or_default();
    let name = name.split(" that ").next().unwrap_or_default().trim();
    let hello = if friendly { "Hello" } else { "Good day" };
    if name.is_empty() || name.starts_with("somebody") || name.len() > 40 {
        format!("{hello},")
    } else {
        format!("{hello} {name},")
    }
}

/// What stands in quotation marks.
fn quoted(text: &str) -> Option<String> {
    let inside = text.split('“').nth(1)?.split('”').next()?;
    (!inside.trim().is_empty()).then(|| inline(inside))
}

fn first_sentence(text: &str) -> String {
    let first = sentences(text).into_iter().next();
    shorten(&first.unwrap_or_else(|| text.to_owned()), 120)
}

/// A piece on the operator's subject, of sentences that have a source.
pub(super) fn piece(asked: &Asked, stock: &Stock) -> String {
    let title = format!("## {}", capital(&shorten(&stock.question, 80)));
    if stock.findings.is_empty() {
        return format!(
            "{title}\n\nThe documents say nothing about this, and rehearsal makes nothing up. What is known are the words of the \
             task, which are to be confirmed:\n\n> {}",
            ended(&shorten(&stock.question, 600))
        );
    }
    let (first, rest) = stock.findings.split_at(stock.findings.len().min(2));
    let mut out = vec![title, running(first)];
    let rest: Vec<_> = rest.iter().take(4).cloned().collect();
    if !rest.is_empty() {
        out.push(bullets(&rest));
    }
    let missing = stock.missing();
    if !missing.is_empty() {
        let word = if asked.marks {
            "To be confirmed"
        } else {
            "Not known"
        };
        out.push(format!(
            "**{word}:** what there is to say of {} has no source.",
            listed(&missing)
        ));
    }
    out.join("\n\n")
}

/// What the documents say about one thing.
pub(super) fn notes(about: &str, stock: &Stock) -> String {
    let found = stock.on(about);
    if found.is_empty() {
        return format!("Nothing in the documents is about {about}.");
    }
    let most: Vec<_> = found.iter().take(4).cloned().collect();
    let from: BTreeSet<&str> = most.iter().map(|one| one.path.as_str()).collect();
    let paths: Vec<String> = from.iter().map(|path| format!("`{path}`")).collect();
    format!(
        "On {about}, {} from {}:\n\n{}\n\n**Not said:** {}",
        counted(most.len(), "sentence"),
        listed(&paths),
        bullets(&most),
        stock.gaps()
    )
}

/// The text that there is, without what it says twice, and with what rules could not change.
pub(super) fn revised(asked: &Asked) -> String {
    let text = asked.fenced.clone().unwrap_or_default();
    let text = text.split(LEFT).next().unwrap_or_default().trim().to_owned();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| {
            let plain = inline(line).to_lowercase();
            words(&plain).len() < 4 || seen.insert(plain)
        })
        .collect();
    let mut out = vec![kept.join("\n").trim().to_owned()];
    let twice = text.lines().count() - kept.len();
    let mut left: Vec<String> = asked
        .changes
        .iter()
        .map(|change| format!("- {}", ended(change)))
        .collect();
    if twice > 0 {
        left.insert(
            0,
            format!("- Done: {} that stood there twice.", counted(twice, "line")),
        );
    }
    if !left.is_empty() {
        out.push(format!(
            "{LEFT}\n\nRules can take out what stands there twice. What else was asked for needs a writer or a model:\n\n{}",
            left.join("\n")
        ));
    }
    out.join("\n\n")
}

/// A text without what a revision could not do.
pub(super) fn without_left(text: &str) -> &str {
    text.split(LEFT).next().unwrap_or(text).trim()
}
