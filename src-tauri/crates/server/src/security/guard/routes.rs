//! What each route asks of whoever uses it.

use crate::security::pairing::{PAIR_PATH, UNPAIR_PATH};
use axum::http::Method;
use std::collections::HashMap;
use wheelhouse_contract::TABLE;
use wheelhouse_contract::socket::EVENTS_PATH;

/// What a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing; counted by the address.
    Open,
    /// Nothing but a pairing code; counted strictly.
    Pairing,
    /// Any token.
    Read,
    /// A token that may do everything.
    Change,
    /// Any token, which may end with the request.
    Leave,
}

/// The routes of a server. What a router calls the parameters of a path is no matter.
#[derive(Debug, Clone)]
pub struct Routes {
    by_path: HashMap<(Method, String), Access>,
}

impl Routes {
    /// The table of operations, the events, pairing, health and readiness.
    #[must_use]
    pub fn of_the_table() -> Self {
        let by_path = TABLE.iter().filter_map(|row| {
            let method = Method::from_bytes(row.method.as_bytes()).ok()?;
            let access = if row.effect == "read" {
                Access::Read
            } else {
                Access::Change
            };
            Some(((method, shape(row.path)), access))
        });
        let routes = Self {
            by_path: by_path.collect(),
        };
        routes
            .and(Method::GET, EVENTS_PATH, Access::Read)
            .and(Method::GET, "/health", Access::Open)
            .and(Method::GET, "/ready", Access::Open)
            .and(Method::POST, PAIR_PATH, Access::Pairing)
            .and(Method::POST, UNPAIR_PATH, Access::Leave)
    }

    /// The same and one more.
    #[must_use]
    pub fn and(mut self, method: Method, path: &str, access: Access) -> Self {
        self.by_path.insert((method, shape(path)), access);
        self
    }

    /// What a request asks for. A path that leads nowhere does nothing, so that any token may learn so. A method that is
    /// not listed is taken for one that changes something.
    pub(super) fn access(&self, method: &Method, path: Option<&str>) -> Access {
        let Some(path) = path else {
            return Access::Read;
        };
        let method = if method == Method::HEAD {
            Method::GET
        } else {
            method.clone()
        };
        let listed = self.by_path.get(&(method, shape(path)));
        listed.copied().unwrap_or(Access::Change)
    }
}

/// The path without the names of its parameters.
fn shape(path: &str) -> String {
    let part = |part| if str::starts_with(part, '{') { "{}" } else { part };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_has_its_access() {
        let routes = Routes::of_the_table();
        for row in TABLE {
            let method = Method::from_bytes(row.method.as_bytes()).expect("a method");
            let expected = if row.effect == "read" {
                Access::Read
            } else {
                Access::Change
            };
            assert_eq!(routes.access(&method, Some(row.path)), expected, "{}", row.name);
        }
    }

    #[test]
    fn parameters_may_be_called_otherwise() {
        let routes = Routes::of_the_table().and(Method::GET, "/more/{id}/of", Access::Read);
        for path in ["/api/workflows/{at3}", "/api/workflows/{id}", "/more/{at2}/of"] {
            assert_eq!(routes.access(&Method::GET, Some(path)), Access::Read, "{path}");
        }
        assert_eq!(
            routes.access(&Method::DELETE, Some("/api/workflows/{at3}")),
            Access::Change
        );
        assert_eq!(routes.access(&Method::GET, Some("/more/7/of")), Access::Change);
    }

    #[test]
    fn what_is_not_listed_is_not_open() {
        let routes = Routes::of_the_table();
        assert_eq!(routes.access(&Method::GET, None), Access::Read);
        assert_eq!(routes.access(&Method::GET, Some("/api/secret")), Access::Change);
        assert_eq!(routes.access(&Method::GET, Some(PAIR_PATH)), Access::Change);
        assert_eq!(routes.access(&Method::POST, Some("/health")), Access::Change);
        assert_eq!(routes.access(&Method::HEAD, Some("/health")), Access::Open);
        assert_eq!(routes.access(&Method::HEAD, Some("/api/status")), Access::Read);
    }
}
