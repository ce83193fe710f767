//! Whether a call is made, asked about or refused. The one place that decides this.
//!
//! A call that does more than read is made unasked only if the operator allowed such calls, and nothing from outside may have
//! chosen what it touches or does: either the model that wants it has seen nothing from outside, or each such value stands in
//! the operator's own words, or the operator allowed exactly this call. What a call carries (the text of a file) may come from
//! anywhere. What is not known counts as from outside, as touching something, and as not allowed.
//!
//! Deliberately absent: where text came from (folded from the journal), asking, and whether a folder or an address is granted
//! (the tools check that themselves, before and after).

mod words;

use crate::describe::Role;
use crate::fingerprint::{canonical, digest};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wheelhouse_domain::{
    AgentGrant, AllowedInRun, ExactCall, Leave, Outside, Risk, Standing, ToolEffect, WhyAsked,
};
use words::{is_quoted_in, stands_in};

/// How much of a value is shown, in characters.
const SHOWN: usize = 200;

/// A call as far as it is known before it is made.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The tool.
    pub tool: &'a str,
    /// What it may bring about.
    pub risk: Risk,
    /// What each of its arguments decides about.
    pub role: &'a dyn Fn(&str) -> Role,
    /// Its arguments, as the model gave them.
    pub arguments: &'a Value,
    /// What it would do, where that can be told.
    pub effect: Option<&'a ToolEffect>,
}

/// What decides about it.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// What the agent was granted, and what was said about its tools.
    pub grant: &'a AgentGrant,
    /// What the operator allowed this agent for as long as the run lasts.
    pub in_run: &'a [AllowedInRun],
    /// What the operator wrote.
    pub said: &'a [&'a str],
    /// What the model has seen that the operator did not write.
    pub seen: &'a BTreeSet<Outside>,
    /// Whether the run holds text that stays on this machine.
    pub holds_what_stays: bool,
}

/// What is to be done about a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is made. By whose leave, where it does more than read.
    Allow(Option<Leave>),
    /// The operator is asked.
    Ask {
        /// Why.
        why: Vec<WhyAsked>,
        /// The call by what it touches and does.
        exact: ExactCall,
        /// Whether an answer that holds for longer holds for that exact call only.
        exactly: bool,
    },
    /// It is not made. Why, in words for the model.
    Refuse(String),
}

/// Whether a call is made, asked about or refused.
#[must_use]
pub fn judge(call: &Call<'_>, rules: &Rules<'_>) -> Judgement {
    let standing = rules.grant.standing(call.tool);
    if standing == Some(Standing::Never) {
        return Judgement::Refuse(format!(
            "The operator does not let you use {}. Go on without it.",
            call.tool
        ));
    }
    let is_served = matches!(call.effect, Some(ToolEffect::Served { .. }));
    if call.risk == Risk::Read && !(is_served && rules.holds_what_stays) {
        return Judgement::Allow(None);
    }
    if rules.holds_what_stays && may_carry_away(call) {
        return Judgement::Refuse(
            "This workflow holds text that stays on this machine, so nothing is sent out. Go on without it."
                .to_owned(),
        );
    }
    let exact = exact_call(call);
    let leave = leave(call, rules, standing, &exact);
    let mut why = Vec::new();
    if !matches!(leave, Some((_, true))) {
        why = untrusted(call, rules);
    }
    let exactly = !why.is_empty();
    if leave.is_none() {
        why.insert(0, WhyAsked::NotAllowed);
    }
    if rules.holds_what_stays && leaves_a_trace(call, rules.grant) {
        why.push(WhyAsked::StaysHere);
    }
    match leave {
        Some((leave, _)) if why.is_empty() => Judgement::Allow(Some(leave)),
        _ => Judgement::Ask { why, exact, exactly },
    }
}

/// Who allowed such calls, and whether exactly this one. An exact word goes before a general one, because it covers more.
fn leave(
    call: &Call<'_>,
    rules: &Rules<'_>,
    standing: Option<Standing>,
    exact: &ExactCall,
) -> Option<(Leave, bool)> {
    let in_run = |only: Option<&str>| {
        let mut said = rules.in_run.iter();
        let said = said.find(|said| said.tool == call.tool && said.only.as_deref() == only)?;
        Some(Leave::Run {
            question: said.question.clone(),
        })
    };
    if rules.grant.allows_exactly(call.tool, &exact.hash) {
        return Some((Leave::Agent, true));
    }
    if let Some(leave) = in_run(Some(&exact.hash)) {
        return Some((leave, true));
    }
    // A word about a tool of a server counts for the tool as it was described then, and for no other of that name.
    let described = call.effect.and_then(ToolEffect::as_described);
    let is_allowed = match &described {
        Some(described) => rules.grant.allows_exactly(call.tool, &described.hash),
        None => standing == Some(Standing::Allow),
    };
    if is_allowed {
        return Some((Leave::Agent, false));
    }
    in_run(described.as_ref().map(|only| only.hash.as_str())).map(|leave| (leave, false))
}

/// The arguments that something from outside may have chosen, though they decide what is touched or done.
fn untrusted(call: &Call<'_>, rules: &Rules<'_>) -> Vec<WhyAsked> {
    if rules.seen.is_empty() {
        return Vec::new();
    }
    let untrusted = |argument: &str, value: &Value| WhyAsked::Untrusted {
        argument: argument.to_owned(),
        value: short(value),
        from: rules.seen.iter().copied().collect(),
    };
    let Some(arguments) = call.arguments.as_object() else {
        return vec![untrusted("arguments", call.arguments)];
    };
    let line_was_said = command_line_was_said(call, rules);
    arguments
        .iter()
        .filter(|(name, _)| (call.role)(name) != Role::Content)
        .filter(|(name, value)| match (call.effect, name.as_str()) {
            (Some(ToolEffect::Run { .. }), "program" | "arguments") => !line_was_said,
            (Some(ToolEffect::Run { folder, .. }), "folder") => {
                !is_only_command_folder(rules.grant, folder) && !was_said(rules, folder)
            }
            (Some(ToolEffect::Write { path, .. }), "path") => !path_was_said(rules, path),
            (Some(ToolEffect::Fetch { .. }), "url") => !address_was_said(rules, value),
            _ => !value_was_said(rules, value),
        })
        .map(|(name, value)| untrusted(name, value))
        .collect()
}

