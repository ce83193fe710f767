//! Whether what was asked for makes sense, before anything is done.

use wheelhouse_contract::{ApiError, ErrorCode, RequestKey};

/// Longest task and longest answer, in characters.
const TEXT_LENGTH: usize = 20_000;

/// Longest name, in characters.
const NAME_LENGTH: usize = 120;

pub(crate) fn key(key: &RequestKey) -> Result<&str, ApiError> {
    if key.is_valid() {
        return Ok(&key.0);
    }
    Err(invalid(
        "request_key",
        "The request key must be 8 to 64 letters, digits, \"-\" or \"_\".",
    )
    .next_step("Send a new random key with each new request."))
}

pub(crate) fn task(text: &str) -> Result<&str, ApiError> {
    text_of(text, "task", "Say what the crew should do.")
}

pub(crate) fn answer(text: &str) -> Result<&str, ApiError> {
    text_of(text, "answer", "Write an answer.")
}

fn text_of<'a>(text: &'a str, field: &str, when_empty: &str) -> Result<&'a str, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(invalid(field, "There is no text.").next_step(when_empty));
    }
    let length = text.chars().count();
    if length > TEXT_LENGTH {
        return Err(invalid(
            field,
            format!("The text has {length} characters, at most {TEXT_LENGTH} are possible."),
        )
        .next_step("Shorten it. Put long material into a file and add that in Knowledge."));
    }
    Ok(text)
}

pub(crate) fn name(text: &str) -> Result<&str, ApiError> {
    let length = text.trim().chars().count();
    if length <= NAME_LENGTH {
        return Ok(text.trim());
    }
    Err(invalid(
        "name",
        format!("The name has {length} characters, at most {NAME_LENGTH} are possible."),
    )
    .next_step("Shorten it."))
}

pub(crate) fn query(text: &str) -> Result<&str, ApiError> {
    let length = text.trim().chars().count();
    if (1..=1_000).contains(&length) {
        return Ok(text.trim());
    }
    Err(invalid("query", "Search for 1 to 1,000 characters.").next_step("Write what to look for."))
}

pub(crate) fn limit(limit: u32, most: u32) -> Result<u32, ApiError> {
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(
        invalid("limit", format!("The limit is {limit}, it must be 1 to {most}."))
            .next_step("Ask for fewer at a time."),
    )
}

fn invalid(field: &str, message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, message).field(field)
}
