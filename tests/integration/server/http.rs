//! What holds for every exchange.

use super::{ask, get, post, read};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use wheelhouse_contract::TABLE;
use wheelhouse_testkit::Served;

#[tokio::test]
async fn a_refusal_is_problem_details_with_the_exchange_s_name() {
    let served = Served::open().await;
    let response = Client::new()
        .get(served.url("/api/workflows/999"))
        .bearer_auth(served.token())
        .header("x-request-id", "my-own-1")
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.headers()["x-request-id"], "my-own-1");
    let (status, problem) = read(response).await;
    assert_eq!(status, 404);
    assert_eq!(problem["type"], "about:blank");
    assert_eq!(problem["request_id"], "my-own-1");
    assert_eq!(problem["status"], 404);
    assert!(problem["detail"].as_str().expect("words").contains("999"));

    let response = get(&served, "/api/workflows/999").await;
    let named = response.headers()["x-request-id"].clone();
    let (_, problem) = read(response).await;
    assert_eq!(problem["request_id"].as_str(), named.to_str().ok());
}

#[tokio::test]
async fn the_same_wish_sent_twice_is_carried_out_once() {
    let served = Served::open().await;
    let wish = |task: &'static str| {
        Client::new()
            .post(served.url("/api/workflows"))
            .bearer_auth(served.token())
            .header("idempotency-key", "wish-0000001")
            .json(&json!({ "task": task }))
            .send()
    };
    let (status, first) = read(wish("Compare two options").await.expect("an answer")).await;
    let (again, second) = read(wish("Compare two options").await.expect("an answer")).await;
    assert_eq!((status, again, &first["id"]), (201, 201, &second["id"]));
    let (status, problem) = read(wish("Something else").await.expect("an answer")).await;
    assert_eq!((status, &problem["code"]), (409, &json!("request_key_reused")));

    // Without a name each is a wish of its own.
    for _ in 0..2 {
        post(&served, "/api/workflows", json!({"task": "Compare two options"})).await;
    }
    let (_, page) = read(get(&served, "/api/workflows").await).await;
    assert_eq!(page["workflows"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn two_names_for_one_wish_are_refused() {
    let served = Served::open().await;
    let response = Client::new()
        .post(served.url("/api/workflows"))
        .bearer_auth(served.token())
        .header("idempotency-key", "wish-0000001")
        .json(&json!({"task": "Compare", "request_key": "wish-0000002"}))
        .send()
        .await
        .expect("an answer");
    let (status, problem) = read(response).await;
    assert_eq!(
        (status, &problem["details"]["field"]),
        (400, &json!("request_key"))
    );
}

#[tokio::test]
async fn what_a_reader_has_already_is_not_sent_again() {
    let served = Served::open().await;
    let first = get(&served, "/api/agents").await;
    let tag = first.headers()["etag"].clone();
    let asked = Client::new()
        .get(served.url("/api/agents"))
        .bearer_auth(served.token())
        .header("if-none-match", tag.clone());
    let second = asked.send().await.expect("an answer");
    assert_eq!((second.status().as_u16(), &second.headers()["etag"]), (304, &tag));
    assert!(second.bytes().await.expect("a body").is_empty());
}

#[tokio::test]
async fn lists_come_in_pages() {
    let served = Served::open().await;
    for number in 0..5 {
        post(
            &served,
            "/api/workflows",
            json!({"task": format!("Task {number}")}),
        )
        .await;
    }
    let (_, page) = read(get(&served, "/api/workflows?limit=2&statuses=pending&statuses=failed").await).await;
    let ids: Vec<_> = page["workflows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["id"].clone())
        .collect();
    assert_eq!(ids, [5, 4]);
    let (_, page) = read(get(&served, "/api/workflows?limit=2&before=4").await).await;
    assert_eq!(page["workflows"][0]["id"], 3);
    let (status, problem) = read(get(&served, "/api/workflows?limit=many").await).await;
    assert_eq!((status, &problem["code"]), (400, &json!("invalid_request")));
}

#[tokio::test]
async fn bad_bodies_are_refused_with_a_next_step() {
    let served = Served::open().await;
    let send = |kind: &'static str, body: Vec<u8>| {
        Client::new()
            .post(served.url("/api/workflows"))
            .bearer_auth(served.token())
            .header("content-type", kind)
            .body(body)
            .send()
    };
    let bad: [(&str, Vec<u8>, u16); 6] = [
        ("text/plain", b"{\"task\": \"a\"}".to_vec(), 400),
        ("application/json", b"{\"task\": ".to_vec(), 400),
        ("application/json", b"[1, 2]".to_vec(), 400),
        ("application/json", b"{\"task\": 5}".to_vec(), 400),
        ("application/json", b"\xff\xfe".to_vec(), 400),
        ("application/json", vec![b' '; 5 * 1024 * 1024], 413),
    ];
    for (kind, body, expected) in bad {
        let (status, problem) = read(send(kind, body).await.expect("an answer")).await;
        assert_eq!(status, expected, "{problem}");
        assert!(problem["details"]["next_step"].is_string(), "{problem}");
    }
    let deep = "[".repeat(100_000);
    let (status, _) = read(
        send("application/json", deep.into_bytes())
            .await
            .expect("an answer"),
    )
    .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn addresses_and_methods_that_are_none_are_told_so() {
    let served = Served::open().await;
    let (status, problem) = read(get(&served, "/api/nothing").await).await;
    assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
    let response = ask(&served, Method::PUT, "/api/workflows", Some(json!({}))).await;
    assert!(response.headers().contains_key("allow"));
    let (status, problem) = read(response).await;
    assert_eq!(
        (status, &problem["status"], &problem["code"]),
        (405, &json!(405), &json!("invalid_request"))
    );
}

#[tokio::test]
async fn the_document_names_every_route_and_each_is_there() {
    let served = Served::open().await;
    let (status, document) = read(get(&served, "/api/openapi.json").await).await;
    assert_eq!((status, &document["openapi"]), (200, &json!("3.1.0")));
    for row in TABLE {
        let described = &document["paths"][row.path][row.method.to_lowercase()];
        assert_eq!(described["operationId"], Value::from(row.name));
        let method = Method::from_bytes(row.method.as_bytes()).expect("a method");
        let path = row.path.replace("{uid}", "01920000-0000-7000-8000-000000000009");
        let path: String = path
            .split('/')
            .map(|part| if part.starts_with('{') { "999999" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        // A body that no row can read shows that the route is there without doing anything.
        let body = (row.method != "GET").then(|| json!("nothing"));
        let (status, problem) = read(ask(&served, method, &path, body).await).await;
        assert_ne!(status, 405, "{}", row.name);
        assert!(
            !problem["detail"]
                .as_str()
                .unwrap_or_default()
                .contains("no such address"),
            "{}",
            row.name
        );
    }
}

#[tokio::test]
async fn health_needs_no_token_and_says_nothing() {
    let served = Served::open().await;
    for (path, word) in [("/health", "ok"), ("/ready", "ready")] {
        let (status, body) = read(
            Client::new()
                .get(served.url(path))
                .send()
                .await
                .expect("an answer"),
        )
        .await;
        assert_eq!((status, body), (200, json!({ "status": word })));
    }
    let refused = Client::new()
        .get(served.url("/api/status"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused.status().as_u16(), 401);
}
