//! Commands: where they go, what comes back, and what is said when it does not.

use crate::fake::{problem, quick, raw, remote, serve, token};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::stream;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{mpsc, oneshot};
use wheelhouse_api::remote::{Address, Fingerprint, Patience, Remote, RemoteAddress};
use wheelhouse_contract::*;
use wheelhouse_domain::{ProviderId, SourceId};
use wheelhouse_testkit::{Fault, FaultyWay, within};

pub(crate) const SOURCES: &str = "/api/knowledge/sources";

fn key() -> RequestKey {
    RequestKey("key-00000001".to_owned())
}

fn removal(id: u32) -> RemoveSource {
    RemoveSource {
        request_key: key(),
        id: SourceId(id),
    }
}

/// Asks for the sources of a server that answers `router`.
pub(crate) async fn asked(router: Router) -> ApiError {
    let server = serve(router).await;
    let answer = within("an answer", remote(server.address).list_sources(ListSources {})).await;
    answer.expect_err("no sources")
}

pub(crate) fn assert_is(error: &ApiError, code: ErrorCode, words: &str) {
    assert_eq!(error.code, code, "{error}");
    assert!(error.message.contains(words), "{error}");
    assert!(error.details.next_step.is_some(), "{error}");
}

/// One request, as it arrived.
#[derive(Debug, PartialEq)]
pub(crate) struct Arrived {
    pub(crate) head: String,
    token: String,
    body: Value,
}

pub(crate) async fn arrived(request: Request) -> Arrived {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
    let token = parts.headers["authorization"].to_str().expect("text").to_owned();
    Arrived {
        head: format!("{} {}", parts.method, parts.uri),
        token,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    }
}

#[tokio::test]
async fn each_part_stands_in_its_place() {
    let (sender, mut requests) = mpsc::unbounded_channel();
    let router = Router::new().fallback(async move |request: Request| {
        let one = arrived(request).await;
        let answer = if one.head.starts_with("DELETE") {
            json!({"removed": true})
        } else {
            json!([])
        };
        sender.send(one).expect("the test listens");
        Json(answer)
    });
    let server = serve(router).await;
    let remote = remote(server.address);
    let documents = ListDocuments {
        source_id: SourceId(7),
        query: "a b&c=ä/?#+".to_owned(),
        after: String::new(),
        limit: 20,
    };
    assert_eq!(remote.list_documents(documents).await.expect("documents"), []);
    assert!(remote.remove_source(removal(7)).await.expect("removed").removed);

    let expected_token = format!("Bearer {}", token().expose());
    let first = requests.recv().await.expect("a request");
    assert_eq!(first.token, expected_token);
    let query = first
        .head
        .strip_prefix("GET /api/knowledge/sources/7/documents?")
        .expect(&first.head);
    let url = url::Url::parse(&format!("http://x/?{query}")).expect("a query");
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    assert!(
        pairs.contains(&("query".to_owned(), "a b&c=ä/?#+".to_owned())),
        "{pairs:?}"
    );
    assert!(
        pairs.contains(&("limit".to_owned(), "20".to_owned())),
        "{pairs:?}"
    );
    let second = requests.recv().await.expect("a request");
    let expected = Arrived {
        head: "DELETE /api/knowledge/sources/7".to_owned(),
        token: expected_token,
        body: json!({"request_key": "key-00000001"}),
    };
    assert_eq!(second, expected);
}

#[tokio::test]
async fn what_the_server_refuses_is_told_as_it_said_it() {
    let said = ApiError::new(ErrorCode::KeysLocked, "The keys are locked.")
        .field("passphrase")
        .next_step("Open them.");
    let answer = said.clone();
    let router = Router::new().route(SOURCES, get(async move || problem(answer)));
    assert_eq!(asked(router).await, said);
}

#[tokio::test]
async fn a_port_where_nothing_listens() {
    // Bound, so that nobody else takes it, and not listened at.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("a free port");
    let remote = remote(socket.local_addr().expect("bound"));
    let error = remote
        .list_sources(ListSources {})
        .await
        .expect_err("nobody there");
    assert_is(&error, ErrorCode::Unavailable, "No server answers");
    let error = remote.subscribe(None).await.expect_err("nobody there");
    assert_is(&error, ErrorCode::Unavailable, "No server answers");
}

#[tokio::test]
async fn a_name_that_nobody_knows() {
    // Longer than names may be, so that no name server is asked.
    let url = Address::parse(&format!("https://{}.invalid:7431", "a".repeat(64))).expect("an address");
    let address = RemoteAddress {
        url,
        pinned: Some(Fingerprint::of(b"any")),
        token: token(),
    };
    let remote = Remote::with_patience(address, quick()).expect("a client");
    let error = remote
        .list_sources(ListSources {})
        .await
        .expect_err("no such name");
    assert_is(&error, ErrorCode::Unavailable, "is not known");
    let error = remote.subscribe(None).await.expect_err("no such name");
    assert_is(&error, ErrorCode::Unavailable, "is not known");
}

#[tokio::test]
async fn a_connection_that_never_gets_secure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("https://{}", listener.local_addr().expect("bound"));
    let address = RemoteAddress {
        url: Address::parse(&url).expect("an address"),
        pinned: Some(Fingerprint::of(b"any")),
        token: token(),
    };
    let patience = Patience {
        connect: Duration::from_millis(300),
        ..Patience::default()
    };
    let remote = Remote::with_patience(address, patience).expect("a client");
    let error = within("an answer", remote.list_sources(ListSources {})).await;
    assert_is(
        &error.expect_err("silent"),
        ErrorCode::Unavailable,
        "did not answer within",
    );
    let error = within("an answer", remote.subscribe(None)).await;
    assert_is(
        &error.expect_err("silent"),
        ErrorCode::Unavailable,
        "did not answer within",
    );
}

