//! How long a provider asks to wait, when it refuses and when an answer was the last one for a while.

use reqwest::header::HeaderMap;
use serde_json::Value;
use std::time::{Duration, SystemTime};

/// Longest wait that is believed of a refusal.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// Longest that a good answer holds the next call up. Nothing was refused yet, and an allowance of a day may be raised by the
/// operator meanwhile, of which nobody here is told: after an hour it is asked again.
const LONGEST_ALLOWANCE: Duration = Duration::from_secs(60 * 60);

/// The wait in milliseconds: from the headers, else from the body, else unknown. `now` is by the clock of this machine, which
/// counts where the answer does not say when it was given.
pub(super) fn retry_after_ms(headers: &HeaderMap, body: &str, now: SystemTime) -> Option<u32> {
    let now = given_at(headers).unwrap_or(now);
    let wait = text(headers, "retry-after-ms")
        .and_then(|text| seconds(text).map(|wait| wait / 1000))
        .or_else(|| text(headers, "retry-after").and_then(|text| seconds(text).or_else(|| until(text, now))))
        .or_else(|| used_up(headers, now))
        .or_else(|| retry_info(body))?;
    u32::try_from(wait.min(LONGEST).as_millis()).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn seconds(text: &str) -> Option<Duration> {
    let number: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(number).ok()
}

/// When the answer was given by the clock of who gave it. Moments that it names are by that clock too, and the one of this
/// machine may be hours off.
fn given_at(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, "date")?).ok()
}

/// An HTTP date; one that is past means now.
fn until(text: &str, now: SystemTime) -> Option<Duration> {
    let then = httpdate::parse_http_date(text).ok()?;
    Some(then.duration_since(now).unwrap_or_default())
}

/// How long nothing is left of what the provider allows, where a good answer says so; an hour at most. `now` is as for
/// [`retry_after_ms`].
pub(super) fn used_up_for(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let now = given_at(headers).unwrap_or(now);
    let wait = used_up(headers, now)?.min(LONGEST_ALLOWANCE);
    (!wait.is_zero()).then_some(wait)
}

/// When all that is used up of an allowance is there again. OpenAI-compatible providers say it for requests and tokens, or
/// with one number for all; Anthropic for each kind of token.
fn used_up(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let plain = ["", "-requests", "-tokens"].map(|what| {
        let name = |said: &str| format!("x-ratelimit-{said}{what}");
        [name("limit"), name("remaining"), name("reset")]
    });
    let anthropic = ["requests", "tokens", "input-tokens", "output-tokens"].map(|what| {
        let name = |said: &str| format!("anthropic-ratelimit-{what}-{said}");
        [name("limit"), name("remaining"), name("reset")]
    });
    plain
        .into_iter()
        .chain(anthropic)
        .filter(|[limit, remaining, _]| {
            text(headers, remaining) == Some("0") && text(headers, limit) != Some("0")
        })
        .filter_map(|[_, _, reset]| awaited(text(headers, &reset)?, now))
        .max()
}

/// From now to when an allowance is there again: said as a span, as seconds, or as a moment (RFC 3339, or seconds or
/// milliseconds since 1970). One that is past means now.
fn awaited(text: &str, now: SystemTime) -> Option<Duration> {
    let until = |since: Duration| {
        let then = SystemTime::UNIX_EPOCH.checked_add(since)?;
        Some(then.duration_since(now).unwrap_or_default())
    };
    if let Some(number) = seconds(text) {
        // Seconds of this century have ten digits, milliseconds thirteen.
        return match number.as_secs() {
            0..1_000_000_000 => Some(number),
            1_000_000_000..100_000_000_000 => until(number),
            _ => until(number / 1000),
        };
    }
    span(text).or_else(|| {
        let since = chrono::DateTime::parse_from_rfc3339(text)
            .ok()?
            .timestamp_millis();
        until(Duration::from_millis(u64::try_from(since).ok()?))
    })
}

/// Gemini's `RetryInfo`.
fn retry_info(body: &str) -> Option<Duration> {
    let body: Value = serde_json::from_str(body).ok()?;
    let error = body.get("error").or_else(|| body.get(0)?.get("error"))?;
    let details = error.get("details")?.as_array()?;
    details
        .iter()
        .find_map(|detail| span(detail.get("retryDelay")?.as_str()?))
}

