//! Only the server that was paired with is spoken to.

use crate::fake::{next_frame, quick, serve, serve_impostor, serve_tls, token};
use crate::journal::Journal;
use axum::extract::Request;
use axum::{Json, Router};
use serde_json::json;
use std::net::SocketAddr;
use tokio::sync::mpsc;
use wheelhouse_api::remote::{Address, Fingerprint, Remote, RemoteAddress};
use wheelhouse_contract::{ApiError, ErrorCode, ListSources, Operations, RemoveSource, RequestKey};
use wheelhouse_domain::SourceId;
use wheelhouse_testkit::within;

fn secured(address: SocketAddr, pinned: Option<Fingerprint>) -> Result<Remote, ApiError> {
    let url = Address::parse(&format!("https://{address}")).expect("an address");
    let address = RemoteAddress {
        url,
        pinned,
        token: token(),
    };
    Remote::with_patience(address, quick())
}

/// A server that must not be asked anything, and what it was asked.
fn unasked() -> (Router, mpsc::UnboundedReceiver<String>) {
    let (sender, asked) = mpsc::unbounded_channel();
    let router = Router::new().fallback(async move |request: Request| {
        sender.send(request.uri().to_string()).expect("the test listens");
        Json(json!([]))
    });
    (router, asked)
}

async fn refusals(remote: &Remote) -> [ApiError; 2] {
    let read = within("an answer", remote.list_sources(ListSources {})).await;
    let feed = within("an answer", remote.subscribe(None)).await;
    [read.expect_err("refused"), feed.expect_err("refused")]
}

#[tokio::test]
async fn commands_and_events_go_to_the_pinned_certificate() {
    let journal = Journal::new();
    let (server, fingerprint) = serve_tls(journal.router()).await;
    let remote = secured(server.address, Some(fingerprint)).expect("a client");
    let wish = RemoveSource {
        request_key: RequestKey("key-00000001".to_owned()),
        id: SourceId(1),
    };
    assert!(remote.remove_source(wish).await.expect("an answer").removed);
    let mut feed = remote.subscribe(None).await.expect("a subscription");
    assert_eq!(next_frame(&mut feed).await.to.0, journal.head());
}

#[tokio::test]
async fn another_certificate_is_refused_before_anything_is_sent() {
    let (router, mut asked) = unasked();
    let (server, seen) = serve_tls(router).await;
    let remote = secured(server.address, Some(Fingerprint::of(b"the one before"))).expect("a client");
    for error in refusals(&remote).await {
        assert_eq!(error.code, ErrorCode::Unauthorized, "{error}");
        assert_eq!(error.details.field.as_deref(), Some("certificate"));
        assert!(error.message.contains(&seen.to_string()), "{error}");
    }
    assert!(asked.try_recv().is_err(), "nothing was sent");
}

#[tokio::test]
async fn who_shows_the_certificate_and_has_not_its_key_is_refused() {
    let (router, mut asked) = unasked();
    let (server, pinned) = serve_impostor(router).await;
    let remote = secured(server.address, Some(pinned)).expect("a client");
    for error in refusals(&remote).await {
        assert_eq!(error.code, ErrorCode::Unavailable, "{error}");
        assert!(error.message.contains("No secure connection"), "{error}");
    }
    assert!(asked.try_recv().is_err(), "nothing was sent");
}

#[tokio::test]
async fn a_server_without_tls_is_told_apart() {
    let (router, mut asked) = unasked();
    let server = serve(router).await;
    let remote = secured(server.address, Some(Fingerprint::of(b"any"))).expect("a client");
    for error in refusals(&remote).await {
        assert!(error.message.contains("No secure connection"), "{error}");
    }
    assert!(asked.try_recv().is_err(), "nothing was sent");
}

#[tokio::test]
async fn a_server_with_tls_is_not_spoken_to_in_the_clear() {
    let (router, mut asked) = unasked();
    let (server, _) = serve_tls(router).await;
    for error in refusals(&crate::fake::remote(server.address)).await {
        assert_eq!(error.code, ErrorCode::Unavailable, "{error}");
    }
    assert!(asked.try_recv().is_err(), "nothing was understood");
}

#[tokio::test]
async fn nothing_is_spoken_to_without_what_was_agreed_on() {
    let anywhere = "127.0.0.1:7431".parse().expect("an address");
    let error = secured(anywhere, None).err().expect("no certificate");
    assert_eq!(error.details.field.as_deref(), Some("certificate"));
    let address = RemoteAddress {
        url: Address::parse("http://127.0.0.1:7431").expect("an address"),
        pinned: Some(Fingerprint::of(b"any")),
        token: token(),
    };
    let error = Remote::new(address).err().expect("paired over https");
    assert_eq!(error.details.field.as_deref(), Some("certificate"));
}
