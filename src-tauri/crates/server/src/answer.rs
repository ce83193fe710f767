//! What goes back: answers as JSON, and the one error as problem details.

use crate::security::hex;
use crate::telemetry::Because;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;
use sha2::{Digest, Sha256};
use wheelhouse_contract::http::{PROBLEM_TYPE, Problem};
use wheelhouse_contract::{ApiError, ErrorCode};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Marks an answer that tells of an error, so that what stands around it can add the exchange's name.
#[derive(Clone)]
pub(crate) struct Refused(pub(crate) ApiError);

/// An answer with `value`.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => with_body(status, JSON, body),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            refused(ApiError::new(
                ErrorCode::Internal,
                "The answer could not be written.",
            ))
        }
    }
}

/// An answer to a reader: its tag, and nothing more where the reader has it already.
pub(crate) fn tagged(asked: &HeaderMap, value: &impl Serialize) -> Response {
    let body = match serde_json::to_vec(value) {
        Ok(body) => body,
        Err(_) => return json(StatusCode::OK, value),
    };
    let tag = tag_of(&body);
    let known = asked
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim() == "*" || known.trim().trim_start_matches("W/") == tag);
    let mut response = if known {
        with_body(StatusCode::NOT_MODIFIED, JSON, Vec::new())
    } else {
        with_body(StatusCode::OK, JSON, body)
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// The answer that tells of `error`. Its body is written by [`finish`], which knows the exchange's name.
pub(crate) fn refused(error: ApiError) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status_of(error.code);
    response.extensions_mut().insert(Because::from(error.code));
    response.extensions_mut().insert(Refused(error));
    response
}

/// Writes the body of an answer that tells of an error.
pub(crate) fn finish(mut response: Response, request_id: &str) -> Response {
    let Some(Refused(error)) = response.extensions_mut().remove::<Refused>() else {
        return response;
    };
    let problem = Problem {
        // The router's own refusal of a method has a status that no code has.
        status: response.status().as_u16(),
        ..Problem::new(error, request_id)
    };
    let mut told = json(response.status(), &problem);
    if let Some(because) = response.extensions().get::<Because>() {
        told.extensions_mut().insert(*because);
    }
    let headers = std::mem::take(response.headers_mut());
    told.headers_mut().extend(headers);
    told.headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_TYPE));
    told
}

fn status_of(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(wheelhouse_contract::http::status(code)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn with_body(status: StatusCode, kind: HeaderValue, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn tag_of(body: &[u8]) -> String {
    format!("\"{}\"", hex(&Sha256::digest(body)[..16]))
}
