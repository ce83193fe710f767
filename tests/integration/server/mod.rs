//! The server as programs meet it: plain HTTP and a plain WebSocket, spoken by hand.

mod events;
mod http;
mod malformed;
mod operators;
mod seed;

use reqwest::{Client, Method, Response};
use serde_json::Value;
use wheelhouse_testkit::Served;

/// Asks as a program would that knows the first token.
pub(crate) async fn ask(served: &Served, method: Method, path: &str, body: Option<Value>) -> Response {
    let request = Client::new()
        .request(method, served.url(path))
        .bearer_auth(served.token());
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    request.send().await.expect("an answer")
}

pub(crate) async fn get(served: &Served, path: &str) -> Response {
    ask(served, Method::GET, path, None).await
}

pub(crate) async fn post(served: &Served, path: &str, body: Value) -> Response {
    ask(served, Method::POST, path, Some(body)).await
}

/// Status and body.
pub(crate) async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.expect("JSON"))
}
