//! From what the library gathered to our answer.

use genai::chat::{ContentPart, StopReason, StreamEnd, ToolCall, Usage};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wheelhouse_domain::{Json, KeptThought, ProviderKind};

/// The end of an answer, in our words.
#[derive(Debug, Default)]
pub(super) struct Ending {
    pub(super) tool_calls: Vec<wheelhouse_domain::ToolCall>,
    /// What the provider wants back of its thoughts.
    pub(super) kept: Vec<KeptThought>,
    pub(super) usage: wheelhouse_domain::Usage,
    /// The limit of output tokens was reached.
    pub(super) cut_short: bool,
    /// The provider withheld the answer for its content.
    pub(super) withheld: bool,
}

impl Ending {
    pub(super) fn of(kind: ProviderKind, end: StreamEnd) -> Self {
        let stop = end.captured_stop_reason.clone();
        let usage = end.captured_usage.as_ref().map(usage).unwrap_or_default();
        let mut kept = match kind {
            ProviderKind::Anthropic => blocks(&end),
            ProviderKind::OpenAi | ProviderKind::Gemini | ProviderKind::Ollama => Vec::new(),
        };
        let (tool_calls, seals) = calls(kind, end.captured_into_tool_calls().unwrap_or_default());
        kept.extend(seals);
        Self {
            tool_calls,
            kept,
            usage,
            cut_short: matches!(stop, Some(StopReason::MaxTokens(_))),
            withheld: matches!(stop, Some(StopReason::ContentFilter(_))),
        }
    }
}

/// Anthropic's thoughts, block by block: a seal comes before the words that it is for.
fn blocks(end: &StreamEnd) -> Vec<KeptThought> {
    let parts = end
        .captured_content
        .as_ref()
        .map(|content| content.parts().as_slice());
    let mut kept: Vec<KeptThought> = Vec::new();
    for part in parts.unwrap_or_default() {
        match part {
            ContentPart::ThoughtSignature(seal) => kept.push(KeptThought::Sealed {
                text: String::new(),
                seal: seal.clone(),
            }),
            ContentPart::ReasoningContent(words) => {
                if let Some(KeptThought::Sealed { text, .. }) = kept.last_mut() {
                    text.push_str(words);
                }
            }
            ContentPart::Custom(custom) => kept.push(KeptThought::Closed {
                block: Json(custom.data.clone()),
            }),
            _ => {}
        }
    }
    kept
}

/// What is not reported is unknown. So is zero for input, because nothing was ever asked with no words.
fn usage(reported: &Usage) -> wheelhouse_domain::Usage {
    let counted = |tokens: Option<i32>| tokens.and_then(|tokens| u32::try_from(tokens).ok());
    let details = reported.prompt_tokens_details.as_ref();
    let some = |tokens: Option<i32>| counted(tokens).filter(|tokens| *tokens > 0);
    wheelhouse_domain::Usage {
        input_tokens: some(reported.prompt_tokens),
        output_tokens: counted(reported.completion_tokens),
        cached_tokens: some(details.and_then(|details| details.cached_tokens)),
        cache_written_tokens: some(details.and_then(|details| details.cache_creation_tokens)),
    }
}

/// Whatever calls there are, whichever reason the provider gave for stopping, and the seals of those that have one.
pub(super) fn calls(
    kind: ProviderKind,
    all: Vec<ToolCall>,
) -> (Vec<wheelhouse_domain::ToolCall>, Vec<KeptThought>) {
    let mut seals = Vec::new();
    let mut names = BTreeSet::new();
    let calls = all
        .into_iter()
        .filter(|call| !call.fn_name.is_empty())
        .enumerate()
        .map(|(index, call)| {
            let mut call_id = call.call_id;
            // The library numbers Gemini's calls anew in each frame.
            if kind == ProviderKind::Gemini && !names.insert(call_id.clone()) {
                call_id = format!("call#{}#{index}", call.fn_name);
                names.insert(call_id.clone());
            }
            let seal = call.thought_signatures.into_iter().flatten().next();
            seals.extend(
                seal.filter(|_| kind == ProviderKind::Gemini)
                    .map(|seal| KeptThought::OfCall {
                        call_id: call_id.clone(),
                        seal,
                    }),
            );
            wheelhouse_domain::ToolCall {
                call_id,
                tool: call.fn_name,
                arguments: Json(arguments(call.fn_arguments)),
            }
        })
        .collect();
    (calls, seals)
}

/// Arguments as JSON. What can't be read stays as text, so that the tool refuses it and the model reads why.
fn arguments(given: Value) -> Value {
    match given {
        Value::Null => json!({}),
        Value::String(text) if text.trim().is_empty() => json!({}),
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str, arguments: Value) -> ToolCall {
        ToolCall {
            call_id: id.to_owned(),
            fn_name: "look".to_owned(),
            fn_arguments: arguments,
            thought_signatures: None,
        }
    }

    #[test]
    fn arguments_come_as_objects_where_they_can_be_read() {
        let given = [
            json!(null),
            json!(""),
            json!("{\"a\":1}"),
            json!("{\"a\":"),
            json!({"a": 2}),
        ];
        let read: Vec<Value> = given.into_iter().map(arguments).collect();
        assert_eq!(
            read,
            [
                json!({}),
                json!({}),
                json!({"a": 1}),
                json!("{\"a\":"),
                json!({"a": 2})
            ]
        );
    }

    #[test]
    fn gemini_calls_of_the_same_tool_can_be_told_apart() {
        let all = vec![call("call#look#0", json!({})), call("call#look#0", json!({}))];
        let ids: Vec<String> = calls(ProviderKind::Gemini, all)
            .0
            .into_iter()
            .map(|call| call.call_id)
            .collect();
        assert_eq!(ids, ["call#look#0", "call#look#1"]);
    }

    #[test]
    fn what_is_not_reported_is_unknown() {
        let mut reported = Usage::default();
        assert_eq!(usage(&reported), wheelhouse_domain::Usage::default());
        reported.prompt_tokens = Some(0);
        reported.completion_tokens = Some(-1);
        assert_eq!(usage(&reported), wheelhouse_domain::Usage::default());
        reported.prompt_tokens = Some(12);
        assert_eq!(usage(&reported).input_tokens, Some(12));
    }
}
