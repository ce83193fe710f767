//! Expressions and texts with expressions in them: JSON in, JSON out.
//!
//! The language is minijinja's, strict (what does not exist is an error), without anything that could load, include
//! or define, and bounded: in the length of the source, in what stands in what, in work and in the size of what comes
//! out. The same expression on the same scope always gives the same value.
//!
//! Deliberately absent: clocks and randomness (`now` is there only where it is handed in), and any knowledge of runs.

mod error;
mod language;
mod limits;
mod references;
mod scan;
mod scope;
#[cfg(test)]
mod tests;
mod value;

pub use error::{ExpressionError, ExpressionProblem};
pub use limits::{
    CHAIN, DEPTH, EXPRESSION_LENGTH, FUEL, RENDERED_LENGTH, TAGS, TEXT_LENGTH, VALUE_DEPTH, VALUE_LENGTH,
};
pub use references::References;
pub use scope::{Scope, step_value};

use language::environment;
use minijinja::value::Serde;
use minijinja::{Error, ErrorKind};
use scan::Bad;
use serde_json::Value;
use std::io;
use wheelhouse_domain::{Expression, Json, Text};

/// Names that expressions may read beside `inputs` and `steps`.
pub const VARIABLES: [&str; 6] = ["item", "index", "round", "previous", "error", "now"];

/// The value of `expression`.
///
/// # Errors
/// [`ExpressionError`] where it can't be read, reads what is not there, or passes a limit.
pub fn evaluate(expression: &Expression, scope: &Scope) -> Result<Value, ExpressionError> {
    let (_, value) = worked_out(expression, scope)?;
    value::to_json(&value).map_err(|problem| ExpressionError::new(expression.as_str(), 1, problem))
}

/// Whether `expression` is true. Null, zero, empty texts, lists and objects are not.
///
/// # Errors
/// As [`evaluate`].
pub fn holds(expression: &Expression, scope: &Scope) -> Result<bool, ExpressionError> {
    worked_out(expression, scope).map(|(_, value)| value.is_true())
}

/// `text` with its expressions filled in. Null comes out as nothing, lists and objects as JSON.
///
/// # Errors
/// As [`evaluate`].
pub fn render(text: &Text, scope: &Scope) -> Result<String, ExpressionError> {
    let source = text.as_str();
    let failed = |(line, problem): Bad| ExpressionError::new(source, line, problem);
    let references = scanned_text(source).map_err(failed)?;
    if !source.contains('{') {
        return Ok(source.to_owned());
    }
    let values = scope.to_json();
    let explained = |error: Error| explain(source, &error, &references, &values);
    let template = environment().template_from_str(source).map_err(explained)?;
    let mut bounded = Bounded::default();
    let end = template
        .render_captured_to(Serde(&values), &mut bounded)
        .map(drop);
    if bounded.is_full {
        return Err(failed((1, ExpressionProblem::TooLarge)));
    }
    end.map_err(explained)?;
    String::from_utf8(bounded.bytes)
        .map_err(|error| failed((1, ExpressionProblem::Failed(error.to_string()))))
}

/// `value` with every text in it rendered, for the arguments of a tool. A text that is one expression and nothing
/// else keeps the type of its value: `"{{ inputs.count }}"` becomes a number.
///
/// # Errors
/// As [`evaluate`].
pub fn render_all(value: &Json, scope: &Scope) -> Result<Json, ExpressionError> {
    fn walk(value: &Value, scope: &Scope) -> Result<Value, ExpressionError> {
        Ok(match value {
            Value::String(text) => match lone(text) {
                Some(inner) => evaluate(&Expression(inner.to_owned()), scope)?,
                None => render(&Text(text.clone()), scope)?.into(),
            },
            Value::Array(items) => items
                .iter()
                .map(|item| walk(item, scope))
                .collect::<Result<_, _>>()?,
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), walk(value, scope)?)))
                    .collect::<Result<_, _>>()?,
            ),
            other => other.clone(),
        })
    }
    walk(&value.0, scope).map(Json)
}

/// What `expression` reads.
///
/// # Errors
/// [`ExpressionError`] where it can't be understood.
pub fn references(expression: &Expression) -> Result<References, ExpressionError> {
    let source = expression.as_str();
    let failed = |(line, problem): Bad| ExpressionError::new(source, line, problem);
    let references = scanned(source).map_err(failed)?;
    environment()
        .compile_expression(source)
        .map_err(|error| failed((error.line().unwrap_or(1), problem_of(&error))))?;
    Ok(references)
}

