//! Why an expression could not be worked out.

use super::limits::{CHAIN, DEPTH, EXPRESSION_LENGTH, TAGS, TEXT_LENGTH};
use thiserror::Error;

/// Longest piece of an expression that an error repeats, in characters.
const EXCERPT: usize = 120;

/// Which expression could not be worked out, where in it, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem} This is about line {line} of “{excerpt}”.")]
pub struct ExpressionError {
    /// The beginning of the expression.
    pub excerpt: String,
    /// The line in it, from 1.
    pub line: usize,
    /// Why.
    pub problem: ExpressionProblem,
}

impl ExpressionError {
    pub(super) fn new(source: &str, line: usize, problem: ExpressionProblem) -> Self {
        let flat = source.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut excerpt: String = flat.chars().take(EXCERPT).collect();
        if excerpt.len() < flat.len() {
            excerpt.push('…');
        }
        Self {
            excerpt,
            line: line.max(1),
            problem,
        }
    }
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExpressionProblem {
    /// It is too long to be read.
    #[error(
        "An expression may have {EXPRESSION_LENGTH} characters at most, a text with expressions {TEXT_LENGTH}."
    )]
    TooLong,
    /// There are too many expressions in one text.
    #[error("A text may have {TAGS} expressions at most.")]
    TooMany,
    /// Too much stands in each other.
    #[error(
        "Brackets and statements may stand in each other {DEPTH} times at most, and {CHAIN} operators may follow each other."
    )]
    TooDeep,
    /// It is no expression.
    #[error("This is no expression: {0}.")]
    Syntax(String),
    /// A statement that is not known here.
    #[error("There is no statement “{0}”; there are for, if, set, with and raw.")]
    UnknownStatement(String),
    /// A filter that is not known here.
    #[error("There is no filter “{0}”.")]
    UnknownFilter(String),
    /// A test that is not known here.
    #[error("There is no test “{0}”.")]
    UnknownTest(String),
    /// A function that is not known here.
    #[error("There is no function “{0}”; there are range and dict.")]
    UnknownFunction(String),
    /// A name of the scope is given another meaning.
    #[error("“{0}” has a meaning already and can't be set.")]
    Reserved(String),
    /// It reads what is not there.
    #[error("There is no “{name}” in {place}.{}", others(.known))]
    Missing {
        /// Where it was looked for, for example `steps.rate.data`.
        place: String,
        /// What is not there.
        name: String,
        /// What is there instead, some of it.
        known: Vec<String>,
    },
    /// It takes too long.
    #[error("This takes too much work.")]
    TooMuchWork,
    /// What it gives is too large.
    #[error("What this gives is too large.")]
    TooLarge,
    /// What it gives is no value.
    #[error("What this gives is no value: {0}.")]
    NotAValue(String),
    /// It could not be worked out.
    #[error("This could not be worked out: {0}.")]
    Failed(String),
}

fn others(names: &[String]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!(" There is {}.", names.join(", "))
    }
}
