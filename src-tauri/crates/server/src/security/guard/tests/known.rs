//! Every class of token against every route.

use super::*;
use crate::security::secret::Token;
use crate::security::testing::START;
use std::collections::HashSet;
use wheelhouse_contract::http::Problem;

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
    let wrong = Token::new().expect("random numbers");
    let mut everywhere = routes();
    everywhere.push((Method::GET, "/nowhere".to_owned(), true));
    let mut answers = HashSet::new();
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
}

#[tokio::test]
async fn the_token_is_read_from_nowhere_else() {
    let server = Server::new(&wide());
    let token = server.token("laptop", Scope::Operator);
    for query in ["access_token", "token", "authorization", "Authorization"] {
        let answer = server
            .send(Ask::new(Method::GET, &format!("/api/status?{query}={token}")))
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{query}");
    }
    let mut request = Request::get("/api/status");
    for name in [
        "cookie",
        "x-authorization",
        "proxy-authorization",
        "sec-websocket-protocol",
    ] {
        request = request.header(name, format!("Bearer {token}"));
    }
    let answer = server.send_here(request, Body::empty()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_of_any_scope_gives_itself_back_and_no_other() {
    let server = Server::new(&wide());
    let unpair = || Ask::new(Method::POST, "/unpair");
    let wrong = Token::new().expect("random numbers");
    for ask in [unpair(), unpair().with(wrong.expose())] {
        assert_eq!(server.send(ask).await.status, StatusCode::UNAUTHORIZED);
    }
    let kept = server.token("kept", Scope::Operator);
    for (name, scope) in [("laptop", Scope::Operator), ("tablet", Scope::Viewer)] {
        let token = server.token(name, scope);
        // Whom a request names has no say.
        let mut ask = unpair().with(&token);
        ask.path += "?name=kept";
        let answer = server.send(ask).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}: {}", answer.text);
        assert_eq!(answer.text, format!("{{\"revoked\":\"{name}\"}}"));
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        let again = server.send(unpair().with(&token)).await;
        assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{name}");
        let elsewhere = server.send(Ask::status().with(&token)).await;
        assert_eq!(elsewhere.status, StatusCode::UNAUTHORIZED, "{name}");
    }
    let answer = server.send(Ask::status().with(&kept)).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "kept"));
}
