//! The six checks of the seed's integration list, over HTTP as the seed shows them.

use super::{get, post, read};
use serde_json::json;
use wheelhouse_testkit::Served;

const TASK: &str = "Build a Python REST API for a blog platform";

#[tokio::test]
async fn system_status() {
    let served = Served::open().await;
    let (status, body) = read(get(&served, "/api/status").await).await;
    assert_eq!(
        (status, &body["status"], &body["backend"]),
        (200, &json!("ok"), &json!("Workshop"))
    );
}

#[tokio::test]
async fn list_agents() {
    let served = Served::open().await;
    let (status, body) = read(get(&served, "/api/agents").await).await;
    let kinds: Vec<_> = body
        .as_array()
        .expect("agents")
        .iter()
        .map(|agent| agent["kind"].as_str().expect("a kind"))
        .collect();
    assert_eq!((status, kinds), (200, vec!["driver", "creator", "generator"]));
}

#[tokio::test]
async fn workflow_creation() {
    let served = Served::open().await;
    let (status, made) = read(post(&served, "/api/workflows", json!({"task": TASK})).await).await;
    assert_eq!((status, &made["status"]), (201, &json!("pending")));
    let (_, page) = read(get(&served, "/api/workflows").await).await;
    assert_eq!(page["workflows"][0]["id"], made["id"]);
    let path = format!("/api/workflows/{}", made["id"]);
    let (status, detail) = read(get(&served, &path).await).await;
    assert_eq!((status, &detail["workflow"]["description"]), (200, &json!(TASK)));
}

#[tokio::test]
async fn complete_workflow_execution() {
    let served = Served::open().await;
    let (status, done) = read(post(&served, "/api/workflows/execute", json!({"task": TASK})).await).await;
    assert_eq!((status, &done["status"]), (200, &json!("completed")));
    let first = &done["steps"][0];
    assert_eq!((&first["step"], &first["agent"]), (&json!(1), &json!("driver")));
    assert!(!first["result"]["response"].as_str().expect("a text").is_empty());
}

#[tokio::test]
async fn agent_collaboration() {
    let served = Served::open().await;
    let (_, made) = read(post(&served, "/api/workflows", json!({"task": TASK})).await).await;
    let id = made["id"].as_i64().expect("a number");
    let (status, _) = read(post(&served, &format!("/api/workflows/{id}/start"), json!({})).await).await;
    assert_eq!(status, 200);
    let handle = served.api().handle();
    handle
        .wait(serde_json::from_value(json!(id)).expect("an id"))
        .await
        .expect("it ends");
    let (_, detail) = read(get(&served, &format!("/api/workflows/{id}/status")).await).await;
    let kinds: Vec<_> = detail["tasks"]
        .as_array()
        .expect("tasks")
        .iter()
        .filter_map(|task| task["agent_kind"].as_str())
        .collect();
    for kind in ["driver", "creator", "generator", "specialist"] {
        assert!(kinds.contains(&kind), "{kind} is missing in {kinds:?}");
    }
}

#[tokio::test]
async fn error_handling() {
    let served = Served::open().await;
    let (status, problem) = read(post(&served, "/api/workflows/execute", json!({"task": ""})).await).await;
    assert_eq!((status, &problem["details"]["field"]), (400, &json!("task")));
    let (status, problem) = read(post(&served, "/api/workflows/execute", json!({})).await).await;
    assert_eq!((status, &problem["details"]["field"]), (400, &json!("task")));
    let (status, problem) = read(get(&served, "/api/workflows/999").await).await;
    assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
    let (status, _) = read(get(&served, "/api/workflows/none").await).await;
    assert_eq!(status, 400);
}
