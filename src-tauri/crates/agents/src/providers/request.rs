//! From our request to the library's, with everything set that it would otherwise guess or leave out.

use super::CallOptions;
use super::schema;
use super::watch::Watch;
use crate::prompt::tool_text;
use genai::chat::{
    ChatMessage, ChatOptions, ChatRequest, ChatResponseFormat, ContentPart, JsonSpec, MessageContent,
    ReasoningEffort, Tool, ToolCall, ToolResponse,
};
use std::sync::Arc;
use wheelhouse_domain::{Expects, ModelMessage, ModelRequest, ProviderKind, ToolSpec};

/// Stands for an answer of the model that was empty; several providers refuse an empty turn.
const EMPTY: &str = "(empty answer)";

/// The exchange so far.
pub(super) fn chat(kind: ProviderKind, request: &ModelRequest) -> ChatRequest {
    let mut chat = ChatRequest::new(messages(kind, &request.messages)).with_system(&request.system);
    if !request.tools.is_empty() {
        chat = chat.with_tools(request.tools.iter().map(tool));
    }
    chat
}

fn tool(spec: &ToolSpec) -> Tool {
    Tool::new(spec.name.as_str())
        .with_description(&spec.description)
        .with_schema(spec.parameters.0.clone())
}

fn messages(kind: ProviderKind, all: &[ModelMessage]) -> Vec<ChatMessage> {
    let mut out = Vec::with_capacity(all.len());
    let mut results: Vec<ToolResponse> = Vec::new();
    for message in all {
        if let ModelMessage::Tool {
            call_id,
            tool,
            response,
        } = message
        {
            let result = ToolResponse::new(known_as(kind, call_id), tool_text(response)).with_fn_name(tool);
            results.push(result);
            // Anthropic and Gemini want the results of one turn together, the others each by itself.
            if matches!(kind, ProviderKind::OpenAi | ProviderKind::Ollama) {
                flush(&mut results, &mut out);
            }
            continue;
        }
        flush(&mut results, &mut out);
        match message {
            ModelMessage::User { text } => out.push(ChatMessage::user(text.as_str())),
            ModelMessage::Assistant { text, tool_calls } => out.push(assistant(kind, text, tool_calls)),
            ModelMessage::Tool { .. } => {}
        }
    }
    flush(&mut results, &mut out);
    out
}

fn flush(results: &mut Vec<ToolResponse>, out: &mut Vec<ChatMessage>) {
    if !results.is_empty() {
        out.push(ChatMessage::from(std::mem::take(results)));
    }
}

fn assistant(kind: ProviderKind, text: &str, calls: &[wheelhouse_domain::ToolCall]) -> ChatMessage {
    let mut parts = Vec::with_capacity(calls.len() + 1);
    if !text.trim().is_empty() {
        parts.push(ContentPart::from_text(text));
    } else if calls.is_empty() {
        parts.push(ContentPart::from_text(EMPTY));
    }
    parts.extend(calls.iter().map(|call| {
        ContentPart::ToolCall(ToolCall {
            call_id: known_as(kind, &call.call_id),
            fn_name: call.tool.clone(),
            fn_arguments: arguments(&call.arguments.0),
            thought_signatures: None,
        })
    }));
    ChatMessage::assistant(MessageContent::from_parts(parts))
}

/// Arguments as an object: a call whose arguments could not be read was refused, but providers take no other form
/// back.
fn arguments(value: &serde_json::Value) -> serde_json::Value {
    if value.is_object() {
        value.clone()
    } else {
        serde_json::json!({})
    }
}

/// A call's name as the provider accepts it: Anthropic takes few characters, and a conversation may have begun
/// with another provider.
fn known_as(kind: ProviderKind, call_id: &str) -> String {
    if kind != ProviderKind::Anthropic {
        return call_id.to_owned();
    }
    call_id
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' {
                c
            } else {
                '_'
            }
        })
        .collect()
}

/// How to ask. `plainly` leaves the form of the answer to the prompt alone.
pub(super) fn options(
    kind: ProviderKind,
    request: &ModelRequest,
    bounds: &CallOptions,
    plainly: bool,
    watch: &Arc<Watch>,
) -> ChatOptions {
    let mut options = ChatOptions::default()
        .with_capture_usage(true)
        .with_capture_tool_calls(true)
        .with_stream_header_timeout(bounds.connect_timeout.saturating_add(bounds.idle_timeout))
        .with_stream_read_timeout(bounds.idle_timeout)
        .with_raw_frame_sink_arc(Arc::<Watch>::clone(watch));
    options.max_tokens = bounds.max_output_tokens;
    options.reasoning_effort = no_preference(kind);
    if !plainly {
        options.response_format = format(kind, request);
    }
    options
}

/// Says "no preference" in the one way that each adapter understands. Left out, the library reads `-high`, `-max`
/// and the like at the end of a model's name as a wish and cuts them off the name.
fn no_preference(kind: ProviderKind) -> Option<ReasoningEffort> {
    match kind {
        ProviderKind::OpenAi => Some(ReasoningEffort::Budget(0)),
        // Our messages carry no signed thoughts, which thinking in a turn with tools would need.
        ProviderKind::Anthropic | ProviderKind::Gemini => Some(ReasoningEffort::Zero),
        ProviderKind::Ollama => None,
    }
}

/// Whether and how the provider is held to the form of the answer.
pub(super) fn format(kind: ProviderKind, request: &ModelRequest) -> Option<ChatResponseFormat> {
    let (name, schema) = schema::of(request)?;
    match kind {
        ProviderKind::OpenAi | ProviderKind::Anthropic => Some(JsonSpec::new(name, schema).into()),
        // With these two a form forbids tool calls.
        ProviderKind::Gemini if request.tools.is_empty() => Some(JsonSpec::new(name, schema).into()),
        ProviderKind::Ollama if request.tools.is_empty() => Some(ChatResponseFormat::JsonMode),
        ProviderKind::Gemini | ProviderKind::Ollama => None,
    }
}

/// Whether prose is wanted.
pub(super) fn is_prose(request: &ModelRequest) -> bool {
    request.expects == Expects::Markdown
}
