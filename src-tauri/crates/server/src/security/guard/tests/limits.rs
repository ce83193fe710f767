//! Who is counted by what.

use super::*;
use wheelhouse_contract::http::Problem;

/// Limits that are soon reached.
fn narrow() -> LimitOptions {
    toml::from_str(
        "[per_token]\nper_minute = 60\nburst = 3\n[per_address]\nper_minute = 60\nburst = 5\n[pairing]\nper_minute = 1\nburst = 2\n",
    )
    .expect("fit")
}

#[tokio::test]
async fn who_has_a_token_is_not_harmed_by_who_has_none() {
    let server = Server::new(&narrow());
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
    server.hand.go_on(1000);
    assert_eq!(server.send(Ask::status().with(&one)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn tries_to_pair_are_counted_by_themselves() {
    let server = Server::new(&narrow());
    let pair = || Ask::new(Method::POST, "/pair");
    for expected in [400, 400, 429] {
        assert_eq!(server.send(pair()).await.status.as_u16(), expected);
    }
    server.hand.go_on(1000);
    let later = server.send(pair()).await;
    assert_eq!(later.headers[header::RETRY_AFTER], "59");
    assert_eq!(later.headers[header::CONNECTION], "close");
    let health = server.send(Ask::new(Method::GET, "/health")).await;
    assert_eq!(health.status, StatusCode::OK);
}
