//! Requests that were meant for another server or come from a page, and those that need no token.

use super::*;

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
