//! The token out of the one header that it may stand in.

use axum::http::{HeaderMap, header};

const SCHEME: &str = "bearer";

/// What was presented; none where there is no such header, more than one, or one of another form. The scheme is
/// written in small or capital letters, then one space, then the token and nothing else.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case(SCHEME).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn of(values: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        token(&headers).map(str::to_owned)
    }

    #[test]
    fn the_scheme_is_read_in_any_case() {
        for value in ["Bearer wh_a", "bearer wh_a", "BEARER wh_a"] {
            assert_eq!(of(&[value]).as_deref(), Some("wh_a"), "{value}");
        }
    }

    #[test]
    fn other_forms_are_not_read() {
        for value in [
            "",
            "Bearer",
            "wh_a",
            "Basic wh_a",
            "Bearer\twh_a",
            "Bearer:wh_a",
            " Bearer wh_a",
        ] {
            assert_eq!(of(&[value]), None, "{value}");
        }
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn nothing_is_cut_off_the_token() {
        assert_eq!(of(&["Bearer  wh_a"]).as_deref(), Some(" wh_a"));
        assert_eq!(of(&["Bearer wh_a "]).as_deref(), Some("wh_a "));
        assert_eq!(
            of(&["Bearer wh_a, Bearer wh_b"]).as_deref(),
            Some("wh_a, Bearer wh_b")
        );
    }

    #[test]
    fn two_headers_are_none() {
        assert_eq!(of(&["Bearer wh_a", "Bearer wh_a"]), None);
        assert_eq!(of(&["Bearer wh_a", "Basic b"]), None);
    }
}
