//! From everything that can go wrong with a call to a failure with a plain message and a next step.
//!
//! Nothing here prints a library's own error text: it may hold addresses, headers or whole bodies. A provider's
//! words are quoted shortened, without the key.

mod status;
mod transport;

pub(super) use status::from_status;
pub(super) use transport::from_transport;

use super::site::Site;
use super::watch::Seen;
use genai::Error;
use genai::webc::{Error as WebError, StreamTimeout};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::error::Error as StdError;
use wheelhouse_domain::{Failure, FailureCode};

/// A failure and, where there was one, the HTTP status behind it.
pub(super) struct Blamed {
    pub(super) failure: Failure,
    pub(super) status: Option<StatusCode>,
    /// The body that came with the status.
    pub(super) body: String,
}

impl From<Failure> for Blamed {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            status: None,
            body: String::new(),
        }
    }
}

/// An answer with a bad status, as the library tells of it.
struct BadAnswer<'a> {
    status: StatusCode,
    headers: &'a HeaderMap,
    body: &'a str,
}

impl BadAnswer<'_> {
    /// That of `error`, if there is one behind it.
    fn behind(error: &Error) -> Option<BadAnswer<'_>> {
        let (status, headers, body) = match error {
            Error::HttpError {
                status,
                headers,
                body,
                ..
            }
            | Error::WebModelCall {
                webc_error:
                    WebError::ResponseFailedStatus {
                        status,
                        headers,
                        body,
                    },
                ..
            }
            | Error::WebAdapterCall {
                webc_error:
                    WebError::ResponseFailedStatus {
                        status,
                        headers,
                        body,
                    },
                ..
            } => (status, headers, body),
            Error::WebStream { error, .. } => return Self::behind(error.downcast_ref::<Error>()?),
            _ => return None,
        };
        Some(BadAnswer {
            status: *status,
            headers,
            body,
        })
    }

    fn blame(&self, site: &Site<'_>) -> Blamed {
        Blamed {
            failure: from_status(site, self.status, self.body, self.headers),
            status: Some(self.status),
            body: self.body.to_owned(),
        }
    }
}

/// What an error of the library means that came after the connection behind it broke, which `cause` tells. A status that
/// came before says more: the provider refused, and may have said for how long.
pub(super) fn from_broken(site: &Site<'_>, error: &Error, cause: &reqwest::Error) -> Blamed {
    match BadAnswer::behind(error) {
        // In place of the body are the library's own words about why there is none.
        Some(answer) => BadAnswer { body: "", ..answer }.blame(site),
        None => from_transport(site, cause).into(),
    }
}

/// What an error of the library means.
pub(super) fn from_library(site: &Site<'_>, error: &Error) -> Blamed {
    if let Some(answer) = BadAnswer::behind(error) {
        return answer.blame(site);
    }
    match error {
        Error::WebStream { error, .. } => from_boxed(site, error.as_ref()),
        Error::WebModelCall { webc_error, .. } | Error::WebAdapterCall { webc_error, .. } => {
            from_web(site, webc_error)
        }
        Error::ChatResponse { body, .. } => in_stream(site, body).into(),
        Error::StreamParse { .. }
        | Error::SerdeJson(_)
        | Error::JsonValueExt(_)
        | Error::InvalidJsonResponseElement { .. }
        | Error::NoChatResponse { .. }
        | Error::ChatResponseGeneration { .. } => not_the_form(site).into(),
        _ => not_askable(site).into(),
    }
}

fn from_boxed(site: &Site<'_>, error: &(dyn StdError + Send + Sync + 'static)) -> Blamed {
    if let Some(error) = error.downcast_ref::<Error>() {
        return from_library(site, error);
    }
    if let Some(error) = error.downcast_ref::<reqwest::Error>() {
        return from_transport(site, error).into();
    }
    if error.is::<StreamTimeout>() {
        return timed_out(site).into();
    }
    not_the_form(site).into()
}

fn from_web(site: &Site<'_>, error: &WebError) -> Blamed {
    match error {
        WebError::Reqwest(error) => from_transport(site, error).into(),
        _ => not_the_form(site).into(),
    }
}

