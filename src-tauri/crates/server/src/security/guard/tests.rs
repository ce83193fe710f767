//! Every class of token against every route, and what is written down about it.

use super::*;
use crate::security::testing::{Hand, START};
use crate::security::{PairingDesk, ServerAccess, pairing_routes};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::routing::{MethodFilter, get, on};
use axum::{Extension, Router};
use std::io;
use std::sync::Mutex;
use tempfile::TempDir;
use tower::ServiceExt;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use wheelhouse_contract::TABLE;
use wheelhouse_contract::http::{Problem, REQUEST_ID_HEADER};

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

#[tokio::test]
async fn no_route_is_open_to_who_is_not_known() {
    let server = Server::new(&wide());
    let until = START.plus(1000);
    let expired = server
        .access
        .tokens()
        .issue("expired", Scope::Operator, Some(until))
        .expect("issued");
    let revoked = server.token("revoked", Scope::Operator);
    server.access.tokens().revoke("revoked").expect("revoked");
    server.hand.go_on(1000);
    let wrong = super::super::secret::Token::new().expect("random numbers");
    let mut everywhere = routes();
    everywhere.push((Method::GET, "/nowhere".to_owned(), true));
    let mut answers = std::collections::HashSet::new();
    for (method, path, _) in everywhere {
        let ask = || Ask::new(method.clone(), &path);
        let mut in_query = ask();
        in_query.path += &format!(
            "?access_token={}&token={}",
            expired.token.expose(),
            wrong.expose()
        );
        let classes = [
            ask(),
            ask().with(wrong.expose()),
            ask().with(expired.token.expose()),
            ask().with(&revoked),
            ask().with(""),
            in_query,
        ];
        for class in classes {
            let answer = server.send(class).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
            assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
            let problem: Problem = serde_json::from_str(&answer.text).expect("problem details");
            assert_eq!(
                (problem.code, problem.request_id.as_str()),
                (ErrorCode::Unauthorized, "request-7")
            );
            answers.insert(answer.text);
        }
    }
    assert_eq!(answers.len(), 1, "all are told the same");
}

