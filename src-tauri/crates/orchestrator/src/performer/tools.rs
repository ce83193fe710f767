//! Carries out tool calls. What a model wants is checked here before anything happens; whether it may be done at all is said
//! in `guarding`.

use super::guarding::{Ready, is_of_use};
use crate::knowledge::Audience;
use crate::service::Inner;
use crate::tool_servers::{GivenTool, NotCalled};
use tokio_util::sync::CancellationToken;
use wheelhouse_agents::prompt;
use wheelhouse_domain::{
    ASK_AGENT, AgentGrant, BUILT_IN_TOOLS, CREW_TOOLS, Failure, FailureCode, GRANTED_TOOLS, Json,
    KNOWLEDGE_SEARCH, ToolRequest, ToolResponse, ToolSpec, is_served,
};
use wheelhouse_mcp::Called;
use wheelhouse_tools::{Description, Done, ToolError, description};

/// Longest query, in characters.
const QUERY_LENGTH: usize = 1_000;

/// Whether a call of this tool may be made again when its first answer was lost. What is not known is not. Of tools of tool
/// servers, the record of the call says it.
pub(super) fn is_repeatable(tool: &str) -> bool {
    tool == KNOWLEDGE_SEARCH || described(tool).is_some_and(|tool| tool.repeatable)
}

