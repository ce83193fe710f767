//! What surrounds every exchange: its name, a line in the log, the form of a refusal, and headers that keep browsers out.

use crate::answer::{finish, refused};
use crate::telemetry::Telemetry;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;
use wheelhouse_contract::http::REQUEST_ID_HEADER;
use wheelhouse_contract::{ApiError, ErrorCode};

/// Longest name of an exchange that is taken over from a caller, in characters.
const NAME_MOST: usize = 64;

/// Names the exchange and finishes its answer.
pub(crate) async fn exchange(
    State(telemetry): State<Telemetry>,
    mut request: Request,
    next: Next,
) -> Response {
    let asked = telemetry.asked(&request);
    let name = name_of(&request);
    let header = HeaderName::from_static(REQUEST_ID_HEADER);
    let value = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("unnamed"));
    request.headers_mut().insert(header.clone(), value.clone());
    let path = request.extensions().get::<MatchedPath>();
    let route = path.map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("exchange", id = %name, method = %request.method(), route);
    let response = async {
        let response = settle(next.run(request).await);
        let status = response.status().as_u16();
        if response.status().is_server_error() {
            tracing::warn!(status, "answered");
        } else {
            tracing::debug!(status, "answered");
        }
        response
    }
    .instrument(span)
    .await;
    let mut response = finish(response, &name);
    telemetry.answered(asked, &name, &response);
    let headers = response.headers_mut();
    headers.insert(header, value);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn name_of(request: &Request) -> String {
    let given = request
        .headers()
        .get(REQUEST_ID_HEADER)
        .and_then(|name| name.to_str().ok());
    let fits = |name: &&str| {
        (1..=NAME_MOST).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    given
        .filter(fits)
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// What the router refuses by itself, in the form of every other refusal.
fn settle(response: Response) -> Response {
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => {
            let error = ApiError::new(
                ErrorCode::InvalidRequest,
                "This address does not take that method.",
            )
            .next_step("The header `Allow` says which it takes.");
            let mut told = refused(error);
            *told.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            told.headers_mut().extend(response.headers().clone());
            told
        }
        _ => response,
    }
}

/// There is no such address.
pub(crate) async fn nowhere(method: Method) -> Response {
    let error = ApiError::new(
        ErrorCode::NotFound,
        format!("There is no such address for {method}."),
    )
    .next_step("What there is stands in /api/openapi.json.");
    refused(error)
}
