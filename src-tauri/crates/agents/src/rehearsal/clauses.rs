//! What stands behind a task's verb: its object, what that is for, what it must have, and its bounds.

use super::text::{inline, shorten, words};
use super::vocabulary::{Clause, MARKERS, Verb, verb};

/// The clauses behind a verb.
#[derive(Debug, Clone, Default)]
pub(super) struct Clauses {
    /// What the verb acts on.
    pub(super) object: String,
    /// What it is for or about, with its first word.
    pub(super) purpose: String,
    /// What it must have.
    pub(super) features: Vec<String>,
    /// Bounds, with their first word.
    pub(super) limits: Vec<String>,
    /// Further demands that were joined with "and".
    pub(super) actions: Vec<String>,
}

impl Clauses {
    /// Reads what follows a verb.
    pub(super) fn of(rest: &str) -> Self {
        let mut clauses = Self::default();
        let (rest, actions) = split_actions(rest);
        clauses.actions = actions;
        let (mut kind, mut piece): (Clause, Vec<&str>) = (Clause::Object, Vec::new());
        let tokens: Vec<&str> = rest.split_whitespace().collect();
        for (index, token) in tokens.iter().copied().enumerate() {
            let bare = token.trim_matches([',', ';', '(', ')', ':']).to_lowercase();
            let marker = MARKERS
                .iter()
                .find(|(word, _)| *word == bare)
                .map(|(_, kind)| *kind);
            // "in Python" is a bound; "in the portal" says which one is meant.
            let next = tokens
                .get(index + 1)
                .map(|next| next.to_lowercase())
                .unwrap_or_default();
            let placed = matches!(bare.as_str(), "in" | "on")
                && matches!(next.as_str(), "the" | "a" | "an" | "our" | "my");
            let marker = if placed { Some(Clause::Purpose) } else { marker };
            match marker {
                // "in" and "to" inside of a feature or a purpose are part of it.
                Some(next)
                    if !(piece.is_empty()
                        || kind == Clause::Purpose
                            && next != Clause::Feature
                            && bare != "without"
                            && bare != "using"
                            && bare != "by") =>
                {
                    clauses.close(kind, &piece);
                    piece.clear();
                    kind = next;
                    if next != Clause::Feature {
                        piece.push(token);
                    }
                }
                _ => piece.push(token),
            }
        }
        clauses.close(kind, &piece);
        clauses
    }

    fn close(&mut self, kind: Clause, piece: &[&str]) {
        let text = piece.join(" ");
        let text = inline(&text)
            .trim_matches([',', ';', ':', '.', '(', ')', '-', ' ', '"', '“', '”'])
            .to_owned();
        if words(&text).is_empty() {
            return;
        }
        match kind {
            Clause::Object => self.object = text,
            Clause::Feature => self.features.extend(enumerated(&text)),
            Clause::Purpose if self.purpose.is_empty() => self.purpose = text,
            Clause::Purpose | Clause::Limit => self.limits.push(text),
        }
    }
}

/// Cuts off demands like ", and write tests for it" or "; add a search".
fn split_actions(rest: &str) -> (String, Vec<String>) {
    let tokens: Vec<&str> = rest.split_whitespace().collect();
    let mut actions: Vec<String> = Vec::new();
    let mut main: Vec<&str> = Vec::new();
    let mut current: Option<Vec<&str>> = None;
    let mut index = 0;
    while index < tokens.len() {
        let joins = matches!(
            tokens[index].trim_matches(',').to_lowercase().as_str(),
            "and" | "then" | "&"
        );
        let after_comma = index > 0 && tokens[index - 1].ends_with([',', ';']);
        let verb_at = if joins { index + 1 } else { index };
        let is_verb = tokens.get(verb_at).is_some_and(|token| verb(token.trim_matches(',')) != Verb::None)
            // "plan and report" are nouns unless something is acted on.
            && tokens.len() > verb_at + 1;
        if is_verb && (joins || after_comma) && index > 0 {
            actions.extend(current.take().map(|words| words.join(" ")));
            current = Some(Vec::new());
            index = verb_at;
        }
        current.as_mut().unwrap_or(&mut main).push(tokens[index]);
        index += 1;
    }
    actions.extend(current.map(|words| words.join(" ")));
    let clean = |text: &str| inline(text).trim_end_matches([',', ';', ' ']).to_owned();
    (
        clean(&main.join(" ")),
        actions.iter().map(|action| clean(action)).collect(),
    )
}

/// "a, b and c" as its items.
pub(super) fn enumerated(text: &str) -> Vec<String> {
    text.replace(", and ", ", ")
        .replace(" and ", ", ")
        .replace(" und ", ", ")
        .replace(" & ", ", ")
        .replace("; ", ", ")
        .split(", ")
        .map(|item| item.trim_matches([',', ';', '.', ' ']).to_owned())
        .filter(|item| !words(item).is_empty())
        .map(|item| shorten(&item, 60))
        .collect()
}

/// The options of a comparison and what they are for.
pub(super) fn options(rest: &str) -> (Vec<String>, String) {
    let mut text = inline(rest);
    let mut purpose = String::new();
    for mark in [
        " for ",
        " as ",
        " to ",
        " in terms of ",
        " für ",
        " when ",
        " if ",
    ] {
        if let Some(at) = text.find(mark) {
            let tail = text[at..].trim().to_owned();
            text.truncate(at);
            purpose = if purpose.is_empty() {
                tail
            } else {
                format!("{tail} {purpose}")
            };
        }
    }
    for joint in [
        " versus ",
        " vs. ",
        " vs ",
        " or ",
        " with ",
        " against ",
        " und ",
        " oder ",
        " mit ",
    ] {
        text = text.replace(joint, ", ");
    }
    let found = enumerated(&text)
        .into_iter()
        .map(|one| {
            one.trim_start_matches("between ")
                .trim_start_matches("whether ")
                .to_owned()
        })
        .collect();
    (found, purpose)
}
