//! JSON Schemas of answers.

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;
use thiserror::Error;
use wheelhouse_domain::Json;

/// Largest schema of an answer, in bytes of JSON.
const LARGEST: usize = 64_000;
/// Problems of an answer that are told at most.
const MOST: usize = 10;

/// What is wrong with `answer` after `schema`, in words that a model can act on. Empty: nothing.
///
/// A schema that is none is said to be so here too; `check` finds that before a run.
#[must_use]
pub fn answer_problems(schema: &Json, answer: &Json) -> Vec<String> {
    match validator(&schema.0) {
        Err(problem) => vec![problem.to_string()],
        Ok(validator) => validator
            .iter_errors(&answer.0)
            .take(MOST)
            .map(|error| {
                let place = error.instance_path().to_string();
                let place = if place.is_empty() { "the answer" } else { &place };
                let words: String = error.to_string().chars().take(300).collect();
                format!("{place}: {words}")
            })
            .collect(),
    }
}

/// Why a schema can't be used here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum SchemaProblem {
    /// It is larger than any that is meant.
    #[error("The schema is larger than {LARGEST} bytes")]
    TooLarge,
    /// It leads out of itself.
    #[error("“{0}” stands elsewhere; only #/… can be referred to")]
    Elsewhere(String),
    /// It is none.
    #[error("This is no JSON Schema: {reason} at {place}")]
    NoSchema {
        /// What the library says.
        reason: String,
        /// JSON Pointer to what is wrong.
        place: String,
    },
    /// It is one, and something in it is not taken here.
    #[error("This JSON Schema can't be used: {0}")]
    Unusable(String),
}

/// Checks answers after `schema`. Nothing is ever fetched, and patterns take linear time.
///
/// # Errors
/// [`SchemaProblem`] where it is no schema that can be used here.
pub(super) fn validator(schema: &Value) -> Result<Validator, SchemaProblem> {
    if schema.to_string().len() > LARGEST {
        return Err(SchemaProblem::TooLarge);
    }
    if let Some(reference) = elsewhere(schema) {
        return Err(SchemaProblem::Elsewhere(reference.to_owned()));
    }
    jsonschema::meta::validate(schema).map_err(|error| SchemaProblem::NoSchema {
        reason: error.to_string(),
        place: error.instance_path().to_string(),
    })?;
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .with_pattern_options(PatternOptions::regex())
        .build(schema)
        .map_err(|error| SchemaProblem::Unusable(error.to_string()))
}

/// A reference that leads out of the schema.
fn elsewhere(schema: &Value) -> Option<&str> {
    match schema {
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let refers = matches!(name.as_str(), "$ref" | "$dynamicRef" | "$schema");
            let known = |text: &str| {
                text.starts_with('#')
                    || (name == "$schema" && text.contains("json-schema.org/draft/2020-12/"))
            };
            match value.as_str() {
                Some(text) if refers && !known(text) => Some(text),
                _ => elsewhere(value),
            }
        }),
        Value::Array(items) => items.iter().find_map(elsewhere),
        _ => None,
    }
}