#[tokio::test]
async fn a_server_that_says_nothing() {
    let router = Router::new().route(SOURCES, get(std::future::pending::<()>));
    assert_is(&asked(router).await, ErrorCode::Unavailable, "has been silent");
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle() {
    let endless = || async {
        let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"[1,"))]);
        let body = Body::from_stream(futures::StreamExt::chain(first, stream::pending()));
        raw(200, "application/json", body)
    };
    let router = Router::new().route(SOURCES, get(endless));
    assert_is(&asked(router).await, ErrorCode::Unavailable, "has been silent");
}

#[tokio::test]
async fn a_run_is_waited_for_as_long_as_it_takes() {
    let (end, ended) = oneshot::channel::<()>();
    let ended = Arc::new(Mutex::new(Some(ended)));
    let execute = async move || {
        let ended = ended.lock().expect("not poisoned").take().expect("asked once");
        ended.await.expect("the test ends it");
        Json(json!({"workflow_id": 3, "status": "completed", "steps": []}))
    };
    let router = Router::new()
        .route("/api/workflows/execute", post(execute))
        .route(SOURCES, get(std::future::pending::<()>));
    let server = serve(router).await;
    let remote = remote(server.address);
    let run = remote.execute_workflow(ExecuteWorkflow {
        request_key: key(),
        task: "Write a poem.".to_owned(),
    });
    let others = async {
        // Both limits pass meanwhile.
        let read = remote.list_sources(ListSources {}).await;
        assert_is(
            &read.expect_err("silent"),
            ErrorCode::Unavailable,
            "has been silent",
        );
        let long = remote.list_sources(ListSources {}).await;
        assert_is(
            &long.expect_err("silent"),
            ErrorCode::Unavailable,
            "has been silent",
        );
        end.send(()).expect("still waited for");
    };
    let (run, ()) = within("the run ends", async { tokio::join!(run, others) }).await;
    assert_eq!(run.expect("it was waited for").workflow_id.0, 3);
}

/// A server that carries everything out, and a way to it on which `faults` happen to the first connections.
async fn broken_way(
    faults: Vec<Fault>,
) -> (
    Remote,
    FaultyWay,
    mpsc::UnboundedReceiver<Arrived>,
    crate::fake::Served,
) {
    let (sender, requests) = mpsc::unbounded_channel();
    let router = Router::new().fallback(async move |request: Request| {
        let one = arrived(request).await;
        let is_removal = one.head.starts_with("DELETE");
        sender.send(one).expect("the test listens");
        match is_removal {
            true => Json(json!({"removed": true})),
            false => Json(json!([])),
        }
    });
    let server = serve(router).await;
    let mut faults = faults.into_iter();
    let way = FaultyWay::to(server.address, move || faults.next().unwrap_or(Fault::None)).await;
    (remote(way.address()), way, requests, server)
}

#[tokio::test]
async fn a_change_is_sent_once_more_under_the_same_key() {
    let (remote, way, mut requests, _server) = broken_way(vec![Fault::Cut(0)]).await;
    let answer = within("an answer", remote.remove_source(removal(7))).await;
    assert!(answer.expect("the second time").removed);
    let first = requests.recv().await.expect("a request");
    let second = requests.recv().await.expect("the same once more");
    assert_eq!(first, second);
    assert_eq!(first.body, json!({"request_key": "key-00000001"}));
    assert_eq!(way.connections(), 2);
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_no_answer() {
    for after in [1, 20, 100, 108] {
        let (remote, way, _requests, _server) = broken_way(vec![Fault::Cut(after); 2]).await;
        let answer = within("an answer", remote.list_sources(ListSources {})).await;
        let error = answer.expect_err("cut off");
        assert_is(&error, ErrorCode::Unavailable, "broke before there was an answer");
        assert_eq!(way.connections(), 2, "after {after} bytes");
    }
}

#[tokio::test]
async fn what_only_asks_is_not_repeated() {
    let (remote, way, mut requests, _server) = broken_way(vec![Fault::Cut(0)]).await;
    let check = TestProvider {
        id: ProviderId(1),
        model: None,
    };
    let error = within("an answer", remote.test_provider(check))
        .await
        .expect_err("cut off");
    assert_is(&error, ErrorCode::Unavailable, "broke before there was an answer");
    requests.recv().await.expect("it arrived");
    assert!(requests.try_recv().is_err(), "and only once");
    assert_eq!(way.connections(), 1);
}

#[tokio::test]
async fn more_than_fits_is_not_taken_in() {
    let announced = Router::new().route(
        SOURCES,
        get(async || {
            let mut answer = raw(
                200,
                "application/json",
                Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()),
            );
            answer
                .headers_mut()
                .insert("content-length", (1_u64 << 40).into());
            answer
        }),
    );
    assert_is(&asked(announced).await, ErrorCode::TooLarge, "larger than 64 MB");
    let unannounced = Router::new().route(
        SOURCES,
        get(async || {
            let piece = Bytes::from(vec![b' '; 1 << 20]);
            let endless = stream::repeat_with(move || Ok::<_, Infallible>(piece.clone()));
            raw(200, "application/json", Body::from_stream(endless))
        }),
    );
    assert_is(
        &asked(unannounced).await,
        ErrorCode::TooLarge,
        "larger than 64 MB",
    );
}
