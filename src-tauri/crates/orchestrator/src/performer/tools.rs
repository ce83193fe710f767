//! Carries out tool calls. What a model wants is checked here before anything happens.

use crate::knowledge::Audience;
use crate::service::Inner;
use wheelhouse_domain::{Failure, FailureCode, KNOWLEDGE_SEARCH, ToolRequest, ToolResponse};

/// Longest query, in characters.
const QUERY_LENGTH: usize = 1_000;

/// Whether a call of this tool may be made again when its first answer was lost. What is not known is not.
pub(super) fn is_repeatable(tool: &str) -> bool {
    tool == KNOWLEDGE_SEARCH
}

/// Carries out one call for an agent that may use `allowed`.
///
/// A call that makes no sense is refused, so that the model can do better; a [`Failure`] is a fault of the tool. What stays on
/// this machine is left out for whoever tells it to another one.
pub(super) async fn call(
    inner: &Inner,
    allowed: &[String],
    request: &ToolRequest,
    audience: Audience,
) -> Result<ToolResponse, Failure> {
    if !allowed.contains(&request.tool) {
        return Ok(refused(format!(
            "You may not use a tool called \"{}\".",
            request.tool
        )));
    }
    match request.tool.as_str() {
        KNOWLEDGE_SEARCH => search(inner, request, audience).await,
        other => Ok(refused(format!("There is no tool called \"{other}\"."))),
    }
}

async fn search(inner: &Inner, request: &ToolRequest, audience: Audience) -> Result<ToolResponse, Failure> {
    let query = request
        .arguments
        .0
        .get("query")
        .and_then(serde_json::Value::as_str)
        .map(str::trim);
    let query = match query {
        Some(query) if !query.is_empty() && query.chars().count() <= QUERY_LENGTH => query,
        _ => {
            return Ok(refused(format!(
                "Give \"query\" as a text of 1 to {QUERY_LENGTH} characters."
            )));
        }
    };
    let found = inner
        .knowledge
        .search(query, inner.options.passages, audience)
        .await
        .map_err(|error| {
            Failure::passing(
                FailureCode::ToolFailed,
                format!("The knowledge could not be searched. {error}"),
                "It is tried again. If it keeps failing, re-scan the sources in Knowledge.",
            )
        })?;
    Ok(ToolResponse::Passages {
        query: query.to_owned(),
        passages: found.passages,
        documents: found.documents,
        left_out: found.left_out,
    })
}

fn refused(reason: String) -> ToolResponse {
    ToolResponse::Refused { reason }
}
