//! Killed while one agent works for another: that work is begun once, its answer is told once, and nothing of it is lost.
//!
//! As `application`, the process is a test that is never run as one.

use crate::inside::{self, POINT};
use crate::journal::Journal;
use crate::process::{Application, End};
use serde_json::json;
use std::path::Path;
use tempfile::TempDir;
use wheelhouse_api::Local;
use wheelhouse_contract::{CreateAgent, Operations, RequestKey};
use wheelhouse_domain::{ASK_AGENT, CallKind, Event, EventBody, Json, ModelMessage, ToolCall};
use wheelhouse_orchestrator::Point;
use wheelhouse_testkit::{Play, ScriptedModel};

const NAME: &str = "helping::runs_as_a_process";
const WISH: &str = "crash-helping";
/// What the agent that is asked answers.
const ANSWER: &str = "The journal is one file.";

#[test]
#[ignore = "the other tests start it as a process of its own"]
fn runs_as_a_process() {
    if let Some(folder) = inside::own_folder() {
        inside::run(live(&folder));
    }
}

/// Works on a task whose researcher asks another agent.
async fn live(folder: &Path) {
    let model = ScriptedModel::except(|asked| {
        let told = |message: &ModelMessage| matches!(message, ModelMessage::Tool { .. });
        match asked.step() {
            "help" => Some(Play::answer(ANSWER)),
            "research" if !asked.request.messages.iter().any(told) => Some(Play::tools(vec![ToolCall {
                call_id: "ask".to_owned(),
                tool: ASK_AGENT.to_owned(),
                arguments: Json(json!({ "agent": "Helper", "task": "Say what the journal is." })),
            }])),
            _ => None,
        }
    });
    let backend = inside::backend_with(folder, model).await;
    let local = backend.local();
    add_helper(local).await;
    inside::give_tool(local, ASK_AGENT).await;
    let done = inside::execute(&backend, WISH).await;
    inside::end(backend, &done).await;
}

/// The same wish each time, so that another process may have carried it out already.
async fn add_helper(local: &Local) {
    let request = CreateAgent {
        request_key: RequestKey("crash-helping-agent".to_owned()),
        name: "Helper".to_owned(),
        role: "Clerk".to_owned(),
        instructions: "Do as you are told.".to_owned(),
        model: "rehearsal".to_owned(),
        tools: Vec::new(),
        fallbacks: Vec::new(),
    };
    local.create_agent(request).await.expect("added");
}

/// How often a run asked, how often the other agent began and ended, and how often its answer was taken up.
fn counts(events: &[Event]) -> (usize, usize, usize, usize) {
    let asks = |body: &EventBody| matches!(body, EventBody::CallStarted { kind: CallKind::Tool { tool, .. }, .. } if tool == ASK_AGENT);
    let call = events.iter().find_map(|event| match &event.body {
        body @ EventBody::CallStarted { call, .. } if asks(body) => Some(call),
        _ => None,
    });
    let count = |is_it: &dyn Fn(&EventBody) -> bool| events.iter().filter(|event| is_it(&event.body)).count();
    (
        count(&asks),
        count(&|body| matches!(body, EventBody::ChildStarted { .. })),
        count(&|body| matches!(body, EventBody::ChildEnded { .. })),
        count(&|body| matches!(body, EventBody::CallFinished { call: ended, .. } if Some(ended) == call)),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn another_agent_is_asked_once_and_its_answer_is_kept_whoever_is_killed() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    for (point, begun) in [
        (Point::HelpMade, 0),
        (Point::ChildWritten, 1),
        (Point::HelpEnded, 1),
        (Point::HelpEnded, 1),
    ] {
        let mut application = Application::start_as(NAME, folder.path(), &[(POINT, point.as_str())]);
        application.until_stopped();
        let (end, _) = application.kill();
        assert_eq!(end, End::Killed);
        let journal = Journal::read(&data).await;
        assert_eq!(journal.histories.len(), 1 + begun, "{point:?}");
        let asker = journal.histories.values().next().expect("a workflow");
        // Nobody holds the other agent up, so that it may have ended by now.
        let (asked, began, _, taken) = counts(&asker.events);
        assert_eq!((asked, began, taken), (begun, begun, 0), "{point:?}");
    }
    let said = Application::start_as(NAME, folder.path(), &[]).finish();
    assert_eq!(said.ended.len(), 1);
    assert_eq!(said.ended[0].1, "completed");
    let journal = Journal::read(&data).await;
    assert_eq!(journal.histories.len(), 2);
    let asker = journal.histories.values().next().expect("a workflow");
    assert_eq!(counts(&asker.events), (1, 1, 1, 1));
}
