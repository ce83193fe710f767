//! Watches the frames of a stream as they come over the wire, for what the library's events don't tell.
//!
//! - Whether the finish marker came. For Gemini and Ollama the library makes up an end when the connection
//!   closes; for the others it just stops. An answer without its marker is not whole.
//! - Whether frames lost their name. With CRLF line ends and a chunk boundary between CR and LF the library
//!   splits an event into a name without data and data without a name, and drops both. Only Anthropic's
//!   frames have names, and all of them do, so a frame without one there means that text is missing.
//! - Ollama's own error lines, which the library passes over.
//! - Under which name an OpenAI-compatible server tells thoughts: only `reasoning_content` is taken back.
//! - Usage that an OpenAI-compatible server reports beside an empty choice (LiteLLM does), where the library does
//!   not look.

use genai::chat::{ChatFrameSink, FrameCtx, RawFrameRef};
use serde_json::Value;
use std::sync::{Mutex, PoisonError};
use wheelhouse_domain::{ProviderKind, Usage};

/// What was seen on one stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Any data at all.
    pub(super) anything: bool,
    /// The marker that ends a whole answer.
    pub(super) finished: bool,
    /// A frame that lost its name.
    pub(super) garbled: bool,
    /// An error line in the provider's words.
    pub(super) error: Option<String>,
    /// Thoughts came under the name that is also taken back (`reasoning_content`).
    pub(super) takes_thoughts_back: bool,
    /// The latest usage that was reported, where the library may miss it.
    pub(super) usage: Usage,
}

/// Watches one stream.
pub(super) struct Watch {
    kind: ProviderKind,
    seen: Mutex<Seen>,
}

impl Watch {
    pub(super) fn new(kind: ProviderKind) -> Self {
        Self {
            kind,
            seen: Mutex::default(),
        }
    }

    /// What was seen so far.
    pub(super) fn seen(&self) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn look(&self, seen: &mut Seen, event: Option<&str>, data: &str) {
        seen.anything |= !data.trim().is_empty();
        match self.kind {
            ProviderKind::OpenAi => {
                seen.finished |=
                    data == "[DONE]" || value_at(data, "finish_reason", "/choices/0/finish_reason");
                seen.takes_thoughts_back |= data.contains("\"reasoning_content\":\"");
                if let Some(usage) = usage(data) {
                    seen.usage = usage;
                }
            }
            ProviderKind::Anthropic => {
                seen.finished |= event == Some("message_stop");
                seen.garbled |= event.is_none() && !data.is_empty();
            }
            ProviderKind::Gemini => {
                seen.finished |= value_at(data, "finishReason", "/candidates/0/finishReason");
            }
            ProviderKind::Ollama => {
                let line = parsed(data, "\"done\"").or_else(|| parsed(data, "\"error\""));
                seen.finished |= flag(line.as_ref(), "done");
                if let Some(error) = line.as_ref().and_then(|line| line.get("error")) {
                    seen.error = Some(error.as_str().map_or_else(|| error.to_string(), str::to_owned));
                }
            }
        }
    }
}

impl ChatFrameSink for Watch {
    fn on_frame(&self, _: &FrameCtx, frame: RawFrameRef<'_>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        self.look(&mut seen, frame.event, frame.data);
    }
}

/// `data` as JSON, when it mentions `word`. Most frames don't, and need not be read twice.
fn parsed(data: &str, word: &str) -> Option<Value> {
    if !data.contains(word) {
        return None;
    }
    serde_json::from_str(data).ok()
}

fn value_at(data: &str, word: &str, pointer: &str) -> bool {
    parsed(data, word).is_some_and(|data| data.pointer(pointer).is_some_and(|value| !value.is_null()))
}

/// OpenAI's usage object, where there is one that is not null.
fn usage(data: &str) -> Option<Usage> {
    let data = parsed(data, "\"usage\"")?;
    let reported = data.get("usage").filter(|usage| usage.is_object())?;
    let number = |value: &Value| {
        let tokens = value.as_u64().filter(|tokens| *tokens > 0)?;
        u32::try_from(tokens).ok()
    };
    let counted = |name: &str| number(reported.get(name)?);
    let detail = |name: &str| number(reported.get("prompt_tokens_details")?.get(name)?);
    Some(Usage {
        input_tokens: counted("prompt_tokens"),
        output_tokens: counted("completion_tokens"),
        cached_tokens: detail("cached_tokens").or_else(|| counted("prompt_cache_hit_tokens")),
        cache_written_tokens: detail("cache_write_tokens"),
    })
}

fn flag(line: Option<&Value>, name: &str) -> bool {
    line.and_then(|line| line.get(name)).and_then(Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(kind: ProviderKind, frames: &[(Option<&str>, &str)]) -> Seen {
        let mut seen = Seen::default();
        for (event, data) in frames {
            Watch::new(kind).look(&mut seen, *event, data);
        }
        seen
    }

    #[test]
    fn each_form_has_its_marker() {
        use ProviderKind::{Anthropic, Gemini, Ollama, OpenAi};
        for (kind, event, open, marker) in [
            (OpenAi, None, r#"{"choices":[{"finish_reason":null}]}"#, "[DONE]"),
            (
                OpenAi,
                None,
                r#"{"choices":[]}"#,
                r#"{"choices":[{"finish_reason":"stop"}]}"#,
            ),
            (Anthropic, Some("message_stop"), "", "{}"),
            (
                Gemini,
                None,
                r#"{"candidates":[{}]}"#,
                r#"{"candidates":[{"finishReason":"STOP"}]}"#,
            ),
            (Ollama, None, r#"{"done":false}"#, r#"{"done":true}"#),
        ] {
            assert!(!seen(kind, &[(None, open)]).finished, "{kind:?} {open}");
            assert!(seen(kind, &[(event, marker)]).finished, "{kind:?} {marker}");
        }
    }

    #[test]
    fn a_text_that_speaks_of_the_marker_is_not_the_marker() {
        let text = r#"{"choices":[{"delta":{"content":"\"finish_reason\":\"stop\""},"finish_reason":null}]}"#;
        assert!(!seen(ProviderKind::OpenAi, &[(None, text)]).finished);
    }

    #[test]
    fn usage_is_found_beside_an_empty_choice() {
        let frame =
            r#"{"choices":[{"index":0,"delta":{}}],"usage":{"completion_tokens":9,"prompt_tokens":8}}"#;
        let frames = [(None, frame), (None, r#"{"choices":[],"usage":null}"#)];
        let usage = seen(ProviderKind::OpenAi, &frames).usage;
        assert_eq!((usage.input_tokens, usage.output_tokens), (Some(8), Some(9)));
    }

    #[test]
    fn lost_names_and_error_lines_are_seen() {
        assert!(seen(ProviderKind::Anthropic, &[(Some("ping"), ""), (None, "{}")]).garbled);
        assert!(!seen(ProviderKind::Anthropic, &[(None, ""), (Some("ping"), "{}")]).garbled);
        let error = seen(ProviderKind::Ollama, &[(None, r#"{"error":"out of memory"}"#)]).error;
        assert_eq!(error.as_deref(), Some("out of memory"));
    }
}
