//! The time, and sums with dates. The clock is the caller's.

use crate::arguments::{Date, DateOperation, DateUnit};
use crate::call::Done;
use chrono::{
    DateTime, Datelike, Days, FixedOffset, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime,
};
use chrono::{TimeDelta, TimeZone, Weekday};
use chrono_tz::Tz;
use serde_json::{Value, json};
use thiserror::Error;
use wheelhouse_domain::Millis;

/// Most units that are added at once.
const MOST_UNITS: u64 = 10_000_000_000;

/// Why a date could not be worked out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DateError {
    /// An argument that this operation needs is missing.
    #[error("“{operation}” needs “{argument}”.")]
    Missing {
        /// What was to be done.
        operation: &'static str,
        /// What is missing.
        argument: &'static str,
    },
    /// Not a date.
    #[error(
        "“{0}” is not a date. Write 2026-11-23 or 2026-11-23T14:30, with an offset such as Z or +02:00 if it matters."
    )]
    NoDate(String),
    /// Not a time zone.
    #[error("There is no time zone “{0}”. Write one such as Europe/Berlin, or UTC.")]
    NoZone(String),
    /// The clocks are put forward over this time.
    #[error(
        "{0} does not exist there: the clocks are put forward over it. Choose a time an hour earlier or later."
    )]
    Skipped(String),
    /// Outside the years 1 to 9999.
    #[error("That leads outside of the years 1 to 9999.")]
    OutOfRange,
}

/// A moment, and whether only its date was given.
#[derive(Clone, Copy)]
struct Moment {
    at: DateTime<Tz>,
    whole_day: bool,
}

/// Does what is asked; `now` is the caller's clock.
pub(crate) fn date(wanted: &Date, now: Millis) -> Result<Done, DateError> {
    let zone = zone(wanted.time_zone.as_deref())?;
    let (text, data) = match wanted.operation {
        DateOperation::Now => told_now(zone, now)?,
        DateOperation::Difference => {
            let from = moment(given("difference", "from", wanted.from.as_ref())?, zone)?;
            let to = moment(given("difference", "to", wanted.to.as_ref())?, zone)?;
            difference(from, to)
        }
        DateOperation::Add => {
            let date = moment(given("add", "date", wanted.date.as_ref())?, zone)?;
            let amount = *given("add", "amount", wanted.amount.as_ref())?;
            let unit = *given("add", "unit", wanted.unit.as_ref())?;
            let moved = added(date, amount, unit)?;
            (said(moved), value(moved))
        }
    };
    Ok(Done {
        text,
        data,
        untrusted: false,
        checkpoint: None,
    })
}

fn given<'a, T>(
    operation: &'static str,
    argument: &'static str,
    value: Option<&'a T>,
) -> Result<&'a T, DateError> {
    value.ok_or(DateError::Missing { operation, argument })
}

fn zone(name: Option<&str>) -> Result<Tz, DateError> {
    let name = name.unwrap_or("UTC").trim();
    name.parse().map_err(|_| DateError::NoZone(name.to_owned()))
}

fn told_now(zone: Tz, now: Millis) -> Result<(String, Value), DateError> {
    let at = DateTime::from_timestamp_millis(now.0).ok_or(DateError::OutOfRange)?;
    let moment = bounded(Moment {
        at: at.with_timezone(&zone),
        whole_day: false,
    })?;
    Ok((format!("It is {}.", said(moment)), value(moment)))
}

fn moment(text: &str, zone: Tz) -> Result<Moment, DateError> {
    let text = text.trim();
    if let Ok(at) = DateTime::<FixedOffset>::parse_from_rfc3339(&with_seconds(text)) {
        return bounded(Moment {
            at: at.with_timezone(&zone),
            whole_day: false,
        });
    }
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let at = placed(day.and_time(NaiveTime::MIN), zone, true)?;
        return bounded(Moment { at, whole_day: true });
    }
    let local = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
    ]
    .iter()
    .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    .ok_or_else(|| DateError::NoDate(text.chars().take(60).collect()))?;
    let at = placed(local, zone, false)?;
    bounded(Moment { at, whole_day: false })
}

/// `2026-11-23T14:30Z` has no seconds, which the standard wants.
fn with_seconds(text: &str) -> String {
    let clock = text
        .get(11..16)
        .filter(|clock| clock.as_bytes().get(2) == Some(&b':'));
    match (clock, text.get(16..)) {
        (Some(_), Some(rest)) if rest.starts_with(['Z', 'z', '+', '-']) => {
            format!("{}:00{rest}", &text[..16])
        }
        _ => text.to_owned(),
    }
}

/// The moment at which clocks in `zone` show `local`; the earlier of two. A day that begins with a gap begins after it.
fn placed(local: NaiveDateTime, zone: Tz, whole_day: bool) -> Result<DateTime<Tz>, DateError> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at),
        LocalResult::None if whole_day => {
            let later = local + TimeDelta::hours(1);
            zone.from_local_datetime(&later)
                .earliest()
                .ok_or(DateError::OutOfRange)
        }
        LocalResult::None => Err(DateError::Skipped(local.format("%Y-%m-%d %H:%M").to_string())),
    }
}

