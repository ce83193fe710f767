//! Reads requests of the four formats.

mod anthropic;
mod gemini;
mod ollama;
mod openai;

use super::asked::{Asked, CallSeen, ResultSeen, Turn};
use serde_json::Value;
use wheelhouse_domain::ProviderKind;

/// What of a request can't be read, in the words that go back to who sent it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Misread(String);

impl Misread {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

/// The neutral form of `body`. `model` is the one in the address, for the format that has it there.
pub(super) fn read(format: ProviderKind, body: &Value, model: &str) -> Result<Asked, Misread> {
    let mut asked = Asked {
        format,
        model: body
            .get("model")
            .and_then(Value::as_str)
            .unwrap_or(model)
            .to_owned(),
        system: String::new(),
        turns: Vec::new(),
        tools: Vec::new(),
        expects_json: false,
        given_back: Vec::new(),
        nth: 0,
    };
    match format {
        ProviderKind::OpenAi => openai::read(body, &mut asked),
        ProviderKind::Anthropic => anthropic::read(body, &mut asked),
        ProviderKind::Gemini => gemini::read(body, &mut asked),
        ProviderKind::Ollama => ollama::read(body, &mut asked),
    }?;
    Ok(asked)
}

fn list<'a>(value: &'a Value, field: &str) -> Result<&'a [Value], Misread> {
    value
        .get(field)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .ok_or_else(|| Misread::new(format!("{field} is no list")))
}

fn text(value: &Value, field: &str) -> Result<String, Misread> {
    value
        .get(field)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Misread::new(format!("{field} is no text")))
}

/// Adds results to those right before, or begins a turn of results.
fn add_results(turns: &mut Vec<Turn>, results: Vec<ResultSeen>) {
    match turns.last_mut() {
        Some(Turn::Results(known)) => known.extend(results),
        _ => turns.push(Turn::Results(results)),
    }
}

fn call(id: Option<String>, tool: String, arguments: Value) -> Result<CallSeen, Misread> {
    if !arguments.is_object() {
        return Err(Misread::new(format!("arguments of {tool} are no object")));
    }
    Ok(CallSeen { id, tool, arguments })
}