/// What `text` reads.
///
/// # Errors
/// [`ExpressionError`] where it can't be understood.
pub fn references_of_text(text: &Text) -> Result<References, ExpressionError> {
    let source = text.as_str();
    let failed = |(line, problem): Bad| ExpressionError::new(source, line, problem);
    let references = scanned_text(source).map_err(failed)?;
    environment()
        .template_from_str(source)
        .map_err(|error| failed((error.line().unwrap_or(1), problem_of(&error))))?;
    Ok(references)
}

fn worked_out(
    expression: &Expression,
    scope: &Scope,
) -> Result<(References, minijinja::Value), ExpressionError> {
    let source = expression.as_str();
    let references =
        scanned(source).map_err(|(line, problem)| ExpressionError::new(source, line, problem))?;
    let values = scope.to_json();
    let explained = |error: Error| explain(source, &error, &references, &values);
    let value = environment()
        .compile_expression(source)
        .and_then(|compiled| compiled.eval(Serde(&values)))
        .map_err(explained)?;
    if value.is_undefined() {
        return Err(explained(Error::from(ErrorKind::UndefinedError)));
    }
    Ok((references, value))
}

fn scanned(source: &str) -> Result<References, Bad> {
    if source.chars().count() > EXPRESSION_LENGTH {
        return Err((1, ExpressionProblem::TooLong));
    }
    references::of(&[scan::expression(source)?])
}

fn scanned_text(source: &str) -> Result<References, Bad> {
    if source.chars().count() > TEXT_LENGTH {
        return Err((1, ExpressionProblem::TooLong));
    }
    references::of(&scan::text(source)?)
}

/// The expression of a text that is one expression and nothing else.
fn lone(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    let single = scan::text(text).ok()?.len() == 1 && !inner.contains("{%") && !inner.contains("{#");
    single.then(|| inner.trim_matches(['-', '+']).trim())
}

fn explain(source: &str, error: &Error, references: &References, values: &Value) -> ExpressionError {
    let line = error.line().unwrap_or(1);
    let problem = match error.kind() {
        ErrorKind::UndefinedError => missing(references, values).unwrap_or_else(|| problem_of(error)),
        _ => problem_of(error),
    };
    ExpressionError::new(source, line, problem)
}

fn problem_of(error: &Error) -> ExpressionProblem {
    let detail = || {
        error
            .detail()
            .map_or_else(|| error.kind().to_string(), str::to_owned)
    };
    match error.kind() {
        ErrorKind::SyntaxError => ExpressionProblem::Syntax(detail()),
        ErrorKind::OutOfFuel => ExpressionProblem::TooMuchWork,
        ErrorKind::UnknownFilter => ExpressionProblem::UnknownFilter(detail()),
        ErrorKind::UnknownTest => ExpressionProblem::UnknownTest(detail()),
        ErrorKind::UnknownFunction => ExpressionProblem::UnknownFunction(detail()),
        ErrorKind::UndefinedError => {
            ExpressionProblem::NotAValue("something that it reads does not exist".to_owned())
        }
        _ => ExpressionProblem::Failed(detail()),
    }
}

/// The first of the names that are read but are not there.
fn missing(references: &References, values: &Value) -> Option<ExpressionProblem> {
    references.paths.iter().find_map(|path| {
        let mut place = values;
        for (depth, name) in path.iter().enumerate() {
            let next = match (place, name.parse::<usize>()) {
                (Value::Array(items), Ok(index)) => items.get(index),
                (place, _) => place.get(name),
            };
            match next {
                Some(next) => place = next,
                None => {
                    return Some(ExpressionProblem::Missing {
                        place: if depth == 0 {
                            "what can be read here".to_owned()
                        } else {
                            path[..depth].join(".")
                        },
                        name: name.clone(),
                        known: names(place),
                    });
                }
            }
        }
        None
    })
}

/// Some of the names that are there, in an order that does not depend on the build.
fn names(place: &Value) -> Vec<String> {
    let mut names: Vec<&String> = place
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.keys())
        .collect();
    names.sort();
    names
        .into_iter()
        .take(8)
        .map(|name| format!("“{name}”"))
        .collect()
}

/// Takes up to [`RENDERED_LENGTH`] bytes.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    is_full: bool,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > RENDERED_LENGTH {
            self.is_full = true;
            return Err(io::Error::other("full"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
