//! The one error as it crosses the boundary. Windows and scripts act on these words: they stay.

use wheelhouse_contract::{ApiError, ErrorCode};

/// The JSON of an error of this code with every detail.
fn full(code: ErrorCode) -> String {
    let error = ApiError::new(code, "What happened.")
        .field("task")
        .next_step("What to do.");
    serde_json::to_string(&error).expect("plain data")
}

/// Every code with its word. The match makes a new code fail to compile here until it is pinned below.
fn word(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::InvalidRequest => "invalid_request",
        ErrorCode::NotFound => "not_found",
        ErrorCode::Conflict => "conflict",
        ErrorCode::RequestKeyReused => "request_key_reused",
        ErrorCode::Unreadable => "unreadable",
        ErrorCode::ProviderFailed => "provider_failed",
        ErrorCode::KeysLocked => "keys_locked",
        ErrorCode::Unauthorized => "unauthorized",
        ErrorCode::Forbidden => "forbidden",
        ErrorCode::RateLimited => "rate_limited",
        ErrorCode::TooLarge => "too_large",
        ErrorCode::Unavailable => "unavailable",
        ErrorCode::Internal => "internal",
    }
}

const EVERY: [ErrorCode; 13] = [
    ErrorCode::InvalidRequest,
    ErrorCode::NotFound,
    ErrorCode::Conflict,
    ErrorCode::RequestKeyReused,
    ErrorCode::Unreadable,
    ErrorCode::ProviderFailed,
    ErrorCode::KeysLocked,
    ErrorCode::Unauthorized,
    ErrorCode::Forbidden,
    ErrorCode::RateLimited,
    ErrorCode::TooLarge,
    ErrorCode::Unavailable,
    ErrorCode::Internal,
];

#[test]
fn every_code_has_its_pinned_form() {
    for code in EVERY {
        let expected = format!(
            r#"{{"code":"{}","message":"What happened.","details":{{"field":"task","next_step":"What to do."}}}}"#,
            word(code)
        );
        assert_eq!(full(code), expected);
        let back: ApiError = serde_json::from_str(&expected).expect("read back");
        assert_eq!(back.code, code);
    }
}

#[test]
fn missing_details_are_null_and_never_left_out() {
    let error = ApiError::new(ErrorCode::Internal, "A fault.");
    insta::assert_json_snapshot!(error, @r#"
    {
      "code": "internal",
      "message": "A fault.",
      "details": {
        "field": null,
        "next_step": null
      }
    }
    "#);
}
