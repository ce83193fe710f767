//! The document of the HTTP interface. It is made from the table, kept in the repository, and given out as it is.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// Where it is.
pub(crate) const PATH: &str = "/api/openapi.json";

const DOCUMENT: &str = include_str!("../../../schema/openapi.json");

/// Gives it out.
pub(crate) async fn document() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT)
}
