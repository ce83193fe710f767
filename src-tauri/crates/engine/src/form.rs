//! Whether a reply gives what a form asks for.

use crate::asked;
use serde_json::{Map, Value};
use thiserror::Error;
use wheelhouse_domain::{Field, FieldKind, Form, Json, Reply};

/// Why a reply does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormProblem {
    /// There is no structured answer.
    #[error("the question asks for more than words")]
    NoReply,
    /// A way must be chosen.
    #[error("choose one of {}", .0.join(", "))]
    NoOutcome(Vec<String>),
    /// The way is not one of the form's.
    #[error("there is no outcome \"{0}\"")]
    UnknownOutcome(String),
    /// The values are not an object.
    #[error("the values must be given by name")]
    NotAnObject,
    /// A value that is not asked for.
    #[error("there is no field \"{0}\"")]
    UnknownField(String),
    /// A value that must be given.
    #[error("{0} must be given")]
    Missing(String),
    /// A value of another kind.
    #[error("{title} must be {expected}")]
    WrongKind {
        /// What people call the field.
        title: String,
        /// What it takes.
        expected: &'static str,
    },
    /// A value that can't be chosen.
    #[error("{title} must be one of {}", choices.join(", "))]
    NotAChoice {
        /// What people call the field.
        title: String,
        /// What can be chosen.
        choices: Vec<String>,
    },
    /// Neither a choice nor words.
    #[error("choose an answer, or write one")]
    NothingSaid,
    /// A value below or above the limits.
    #[error("{title} is outside its limits")]
    OutsideLimits {
        /// What people call the field.
        title: String,
    },
}

/// Whether `reply` gives what `form` asks for.
///
/// # Errors
/// The first [`FormProblem`] found.
pub fn check(form: &Form, reply: &Reply) -> Result<(), FormProblem> {
    check_outcome(form, reply.outcome.as_deref())?;
    let empty = Map::new();
    let values = match &reply.fields.0 {
        Value::Null => &empty,
        Value::Object(values) => values,
        _ => return Err(FormProblem::NotAnObject),
    };
    let unknown = values
        .keys()
        .find(|name| !form.fields.iter().any(|field| field.name == **name));
    if let Some(name) = unknown {
        return Err(FormProblem::UnknownField(name.clone()));
    }
    form.fields
        .iter()
        .try_for_each(|field| check_field(field, values.get(&field.name)))?;
    check_said(form, reply)
}

/// An agent that asked is told something, or to go on without.
fn check_said(form: &Form, reply: &Reply) -> Result<(), FormProblem> {
    let answers = form.asked().is_some() && reply.outcome.as_deref() == Some(asked::ANSWER);
    let said = |name| asked::text(&reply.fields.0, name).is_some();
    if answers && !said(asked::CHOICE) && !said(asked::WORDS) {
        return Err(FormProblem::NothingSaid);
    }
    Ok(())
}

fn check_outcome(form: &Form, outcome: Option<&str>) -> Result<(), FormProblem> {
    let known = |name: &str| form.outcomes.iter().any(|outcome| outcome.name == name);
    match outcome {
        None if form.outcomes.is_empty() => Ok(()),
        None => Err(FormProblem::NoOutcome(
            form.outcomes.iter().map(|outcome| outcome.name.clone()).collect(),
        )),
        Some(name) if known(name) => Ok(()),
        Some(name) => Err(FormProblem::UnknownOutcome(name.to_owned())),
    }
}

fn check_field(field: &Field, value: Option<&Value>) -> Result<(), FormProblem> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        let is_there = !field.required || field.default.is_some();
        return if is_there {
            Ok(())
        } else {
            Err(FormProblem::Missing(field.title.clone()))
        };
    };
    let (fits, expected) = match field.kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Choice => (value.is_string(), "text"),
        FieldKind::Number => (value.is_number(), "a number"),
        FieldKind::Integer => (value.is_i64() || value.is_u64(), "a whole number"),
        FieldKind::Boolean => (value.is_boolean(), "yes or no"),
        FieldKind::List => (
            value
                .as_array()
                .is_some_and(|items| items.iter().all(Value::is_string)),
            "a list of texts",
        ),
    };
    if !fits {
        let title = field.title.clone();
        return Err(FormProblem::WrongKind { title, expected });
    }
    check_limits(field, value)
}

fn check_limits(field: &Field, value: &Value) -> Result<(), FormProblem> {
    let title = field.title.clone();
    let chosen = value.as_str().unwrap_or_default();
    if field.kind == FieldKind::Choice && !field.choices.iter().any(|choice| choice == chosen) {
        let choices = field.choices.clone();
        return Err(FormProblem::NotAChoice { title, choices });
    }
    let size = size_of(value);
    let below = field.min.is_some_and(|min| size < f64::from(min));
    let above = field.max.is_some_and(|max| size > f64::from(max));
    if below || above {
        Err(FormProblem::OutsideLimits { title })
    } else {
        Ok(())
    }
}

/// What the limits of a field are about: a number, characters of a text, items of a list.
fn size_of(value: &Value) -> f64 {
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    match value {
        Value::String(text) => count(text.chars().count()),
        Value::Array(items) => count(items.len()),
        _ => value.as_f64().unwrap_or(0.0),
    }
}

/// The values that a form takes when nobody answers: its defaults.
#[must_use]
pub fn defaults(form: &Form) -> Json {
    let given = form.fields.iter().filter_map(|field| {
        let default = field.default.clone()?;
        Some((field.name.clone(), default.0))
    });
    Json(Value::Object(given.collect()))
}