fn bounded(moment: Moment) -> Result<Moment, DateError> {
    if (1..=9_999).contains(&moment.at.year()) {
        Ok(moment)
    } else {
        Err(DateError::OutOfRange)
    }
}

fn added(from: Moment, amount: i64, unit: DateUnit) -> Result<Moment, DateError> {
    if amount.unsigned_abs() > MOST_UNITS {
        return Err(DateError::OutOfRange);
    }
    let exact = |seconds: i64| {
        let at = from.at.checked_add_signed(TimeDelta::seconds(seconds));
        let at = at.ok_or(DateError::OutOfRange)?;
        bounded(Moment { at, whole_day: false })
    };
    // By the calendar: a day later it is the same time on the clock, also when the clocks were changed.
    let local = from.at.naive_local();
    let local = match unit {
        DateUnit::Seconds => return exact(amount),
        DateUnit::Minutes => return exact(amount * 60),
        DateUnit::Hours => return exact(amount * 3_600),
        DateUnit::Days => by_days(local, amount),
        DateUnit::Weeks => by_days(local, amount * 7),
        DateUnit::Weekdays => by_weekdays(local, amount),
        DateUnit::Months => by_months(local, amount),
        DateUnit::Years => by_months(local, amount * 12),
    };
    let local = local.filter(|local| (0..=10_000).contains(&local.year()));
    let at = placed(
        local.ok_or(DateError::OutOfRange)?,
        from.at.timezone(),
        from.whole_day,
    )?;
    bounded(Moment { at, ..from })
}

fn by_days(local: NaiveDateTime, days: i64) -> Option<NaiveDateTime> {
    let count = Days::new(days.unsigned_abs());
    if days < 0 {
        local.checked_sub_days(count)
    } else {
        local.checked_add_days(count)
    }
}

/// The last day of the month takes the place of days that it does not have.
fn by_months(local: NaiveDateTime, months: i64) -> Option<NaiveDateTime> {
    let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    if months < 0 {
        local.checked_sub_months(count)
    } else {
        local.checked_add_months(count)
    }
}

fn by_weekdays(local: NaiveDateTime, weekdays: i64) -> Option<NaiveDateTime> {
    let mut local = by_days(local, weekdays / 5 * 7)?;
    let step = weekdays.signum();
    let mut left = weekdays % 5;
    // What begins on a weekend counts from its edge.
    if weekdays != 0 && left == 0 && is_weekend(local.weekday()) {
        local = by_days(local, -7 * step)?;
        left = 5 * step;
    }
    while left != 0 {
        local = by_days(local, step)?;
        if !is_weekend(local.weekday()) {
            left -= step;
        }
    }
    Some(local)
}

fn is_weekend(day: Weekday) -> bool {
    matches!(day, Weekday::Sat | Weekday::Sun)
}

fn difference(from: Moment, to: Moment) -> (String, Value) {
    let seconds = (to.at - from.at).num_seconds();
    if from.whole_day && to.whole_day {
        return difference_in_days(from.at.date_naive(), to.at.date_naive());
    }
    let (sign, length) = (if seconds < 0 { "-" } else { "" }, seconds.unsigned_abs());
    let (days, hours) = (length / 86_400, length / 3_600 % 24);
    let (minutes, rest) = (length / 60 % 60, length % 60);
    let text = format!(
        "From {} to {}: {sign}{days} days, {hours} hours, {minutes} minutes, {rest} seconds ({seconds} seconds in all).",
        said(from),
        said(to)
    );
    let data = json!({ "seconds": seconds, "days": days, "hours": hours, "minutes": minutes, "negative": seconds < 0 });
    (text, data)
}

fn difference_in_days(from: NaiveDate, to: NaiveDate) -> (String, Value) {
    let days = (to - from).num_days();
    let weekdays = weekdays_between(from.min(to), from.max(to)) * days.signum();
    let text = format!(
        "From {from} to {to}: {days} days, of which {weekdays} are weekdays (the first day is not counted)."
    );
    (text, json!({ "days": days, "weekdays": weekdays }))
}

/// Days from Monday to Friday after `from`, up to and with `to`.
fn weekdays_between(from: NaiveDate, to: NaiveDate) -> i64 {
    let days = (to - from).num_days();
    let (weeks, rest) = (days / 7, days % 7);
    let mut day = from.weekday();
    let mut count = weeks * 5;
    for _ in 0..rest {
        day = day.succ();
        count += i64::from(!is_weekend(day));
    }
    count
}

fn said(moment: Moment) -> String {
    let day = moment.at.format("%A, %Y-%m-%d");
    if moment.whole_day {
        return day.to_string();
    }
    format!(
        "{day} {} in {}",
        moment.at.format("%H:%M:%S (%:z)"),
        moment.at.timezone().name()
    )
}

fn value(moment: Moment) -> Value {
    let at = moment.at;
    json!({
        "date": at.format("%Y-%m-%d").to_string(),
        "time": (!moment.whole_day).then(|| at.format("%H:%M:%S").to_string()),
        "offset": at.format("%:z").to_string(),
        "weekday": at.format("%A").to_string(),
        "week": at.iso_week().week(),
        "time_zone": at.timezone().name(),
        "unix_seconds": at.timestamp(),
    })
}

#[cfg(test)]
mod tests;
