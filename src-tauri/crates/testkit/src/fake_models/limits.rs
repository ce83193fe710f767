//! How each provider says that it is asked too much, or that an answer was the last one for a while.

use super::serve::respond;
use super::write::error_body;
use axum::body::Body;
use axum::response::Response;
use chrono::{DateTime, SecondsFormat};
use serde_json::json;
use std::time::SystemTime;
use wheelhouse_domain::ProviderKind;

/// Seconds that a refusal for lack of room asks to wait.
const RETRY_AFTER_SECONDS: &str = "7";

/// A refusal for lack of room that says how long to wait as the providers do: by a header, or in the body.
pub(super) fn rate_limited(format: ProviderKind, wait_ms: Option<u32>) -> Response {
    let mut body = error_body(format, 429, "Rate limit reached.");
    let seconds = wait_ms.map_or_else(
        || RETRY_AFTER_SECONDS.to_owned(),
        |wait| (f64::from(wait) / 1000.0).to_string(),
    );
    let milliseconds = wait_ms.unwrap_or_default().to_string();
    let headers: &[(&str, &str)] = match format {
        ProviderKind::Gemini if wait_ms.is_some() => {
            let info = json!({ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": format!("{seconds}s") });
            body["error"]["details"] = json!([info]);
            &[]
        }
        ProviderKind::OpenAi if wait_ms.is_some() => &[("retry-after-ms", &milliseconds)],
        _ => &[("retry-after", &seconds)],
    };
    respond(429, "application/json", headers, Body::from(body.to_string()))
}

/// Says with an answer that no further one is allowed for `wait_ms`: with a moment, or with how long it is until then. Gemini
/// and Ollama say nothing of the kind by themselves; gateways in front of them do.
pub(super) fn used_up(format: ProviderKind, wait_ms: u32) -> [(&'static str, String); 3] {
    let then = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .and_then(|now| i64::try_from(now.as_millis()).ok())
        .and_then(|now| DateTime::from_timestamp_millis(now + i64::from(wait_ms)))
        .expect("a clock of this century");
    let (limit, remaining, reset, moment) = match format {
        ProviderKind::OpenAi => (
            "x-ratelimit-limit-requests",
            "x-ratelimit-remaining-requests",
            "x-ratelimit-reset-requests",
            format!("{wait_ms}ms"),
        ),
        ProviderKind::Anthropic => (
            "anthropic-ratelimit-requests-limit",
            "anthropic-ratelimit-requests-remaining",
            "anthropic-ratelimit-requests-reset",
            then.to_rfc3339_opts(SecondsFormat::Millis, true),
        ),
        ProviderKind::Gemini => (
            "x-ratelimit-limit-tokens",
            "x-ratelimit-remaining-tokens",
            "x-ratelimit-reset-tokens",
            format!("{}s", f64::from(wait_ms) / 1000.0),
        ),
        ProviderKind::Ollama => (
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
            then.timestamp_millis().to_string(),
        ),
    };
    [
        (limit, "60".to_owned()),
        (remaining, "0".to_owned()),
        (reset, moment),
    ]
}
