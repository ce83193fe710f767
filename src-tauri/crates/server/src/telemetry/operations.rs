//! Which operation a request is, by the names of the table alone: whatever else is asked for makes no new name.

use crate::openapi;
use crate::routes::routed;
use crate::security::PAIR_PATH;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use std::collections::HashMap;
use wheelhouse_contract::TABLE;
use wheelhouse_contract::socket::EVENTS_PATH;

use super::scrape::METRICS_PATH;

/// What is asked for so often, and tells so little, that it makes no spans.
pub(super) const QUIET: [&str; 3] = ["health", "ready", "metrics"];

/// The name of all that is not served.
const NONE: &str = "none";

/// Where one workflow is.
const ONE_WORKFLOW: &str = "/api/workflows/{";

/// The names by method and path.
#[derive(Debug)]
pub(super) struct OperationNames(HashMap<String, HashMap<Method, &'static str>>);

impl OperationNames {
    /// Those of the table, and of what is served beside it.
    pub(super) fn of_the_table() -> Self {
        let rows = TABLE.iter().filter_map(|row| {
            let method = Method::from_bytes(row.method.as_bytes()).ok()?;
            Some((routed(row.path), method, row.name))
        });
        let beside = [
            ("/health", Method::GET, "health"),
            ("/ready", Method::GET, "ready"),
            (METRICS_PATH, Method::GET, "metrics"),
            (PAIR_PATH, Method::POST, "pair"),
            (EVENTS_PATH, Method::GET, "events"),
            (openapi::PATH, Method::GET, "openapi"),
        ];
        let beside = beside.map(|(path, method, name)| (path.to_owned(), method, name));
        let mut names: HashMap<String, HashMap<Method, &'static str>> = HashMap::new();
        for (path, method, name) in rows.chain(beside) {
            names.entry(path).or_default().insert(method, name);
        }
        Self(names)
    }

    /// The name of what a request asks for, its method, and the workflow whose number is in its path.
    pub(super) fn name(&self, request: &Request) -> (&'static str, &'static str, Option<u32>) {
        let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let method = request.method();
        let asked = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let known = path.and_then(|path| self.0.get(path)?.get(asked)).copied();
        let workflow = path
            .filter(|path| path.starts_with(ONE_WORKFLOW))
            .and_then(|_| request.uri().path().split('/').nth(3)?.parse().ok());
        (known.unwrap_or(NONE), word(method), workflow)
    }
}

/// Methods that there are; what somebody makes up is none of them.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}
