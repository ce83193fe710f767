//! Values for fields: a template's inputs, and what a form asks for.

use super::problem::{Found, problem};
use serde_json::{Map, Value};
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
    fits(field, &value).map(|()| value).map_err(|message| {
        let message = format!("“{}” {message}.", field.title);
        problem(
            None,
            &field.name,
            Code::BadValue,
            message,
            format!("Give {}.", wanted(field)),
        )
    })
}

/// Whether `value` can be taken for `field`.
///
/// # Errors
/// Why not, to follow the field's name.
pub(super) fn fits(field: &Field, value: &Value) -> Result<(), String> {
    let within = |size: usize, what: &str| {
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        match (field.min, field.max) {
            (Some(min), _) if size < i64::from(min) => Err(format!("has {size} {what}; {min} are the least")),
            (_, Some(max)) if size > i64::from(max) => Err(format!("has {size} {what}; {max} are the most")),
            _ => Ok(()),
        }
    };
    match (field.kind, value) {
        (FieldKind::Text, Value::String(text)) if text.contains('\n') => {
            Err("has more than one line".to_owned())
        }
        (FieldKind::Text | FieldKind::LongText, Value::String(text)) => {
            let length = text.chars().count();
            if length > LONGEST {
                return Err(format!("has {length} characters; {LONGEST} are the most"));
            }
            within(length, "characters")
        }
        (FieldKind::Integer, Value::Number(number)) if number.is_f64() => {
            Err("is no whole number".to_owned())
        }
        (FieldKind::Number | FieldKind::Integer, Value::Number(number)) => {
            let number = number.as_f64().unwrap_or(f64::NAN);
            match (field.min, field.max) {
                (Some(min), _) if number < f64::from(min) => Err(format!("is {number}; {min} is the least")),
                (_, Some(max)) if number > f64::from(max) => Err(format!("is {number}; {max} is the most")),
                _ => Ok(()),
            }
        }
        (FieldKind::Boolean, Value::Bool(_)) => Ok(()),
        (FieldKind::Choice, Value::String(text)) if field.choices.contains(text) => Ok(()),
        (FieldKind::Choice, Value::String(_)) => Err("is none of the choices".to_owned()),
        (FieldKind::List, Value::Array(items)) if items.iter().all(Value::is_string) => {
            within(items.len(), "items")
        }
        _ => Err(format!("is not {}", wanted(field))),
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
