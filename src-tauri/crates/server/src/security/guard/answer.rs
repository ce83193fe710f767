//! What a request that is refused is told: problem details that give away nothing.

use crate::security::origin::OriginRefusal;
use crate::security::tokens::CheckRefusal;
use crate::telemetry::Because;
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wheelhouse_contract::http::{PROBLEM_TYPE, Problem, REQUEST_ID_HEADER};
use wheelhouse_contract::{ApiError, ErrorCode};

/// Why a request goes no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    error: ApiError,
    /// Seconds until it is worth to try again.
    retry_after: Option<u64>,
    /// Whether the connection ends with the answer.
    closes: bool,
    /// Why, in the word that refusals are counted by.
    because: Because,
}

impl Refusal {
    /// Too much was asked.
    pub(crate) fn later(seconds: u64) -> Self {
        let unit = if seconds == 1 { "second" } else { "seconds" };
        let error = ApiError::new(ErrorCode::RateLimited, "Too many requests in too short a time.")
            .next_step(format!("Try again in {seconds} {unit}."));
        Self {
            error,
            retry_after: Some(seconds),
            closes: false,
            because: ErrorCode::RateLimited.into(),
        }
    }

    /// The same, counted by another word.
    pub(super) fn because(mut self, word: &'static str) -> Self {
        self.because = Because(word);
        self
    }

    /// The same, and what else was sent on this connection is not read: who floods would send many at once.
    pub(super) fn closing(mut self) -> Self {
        self.closes = true;
        self
    }

    /// The token may do less.
    pub(super) fn narrow() -> Self {
        let error = ApiError::new(ErrorCode::Forbidden, "This token may look, and change nothing.")
            .next_step("Pair this device again with a code for operators, or ask who runs the server.");
        Self::from(error).because("narrow_token")
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let because = error.code.into();
        Self {
            error,
            retry_after: None,
            closes: false,
            because,
        }
    }
}

impl From<CheckRefusal> for Refusal {
    fn from(refusal: CheckRefusal) -> Self {
        match refusal {
            CheckRefusal::Unknown => {
                ApiError::new(ErrorCode::Unauthorized, "The request has no token that is good now.").next_step(
                    "Send `Authorization: Bearer` and a token. `wheelhouse-server pair` or `wheelhouse-server tokens issue` \
                     gives a new one.",
                )
            }
            CheckRefusal::Unreadable => {
                ApiError::new(ErrorCode::Unavailable, "The server can't read its list of tokens now.")
                    .next_step("Ask who runs the server. Its log says what is wrong.")
            }
        }
        .into()
    }
}

impl From<OriginRefusal> for Refusal {
    fn from(refusal: OriginRefusal) -> Self {
        let next_step = match refusal {
            OriginRefusal::HostMissing => "Send one `Host` header.",
            OriginRefusal::HostForeign => {
                "Use the address that the server shows when it starts, or start it with `--hostname` and this name."
            }
            OriginRefusal::OriginForeign => "Start the server with `--origin` and the page's origin.",
        };
        let message = match refusal {
            OriginRefusal::HostMissing => "The request must name its host, once.",
            OriginRefusal::HostForeign => "This server is not called so.",
            OriginRefusal::OriginForeign => "Pages from there may not speak to this server.",
        };
        let word = match refusal {
            OriginRefusal::HostMissing | OriginRefusal::HostForeign => "host",
            OriginRefusal::OriginForeign => "origin",
        };
        Self::from(ApiError::new(ErrorCode::Forbidden, message).next_step(next_step)).because(word)
    }
}

/// The answer. `headers` are the request's, for its id.
pub(crate) fn refuse(headers: &HeaderMap, refusal: Refusal) -> Response {
    let id = headers.get(REQUEST_ID_HEADER).and_then(|id| id.to_str().ok());
    let problem = Problem::new(refusal.error, id.unwrap_or_default());
    tracing::debug!(request_id = problem.request_id, code = ?problem.code, "a request was refused");
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(&problem)).into_response();
    response.extensions_mut().insert(refusal.because);
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_TYPE));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        answer.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = refusal.retry_after {
        answer.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if refusal.closes {
        answer.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Only what names a request.
pub(super) fn named(headers: &HeaderMap) -> HeaderMap {
    let id = headers.get(REQUEST_ID_HEADER).cloned();
    id.map(|id| (header::HeaderName::from_static(REQUEST_ID_HEADER), id))
        .into_iter()
        .collect()
}
