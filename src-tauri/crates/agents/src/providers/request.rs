//! From our request to the library's, with everything set that it would otherwise guess or leave out.

use super::CallOptions;
use super::schema;
use super::watch::Watch;
use crate::prompt::tool_text;
use genai::chat::{
    ChatMessage, ChatOptions, ChatRequest, ChatResponseFormat, ContentPart, CustomPart, JsonSpec,
    MessageContent, ReasoningEffort, Tool, ToolCall, ToolResponse,
};
use std::sync::Arc;
use wheelhouse_domain::{Expects, KeptThought, ModelMessage, ModelRequest, ProviderKind, Thoughts, ToolSpec};

/// Stands for an answer of the model that was empty; several providers refuse an empty turn.
const EMPTY: &str = "(empty answer)";

/// Who is asked: thoughts go back to whom they are from and to nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thinker {
    /// The model as agents name it.
    pub(super) model: String,
    /// Address of its provider.
    pub(super) place: String,
}

impl Thinker {
    /// What of `thoughts` goes back.
    fn own<'a>(&self, thoughts: Option<&'a Thoughts>) -> &'a [KeptThought] {
        thoughts
            .filter(|thoughts| thoughts.model == self.model && thoughts.place == self.place)
            .map_or(&[], |thoughts| thoughts.kept.as_slice())
    }
}

/// How a model is asked.
pub(super) struct Asking<'a> {
    /// The model as its provider names it.
    pub(super) model: &'a str,
    /// The form of the answer is left to the prompt alone.
    pub(super) plainly: bool,
    /// Thoughts are not asked for.
    pub(super) silently: bool,
}

/// The exchange so far, as `thinker` is told it.
pub(super) fn chat(kind: ProviderKind, request: &ModelRequest, thinker: &Thinker) -> ChatRequest {
    let mut chat = ChatRequest::new(messages(kind, &request.messages, thinker)).with_system(&request.system);
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

fn messages(kind: ProviderKind, all: &[ModelMessage], thinker: &Thinker) -> Vec<ChatMessage> {
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
            ModelMessage::Assistant {
                text,
                tool_calls,
                thoughts,
            } => {
                let kept = thinker.own(thoughts.as_deref());
                out.push(assistant(kind, text, tool_calls, kept));
            }
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

fn assistant(
    kind: ProviderKind,
    text: &str,
    calls: &[wheelhouse_domain::ToolCall],
    kept: &[KeptThought],
) -> ChatMessage {
    let mut parts: Vec<ContentPart> = kept.iter().flat_map(thought).collect();
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
            thought_signatures: seal_of(kept, &call.call_id),
        })
    }));
    ChatMessage::assistant(MessageContent::from_parts(parts))
}

/// A thought as the library takes it. Seals of calls go with their calls.
fn thought(kept: &KeptThought) -> Vec<ContentPart> {
    match kept {
        KeptThought::Plain { text } => vec![ContentPart::ReasoningContent(text.clone())],
        KeptThought::Sealed { text, seal } => vec![
            ContentPart::ThoughtSignature(seal.clone()),
            ContentPart::ReasoningContent(text.clone()),
        ],
        KeptThought::Closed { block } => vec![ContentPart::Custom(CustomPart {
            model_iden: None,
            data: block.0.clone(),
        })],
        KeptThought::OfCall { .. } => Vec::new(),
    }
}

fn seal_of(kept: &[KeptThought], call: &str) -> Option<Vec<String>> {
    kept.iter().find_map(|kept| match kept {
        KeptThought::OfCall { call_id, seal } if call_id == call => Some(vec![seal.clone()]),
        _ => None,
    })
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

/// How to ask.
pub(super) fn options(
    kind: ProviderKind,
    request: &ModelRequest,
    bounds: &CallOptions,
    asking: &Asking<'_>,
    watch: &Arc<Watch>,
) -> ChatOptions {
    let mut options = ChatOptions::default()
        .with_capture_usage(true)
        .with_capture_tool_calls(true)
        .with_capture_reasoning_content(!asking.silently)
        .with_stream_header_timeout(bounds.connect_timeout.saturating_add(bounds.idle_timeout))
        .with_stream_read_timeout(bounds.idle_timeout)
        .with_raw_frame_sink_arc(Arc::<Watch>::clone(watch));
    options.max_tokens = bounds.max_output_tokens;
    options.reasoning_effort = no_preference(kind, asking.model);
    if !asking.plainly {
        options.response_format = format(kind, request);
    }
    options
}

/// Says "no preference" in the one way that each adapter understands. Left out, the library reads `-high`, `-max`
/// and the like at the end of a model's name as a wish and cuts them off the name.
fn no_preference(kind: ProviderKind, model: &str) -> Option<ReasoningEffort> {
    match kind {
        ProviderKind::OpenAi => Some(ReasoningEffort::Budget(0)),
        // For Anthropic this says "no thoughts" to models that have them unasked; where the name is in no danger, it is left
        // to the model.
        ProviderKind::Anthropic => {
            let (wish, _) = ReasoningEffort::from_model_name(model);
            wish.map(|_| ReasoningEffort::Zero)
        }
        ProviderKind::Gemini => Some(ReasoningEffort::Zero),
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
