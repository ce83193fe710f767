//! Times as they are typed and shown in the terminal.

use chrono::DateTime;
use wheelhouse_contract::domain::Millis;

/// A length of time that can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a number and m, h or d, as in 30m, 12h or 90d")]
pub(super) struct NoLength;

/// A length of time in milliseconds, typed as a number and a unit: `30m`, `12h`, `90d`.
pub(super) fn parse_length(text: &str) -> Result<i64, NoLength> {
    let unit = text.chars().last().and_then(|unit| match unit {
        'm' => Some(60_000),
        'h' => Some(3_600_000),
        'd' => Some(86_400_000),
        _ => None,
    });
    let digits = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits
        .parse::<u32>()
        .ok()
        .filter(|number| is_plain && *number > 0);
    match (number, unit) {
        (Some(number), Some(unit)) => Ok(i64::from(number) * unit),
        _ => Err(NoLength),
    }
}

/// A time as a person reads it, to the second.
pub(super) fn shown(time: Millis) -> String {
    DateTime::from_timestamp(time.0.div_euclid(1000), 0)
        .map_or_else(|| time.0.to_string(), |time| format!("{} UTC", time.naive_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_a_number_and_a_unit() {
        assert_eq!(parse_length("30m"), Ok(30 * 60_000));
        assert_eq!(parse_length("12h"), Ok(12 * 3_600_000));
        assert_eq!(parse_length("90d"), Ok(90 * 86_400_000));
        for text in [
            "",
            "d",
            "0d",
            "-1d",
            "+1d",
            "1",
            "1 d",
            "1w",
            "1.5h",
            "99999999999d",
            "1ü",
        ] {
            assert!(parse_length(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_shown_in_utc() {
        assert_eq!(shown(Millis(1_767_225_600_999)), "2026-01-01 00:00:00 UTC");
        assert_eq!(shown(Millis(i64::MAX)), i64::MAX.to_string());
    }
}