/// A span such as `6m0s`, `2.5s` or `20ms`.
fn span(text: &str) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(number_end);
        let unit_end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, tail) = after.split_at(unit_end);
        let factor = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 0.001,
            _ => return None,
        };
        let number: f64 = number.parse().ok()?;
        total = total.checked_add(Duration::try_from_secs_f64(number * factor).ok()?)?;
        rest = tail;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    const NOW: u64 = 1_000_000_000;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
    }

    fn asked(pairs: &[(&'static str, &'static str)], body: &str) -> Option<u32> {
        retry_after_ms(&headers(pairs), body, now())
    }

    fn after_good(pairs: &[(&'static str, &'static str)]) -> Option<u128> {
        used_up_for(&headers(pairs), now()).map(|wait| wait.as_millis())
    }

    #[test]
    fn every_way_to_say_it_is_read() {
        assert_eq!(asked(&[("retry-after", "7")], ""), Some(7_000));
        assert_eq!(asked(&[("retry-after", "0.5")], ""), Some(500));
        assert_eq!(
            asked(&[("retry-after", "7"), ("retry-after-ms", "1250")], ""),
            Some(1_250)
        );
        assert_eq!(
            asked(&[("retry-after", "Sun, 09 Sep 2001 01:47:10 GMT")], ""),
            Some(30_000)
        );
        assert_eq!(
            asked(&[("retry-after", "Sat, 08 Sep 2001 01:47:10 GMT")], ""),
            Some(0)
        );
        let reset = [
            ("x-ratelimit-remaining-tokens", "0"),
            ("x-ratelimit-reset-tokens", "1m2.5s"),
            ("x-ratelimit-remaining-requests", "3"),
            ("x-ratelimit-reset-requests", "9h"),
        ];
        assert_eq!(asked(&reset, ""), Some(62_500));
        let anthropic = [
            ("anthropic-ratelimit-requests-remaining", "12"),
            ("anthropic-ratelimit-requests-reset", "2001-09-09T01:59:00Z"),
            ("anthropic-ratelimit-input-tokens-remaining", "0"),
            ("anthropic-ratelimit-input-tokens-reset", "2001-09-09T01:46:52.5Z"),
        ];
        assert_eq!(asked(&anthropic, ""), Some(12_500));
        let one_for_all = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1000000009000"),
        ];
        assert_eq!(asked(&one_for_all, ""), Some(9_000));
        let gemini = r#"{"error":{"details":[{"@type":"x"},{"@type":"…RetryInfo","retryDelay":"34.5s"}]}}"#;
        assert_eq!(asked(&[], gemini), Some(34_500));
    }

    #[test]
    fn nonsense_is_unknown_and_the_far_future_is_cut() {
        for text in ["soon", "-1", "NaN", ""] {
            assert_eq!(asked(&[("retry-after", text)], "{"), None, "{text}");
        }
        assert_eq!(asked(&[("retry-after", "99999999999")], ""), Some(86_400_000));
    }

    #[test]
    fn a_good_answer_tells_when_the_next_is_allowed_again() {
        for (reset, wait) in [
            ("6m0s", 360_000),
            ("1s", 1_000),
            ("1.2s", 1_200),
            ("20ms", 20),
            ("2m59.56s", 179_560),
            ("10", 10_000),
            ("1000000030", 30_000),
            ("1000000009000", 9_000),
            ("2001-09-09T01:46:52.5Z", 12_500),
            ("2001-09-09T03:47:00+02:00", 20_000),
            ("2031-09-09T00:00:00Z", 3_600_000),
            ("59m59s", 3_599_000),
            ("61m", 3_600_000),
            ("400h", 3_600_000),
        ] {
            for (remaining, name) in [
                ("x-ratelimit-remaining", "x-ratelimit-reset"),
                ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
                ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
                (
                    "anthropic-ratelimit-requests-remaining",
                    "anthropic-ratelimit-requests-reset",
                ),
                (
                    "anthropic-ratelimit-tokens-remaining",
                    "anthropic-ratelimit-tokens-reset",
                ),
                (
                    "anthropic-ratelimit-input-tokens-remaining",
                    "anthropic-ratelimit-input-tokens-reset",
                ),
                (
                    "anthropic-ratelimit-output-tokens-remaining",
                    "anthropic-ratelimit-output-tokens-reset",
                ),
            ] {
                assert_eq!(
                    after_good(&[(remaining, "0"), (name, reset)]),
                    Some(wait),
                    "{name}: {reset}"
                );
                assert_eq!(
                    after_good(&[(remaining, "1"), (name, reset)]),
                    None,
                    "{name}: {reset}"
                );
            }
        }
        let two = [
            ("x-ratelimit-remaining-requests", "0"),
            ("x-ratelimit-reset-requests", "1.2s"),
            ("x-ratelimit-remaining-tokens", "0"),
            ("x-ratelimit-reset-tokens", "7s"),
        ];
        assert_eq!(after_good(&two), Some(7_000), "the later of two");
    }

    #[test]
    fn a_refusal_is_believed_for_longer_than_a_good_answer() {
        let day = [
            ("x-ratelimit-remaining-requests", "0"),
            ("x-ratelimit-reset-requests", "23h"),
        ];
        assert_eq!(asked(&day, ""), Some(82_800_000));
        assert_eq!(after_good(&day), Some(3_600_000));
    }

    #[test]
    fn moments_are_by_the_clock_of_who_names_them() {
        // Two hours later, and earlier, than this machine believes it is.
        const LATER: &str = "Sun, 09 Sep 2001 03:46:40 GMT";
        const EARLIER: &str = "Sat, 08 Sep 2001 23:46:40 GMT";
        for (date, a_minute_on) in [
            (LATER, "Sun, 09 Sep 2001 03:47:40 GMT"),
            (EARLIER, "Sat, 08 Sep 2001 23:47:40 GMT"),
        ] {
            assert_eq!(
                asked(&[("date", date), ("retry-after", a_minute_on)], ""),
                Some(60_000)
            );
        }
        for (date, a_minute_on) in [
            (LATER, "2001-09-09T03:47:40Z"),
            (LATER, "1000007260"),
            (LATER, "1000007260000"),
            (EARLIER, "2001-09-08T23:47:40Z"),
            (EARLIER, "999992860000"),
        ] {
            let pairs = [
                ("date", date),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", a_minute_on),
            ];
            assert_eq!(asked(&pairs, ""), Some(60_000), "{a_minute_on}");
            assert_eq!(after_good(&pairs), Some(60_000), "{a_minute_on}");
        }
        for date in ["", "now", "2001-09-09T03:46:40Z"] {
            let pairs = [
                ("date", date),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "2001-09-09T01:47:40Z"),
            ];
            assert_eq!(after_good(&pairs), Some(60_000), "{date}: its own clock");
        }
        let span = [("date", LATER), ("retry-after", "7")];
        assert_eq!(asked(&span, ""), Some(7_000), "a span needs no clock");
    }

    #[test]
    fn a_good_answer_that_tells_nothing_of_use_holds_nothing_up() {
        for reset in [
            "",
            "0",
            "0s",
            "-5",
            "soon",
            "NaN",
            "inf",
            "1x",
            "2001-09-08T01:46:40Z",
            "1e400",
        ] {
            let pairs = [
                ("x-ratelimit-remaining-requests", "0"),
                ("x-ratelimit-reset-requests", reset),
            ];
            assert_eq!(after_good(&pairs), None, "{reset}");
        }
        for remaining in ["", "none", "-1", "00x"] {
            let pairs = [
                ("x-ratelimit-remaining-tokens", remaining),
                ("x-ratelimit-reset-tokens", "9s"),
            ];
            assert_eq!(after_good(&pairs), None, "{remaining}");
        }
        let no_limit = [
            ("x-ratelimit-limit-tokens", "0"),
            ("x-ratelimit-remaining-tokens", "0"),
            ("x-ratelimit-reset-tokens", "9s"),
        ];
        assert_eq!(
            after_good(&no_limit),
            None,
            "what is allowed at all is not nothing"
        );
        assert_eq!(after_good(&[("x-ratelimit-remaining-tokens", "0")]), None);
        assert_eq!(after_good(&[("retry-after", "9")]), None, "it is for refusals");
    }
}
