//! How long a provider asks to wait.

use reqwest::header::HeaderMap;
use serde_json::Value;
use std::time::{Duration, SystemTime};

/// Longest wait that is believed.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The wait in milliseconds: from the headers, else from the body, else unknown.
pub(super) fn retry_after_ms(headers: &HeaderMap, body: &str, now: SystemTime) -> Option<u32> {
    let wait = text(headers, "retry-after-ms")
        .and_then(|text| seconds(text).map(|wait| wait / 1000))
        .or_else(|| text(headers, "retry-after").and_then(|text| seconds(text).or_else(|| until(text, now))))
        .or_else(|| used_up(headers))
        .or_else(|| used_up_until(headers, now))
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

/// An HTTP date; one that is past means now.
fn until(text: &str, now: SystemTime) -> Option<Duration> {
    let then = httpdate::parse_http_date(text).ok()?;
    Some(then.duration_since(now).unwrap_or_default())
}

/// When the allowance that is used up is there again, as OpenAI-compatible providers say it.
fn used_up(headers: &HeaderMap) -> Option<Duration> {
    ["requests", "tokens"]
        .into_iter()
        .filter(|what| text(headers, &format!("x-ratelimit-remaining-{what}")) == Some("0"))
        .filter_map(|what| span(text(headers, &format!("x-ratelimit-reset-{what}"))?))
        .max()
}

/// The same where the moment is given: as Anthropic does for each allowance, or as one number for all of them.
fn used_up_until(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let named = ["requests", "tokens", "input-tokens", "output-tokens"].map(|what| {
        let name = format!("anthropic-ratelimit-{what}");
        (format!("{name}-remaining"), format!("{name}-reset"))
    });
    let plain = ("x-ratelimit-remaining".to_owned(), "x-ratelimit-reset".to_owned());
    named
        .into_iter()
        .chain([plain])
        .filter(|(remaining, _)| text(headers, remaining) == Some("0"))
        .filter_map(|(_, reset)| moment(text(headers, &reset)?))
        .map(|then| then.duration_since(now).unwrap_or_default())
        .max()
}

/// A moment as RFC 3339, or as seconds or milliseconds since 1970.
fn moment(text: &str) -> Option<SystemTime> {
    if let Ok(number) = text.parse::<u64>() {
        // Seconds of this century have ten digits, milliseconds thirteen.
        let since = if number < 100_000_000_000 {
            Duration::from_secs(number)
        } else {
            Duration::from_millis(number)
        };
        return SystemTime::UNIX_EPOCH.checked_add(since);
    }
    let since = chrono::DateTime::parse_from_rfc3339(text)
        .ok()?
        .timestamp_millis();
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(u64::try_from(since).ok()?))
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

    fn asked(pairs: &[(&'static str, &'static str)], body: &str) -> Option<u32> {
        let headers = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        retry_after_ms(&headers, body, now)
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
}
