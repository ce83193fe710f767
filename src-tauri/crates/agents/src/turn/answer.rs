//! Reads a model's text as the form of answer that was asked for.
//!
//! Generous about what stands around the JSON (fences, a sentence before or after), strict about the JSON.

use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;
use wheelhouse_domain::{ClarifyingQuestion, Expects, Plan, StaffingAnswer};

/// Places where an object may begin that are tried at most; text with more is not an answer.
const MAX_STARTS: usize = 64;

/// An agent's answer in the form that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Text for people.
    Markdown(String),
    /// The driver's delegation.
    Plan(Plan),
    /// The generator's staffing.
    Staffing(StaffingAnswer),
    /// Only the operator can say what is meant. Takes the place of a plan.
    Question(String),
    /// A value, for a program.
    Data(Value),
}

/// Why an answer can't be used, in words for the model that gave it: they go back to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit(pub String);

impl Unfit {
    /// With these words.
    #[must_use]
    pub fn because(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

/// Reads `text` as what was expected, or says in plain words what is wrong with it.
pub(super) fn read(text: &str, expects: Expects) -> Result<Answer, Unfit> {
    match expects {
        Expects::Markdown => match text.trim() {
            "" => Err(Unfit::because("The answer is empty.")),
            words => Ok(Answer::Markdown(words.to_owned())),
        },
        Expects::Plan => first_fitting(text, |value| {
            if value.get("question").is_some() && value.get("sub_tasks").is_none() {
                let asked: ClarifyingQuestion = typed(value)?;
                return match asked.question.trim() {
                    "" => Err(Unfit::because("The question is empty.")),
                    question => Ok(Answer::Question(question.to_owned())),
                };
            }
            typed(value).map(Answer::Plan)
        }),
        Expects::Staffing => first_fitting(text, |value| typed(value).map(Answer::Staffing)),
        Expects::Data => value_of(text).map(Answer::Data),
    }
}

/// The value that `text` is, be it in a fence; else the largest JSON object in it.
fn value_of(text: &str) -> Result<Value, Unfit> {
    let bare = text.trim();
    let inner = bare
        .strip_prefix("```")
        .and_then(|rest| rest.strip_suffix("```"))
        .map(|rest| rest.split_once('\n').map_or(rest, |(_, body)| body));
    if let Ok(value) = serde_json::from_str(inner.unwrap_or(bare).trim()) {
        return Ok(value);
    }
    let largest = objects(text).into_iter().max_by_key(|(_, length)| *length);
    largest.map(|(value, _)| value).ok_or_else(|| no_object(text))
}

fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, Unfit> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let place = match error.path().to_string().as_str() {
            "." => String::new(),
            path => format!(" At `{path}`:"),
        };
        let problem = error.inner();
        Unfit(format!(
            "The JSON does not have the form that was asked for.{place} {problem}."
        ))
    })
}

/// The first JSON object in `text` that `read` accepts; else what is wrong with the largest one.
fn first_fitting(text: &str, read: impl Fn(&Value) -> Result<Answer, Unfit>) -> Result<Answer, Unfit> {
    let mut worst: Option<(usize, Unfit)> = None;
    for (value, length) in objects(text) {
        match read(&value) {
            Ok(answer) => return Ok(answer),
            Err(problem) if worst.as_ref().is_none_or(|(seen, _)| length > *seen) => {
                worst = Some((length, problem));
            }
            Err(_) => {}
        }
    }
    Err(worst.map_or_else(|| no_object(text), |(_, problem)| problem))
}

fn no_object(text: &str) -> Unfit {
    let Some(start) = text.find('{') else {
        return Unfit::because("There is no JSON object in the answer.");
    };
    match serde_json::from_str::<Value>(text[start..].trim_end_matches(['`', '\n', ' '])) {
        Ok(_) => Unfit::because("There is no JSON object in the answer."),
        Err(error) => Unfit(format!("The answer is not valid JSON: {error}.")),
    }
}

/// The outermost JSON objects in `text`, each with its length in bytes.
fn objects(text: &str) -> Vec<(Value, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    for _ in 0..MAX_STARTS {
        let Some(start) = text[from..].find('{').map(|offset| from + offset) else {
            break;
        };
        let mut stream = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                let length = stream.byte_offset();
                found.push((value, length));
                from = start + length;
            }
            _ => from = start + 1,
        }
    }
    found
}
