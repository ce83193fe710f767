//! How a machine becomes known to a server.

use crate::fake::{TOKEN, plain, problem, raw, serve, serve_tls, store};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use wheelhouse_api::remote::{Address, Fingerprint, Scope, pair};
use wheelhouse_contract::{ApiError, ErrorCode};
use wheelhouse_testkit::{Fault, FaultyWay, within};

const SECRET: &str = "7K3M01QX";

/// A server that pairs with everybody, and what it was sent.
fn desk() -> (Router, mpsc::UnboundedReceiver<Value>) {
    let (sender, asked) = mpsc::unbounded_channel();
    let answer = async move |Json(body): Json<Value>| {
        sender.send(body).expect("the test listens");
        Json(json!({
            "token": TOKEN,
            "name": "Anna's laptop",
            "scope": "operator",
            "server": "Harbour",
            "store": store(),
        }))
    };
    (Router::new().route("/pair", post(answer)), asked)
}

/// A code as the server with this certificate shows it.
fn code(fingerprint: Fingerprint) -> String {
    let digits: Vec<char> = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().collect();
    let number = fingerprint
        .to_string()
        .split(':')
        .take(10)
        .fold(0_u128, |number, pair| {
            number << 8 | u128::from_str_radix(pair, 16).expect("a pair")
        });
    let certificate: String = (0..16)
        .map(|place| digits[(number >> (75 - 5 * place) & 31) as usize])
        .collect();
    let signs: Vec<char> = (certificate + SECRET).chars().collect();
    let groups: Vec<String> = signs.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

fn secured(address: std::net::SocketAddr) -> Address {
    Address::parse(&format!("https://{address}")).expect("an address")
}

#[tokio::test]
async fn a_code_gives_a_token_and_pins_the_certificate() {
    let (router, mut asked) = desk();
    let (server, fingerprint) = serve_tls(router).await;
    let url = secured(server.address);
    let code = code(fingerprint).to_lowercase().replace('0', "o");
    let paired = within("an answer", pair(&url, &code, " Anna's laptop "))
        .await
        .expect("paired");
    assert_eq!(paired.pinned, Some(fingerprint));
    assert_eq!(paired.token.expose(), TOKEN);
    assert_eq!((paired.url, paired.store), (url, store()));
    assert_eq!(
        (paired.name.as_str(), paired.scope),
        ("Anna's laptop", Scope::Operator)
    );
    assert_eq!(paired.server, "Harbour");
    let sent = asked.recv().await.expect("one wish");
    assert_eq!(sent, json!({"secret": SECRET, "name": "Anna's laptop"}));
    assert!(!format!("{:?}", paired.token).contains("0123"));
}

#[tokio::test]
async fn on_this_machine_the_secret_is_enough() {
    let (router, mut asked) = desk();
    let server = serve(router).await;
    let paired = pair(&plain(server.address), "7k3m-o1qx", "here")
        .await
        .expect("paired");
    assert_eq!(paired.pinned, None);
    assert_eq!(asked.recv().await.expect("one wish")["secret"], SECRET);
}

#[tokio::test]
async fn the_secret_goes_to_no_other_certificate() {
    let (router, mut asked) = desk();
    let (server, _) = serve_tls(router).await;
    let code = code(Fingerprint::of(b"the right server"));
    let error = pair(&secured(server.address), &code, "here")
        .await
        .expect_err("another");
    assert_eq!(error.code, ErrorCode::Unauthorized);
    assert_eq!(error.details.field.as_deref(), Some("code"));
    assert!(error.message.contains("Nothing was sent"), "{error}");
    assert!(asked.try_recv().is_err(), "nothing was sent");
}

#[tokio::test]
async fn a_code_of_the_other_sort_is_told_before_anything_is_sent() {
    let (router, mut asked) = desk();
    let server = serve(router).await;
    let long = code(Fingerprint::of(b"any"));
    let error = pair(&plain(server.address), &long, "here")
        .await
        .expect_err("of https");
    assert_eq!(error.details.field.as_deref(), Some("address"));
    let error = pair(&secured(server.address), SECRET, "here")
        .await
        .expect_err("of http");
    assert_eq!(error.details.field.as_deref(), Some("code"));
    for name in ["", "  ", &"n".repeat(65), "a\nb"] {
        let error = pair(&plain(server.address), SECRET, name)
            .await
            .expect_err("no name");
        assert_eq!(error.details.field.as_deref(), Some("name"), "{name:?}");
    }
    assert!(asked.try_recv().is_err(), "nothing was sent");
}

#[tokio::test]
async fn a_refusal_is_told_at_the_code() {
    let refuse = async || {
        problem(ApiError::new(
            ErrorCode::Unauthorized,
            "The code is not good any more.",
        ))
    };
    let server = serve(Router::new().route("/pair", post(refuse))).await;
    let error = pair(&plain(server.address), SECRET, "here")
        .await
        .expect_err("refused");
    assert_eq!(error.message, "The code is not good any more.");
    assert_eq!(error.details.field.as_deref(), Some("code"));

    let server = serve(Router::new().fallback(async || raw(404, "text/html", "?"))).await;
    let error = pair(&plain(server.address), SECRET, "here")
        .await
        .expect_err("no server");
    assert_eq!(error.details.field.as_deref(), Some("address"));
    assert!(error.message.contains("no Wheelhouse server"), "{error}");
}

#[tokio::test]
async fn a_code_is_never_sent_twice() {
    let (router, mut asked) = desk();
    let server = serve(router).await;
    let way = FaultyWay::to(server.address, || Fault::Cut(0)).await;
    let error = pair(&plain(way.address()), SECRET, "here")
        .await
        .expect_err("cut off");
    assert!(error.message.contains("may be used up"), "{error}");
    assert!(error.details.next_step.is_some());
    asked.recv().await.expect("it arrived");
    assert!(asked.try_recv().is_err(), "and only once");
    assert_eq!(way.connections(), 1);
}
