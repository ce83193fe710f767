//! The question that stands in front of a call which the operator has to allow.

use wheelhouse_domain::{
    FileChange, Form, FormAbout, Millis, Outcome, QuestionKind, ToolApproval, ToolEffect,
};
use wheelhouse_engine::Fact;
use wheelhouse_engine::leave::{BY_AGENT, EXPIRED, IN_RUN, NEVER, ONCE, REFUSE};

/// How long an answer is waited for, and how long it counts, in milliseconds. After that it is asked anew, because what was
/// shown is old.
const LASTS: i64 = 24 * 60 * 60 * 1_000;

/// Asks whether `agent` may make a call.
pub(super) fn question(agent: &str, approval: ToolApproval, now: Millis) -> Fact {
    let text = format!("{agent} wants to {}.", wish(&approval));
    let form = Form {
        outcomes: outcomes(&approval),
        expires_at: Some(now.plus(LASTS)),
        expired_outcome: Some(EXPIRED.to_owned()),
        about: Some(FormAbout::Tool {
            approval: Box::new(approval),
        }),
        ..Form::default()
    };
    Fact::Asked {
        kind: QuestionKind::Approval,
        text,
        form: Some(form),
    }
}

fn outcomes(approval: &ToolApproval) -> Vec<Outcome> {
    let (in_run, by_agent) = if approval.exactly {
        ("Allow exactly this in this workflow", "Always allow exactly this")
    } else {
        ("Allow in this workflow", "Always allow this agent")
    };
    [
        (ONCE, "Allow once"),
        (IN_RUN, in_run),
        (BY_AGENT, by_agent),
        (REFUSE, "Don't allow"),
        (NEVER, "Never allow this agent"),
    ]
    .into_iter()
    .map(|(name, title)| Outcome {
        name: name.to_owned(),
        title: title.to_owned(),
    })
    .collect()
}

fn wish(approval: &ToolApproval) -> String {
    match &approval.effect {
        ToolEffect::Write { path, change, .. } => match change {
            FileChange::Create => format!("create the file “{path}”"),
            FileChange::Replace => format!("change the file “{path}”"),
            FileChange::Nothing => format!("write the file “{path}”, which has that text already"),
        },
        ToolEffect::Fetch { url, .. } => format!("fetch the page {url}"),
        ToolEffect::Run { shown, folder, .. } => format!("run “{shown}” in “{folder}”"),
        ToolEffect::Read { path } => format!("read the file “{path}”"),
        ToolEffect::List { path } => format!("list the folder “{path}”"),
        ToolEffect::Search { path, .. } => format!("search the folder “{path}”"),
        ToolEffect::Served { server, tool, .. } => {
            format!("use the tool “{tool}” of the tool server “{server}”")
        }
        ToolEffect::Compute => format!("use {}", approval.tool),
    }
}
