//! Errors as each format says them.

use super::Frame;
use serde_json::{Value, json};
use wheelhouse_domain::ProviderKind;

/// The body of an error answer.
pub(in super::super) fn error_body(format: ProviderKind, status: u16, message: &str) -> Value {
    match format {
        ProviderKind::OpenAi => {
            json!({ "error": { "message": message, "type": "fake_error", "param": null, "code": null } })
        }
        ProviderKind::Anthropic => {
            json!({ "type": "error", "error": { "type": "fake_error", "message": message } })
        }
        ProviderKind::Gemini => json!({ "error": { "code": status, "message": message, "status": "FAKE" } }),
        ProviderKind::Ollama => json!({ "error": message }),
    }
}

/// An error in the middle of a stream.
pub(in super::super) fn error_frame(format: ProviderKind) -> Frame {
    let mut body = error_body(format, 503, "The model is overloaded.");
    if format == ProviderKind::Anthropic {
        body["error"]["type"] = json!("overloaded_error");
    }
    Frame {
        event: (format == ProviderKind::Anthropic).then(|| "error".to_owned()),
        ..Frame::plain(&body)
    }
}
