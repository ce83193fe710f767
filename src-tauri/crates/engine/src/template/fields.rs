//! Values for fields: a template's inputs, and what a form asks for.

use super::problem::{Found, problem};
use serde_json::{Map, Value};
use thiserror::Error;
use wheelhouse_domain::{Field, FieldKind, Json, ProblemCode as Code, TemplateProblem};

/// Longest text of a value, in characters.
const LONGEST: usize = 1_000_000;

/// The values for `fields`: what was given, and defaults for what was not. What has neither is null.
///
/// # Errors
/// What is wrong with the values, all of it; the problems' `field` is the name of the field.
pub fn bind(fields: &[Field], given: &Json) -> Result<Json, Vec<TemplateProblem>> {
    let none = Map::new();
    let values = match &given.0 {
        Value::Object(values) => values,
        Value::Null => &none,
        _ => {
            return Err(vec![problem(
                None,
                "",
                Code::WrongType,
                "The values are no object.",
                "Give an object with a name and a value for each.",
            )]);
        }
    };
    let mut found: Vec<Found> = values
        .keys()
        .filter(|name| !fields.iter().any(|field| field.name == **name))
        .map(|name| unknown(name, fields))
        .collect();
    let mut bound = Map::new();
    for field in fields {
        match value_of(field, values.get(&field.name)) {
            Ok(value) => {
                bound.insert(field.name.clone(), value);
            }
            Err(problem) => found.push(problem),
        }
    }
    if found.is_empty() {
        Ok(Json(Value::Object(bound)))
    } else {
        Err(found)
    }
}

/// Names of the fields that have what they give by themselves, be it that somebody gave just that.
#[must_use]
pub fn preset(fields: &[Field], bound: &Json) -> Vec<String> {
    let is_preset = |field: &&Field| {
        field.default.is_some() && field.default.as_ref().map(|own| &own.0) == bound.0.get(&field.name)
    };
    fields
        .iter()
        .filter(is_preset)
        .map(|field| field.name.clone())
        .collect()
}

fn unknown(name: &str, fields: &[Field]) -> Found {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let next_step = if names.is_empty() {
        "Leave it out: nothing is asked for.".to_owned()
    } else {
        format!("Known here: {}.", names.join(", "))
    };
    problem(
        None,
        name,
        Code::UnknownField,
        format!("Nothing called “{name}” is asked for."),
        next_step,
    )
}

fn value_of(field: &Field, given: Option<&Value>) -> Result<Value, Found> {
    let is_blank = match given {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty() && field.required,
        _ => false,
    };
    let value = match given {
        Some(value) if !is_blank => value.clone(),
        _ => match &field.default {
            Some(default) => default.0.clone(),
            None if field.required => {
                return Err(problem(
                    None,
                    &field.name,
                    Code::Missing,
                    format!("“{}” must be given.", field.title),
                    format!("Give {}.", wanted(field)),
                ));
            }
            None => return Ok(Value::Null),
        },
    };
    fits(field, &value).map(|()| value).map_err(|why| {
        let message = format!("“{}” {why}.", field.title);
        problem(
            None,
            &field.name,
            Code::BadValue,
            message,
            format!("Give {}.", wanted(field)),
        )
    })
}

/// Why a value can't be taken, to follow the name of what it is for.
#[derive(Debug, Clone, PartialEq, Error)]
pub(super) enum Misfit {
    #[error("has {size} {what}; {least} are the least")]
    TooFew {
        size: usize,
        what: &'static str,
        least: i32,
    },
    #[error("has {size} {what}; {most} are the most")]
    TooMany {
        size: usize,
        what: &'static str,
        most: i64,
    },
    #[error("is {value}; {least} is the least")]
    Below { value: f64, least: i32 },
    #[error("is {value}; {most} is the most")]
    Above { value: f64, most: i32 },
    #[error("has more than one line")]
    Lines,
    #[error("is no whole number")]
    Fraction,
    #[error("is none of the choices")]
    NoChoice,
    #[error("is not {0}")]
    Other(String),
}

/// Whether `value` can be taken for `field`.
///
/// # Errors
/// [`Misfit`] where it can't.
pub(super) fn fits(field: &Field, value: &Value) -> Result<(), Misfit> {
    match (field.kind, value) {
        (FieldKind::Text, Value::String(text)) if text.contains('\n') => Err(Misfit::Lines),
        (FieldKind::Text | FieldKind::LongText, Value::String(text)) => {
            let (size, what) = (text.chars().count(), "characters");
            if size > LONGEST {
                let most = i64::try_from(LONGEST).unwrap_or(i64::MAX);
                return Err(Misfit::TooMany { size, what, most });
            }
            has_size(field, size, what)
        }
        (FieldKind::Integer, Value::Number(number)) if number.is_f64() => Err(Misfit::Fraction),
        (FieldKind::Number | FieldKind::Integer, Value::Number(number)) => {
            is_in_range(field, number.as_f64().unwrap_or(f64::NAN))
        }
        (FieldKind::Boolean, Value::Bool(_)) => Ok(()),
        (FieldKind::Choice, Value::String(text)) if field.choices.contains(text) => Ok(()),
        (FieldKind::Choice, Value::String(_)) => Err(Misfit::NoChoice),
        (FieldKind::List, Value::Array(items)) if items.iter().all(Value::is_string) => {
            has_size(field, items.len(), "items")
        }
        _ => Err(Misfit::Other(wanted(field))),
    }
}

fn has_size(field: &Field, size: usize, what: &'static str) -> Result<(), Misfit> {
    let counted = i64::try_from(size).unwrap_or(i64::MAX);
    match (field.min, field.max) {
        (Some(least), _) if counted < i64::from(least) => Err(Misfit::TooFew { size, what, least }),
        (_, Some(most)) if counted > i64::from(most) => {
            let most = i64::from(most);
            Err(Misfit::TooMany { size, what, most })
        }
        _ => Ok(()),
    }
}

fn is_in_range(field: &Field, value: f64) -> Result<(), Misfit> {
    match (field.min, field.max) {
        (Some(least), _) if value < f64::from(least) => Err(Misfit::Below { value, least }),
        (_, Some(most)) if value > f64::from(most) => Err(Misfit::Above { value, most }),
        _ => Ok(()),
    }
}

/// What is taken, in words.
fn wanted(field: &Field) -> String {
    match field.kind {
        FieldKind::Text => "one line of text".to_owned(),
        FieldKind::LongText => "a text".to_owned(),
        FieldKind::Number => "a number".to_owned(),
        FieldKind::Integer => "a whole number".to_owned(),
        FieldKind::Boolean => "true or false".to_owned(),
        FieldKind::Choice => format!("one of {}", field.choices.join(", ")),
        FieldKind::List => "a list of texts".to_owned(),
    }
}