fn was_said(rules: &Rules<'_>, value: &str) -> bool {
    rules.said.iter().any(|said| stands_in(value, said))
}

fn value_was_said(rules: &Rules<'_>, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => was_said(rules, text),
        Value::Number(number) => {
            let number = number.to_string();
            rules.said.iter().any(|said| is_quoted_in(&number, said))
        }
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// A path stands in the operator's words as it is, or without the name of the one folder that may be written: where there is
/// no choice, nobody made it.
fn path_was_said(rules: &Rules<'_>, path: &str) -> bool {
    if was_said(rules, path) {
        return true;
    }
    let folders = &rules.grant.reach.folders;
    let mut writable = folders
        .iter()
        .filter(|folder| folder.access == wheelhouse_domain::Access::Write);
    let (Some(only), None) = (writable.next(), writable.next()) else {
        return false;
    };
    let inside = path
        .strip_prefix(only.name.as_str())
        .and_then(|rest| rest.strip_prefix('/'));
    inside.is_some_and(|inside| was_said(rules, inside))
}

/// An address stands in the operator's words as it is, or as people write it: without the scheme and the last slash.
fn address_was_said(rules: &Rules<'_>, url: &Value) -> bool {
    let Some(url) = url.as_str().map(str::trim) else {
        return false;
    };
    let plain = url.strip_prefix("https://").unwrap_or(url);
    let bare = plain.strip_suffix('/').unwrap_or(plain);
    [url, plain, bare].into_iter().any(|form| was_said(rules, form))
}

/// A command counts as said only where the operator set it off as one: in quotes or on a line of its own. Words that merely
/// follow each other in a sentence may be the beginning of another command, or one that is warned of.
fn command_line_was_said(call: &Call<'_>, rules: &Rules<'_>) -> bool {
    let Some(ToolEffect::Run { shown, .. }) = call.effect else {
        return false;
    };
    rules.said.iter().any(|said| is_quoted_in(shown, said))
}

fn is_only_command_folder(grant: &AgentGrant, folder: &str) -> bool {
    let commands = grant.reach.commands.as_ref();
    commands.is_some_and(|commands| matches!(commands.folders.as_slice(), [only] if only == folder))
}

/// Whether a call may carry something off this machine.
fn may_carry_away(call: &Call<'_>) -> bool {
    call.risk == Risk::Network || call.effect.is_none_or(carries_away)
}

/// Whether something may leave this machine with that.
#[must_use]
pub fn carries_away(effect: &ToolEffect) -> bool {
    match effect {
        // What a program does with what it is told, nobody sees.
        ToolEffect::Fetch { .. } | ToolEffect::Served { .. } => true,
        ToolEffect::Run {
            network, confined, ..
        } => *network || !*confined,
        ToolEffect::Read { .. }
        | ToolEffect::List { .. }
        | ToolEffect::Search { .. }
        | ToolEffect::Write { .. }
        | ToolEffect::Compute => false,
    }
}

/// Whether a call may leave text in a folder from which models elsewhere may read it.
fn leaves_a_trace(call: &Call<'_>, grant: &AgentGrant) -> bool {
    let stays = |name: &str| grant.reach.folder(name).is_some_and(|folder| folder.stays_here);
    match call.effect {
        Some(ToolEffect::Write { path, .. }) => !stays(path.split('/').next().unwrap_or_default()),
        Some(ToolEffect::Run { .. }) => {
            let commands = grant.reach.commands.as_ref();
            commands.is_none_or(|commands| !commands.folders.iter().all(|name| stays(name)))
        }
        _ => true,
    }
}

/// A call by what it touches and does, without what it carries.
#[must_use]
pub fn exact_call(call: &Call<'_>) -> ExactCall {
    let (what, shown) = match call.effect {
        Some(ToolEffect::Write { path, .. }) => (json!({ "path": path }), path.clone()),
        Some(ToolEffect::Fetch { url, .. }) => (json!({ "url": url }), url.clone()),
        Some(effect @ ToolEffect::Run { folder, shown, .. }) => {
            (json!(effect), format!("{shown} in {folder}"))
        }
        Some(ToolEffect::Served {
            server,
            uid,
            tool,
            arguments,
            definition,
            ..
        }) => (
            json!({ "server": uid, "definition": definition, "arguments": arguments }),
            format!("{tool} of {server} with {}", arguments.0),
        ),
        _ => {
            let deciding = deciding(call);
            let shown = format!("{} {}", call.tool, short(&deciding));
            (deciding, shown)
        }
    };
    let whole = json!(["wheelhouse-exact/1", call.tool, what]);
    ExactCall {
        hash: digest(canonical(&whole).as_bytes()),
        shown: shown.chars().take(SHOWN).collect(),
    }
}

/// The arguments that say what is touched or done.
fn deciding(call: &Call<'_>) -> Value {
    match call.arguments.as_object() {
        Some(arguments) => {
            let deciding = arguments
                .iter()
                .filter(|(name, _)| (call.role)(name) != Role::Content);
            Value::Object(
                deciding
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect(),
            )
        }
        None => call.arguments.clone(),
    }
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    text.chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests;