/// Why there is no result.
#[derive(Debug)]
pub(super) enum Broken {
    /// The tool failed.
    Failed(Failure),
    /// No answer came, and nobody knows whether it did its work.
    Lost {
        /// What is known, as sentences.
        why: String,
    },
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The tools of these names as they are offered to the model of an agent with that grant, in the order of the names. What is
/// not there, or is of no use to it, is not offered. `given` are the tools of tool servers that agents may be given, `helpers`
/// says whom it can ask, if it can ask anybody.
pub(super) fn offered(
    names: &[String],
    grant: &AgentGrant,
    given: &[GivenTool],
    helpers: Option<&str>,
) -> Vec<ToolSpec> {
    let of_use = names.iter().filter(|name| is_of_use(name, grant));
    let specs = of_use.filter_map(|name| spec(name, given));
    specs
        .filter_map(|spec| match spec.name.as_str() {
            ASK_AGENT => Some(ToolSpec {
                description: format!("{} {}", spec.description, helpers?),
                ..spec
            }),
            _ => Some(spec),
        })
        .collect()
}

fn spec(name: &str, given: &[GivenTool]) -> Option<ToolSpec> {
    if is_served(name) {
        return given.iter().find(|tool| tool.name == name).map(GivenTool::spec);
    }
    if name == KNOWLEDGE_SEARCH {
        return Some(prompt::knowledge_search());
    }
    described(name).map(|tool| ToolSpec {
        name: tool.name.to_owned(),
        description: tool.purpose.to_owned(),
        parameters: Json(tool.parameters),
    })
}

/// The tool called `name`, be it a guarded one or one by which agents turn to others.
fn described(name: &str) -> Option<Description> {
    guarded(name).or_else(|| description(name).filter(|tool| CREW_TOOLS.contains(&tool.name)))
}

/// The guarded tool called `name`.
pub(super) fn guarded(name: &str) -> Option<Description> {
    description(name).filter(|tool| BUILT_IN_TOOLS.contains(&tool.name) || GRANTED_TOOLS.contains(&tool.name))
}

/// Carries out one call within what was made ready for it.
///
/// A call that makes no sense is refused, so that the model can do better; what is [`Broken`] is the tool. What stays on
/// this machine is left out for whoever tells it to another one.
pub(super) async fn call(
    inner: &Inner,
    request: &ToolRequest,
    audience: Audience,
    ready: &Ready,
) -> Result<ToolResponse, Broken> {
    match request.tool.as_str() {
        KNOWLEDGE_SEARCH => Ok(search(inner, request, audience).await?),
        other if is_served(other) => use_served(inner, request, ready).await,
        other if guarded(other).is_some() => Ok(use_guarded(inner, request, ready).await?),
        other => Ok(refused(format!("There is no tool called “{other}”."))),
    }
}

/// A call of a guarded tool. It does what was looked at before, or nothing.
async fn use_guarded(inner: &Inner, request: &ToolRequest, ready: &Ready) -> Result<ToolResponse, Failure> {
    // When nobody waits for the result any more, the work ends too.
    let cancel = CancellationToken::new();
    let _ends_with_this = cancel.clone().drop_guard();
    let (tool, arguments) = (&request.tool, &request.arguments.0);
    let done = inner
        .toolbox
        .perform(
            &ready.grant.reach,
            tool,
            arguments,
            ready.fingerprint.as_ref(),
            &cancel,
        )
        .await;
    outcome(tool, done, ready)
}

/// A call of a tool of a tool server. It does what was looked at before, or nothing.
async fn use_served(inner: &Inner, request: &ToolRequest, ready: &Ready) -> Result<ToolResponse, Broken> {
    let name = &request.tool;
    let given = inner.given_among(std::slice::from_ref(name)).await;
    let given = given.map_err(|error| unusable(name, &error))?;
    let tool = given.into_iter().find(|tool| tool.name == *name);
    let preview = tool.as_ref().map(|tool| tool.preview(&request.arguments.0));
    let (Some(tool), Some(Ok(preview)), Some(arguments)) = (tool, preview, request.arguments.0.as_object())
    else {
        return Ok(refused(ToolError::Changed.to_string()));
    };
    // Nothing was looked at for whoever has no agent, so that nothing is called for them.
    if ready.fingerprint.as_ref() != Some(&preview.fingerprint) {
        return Ok(refused(ToolError::Changed.to_string()));
    }
    // When nobody waits for the result any more, the server is told so.
    let cancel = CancellationToken::new();
    let _ends_with_this = cancel.clone().drop_guard();
    match inner.call_served(&tool, arguments.clone(), &cancel).await {
        Ok(called) => Ok(served(name, called, ready)),
        Err(why @ (NotCalled::Changed { .. } | NotCalled::Refused(_))) => Ok(refused(why.to_string())),
        Err(why @ NotCalled::NotSent(_)) => Err(unusable(name, &why).into()),
        Err(why @ NotCalled::Lost(_)) if ready.repeatable => Err(unusable(name, &why).into()),
        Err(NotCalled::Lost(why)) => Err(Broken::Lost { why: why.to_string() }),
    }
}

fn served(name: &str, called: Called, ready: &Ready) -> ToolResponse {
    let text = if called.failed {
        format!("The tool says that it failed.\n\n{}", called.text)
    } else {
        called.text
    };
    ToolResponse::Done {
        tool: name.to_owned(),
        text,
        data: Json(called.data.unwrap_or_default()),
        untrusted: true,
        checkpoint: None,
        stays: ready.stays.clone(),
    }
}

fn unusable(tool: &str, why: &dyn std::error::Error) -> Failure {
    Failure::passing(
        FailureCode::ToolFailed,
        format!("The tool “{tool}” could not be used. {why}"),
        "It is tried again. If it keeps failing, test its server in Settings, under Tool servers.",
    )
}

fn outcome(tool: &str, done: Result<Done, ToolError>, ready: &Ready) -> Result<ToolResponse, Failure> {
    match done {
        Ok(done) => Ok(ToolResponse::Done {
            tool: tool.to_owned(),
            text: done.text,
            data: Json(done.data),
            untrusted: done.untrusted,
            checkpoint: done.checkpoint.map(Box::new),
            stays: ready.stays.clone(),
        }),
        Err(error) if error.is_fault() => Err(fault(tool, &error)),
        Err(error) => Ok(refused(error.to_string())),
    }
}

pub(super) fn fault(tool: &str, error: &ToolError) -> Failure {
    Failure::passing(
        FailureCode::ToolFailed,
        format!("The tool “{tool}” failed. {error}"),
        "It is tried again. If it keeps failing, skip the task.",
    )
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

pub(super) fn refused(reason: String) -> ToolResponse {
    ToolResponse::Refused { reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_domain::{CALCULATOR, DATE, Risk};

    #[test]
    fn without_a_grant_only_what_touches_nothing_is_offered() {
        let names = [
            KNOWLEDGE_SEARCH,
            ASK_AGENT,
            DATE,
            "read_file",
            "run_command",
            "rm",
            CALCULATOR,
        ]
        .map(str::to_owned);
        let offered = offered(&names, &AgentGrant::default(), &[], None);
        let offered: Vec<String> = offered.into_iter().map(|tool| tool.name).collect();
        assert_eq!(offered, [KNOWLEDGE_SEARCH, DATE, CALCULATOR]);
        assert!(
            BUILT_IN_TOOLS
                .iter()
                .chain(&GRANTED_TOOLS)
                .chain(&CREW_TOOLS)
                .all(|name| spec(name, &[]).is_some())
        );
    }

    #[test]
    fn only_what_is_known_to_be_safe_is_repeated() {
        let safe = [
            KNOWLEDGE_SEARCH,
            CALCULATOR,
            DATE,
            "read_file",
            "fetch_page",
            "ask_operator",
            "ask_agent",
        ];
        assert!(safe.into_iter().all(is_repeatable));
        assert!(
            !["run_command", "write_file", "mcp_fake_echo", "rm", ""]
                .into_iter()
                .any(is_repeatable)
        );
    }

    #[test]
    fn what_is_given_without_a_grant_only_reads() {
        let given = BUILT_IN_TOOLS.into_iter().chain(CREW_TOOLS).filter_map(described);
        assert!(given.into_iter().all(|tool| tool.risk == Risk::Read));
    }

    #[test]
    fn a_fault_of_the_machine_is_no_refusal() {
        let fault = outcome(CALCULATOR, Err(ToolError::BrokeOff), &Ready::default());
        assert!(matches!(fault, Err(failure) if failure.code == FailureCode::ToolFailed));
        let refused = outcome(CALCULATOR, Err(ToolError::Cancelled), &Ready::default());
        assert!(matches!(refused, Ok(ToolResponse::Refused { .. })));
    }
}
