//! What an HTTP status means.

use super::super::retry_after::retry_after_ms;
use super::super::site::Site;
use super::{refused, said, timed_out};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use std::time::SystemTime;
use wheelhouse_domain::{Failure, FailureCode};

/// What an answer with this status means.
pub(in super::super) fn from_status(
    site: &Site<'_>,
    status: StatusCode,
    body: &str,
    headers: &HeaderMap,
) -> Failure {
    let said = said(site, body).map_or_else(String::new, |said| format!(" It said: {said}"));
    let mut failure = match status.as_u16() {
        300..=399 => redirected(site),
        401 => key(site),
        402 => unpaid(site, &said),
        403 => forbidden(site, &said),
        404 => missing(site),
        408 | 504 => timed_out(site),
        413 => too_large(site),
        400 | 422 if says_too_long(body) => too_large(site),
        429 if body.contains("insufficient_quota") => unpaid(site, &said),
        429 => later(site, &said),
        409 | 425 | 500..=599 => unwell(site, status, &said),
        _ => refused(site, &said),
    };
    failure.elsewhere = !is_refusal(status) || says_too_long(body);
    if failure.retryable {
        failure.retry_after_ms = retry_after_ms(headers, body, SystemTime::now());
    }
    failure
}

/// Whether the request itself is refused: whoever is asked would be asked the same.
fn is_refusal(status: StatusCode) -> bool {
    !matches!(
        status.as_u16(),
        300..=399 | 401..=404 | 408 | 409 | 413 | 425 | 429 | 500..=599
    )
}

/// Whether the words are about a request that is longer than the model reads, as each provider says it.
fn says_too_long(body: &str) -> bool {
    let body = body.to_ascii_lowercase();
    [
        "context_length_exceeded",
        "context length",
        "context window",
        "prompt is too long",
        "exceeds the maximum number of tokens",
        "exceed context",
    ]
    .iter()
    .any(|words| body.contains(words))
}

fn redirected(site: &Site<'_>) -> Failure {
    Failure::lasting(
        FailureCode::ModelUnavailable,
        format!(
            "The server at {} points to another address, and a key is not sent to any other.",
            site.place()
        ),
        "Correct the provider's base URL in Settings.",
    )
}

/// The body is not quoted: some servers repeat the key in it, or parts of it.
fn key(site: &Site<'_>) -> Failure {
    let (message, next_step) = if site.has_key() {
        (
            "does not accept its key.",
            "Check the provider's key in Settings, then retry.",
        )
    } else {
        (
            "asks for a key, and none is kept for it.",
            "Enter the provider's key in Settings, then retry.",
        )
    };
    Failure::lasting(
        FailureCode::ModelRefused,
        format!("The server at {} {message}", site.place()),
        next_step,
    )
}

fn forbidden(site: &Site<'_>, said: &str) -> Failure {
    Failure::lasting(
        FailureCode::ModelRefused,
        format!("The provider's key may not use {}.{said}", asked_for(site)),
        "Check what the key may do at the provider, or choose another model, then retry.",
    )
}

fn asked_for(site: &Site<'_>) -> String {
    if site.model.is_empty() {
        site.place()
    } else {
        format!("the model “{}”", site.model)
    }
}

fn missing(site: &Site<'_>) -> Failure {
    if site.model.is_empty() {
        return Failure::lasting(
            FailureCode::ModelUnavailable,
            format!(
                "There is a server at {}, but nothing of the {} form.",
                site.place(),
                site.form()
            ),
            "Check the provider's kind and base URL in Settings.",
        );
    }
    Failure::lasting(
        FailureCode::ModelRefused,
        format!(
            "The server at {} does not know the model “{}”.",
            site.place(),
            site.model
        ),
        "Choose another model for this agent. If none is known, check the base URL in Settings.",
    )
}

fn unpaid(site: &Site<'_>, said: &str) -> Failure {
    Failure::lasting(
        FailureCode::ModelRefused,
        format!("The provider of {} wants to be paid first.{said}", site.who()),
        "Check the balance at the provider, or choose another model for this agent, then retry.",
    )
}

fn too_large(site: &Site<'_>) -> Failure {
    Failure::lasting(
        FailureCode::ModelRefused,
        format!("The request is larger than {} takes.", site.who()),
        "Make the task smaller, or choose a model that reads more, then retry.",
    )
}

fn later(site: &Site<'_>, said: &str) -> Failure {
    Failure::passing(
        FailureCode::ModelRateLimited,
        format!("{} asks to come back later.{said}", site.who()),
        "Nothing to do: it is tried again after the pause that the provider asked for.",
    )
}

fn unwell(site: &Site<'_>, status: StatusCode, said: &str) -> Failure {
    Failure::passing(
        FailureCode::ModelUnavailable,
        format!(
            "The server at {} has trouble (status {}).{said}",
            site.place(),
            status.as_u16()
        ),
        "Nothing to do: it is tried again. If it lasts, choose another model for this agent.",
    )
}
