//! Whether the server is there, and whether it can work: for whoever starts and watches it. Neither says more.

use crate::answer::{json, refused};
use crate::state::{App, stopping};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use wheelhouse_contract::{GetWorkflowStats, Operations};

/// The process answers.
pub(crate) async fn health() -> Response {
    json(StatusCode::OK, &json!({ "status": "ok" }))
}

/// The store answers too, and the server is not stopping.
pub(crate) async fn ready(State(app): State<App>) -> Response {
    if app.stopping().is_cancelled() {
        return refused(stopping());
    }
    match app.local().get_workflow_stats(GetWorkflowStats {}).await {
        Ok(_) => json(StatusCode::OK, &json!({ "status": "ready" })),
        Err(error) => refused(error),
    }
}
