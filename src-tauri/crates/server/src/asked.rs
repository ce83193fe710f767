//! What comes in: the parts of an HTTP request as the request of one row of the table.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, request::Parts};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;
use wheelhouse_contract::http::{KEY_FIELD, KEY_HEADER};
use wheelhouse_contract::{ApiError, ErrorCode, Operation};

/// Largest body of a request, in bytes: a template's file with room to spare.
pub(crate) const BODY_MOST: usize = 4 * 1024 * 1024;

/// Reads the request of `row`.
///
/// # Errors
/// [`ApiError`] that names the field that is wrong, where one is.
pub(crate) async fn read<T: DeserializeOwned>(row: &Operation, request: Request) -> Result<T, ApiError> {
    let (mut parts, body) = request.into_parts();
    let parameters = parameters(row, &mut parts).await?;
    if row.asks_by_query() {
        return from_query(&parameters, parts.uri.query().unwrap_or_default());
    }
    let mut fields = from_body(&parts.headers, body).await?;
    if row.effect == "change" {
        name_the_wish(&parts.headers, &mut fields)?;
    }
    let given = parameters.iter().map(|(name, word)| (*name, word.as_str()));
    let request = row.gather(given, fields);
    serde_json::from_value(request).map_err(|error| wrong(&error.to_string()))
}

/// Parameters of the path under the table's names. The router knows them by their place only.
async fn parameters(row: &Operation, parts: &mut Parts) -> Result<Vec<(&'static str, String)>, ApiError> {
    let given = RawPathParams::from_request_parts(parts, &()).await;
    let given = given.map_err(|_| wrong("the path can't be read"))?;
    Ok(row
        .parameters()
        .zip(given.iter().map(|(_, word)| word.to_owned()))
        .collect())
}

fn from_query<T: DeserializeOwned>(parameters: &[(&str, String)], query: &str) -> Result<T, ApiError> {
    let pairs: Vec<(String, String)> =
        serde_html_form::from_str(query).map_err(|error| wrong(&error.to_string()))?;
    let path = parameters
        .iter()
        .map(|(name, word)| ((*name).to_owned(), word.clone()));
    // What stands in the path can't be said otherwise in the query.
    let rest = pairs
        .into_iter()
        .filter(|(name, _)| !parameters.iter().any(|(known, _)| known == name));
    let all: Vec<(String, String)> = path.chain(rest).collect();
    let text = serde_html_form::to_string(&all).map_err(|error| wrong(&error.to_string()))?;
    serde_html_form::from_str(&text).map_err(|error| wrong(&error.to_string()))
}

async fn from_body(headers: &HeaderMap, body: Body) -> Result<Map<String, Value>, ApiError> {
    let body = to_bytes(body, BODY_MOST).await.map_err(|_| too_large())?;
    if body.is_empty() {
        return Ok(Map::new());
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(is_json) {
        return Err(ApiError::new(
            ErrorCode::InvalidRequest,
            "The body must be JSON, and its header must say so.",
        )
        .next_step("Send `Content-Type: application/json`."));
    }
    match serde_json::from_slice(&body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(wrong("the body is no object")),
        Err(error) => Err(wrong(&error.to_string())),
    }
}

fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Every changing request names its wish: in the body, in the header, or, where the caller does not mind, not at all.
fn name_the_wish(headers: &HeaderMap, fields: &mut Map<String, Value>) -> Result<(), ApiError> {
    let header = match headers.get(KEY_HEADER).map(|key| key.to_str()) {
        None => None,
        Some(Ok(key)) => Some(key.to_owned()),
        Some(Err(_)) => return Err(wrong("the header `Idempotency-Key` can't be read")),
    };
    match (fields.get(KEY_FIELD), header) {
        (None, header) => {
            let key = header.unwrap_or_else(|| Uuid::now_v7().to_string());
            fields.insert(KEY_FIELD.to_owned(), key.into());
            Ok(())
        }
        (Some(Value::String(named)), Some(header)) if *named != header => {
            Err(wrong("the header `Idempotency-Key` and the field `request_key` differ").field(KEY_FIELD))
        }
        (Some(_), _) => Ok(()),
    }
}

fn wrong(why: &str) -> ApiError {
    let error = ApiError::new(
        ErrorCode::InvalidRequest,
        format!("The request can't be read: {why}."),
    );
    let error = match named_field(why) {
        Some(field) => error.field(&field),
        None => error,
    };
    error.next_step("Compare it with the document at /api/openapi.json.")
}

/// The field that the library's words name in their only pair of backticks.
fn named_field(why: &str) -> Option<String> {
    let (_, rest) = why.split_once("field `")?;
    let (name, _) = rest.split_once('`')?;
    Some(name.to_owned())
}

fn too_large() -> ApiError {
    ApiError::new(
        ErrorCode::TooLarge,
        format!("The body is larger than {} MB.", BODY_MOST / 1024 / 1024),
    )
    .next_step("Send less at a time.")
}
