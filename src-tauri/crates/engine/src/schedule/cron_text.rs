//! Says which part of a cron expression is wrong. The library that reads them only says that one is.

use croner::parser::{CronParser, Seconds, Year};
use croner::{Cron, errors::CronError};
use thiserror::Error;

/// Longest expression, in bytes.
const LONGEST: usize = 120;

/// The five fields in their order, and what may stand in each.
const FIELDS: [(&str, &str); 5] = [
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    (
        "day of the month",
        "1 to 31, L for the last day, or 15W for the weekday nearest to the 15th",
    ),
    ("month", "1 to 12 or JAN to DEC"),
    (
        "day of the week",
        "0 to 7 or SUN to SAT, MON#1 for the first Monday, or FRI#L for the last Friday",
    ),
];

/// What is wrong with a cron expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CronProblem {
    /// There is none.
    #[error("Write when it should run, for example \"0 9 * * MON-FRI\".")]
    Empty,
    /// It is longer than any that is meant.
    #[error("The expression is longer than {LONGEST} characters.")]
    TooLong,
    /// It begins as a short name does.
    #[error("\"{0}\" is not a short name. There are @hourly, @daily, @weekly, @monthly and @yearly.")]
    NoShortName(String),
    /// It has another number of fields.
    #[error("There must be five fields (minute, hour, day of the month, month, day of the week), not {0}.")]
    FieldCount(usize),
    /// The first field that can't be read.
    #[error(
        "The {name} \"{text}\" can't be read. Use {allowed}, with lists (1,2), ranges (1-5) and steps (*/2)."
    )]
    Field {
        /// Which one, in words.
        name: &'static str,
        /// What stands there.
        text: String,
        /// What may.
        allowed: &'static str,
    },
    /// Each field can be read, and the whole can't.
    #[error("The expression can't be read: {reason}")]
    Whole {
        /// What the library says.
        reason: String,
    },
}

/// Reads an expression of five fields, or one of the short names such as `@daily`.
///
/// # Errors
/// [`CronProblem`] where it is none.
pub(super) fn read(text: &str) -> Result<Cron, CronProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(CronProblem::Empty);
    }
    if text.len() > LONGEST {
        return Err(CronProblem::TooLong);
    }
    parse(text).map_err(|error| blame(text, &error))
}

fn parse(text: &str) -> Result<Cron, CronError> {
    CronParser::builder()
        .seconds(Seconds::Disallowed)
        .year(Year::Disallowed)
        .build()
        .parse(text)
}

/// What is wrong: the first field that can't be read beside fields that can.
fn blame(text: &str, error: &CronError) -> CronProblem {
    if text.starts_with('@') {
        return CronProblem::NoShortName(text.to_owned());
    }
    let parts: Vec<&str> = text.split_whitespace().collect();
    if parts.len() != FIELDS.len() {
        return CronProblem::FieldCount(parts.len());
    }
    for (place, (part, (name, allowed))) in parts.iter().zip(FIELDS).enumerate() {
        let mut alone = ["*"; 5];
        if let Some(slot) = alone.get_mut(place) {
            *slot = part;
        }
        if parse(&alone.join(" ")).is_err() {
            let text = (*part).to_owned();
            return CronProblem::Field { name, text, allowed };
        }
    }
    let reason = error.to_string();
    CronProblem::Whole { reason }
}
