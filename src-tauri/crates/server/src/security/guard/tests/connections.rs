//! A request and the connection that it came in by.

use super::*;
use axum::http::HeaderValue;

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
