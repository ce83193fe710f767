//! What a step of a template is told in words, done as far as rules can: the form that is asked for, filled with
//! sentences of the documents and of the material in the prompt.
//!
//! Nothing is made up: where the material says nothing, the result says that. Each result ends with a line that says how
//! it came about, because it goes into messages and publications where nothing else says so.
//!
//! Deliberately absent: the crew's own steps, which have a plan (see `research`, `specialist`, `report`), and values
//! after a schema in general (`data`).

mod asked;
mod form;
mod judged;
mod letters;
mod stock;
#[cfg(test)]
mod tests;

use super::text::content_words;
use asked::Asked;
use stock::Stock;
use wheelhouse_domain::{Brief, ModelRequest};

pub(super) use judged::value;

/// Words of a search at most.
const QUERY: usize = 16;

/// What every result ends with.
const NOTE: &str = "*Put together by rehearsal, by rules, from the material. No model wrote it.*";

/// The result; none where the step is told too little to make out a form.
pub(super) fn answer(request: &ModelRequest) -> Option<String> {
    let brief = &request.brief;
    if !is_told(brief) {
        return None;
    }
    let asked = Asked::of(&brief.description);
    let stock = Stock::of(request, &asked);
    let lead = asked.lead.to_lowercase();
    let is_reply = lead.contains(" reply ");
    let made = if asked.fenced.is_some()
        && (lead.starts_with("revise") || brief.description.contains("\nRevise it"))
    {
        letters::revised(&asked)
    } else if is_reply {
        letters::reply(brief, &asked, &stock)
    } else if !asked.form.is_empty() {
        form::filled(brief, &asked, &stock)
    } else if !asked.sections.is_empty() {
        form::together(&asked, &stock)
    } else if let Some(about) = asked.about.as_ref().filter(|_| lead.starts_with("read ")) {
        letters::notes(about, &stock)
    } else if lead.starts_with("write") {
        letters::piece(&asked, &stock)
    } else {
        return None;
    };
    Some(format!("{}\n\n{NOTE}", made.trim()))
}

/// What to search for before: what the step is about, and the operator's words. None where it is not told in words.
pub(super) fn query(brief: &Brief) -> Option<String> {
    if !is_told(brief) {
        return None;
    }
    let asked = Asked::of(&brief.description);
    let question = stock::question(&brief.operator_task);
    let wanted = format!("{} {question}", asked.about.unwrap_or_default());
    let picked: Vec<String> = content_words(&wanted).into_iter().take(QUERY).collect();
    Some(picked.join(" ")).filter(|query| !query.is_empty())
}

/// Whether a prompt says what to do, rather than a plan.
fn is_told(brief: &Brief) -> bool {
    let told = brief.description.trim();
    brief.plan.is_none() && (told.contains("\n\n") || told.contains(" reply "))
}
