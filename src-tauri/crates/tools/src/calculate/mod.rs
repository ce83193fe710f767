//! Works out sums exactly: with fractions of whole numbers of any length, within bounds.

mod parse;
mod value;
mod written;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Longest expression, in characters.
const MOST_CHARS: usize = 1_000;

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calculated {
    /// As a decimal number.
    pub value: String,
    /// Whether `value` is the very number. If not, it was rounded to 40 digits or a root was.
    pub exact: bool,
    /// The very number as a fraction, where `value` is rounded and no root was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fraction: Option<String>,
}

/// Why nothing came out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CalculationError {
    /// Too long.
    #[error("The expression is longer than 1000 characters. Work it out in parts.")]
    TooLong,
    /// Too many brackets within each other.
    #[error("There are more than 50 brackets within each other. Work it out in parts.")]
    TooDeep,
    /// Something that does not belong there.
    #[error("“{found}” does not belong at character {at}. {hint}")]
    Unexpected {
        /// What stands there.
        found: String,
        /// Where, from 1.
        at: usize,
        /// What would.
        hint: &'static str,
    },
    /// It ends too early.
    #[error("The expression ends where a number was expected.")]
    EndsEarly,
    /// There is no such function.
    #[error("There is no function “{0}”. There are abs, round, floor, ceil, min, max, sum, avg and sqrt.")]
    NoFunction(String),
    /// The wrong number of values.
    #[error("“{0}” was given the wrong number of values.")]
    WrongCount(&'static str),
    /// Division by zero.
    #[error("This divides by zero.")]
    ByZero,
    /// A power that is no whole number, or too high.
    #[error("A power must be a whole number between -1000 and 1000; for a square root use sqrt.")]
    BadPower,
    /// A root of a negative number.
    #[error("There is no square root of a number below zero.")]
    NegativeRoot,
    /// Places that are no whole number or too many.
    #[error("round takes a whole number of places between -50 and 50.")]
    BadPlaces,
    /// The numbers grow too long.
    #[error("The numbers grow longer than can be handled (about 2400 digits). Use smaller ones.")]
    TooBig,
}

/// Works out `expression`.
///
/// # Errors
///
/// The expression can't be understood, has no value or goes past a bound.
pub fn calculate(expression: &str) -> Result<Calculated, CalculationError> {
    if expression.chars().count() > MOST_CHARS {
        return Err(CalculationError::TooLong);
    }
    Ok(written::written(&parse::Parser::new(expression).whole()?))
}

#[cfg(test)]
mod tests;
