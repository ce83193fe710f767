//! Writes answers in the four formats, as lists of frames: what one `data:` line, or one line of NDJSON, is.

mod anthropic;
mod errors;
mod gemini;
mod ollama;
mod openai;

pub(super) use errors::{error_body, error_frame};

use super::asked::Asked;
use super::fault::Fault;
use super::reply::Reply;
use serde_json::Value;
use wheelhouse_domain::ProviderKind;

/// One frame. Some formats name theirs.
pub(super) struct Frame {
    pub(super) event: Option<String>,
    pub(super) data: String,
    /// Whether it says that the answer is whole.
    pub(super) finishes: bool,
}

impl Frame {
    fn plain(data: &Value) -> Self {
        Self {
            event: None,
            data: data.to_string(),
            finishes: false,
        }
    }

    fn finishing(mut self) -> Self {
        self.finishes = true;
        self
    }

    /// The bytes of this frame.
    pub(super) fn bytes(&self, format: ProviderKind, crlf: bool) -> Vec<u8> {
        let end = if crlf { "\r\n" } else { "\n" };
        if format == ProviderKind::Ollama {
            return format!("{}{end}", self.data).into_bytes();
        }
        let event = self.event.as_ref().map(|event| format!("event: {event}{end}"));
        format!("{}data: {}{end}{end}", event.unwrap_or_default(), self.data).into_bytes()
    }
}

/// The frames of an answer, with the faults that are made of frames.
pub(super) fn frames(asked: &Asked, reply: &Reply) -> Vec<Frame> {
    let mut frames = match asked.format {
        ProviderKind::OpenAi => openai::frames(asked, reply),
        ProviderKind::Anthropic => anthropic::frames(asked, reply),
        ProviderKind::Gemini => gemini::frames(asked, reply),
        ProviderKind::Ollama => ollama::frames(asked, reply),
    };
    let middle = frames.len() / 2;
    match reply.fault {
        Some(Fault::NoFinish) => frames.retain(|frame| !frame.finishes),
        Some(Fault::MalformedJson) => {
            if let Some(frame) = frames.get_mut(middle) {
                frame.data.truncate(frame.data.len() / 2);
            }
        }
        Some(Fault::ErrorMidStream) => {
            frames.truncate(middle);
            frames.push(error_frame(asked.format));
        }
        Some(Fault::CutMidStream | Fault::HangMidStream) => frames.truncate(middle),
        _ => {}
    }
    frames
}

/// The content type of a stream.
pub(super) fn content_type(format: ProviderKind) -> &'static str {
    match format {
        ProviderKind::Ollama => "application/x-ndjson",
        _ => "text/event-stream",
    }
}
