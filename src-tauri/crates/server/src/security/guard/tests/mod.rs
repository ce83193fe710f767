//! The guard in front of a whole router: every row of the table, the events, pairing, and what is none of these.

use super::*;
use crate::security::testing::Hand;
use crate::security::{PairingDesk, ServerAccess, pairing_routes};
use axum::body::{Body, to_bytes};
use axum::http::{Method, StatusCode};
use axum::routing::{MethodFilter, get, on};
use axum::{Extension, Router};
use tempfile::TempDir;
use tower::ServiceExt;
use wheelhouse_contract::TABLE;
use wheelhouse_contract::http::REQUEST_ID_HEADER;

mod connections;
mod known;
mod limits;
mod meant;
mod secrets;

struct Server {
    _data: TempDir,
    hand: Hand,
    access: ServerAccess,
    router: Router,
}

/// Where a request is sent, and how.
struct Ask {
    method: Method,
    path: String,
    authorization: Vec<String>,
    headers: Vec<(&'static str, &'static str)>,
    peer: &'static str,
}

impl Ask {
    fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            authorization: Vec::new(),
            headers: vec![("host", "localhost:7711")],
            peer: "127.0.0.1:50000",
        }
    }

    fn status() -> Self {
        Self::new(Method::GET, "/api/status")
    }

    fn with(mut self, token: &str) -> Self {
        self.authorization.push(format!("Bearer {token}"));
        self
    }
}

struct Answer {
    status: StatusCode,
    headers: header::HeaderMap,
    text: String,
}

async fn served(caller: Option<Extension<Caller>>, headers: axum::http::HeaderMap) -> String {
    assert!(
        !headers.contains_key(header::AUTHORIZATION),
        "nothing behind the guard sees the token"
    );
    caller.map_or_else(
        || "nobody".to_owned(),
        |Extension(caller)| caller.name.to_string(),
    )
}

/// As the server's own router calls parameters.
fn as_routed(path: &str) -> String {
    let parts = path.split('/').enumerate();
    let parts = parts.map(|(place, part)| {
        if part.starts_with('{') {
            format!("{{at{place}}}")
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

impl Server {
    fn new(limits: &LimitOptions) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        let hand = Hand::default();
        let access = ServerAccess::open(data.path(), hand.clock()).expect("opened");
        let mut router = Router::new()
            .route("/health", get(served))
            .route("/ready", get(served))
            .route("/api/events", get(served))
            .route("/not-listed", get(served));
        for row in TABLE {
            let method = Method::from_bytes(row.method.as_bytes()).expect("a method");
            let method = MethodFilter::try_from(method).expect("a known one");
            router = router.route(&as_routed(row.path), on(method, served));
        }
        let desk = PairingDesk {
            pairing: access.pairing().clone(),
            server: "cellar".to_owned(),
            store: "uid".to_owned(),
        };
        let origins = Origins::new(false, &[], &["https://app.example".to_owned()]).expect("fit");
        let guard = Guard::new(
            access.tokens().clone(),
            origins,
            limits,
            &hand.clock(),
            Routes::of_the_table(),
        );
        let router = router
            .merge(pairing_routes(desk))
            .layer(axum::middleware::from_fn_with_state(guard, super::guard));
        Self {
            _data: data,
            hand,
            access,
            router,
        }
    }

    fn token(&self, name: &str, scope: Scope) -> String {
        let issued = self.access.tokens().issue(name, scope, None).expect("issued");
        issued.token.expose().to_owned()
    }

    async fn send(&self, ask: Ask) -> Answer {
        let mut request = Request::builder().method(ask.method).uri(ask.path);
        for (name, value) in ask.headers {
            request = request.header(name, value);
        }
        for value in &ask.authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        let mut request = request
            .header(REQUEST_ID_HEADER, "request-7")
            .body(Body::empty())
            .expect("a request");
        request.extensions_mut().insert(Connection {
            peer: ask.peer.parse().expect("an address"),
            local: "127.0.0.1:7711".parse().expect("an address"),
        });
        self.raw(request).await
    }

    /// A request that was made by hand, as it comes in from this machine.
    async fn send_here(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let mut request = request
            .header(header::HOST, "localhost:7711")
            .body(body)
            .expect("a request");
        let here = "127.0.0.1:7711".parse().expect("an address");
        request.extensions_mut().insert(Connection {
            peer: here,
            local: here,
        });
        self.raw(request).await
    }

    async fn raw(&self, request: Request) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 100_000).await.expect("a body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).expect("text"),
        }
    }
}

/// Limits that are in nobody's way.
fn wide() -> LimitOptions {
    toml::from_str(
        "[per_token]\nper_minute = 1000000\nburst = 1000000\n[per_address]\nper_minute = 1000000\nburst = 1000000\n",
    )
    .expect("fit")
}

/// Every route that there is, with something in the place of each parameter.
fn routes() -> Vec<(Method, String, bool)> {
    let rows = TABLE.iter().map(|row| {
        let parts: Vec<&str> = row
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { "7" } else { part })
            .collect();
        let method = Method::from_bytes(row.method.as_bytes()).expect("a method");
        (method, parts.join("/"), row.effect == "read")
    });
    let others = [
        (Method::GET, "/api/events".to_owned(), true),
        (Method::GET, "/not-listed".to_owned(), false),
        (Method::DELETE, "/api/events".to_owned(), false),
        (Method::GET, "/pair".to_owned(), false),
        (Method::POST, "/health".to_owned(), false),
    ];
    rows.chain(others).collect()
}