#[tokio::test]
async fn an_operator_may_do_everything_and_a_viewer_may_look() {
    let server = Server::new(&wide());
    let operator = server.token("operator", Scope::Operator);
    let viewer = server.token("viewer", Scope::Viewer);
    for (method, path, is_read) in routes() {
        let answer = server.send(Ask::new(method.clone(), &path).with(&operator)).await;
        let is_served = answer.status == StatusCode::OK || answer.status == StatusCode::METHOD_NOT_ALLOWED;
        assert!(is_served, "{method} {path}: {}", answer.text);
        let answer = server.send(Ask::new(method.clone(), &path).with(&viewer)).await;
        if is_read {
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (StatusCode::OK, "viewer"),
                "{method} {path}"
            );
        } else {
            let problem: Problem = serde_json::from_str(&answer.text).expect("problem details");
            assert_eq!(
                (answer.status, problem.code),
                (StatusCode::FORBIDDEN, ErrorCode::Forbidden),
                "{method} {path}"
            );
        }
    }
    let nowhere = server.send(Ask::new(Method::GET, "/nowhere").with(&viewer)).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_token_is_read_from_one_plain_header_only() {
    let server = Server::new(&wide());
    let token = server.token("laptop", Scope::Operator);
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let mut ask = Ask::status();
        ask.authorization.push(format!("{scheme} {token}"));
        let answer = server.send(ask).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (StatusCode::OK, "laptop"),
            "{scheme}"
        );
    }
    let lines = [
        vec![format!("Bearer  {token}")],
        vec![format!("Bearer\t{token}")],
        vec![format!("Bearer{token}")],
        vec![format!("Bearer {token} ")],
        vec![format!("Bearer {token},Bearer {token}")],
        vec![format!("Bearer \"{token}\"")],
        vec![format!("Basic {token}")],
        vec![format!("Token {token}")],
        vec![token.clone()],
        vec![format!("Bearer {}", token.to_uppercase())],
        vec![format!("Bearer {token}"), format!("Bearer {token}")],
        vec![format!("Bearer {token}"), "Basic eDp5".to_owned()],
    ];
    for authorization in lines {
        let count = authorization.len();
        let answer = server
            .send(Ask {
                authorization,
                ..Ask::status()
            })
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{count}");
    }
    for query in ["access_token", "token", "authorization", "Authorization"] {
        let answer = server
            .send(Ask::new(Method::GET, &format!("/api/status?{query}={token}")))
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{query}");
    }
    let mut request = Request::get("/api/status").header("host", "localhost:7711");
    for name in [
        "cookie",
        "x-authorization",
        "proxy-authorization",
        "sec-websocket-protocol",
    ] {
        request = request.header(name, format!("Bearer {token}"));
    }
    let mut request = request.body(Body::empty()).expect("a request");
    let here = "127.0.0.1:7711".parse().expect("an address");
    request.extensions_mut().insert(Connection {
        peer: here,
        local: here,
    });
    assert_eq!(server.raw(request).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn host_and_origin_come_before_everything() {
    let server = Server::new(&wide());
    let token = server.token("laptop", Scope::Operator);
    let foreign: [&[(&str, &str)]; 6] = [
        &[],
        &[("host", "evil.example:7711")],
        &[("host", "localhost:7711"), ("host", "localhost:7711")],
        &[("host", "localhost:7711"), ("origin", "https://evil.example")],
        &[("host", "localhost:7711"), ("origin", "null")],
        &[
            ("host", "localhost:7711"),
            ("origin", "https://app.example"),
            ("origin", "https://app.example"),
        ],
    ];
    let everywhere = routes().into_iter().chain([
        (Method::GET, "/health".to_owned(), true),
        (Method::POST, "/pair".to_owned(), true),
        (Method::GET, "/nowhere".to_owned(), true),
    ]);
    for (method, path, _) in everywhere {
        for headers in foreign {
            let ask = Ask {
                headers: headers.to_vec(),
                ..Ask::new(method.clone(), &path)
            };
            let answer = server.send(ask.with(&token)).await;
            assert_eq!(
                answer.status,
                StatusCode::FORBIDDEN,
                "{method} {path} {headers:?}"
            );
        }
    }
    let headers = vec![("host", "localhost:7711"), ("origin", "https://app.example")];
    let answer = server
        .send(
            Ask {
                headers,
                ..Ask::status()
            }
            .with(&token),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn health_needs_no_token_and_pairing_a_code() {
    let server = Server::new(&wide());
    for path in ["/health", "/ready"] {
        let answer = server.send(Ask::new(Method::GET, path)).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (StatusCode::OK, "nobody"),
            "{path}"
        );
    }
    let answer = server.send(Ask::new(Method::POST, "/pair")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn who_has_a_token_is_not_harmed_by_who_has_none() {
    let limits = toml::from_str(
        "[per_token]\nper_minute = 60\nburst = 3\n[per_address]\nper_minute = 60\nburst = 5\n[pairing]\nper_minute = 1\nburst = 2\n",
    );
    let server = Server::new(&limits.expect("fit"));
    let (one, other) = (
        server.token("one", Scope::Operator),
        server.token("other", Scope::Operator),
    );
    let flood: Vec<Answer> =
        futures::future::join_all((0..20).map(|_| server.send(Ask::status().with("wh_guess")))).await;
    let counts = |status| flood.iter().filter(|answer| answer.status == status).count();
    assert_eq!(
        (
            counts(StatusCode::UNAUTHORIZED),
            counts(StatusCode::TOO_MANY_REQUESTS)
        ),
        (5, 15)
    );
    assert_eq!(flood[19].headers[header::RETRY_AFTER], "1");
    assert_eq!(flood[19].headers[header::CONNECTION], "close");
    let health = server.send(Ask::new(Method::GET, "/health")).await;
    assert_eq!(health.status, StatusCode::TOO_MANY_REQUESTS);
    let elsewhere = Ask {
        peer: "10.0.0.2:1",
        ..Ask::new(Method::GET, "/health")
    };
    assert_eq!(server.send(elsewhere).await.status, StatusCode::OK);
    for _ in 0..3 {
        assert_eq!(server.send(Ask::status().with(&one)).await.status, StatusCode::OK);
    }
    let answer = server.send(Ask::status().with(&one)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let problem: Problem = serde_json::from_str(&answer.text).expect("problem details");
    assert_eq!(problem.code, ErrorCode::RateLimited);
    assert!(
        !answer.headers.contains_key(header::CONNECTION),
        "who is known goes on"
    );
    assert_eq!(
        server.send(Ask::status().with(&other)).await.status,
        StatusCode::OK
    );
    let pair = || Ask::new(Method::POST, "/pair");
    for expected in [400, 400, 429] {
        assert_eq!(server.send(pair()).await.status.as_u16(), expected);
    }
    server.hand.go_on(1000);
    assert_eq!(server.send(Ask::status().with(&one)).await.status, StatusCode::OK);
    let later = server.send(pair()).await;
    assert_eq!(later.headers[header::RETRY_AFTER], "59");
}

#[tokio::test]
async fn without_its_connection_a_request_goes_nowhere() {
    let server = Server::new(&wide());
    let token = server.token("laptop", Scope::Operator);
    let request = Request::get("/api/status")
        .header(header::HOST, "localhost:7711")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = server.raw(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_request_that_waits_ends_with_its_token() {
    let server = Server::new(&wide());
    let token = server.token("laptop", Scope::Operator);
    let (entered, mut entries) = tokio::sync::mpsc::channel(1);
    let waits = move || async move {
        entered.send(()).await.expect("heard");
        std::future::pending::<()>().await;
    };
    let limits = wide();
    let origins = Origins::new(false, &[], &[]).expect("fit");
    let routes = Routes::of_the_table().and(Method::GET, "/waits", Access::Read);
    let guard = Guard::new(
        server.access.tokens().clone(),
        origins,
        &limits,
        &server.hand.clock(),
        routes,
    );
    let router = Router::new()
        .route("/waits", get(waits))
        .layer(axum::middleware::from_fn_with_state(guard, super::guard));
    let here = "127.0.0.1:7711".parse().expect("an address");
    let mut request = Request::get("/waits").header(header::HOST, "localhost:7711");
    request = request.header(
        header::AUTHORIZATION,
        HeaderValue::try_from(format!("Bearer {token}")).expect("a value"),
    );
    let mut request = request.body(Body::empty()).expect("a request");
    request.extensions_mut().insert(Connection {
        peer: here,
        local: here,
    });
    let waiting = tokio::spawn(router.oneshot(request));
    entries.recv().await.expect("it is served");
    server.access.tokens().revoke("laptop").expect("revoked");
    let response = waiting.await.expect("ended").expect("an answer");
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_is_written_down_or_sent_back() {
    let lines = Lines::default();
    let writer = lines.clone();
    let layer = fmt::layer().with_writer(move || writer.clone());
    let _written = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let server = Server::new(&wide());
    let first = server
        .access
        .first_start()
        .expect("started")
        .expect("the first time");
    let token = first.token.token.expose().to_owned();
    let code = first.code.shown(None).to_string().replace('-', "");
    assert!(
        server.access.first_start().expect("started").is_none(),
        "shown once"
    );
    let viewer = server.token("viewer", Scope::Viewer);
    server.access.tokens().revoke("viewer").expect("revoked");
    let guess = super::super::secret::Token::new().expect("random numbers");
    let mut told = String::new();
    for token in [token.as_str(), viewer.as_str(), guess.expose()] {
        for path in ["/api/status", "/nowhere", "/api/status?token=", "/health"] {
            let path = if path.ends_with('=') {
                format!("{path}{token}")
            } else {
                path.to_owned()
            };
            let asks = [
                Ask::new(Method::GET, &path).with(token),
                Ask::new(Method::GET, &path).with(token).with(token),
                Ask {
                    headers: vec![("host", "evil.example")],
                    ..Ask::new(Method::GET, &path)
                }
                .with(token),
            ];
            for ask in asks {
                let answer = server.send(ask).await;
                told += &format!("{:?}{}", answer.headers, answer.text);
            }
        }
    }
    let body = |code: &str| Body::from(format!("{{\"secret\":\"{code}\",\"name\":\"laptop\"}}"));
    let wrong = if code == "00000000" {
        "00000001"
    } else {
        "00000000"
    };
    let here = "127.0.0.1:7711".parse().expect("an address");
    for (code, expected) in [(wrong, 401), (code.as_str(), 200), (code.as_str(), 401)] {
        let request = Request::post("/pair").header(header::HOST, "localhost:7711");
        let request = request
            .header(header::CONTENT_TYPE, "application/json")
            .body(body(code));
        let mut request = request.expect("a request");
        request.extensions_mut().insert(Connection {
            peer: here,
            local: here,
        });
        let answer = server.raw(request).await;
        assert_eq!(answer.status.as_u16(), expected, "{}", answer.text);
        if expected == 401 {
            told += &answer.text;
        }
    }
    let written = lines.0.lock().expect("not poisoned").clone();
    let written = String::from_utf8(written).expect("text");
    assert!(
        written.contains("a request was refused"),
        "the log was really read: {written}"
    );
    assert!(written.contains("a device was paired"), "{written}");
    for secret in [&token[3..], &viewer[3..], &guess.expose()[3..], code.as_str()] {
        assert!(!written.contains(secret), "in the log: {written}");
        assert!(!told.contains(secret), "in an answer: {told}");
    }
    assert!(!written.contains("wh_"), "{written}");
}
