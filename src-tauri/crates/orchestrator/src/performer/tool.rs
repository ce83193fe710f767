//! Calls the tool of a task, with the arguments that were worked out.

use super::conversation::{in_doubt, interrupted};
use super::evaluate::answered;
use super::failure::Stop;
use super::guarding::Ready;
use super::sight::content;
use super::tools::{self, Broken};
use crate::knowledge::Audience;
use crate::needs::all_here;
use crate::run::Reporter;
use crate::service::Inner;
use serde_json::json;
use std::fmt::Write;
use std::sync::Arc;
use tracing::warn;
use wheelhouse_domain::{
    CallKind, Citation, ContentHash, Failure, FailureCode, Json, StepKind, TaskAnswer, ToolRequest,
    ToolResponse, Usage,
};
use wheelhouse_engine::{CallPlace, Fact, Run, Task};

/// Name of the one call of a step: no model gave it another.
const CALL: &str = "step";

pub(crate) async fn call_tool(inner: Arc<Inner>, run: Arc<Run>, reporter: Reporter) {
    if let Err(Stop::Failed(failure)) = called(&inner, &run, &reporter).await {
        warn!(code = ?failure.code, message = %failure.message, "the tool could not be called");
        // Too late is no fault: the run went on without it.
        let _ = reporter.report(vec![Fact::Failed(failure)], Vec::new()).await;
    }
}

async fn called(inner: &Inner, run: &Run, reporter: &Reporter) -> Result<(), Stop> {
    let task = run.task(&reporter.task).ok_or(Stop::Unwanted)?;
    let Some(StepKind::Tool { tool, arguments }) = run.kind_of(task) else {
        return Err(Stop::Unwanted);
    };
    if let Some((_, response)) = task.exchange().last() {
        let response: ToolResponse = serde_json::from_str(&content(inner, response).await?)?;
        let (fact, contents) = outcome(tool, &response)?;
        return Ok(reporter.report(vec![fact], contents).await?);
    }
    let mut facts = interrupted(task);
    if facts.iter().any(|fact| matches!(fact, Fact::Asked { .. })) {
        return Ok(reporter.report(facts, Vec::new()).await?);
    }
    let arguments = match &task.preparation {
        Some(hash) => Json(serde_json::from_str(&content(inner, hash).await?)?),
        None => arguments.clone(),
    };
    let request = ToolRequest {
        tool: tool.clone(),
        arguments,
    };
    let place = place_of(task);
    let text = serde_json::to_string(&request)?;
    facts.push(Fact::CallStarted {
        place,
        kind: CallKind::Tool {
            tool: tool.clone(),
            call_id: CALL.to_owned(),
            repeatable: tools::is_repeatable(tool),
        },
        request: ContentHash::of(&text),
        reserved: None,
        elsewhere: false,
        holds: Vec::new(),
        sees: Vec::new(),
        leave: None,
    });
    reporter.report(facts, vec![text]).await?;
    let audience = audience(inner, run).await?;
    // No agent does the step, so that nothing was granted for it: what touches anything refuses.
    let answer = tools::call(inner, &request, audience, &Ready::default()).await;
    let (facts, contents) = match answer {
        Ok(response) => recorded(place, tool, &response)?,
        Err(Broken::Lost { why }) => {
            let what =
                format!("The tool “{tool}” gave no answer, so nobody knows whether it did its work. {why}");
            (vec![Fact::CallInterrupted { place }, in_doubt(&what)], Vec::new())
        }
        Err(Broken::Failed(failure)) => {
            let failed = Fact::CallFailed {
                place,
                failure: failure.clone(),
            };
            (vec![failed, Fact::Failed(failure)], Vec::new())
        }
    };
    Ok(reporter.report(facts, contents).await?)
}

/// Who hears what the tool gives: whoever works on the run after it. One that tells other machines would only be stopped by
/// what stays here, so that it is left out for it.
async fn audience(inner: &Inner, run: &Run) -> Result<Audience, Stop> {
    if run.is_confined() || all_here(inner, run).await? {
        Ok(Audience::Here)
    } else {
        Ok(Audience::Elsewhere)
    }
}

/// The step's one call stands first in its exchange, also when it is repeated.
fn place_of(task: &Task) -> CallPlace {
    CallPlace {
        turn: task.first_turn,
        index: 0,
    }
}

/// The call's result and what it makes of the task, in one commit.
fn recorded(place: CallPlace, tool: &str, response: &ToolResponse) -> Result<(Vec<Fact>, Vec<String>), Stop> {
    let text = serde_json::to_string(response)?;
    let finished = Fact::CallFinished {
        place,
        response: ContentHash::of(&text),
        usage: Usage::default(),
        spent: None,
        gist: None,
        stays_here: response.stays_here(),
    };
    let (fact, mut contents) = outcome(tool, response)?;
    contents.push(text);
    Ok((vec![finished, fact], contents))
}

fn outcome(tool: &str, response: &ToolResponse) -> Result<(Fact, Vec<String>), Stop> {
    match response {
        ToolResponse::Refused { reason } => {
            let failure = Failure::lasting(
                FailureCode::ToolFailed,
                format!("The tool “{tool}” refused: {reason}"),
                "Change the step's arguments in the template, or skip the task.",
            );
            Ok((Fact::Failed(failure), Vec::new()))
        }
        ToolResponse::Done { text, data, .. } => answered(&TaskAnswer {
            text: text.clone(),
            citations: Vec::new(),
            data: Some(data.clone()),
        }),
        ToolResponse::Passages {
            query,
            passages,
            documents,
            left_out,
        } => {
            let mut text = match passages.len() {
                0 => format!("Nothing in {documents} documents matches “{query}”."),
                1 => format!("One passage in {documents} documents matches “{query}”."),
                some => format!("{some} passages in {documents} documents match “{query}”."),
            };
            for passage in passages {
                let quote = passage.text.trim().replace('\n', "\n> ");
                // Writing to a string cannot fail.
                let _ = write!(text, "\n\n> {quote}\n\n{} [{}]", passage.path, passage.label);
            }
            match left_out {
                0 => {}
                1 => text.push_str("\n\nOne more was left out, because its source stays on this machine."),
                some => {
                    // Writing to a string cannot fail.
                    let _ = write!(
                        text,
                        "\n\n{some} more were left out, because their sources stay on this machine."
                    );
                }
            }
            let values: Vec<_> = passages
                .iter()
                .map(|passage| {
                    json!({
                        "label": passage.label, "path": passage.path, "text": passage.text,
                        "start_line": passage.start_line, "end_line": passage.end_line,
                    })
                })
                .collect();
            answered(&TaskAnswer {
                text,
                citations: passages.iter().map(Citation::from).collect(),
                data: Some(Json(
                    json!({ "query": query, "documents": documents, "passages": values }),
                )),
            })
        }
    }
}