/// An error that the provider sent as part of its stream, after all seemed well.
fn in_stream(site: &Site<'_>, body: &Value) -> Failure {
    let error = body.get("error").unwrap_or(body);
    let kind = ["type", "status", "code"]
        .into_iter()
        .find_map(|field| error.get(field)?.as_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let status = error.get("code").and_then(Value::as_u64);
    let said = said(site, &body.to_string()).map_or_else(String::new, |said| format!(" It said: {said}"));
    if body.get("finishReason").is_some() && body.get("usageMetadata").is_some() {
        return withheld(site);
    }
    if kind.contains("rate_limit") || kind.contains("resource_exhausted") || status == Some(429) {
        return Failure::passing(
            FailureCode::ModelRateLimited,
            format!("{} asks to come back later.{said}", site.who()),
            "Nothing to do: it is tried again after a pause.",
        )
        .for_another_model();
    }
    if kind.contains("invalid") || kind.contains("authentication") || kind.contains("permission") {
        return refused(site, &said);
    }
    Failure::passing(
        FailureCode::ModelUnavailable,
        format!("{} broke off with an error.{said}", site.who()),
        "Nothing to do: it is tried again. If it keeps failing, choose another model for this agent.",
    )
    .for_another_model()
}

/// A lasting refusal of this request. `said` is a sentence with the provider's words, or empty.
pub(super) fn refused(site: &Site<'_>, said: &str) -> Failure {
    Failure::lasting(
        FailureCode::ModelRefused,
        format!("{} refused the request.{said}", site.who()),
        "Choose another model for this agent, or change the task, then retry.",
    )
}

/// The answer was withheld for its content.
pub(super) fn withheld(site: &Site<'_>) -> Failure {
    Failure::lasting(
        FailureCode::ModelRefused,
        format!(
            "{} gave no answer: its provider withholds it because of its content.",
            site.who()
        ),
        "Say the task differently, or choose another model for this agent, then retry.",
    )
}

/// Nothing came for longer than allowed.
pub(super) fn timed_out(site: &Site<'_>) -> Failure {
    Failure::passing(
        FailureCode::ModelTimedOut,
        format!("{} took longer than allowed to answer.", site.who()),
        "Nothing to do: it is tried again. If it stays slow, choose another model for this agent.",
    )
    .for_another_model()
}

/// What came is not what the form of this provider looks like.
pub(super) fn not_the_form(site: &Site<'_>) -> Failure {
    Failure::passing(
        FailureCode::ModelUnavailable,
        format!(
            "What the server at {} sent is not in the {} form.",
            site.place(),
            site.form()
        ),
        "It is tried again. If it stays so, check the provider's kind and base URL in Settings.",
    )
    .for_another_model()
}

/// The stream ended before the answer was whole.
pub(super) fn broken_off(site: &Site<'_>, seen: &Seen) -> Failure {
    if let Some(error) = &seen.error {
        return Failure::passing(
            FailureCode::ModelUnavailable,
            format!(
                "{} broke off with an error. It said: {}",
                site.who(),
                site.quoted(error)
            ),
            "It is tried again. If it keeps failing, choose another model for this agent.",
        )
        .for_another_model();
    }
    if !seen.anything {
        return not_the_form(site);
    }
    Failure::passing(
        FailureCode::ModelUnavailable,
        format!("{} broke off before its answer was whole.", site.who()),
        "Nothing to do: it is tried again. If it keeps breaking off, choose another model for this agent.",
    )
    .for_another_model()
}

/// Parts of the answer were lost on the way.
pub(super) fn garbled(site: &Site<'_>) -> Failure {
    Failure::passing(
        FailureCode::ModelUnavailable,
        format!("Parts of the answer of {} were lost on the way.", site.who()),
        "Nothing to do: it is tried again. If it keeps happening, reach the provider without the proxy between.",
    )
    .for_another_model()
}

fn not_askable(site: &Site<'_>) -> Failure {
    Failure::lasting(
        FailureCode::Internal,
        format!("{} can't be asked in the {} form.", site.who(), site.form()),
        "Check the provider in Settings, or choose another model for this agent.",
    )
}

/// The provider's own message in an error body, quoted.
pub(super) fn said(site: &Site<'_>, body: &str) -> Option<String> {
    let words = match serde_json::from_str::<Value>(body) {
        Ok(json) => message(&json)?.to_owned(),
        // A page for people says nothing worth quoting.
        Err(_) if body.trim_start().starts_with('<') => return None,
        Err(_) => body.to_owned(),
    };
    Some(site.quoted(&words)).filter(|words| !words.is_empty())
}

fn message(body: &Value) -> Option<&str> {
    let error = body
        .get("error")
        .or_else(|| body.get(0)?.get("error"))
        .unwrap_or(body);
    ["message", "detail", "error"]
        .into_iter()
        .find_map(|field| error.get(field)?.as_str())
        .or_else(|| error.as_str())
}
