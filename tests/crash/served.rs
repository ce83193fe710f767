//! Killed while a tool of a tool server is at work: the call is not made again. The operator is asked what became of it, once,
//! and the agent goes on with what they say.
//!
//! As `application`, the process is a test that is never run as one.

use crate::inside::{self, say};
use crate::journal::Journal;
use crate::process::{Application, End};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use wheelhouse_api::Local;
use wheelhouse_contract::{
    AllowTool, AnswerQuestion, InspectToolServer, ListQuestions, Operations, ReplyToQuestion, RequestKey,
    SaveToolServer,
};
use wheelhouse_domain::{
    CallKind, Event, EventBody, Json, QuestionId, QuestionKind, ToolCall, ToolServerPlace,
};
use wheelhouse_testkit::{Play, ScriptedModel};

const NAME: &str = "served::runs_as_a_process";
const WISH: &str = "crash-served";
/// Which start of the application it is.
const LIFE: &str = "WHEELHOUSE_CRASH_SERVED_LIFE";
/// The tool as agents know it. It never answers.
const SLOW: &str = "mcp_fake_slow";
/// What the operator found out about the call.
const FOUND: &str = "It did its work.";
/// Where the server writes down each call, in the folder.
const CALLS: &str = "calls";

#[test]
#[ignore = "the other test starts it as a process of its own"]
fn runs_as_a_process() {
    if let Some(folder) = inside::own_folder() {
        let life = std::env::var(LIFE).expect("the number of this life");
        inside::run(live(&folder, &life));
    }
}

async fn live(folder: &Path, life: &str) {
    // Once it is told what became of its call, it goes on.
    let model = ScriptedModel::except(|asked| {
        let said = serde_json::to_string(&asked.request.messages).expect("messages");
        (asked.step() == "research" && !said.contains(FOUND)).then(|| {
            Play::tools(vec![ToolCall {
                call_id: "slow".to_owned(),
                tool: SLOW.to_owned(),
                arguments: Json(json!({ "text": "take your time" })),
            }])
        })
    });
    let backend = inside::backend_with(folder, model).await;
    let local = backend.local();
    if life == "first" {
        allow_slow(local, folder).await;
        inside::give_tool(local, SLOW).await;
        inside::execute(&backend, WISH).await;
        allow_once(local).await;
        // Killed here, while the tool is at work.
        inside::execute(&backend, WISH).await;
        panic!("the tool never answers");
    }
    inside::execute(&backend, WISH).await;
    if life == "second" {
        say("at doubt");
        std::future::pending::<()>().await;
    }
    tell_what_became_of_it(local).await;
    let done = inside::execute(&backend, WISH).await;
    inside::end(backend, &done).await;
}

/// The server is added, and its tool that never answers may be called.
async fn allow_slow(local: &Local, folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tool-server/server.sh");
    let [script, calls] = [script, folder.join(CALLS)].map(|path| path.display().to_string());
    let save = SaveToolServer {
        request_key: RequestKey("crash-save-server".to_owned()),
        id: None,
        name: "fake".to_owned(),
        place: ToolServerPlace::Program {
            command: "sh".to_owned(),
            arguments: vec![script, "honest".to_owned(), String::new(), calls],
            folder: None,
        },
        given: Vec::new(),
    };
    let server = local.save_tool_server(save).await.expect("saved");
    let look = InspectToolServer {
        id: server.id,
        anew: true,
    };
    let contents = local.inspect_tool_server(look).await.expect("looked at");
    let slow = contents.tools.into_iter().find(|tool| tool.name == "slow");
    let slow = slow.expect("it has one that is slow");
    let allow = AllowTool {
        request_key: RequestKey("crash-allow-tool".to_owned()),
        id: server.id,
        tool: slow.name,
        hash: slow.hash,
        read_only: false,
    };
    local.allow_tool(allow).await.expect("allowed");
}

/// The only question that is open.
async fn open_question(local: &Local, kind: QuestionKind) -> QuestionId {
    let questions = local.list_questions(ListQuestions {}).await.expect("questions");
    let [question] = questions.as_slice() else {
        panic!("one question is open: {questions:?}");
    };
    assert_eq!(question.kind, kind);
    question.id
}

async fn allow_once(local: &Local) {
    let reply = ReplyToQuestion {
        request_key: RequestKey("crash-allow-once".to_owned()),
        id: open_question(local, QuestionKind::Approval).await,
        outcome: Some("once".to_owned()),
        fields: Json(json!({})),
    };
    local.reply_to_question(reply).await.expect("taken");
}

async fn tell_what_became_of_it(local: &Local) {
    let answer = AnswerQuestion {
        request_key: RequestKey("crash-tell".to_owned()),
        id: open_question(local, QuestionKind::CallInDoubt).await,
        answer: FOUND.to_owned(),
    };
    local.answer_question(answer).await.expect("taken");
}

/// How often the tool was called, and how often somebody was asked what became of that.
fn counts(events: &[Event]) -> (usize, usize) {
    let count = |is_it: fn(&EventBody) -> bool| events.iter().filter(|event| is_it(&event.body)).count();
    (
        count(
            |body| matches!(body, EventBody::CallStarted { kind: CallKind::Tool { tool, .. }, .. } if tool == SLOW),
        ),
        count(|body| {
            matches!(
                body,
                EventBody::QuestionAsked {
                    kind: QuestionKind::CallInDoubt,
                    ..
                }
            )
        }),
    )
}

async fn look(folder: &Path) -> (usize, usize) {
    let journal = Journal::read(&folder.join("data")).await;
    let history = journal.histories.values().next().expect("a workflow");
    counts(&history.events)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_a_server_is_made_once_whoever_is_killed() {
    let folder = TempDir::new().expect("a folder");
    let calls = folder.path().join(CALLS);
    // Reading from a pipe with a name waits until the server writes down the call.
    let made = Command::new("mkfifo").arg(&calls).status().expect("mkfifo");
    assert!(made.success());
    let first = Application::start_as(NAME, folder.path(), &[(LIFE, "first")]);
    let reading = tokio::task::spawn_blocking({
        let calls = calls.clone();
        move || std::fs::read_to_string(calls)
    });
    let call = reading.await.expect("read").expect("a call");
    assert!(call.contains("take your time"), "{call}");
    let (end, _) = first.kill();
    assert_eq!(end, End::Killed);
    assert_eq!(look(folder.path()).await, (1, 0));

    // From here on whatever is called stands in a file.
    std::fs::remove_file(&calls).expect("removed");
    std::fs::write(&calls, "").expect("written");
    for _ in 0..2 {
        let mut next = Application::start_as(NAME, folder.path(), &[(LIFE, "second")]);
        next.until_stopped();
        let (end, _) = next.kill();
        assert_eq!(end, End::Killed);
        assert_eq!(look(folder.path()).await, (1, 1));
    }
    let said = Application::start_as(NAME, folder.path(), &[(LIFE, "third")]).finish();
    assert_eq!(said.ended.len(), 1);
    assert_eq!(said.ended[0].1, "completed");
    assert_eq!(look(folder.path()).await, (1, 1));
    assert_eq!(std::fs::read_to_string(&calls).expect("read"), "");
}
