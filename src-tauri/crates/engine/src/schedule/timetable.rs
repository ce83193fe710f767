//! The due times of a cron expression in a time zone.
//!
//! **When clocks change.** An expression that names its times (`30 2 * * *`) runs once a day: a time that does not
//! exist, because the clock is put forward over it, runs at the first instant after the gap; a time that exists twice
//! runs at the first of the two. An expression with a rhythm (`*` or a step in minute or hour, such as `*/15 * * * *`)
//! keeps its rhythm instead: it leaves out what does not exist and runs in both of the hours that exist twice, because a
//! pause of two hours in something hourly would be a fault. This is what cron has done since Vixie.

use super::cron_text::{self, CronProblem};
use chrono::DateTime;
use chrono_tz::Tz;
use croner::Cron;
use thiserror::Error;
use wheelhouse_domain::Millis;

/// An expression that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TimetableError {
    /// The expression can't be read. Says which part.
    #[error(transparent)]
    Cron(#[from] CronProblem),
    /// No date fits, as for 30 February.
    #[error("No date fits \"{0}\", so it would never run.")]
    Never(String),
    /// There is no time zone of this name.
    #[error("There is no time zone \"{0}\". Use a name such as Europe/Berlin, or UTC.")]
    Zone(String),
}

impl TimetableError {
    /// Whether the time zone is wrong, not the expression.
    #[must_use]
    pub fn is_about_zone(&self) -> bool {
        matches!(self, Self::Zone(_))
    }
}

/// Knows when something is due.
#[derive(Debug, Clone)]
pub struct Timetable {
    cron: Cron,
    zone: Tz,
}

impl Timetable {
    /// Reads an expression of five fields in a time zone that IANA names.
    ///
    /// # Errors
    /// [`TimetableError`] that says what is wrong.
    pub fn parse(cron: &str, zone: &str) -> Result<Self, TimetableError> {
        let table = Self {
            zone: zone
                .trim()
                .parse()
                .map_err(|_| TimetableError::Zone(zone.trim().to_owned()))?,
            cron: cron_text::read(cron)?,
        };
        // Any time will do: what fits no date of the years after this one fits none at all.
        match table.after(Millis(0)) {
            Some(_) => Ok(table),
            None => Err(TimetableError::Never(cron.trim().to_owned())),
        }
    }

    /// The first due time after `time`; none where the calendar ends.
    #[must_use]
    pub fn after(&self, time: Millis) -> Option<Millis> {
        let start = self.in_zone(time)?;
        let found = self.cron.find_next_occurrence(&start, false).ok()?;
        Some(Millis(found.timestamp_millis()))
    }

    /// The newest due time before `time`, if there is one.
    #[must_use]
    pub fn before(&self, time: Millis) -> Option<Millis> {
        let start = self.in_zone(time)?;
        // A time within a second is after whatever was due at its beginning.
        let inclusive = time.0.rem_euclid(1_000) != 0;
        let found = self.cron.find_previous_occurrence(&start, inclusive).ok()?;
        Some(Millis(found.timestamp_millis()))
    }

    /// The next `count` due times after `time`.
    #[must_use]
    pub fn next(&self, time: Millis, count: usize) -> Vec<Millis> {
        std::iter::successors(self.after(time), |last| self.after(*last))
            .take(count)
            .collect()
    }

    /// The expression in words.
    #[must_use]
    pub fn describe(&self) -> String {
        let words = self.cron.describe();
        let words = words.trim_end_matches('.');
        match words.strip_prefix("At every ") {
            Some(rest) => format!("Every {rest}"),
            None => words.to_owned(),
        }
    }

    /// The beginning of the second of `time`: due times stand at whole seconds.
    fn in_zone(&self, time: Millis) -> Option<DateTime<Tz>> {
        let second = DateTime::from_timestamp(time.0.div_euclid(1_000), 0)?;
        Some(second.with_timezone(&self.zone))
    }
}
