//! What answers may be no server at all. It is not believed, and told apart.

use crate::fake::{plain, raw, remote, serve};
use crate::requests::{SOURCES, arrived, asked, assert_is};
use axum::extract::Request;
use axum::response::{IntoResponse, Redirect};
use axum::routing::any;
use axum::{Json, Router};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use wheelhouse_contract::{ErrorCode, ListSources, Operations};
use wheelhouse_testkit::within;

#[tokio::test]
async fn something_else_than_a_server() {
    let page = Router::new().fallback(async || raw(200, "text/html", "<html>Your router</html>"));
    assert_is(&asked(page).await, ErrorCode::Unavailable, "no Wheelhouse server");
    let login = Router::new().fallback(async || raw(401, "text/html", "Who are you?"));
    assert_is(
        &asked(login).await,
        ErrorCode::Unavailable,
        "no Wheelhouse server",
    );
    let gateway = Router::new().fallback(async || raw(502, "text/html", "Bad gateway"));
    assert_is(
        &asked(gateway).await,
        ErrorCode::Unavailable,
        "in front of the server",
    );
    let other = Router::new().fallback(async || Json(json!({"sources": []})));
    assert_is(&asked(other).await, ErrorCode::Unavailable, "another version");
}

#[tokio::test]
async fn something_that_speaks_no_http() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let mail = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a client");
            // Whoever left already needs no greeting.
            let _ = stream.write_all(b"220 mail.example ESMTP\r\n").await;
            let mut said = [0; 1024];
            let _ = stream.read(&mut said).await;
        }
    });
    let error = within("an answer", remote(address).list_sources(ListSources {})).await;
    assert_is(
        &error.expect_err("no HTTP"),
        ErrorCode::Unavailable,
        "no Wheelhouse server",
    );
    let error = within("an answer", remote(address).subscribe(None)).await;
    assert_is(
        &error.expect_err("no HTTP"),
        ErrorCode::Unavailable,
        "no Wheelhouse server",
    );
    mail.abort();
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let (sender, mut requests) = mpsc::unbounded_channel();
    let thief = serve(Router::new().fallback(any(async move |request: Request| {
        sender.send(arrived(request).await).expect("the test listens");
        Json(json!([]))
    })))
    .await;
    let elsewhere = format!("{}/api/knowledge/sources", plain(thief.address));
    let router = Router::new().route(
        SOURCES,
        any(async move || Redirect::temporary(&elsewhere).into_response()),
    );
    assert_is(
        &asked(router).await,
        ErrorCode::Unavailable,
        "no Wheelhouse server",
    );
    assert!(requests.try_recv().is_err(), "the token went nowhere else");
}
