//! Killed while several tools of one turn are at work: those with a result on record are not called again, the others are,
//! and the agent goes on with all of them.
//!
//! As `application`, the process is a test that is never run as one.

use crate::inside::{self, POINT};
use crate::journal::Journal;
use crate::process::{Application, End};
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;
use wheelhouse_domain::{CallKind, Event, EventBody, Json, KNOWLEDGE_SEARCH, ToolCall};
use wheelhouse_orchestrator::Point;

const NAME: &str = "tools::runs_as_a_process";
/// The searches of one turn; each call is named by its query.
const QUERIES: [&str; 3] = ["journal", "agents", "models"];

#[test]
#[ignore = "the other tests start it as a process of its own"]
fn runs_as_a_process() {
    if let Some(folder) = inside::own_folder() {
        inside::run(live(&folder));
    }
}

/// Works on one task whose researcher wants several searches at once.
async fn live(folder: &Path) {
    let calls = QUERIES.map(|query| ToolCall {
        call_id: query.to_owned(),
        tool: KNOWLEDGE_SEARCH.to_owned(),
        arguments: Json(serde_json::json!({ "query": query })),
    });
    let backend = inside::backend_that_calls(folder, calls.into()).await;
    let done = inside::execute(&backend, "crash-several-tools").await;
    inside::end(backend, &done).await;
}

/// How often each search was begun, and how often it has a result, by its call id.
fn searches(events: &[Event]) -> BTreeMap<String, (usize, usize)> {
    let mut ids = BTreeMap::new();
    let mut found: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for event in events {
        match &event.body {
            EventBody::CallStarted {
                call,
                kind: CallKind::Tool { call_id, .. },
                ..
            } if QUERIES.contains(&call_id.as_str()) => {
                ids.insert(call.clone(), call_id.clone());
                found.entry(call_id.clone()).or_default().0 += 1;
            }
            EventBody::CallFinished { call, .. } => {
                if let Some(id) = ids.get(call) {
                    found.entry(id.clone()).or_default().1 += 1;
                }
            }
            _ => {}
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn results_that_are_on_record_are_kept_and_only_the_others_are_asked_for_again() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    let mut application = Application::start_as(NAME, folder.path(), &[(POINT, Point::ToolWritten.as_str())]);
    application.until_stopped();
    let (end, _) = application.kill();
    assert_eq!(end, End::Killed);
    let before = Journal::read(&data).await;
    let history = before.histories.values().next().expect("a workflow");
    let half = searches(&history.events);
    let done: Vec<&String> = half
        .iter()
        .filter(|(_, (_, ends))| *ends == 1)
        .map(|(id, _)| id)
        .collect();
    assert_eq!((half.len(), done.len()), (QUERIES.len(), 1), "{half:?}");

    let said = Application::start_as(NAME, folder.path(), &[]).finish();
    assert_eq!(said.ended.len(), 1);
    assert_eq!(said.ended[0].1, "completed");
    let after = Journal::read(&data).await;
    let history = after.histories.values().next().expect("a workflow");
    for (id, (begun, ended)) in searches(&history.events) {
        let expected = if done.contains(&&id) { (1, 1) } else { (2, 1) };
        assert_eq!((begun, ended), expected, "{id}");
    }
}
