//! Killed while an agent's question is open: it is open still, it was asked once, and its answer lets the run go on.
//!
//! As `application`, the process is a test that is never run as one.

use crate::inside::{self, say};
use crate::journal::Journal;
use crate::process::{Application, End};
use serde_json::json;
use std::path::Path;
use tempfile::TempDir;
use wheelhouse_api::Local;
use wheelhouse_contract::{ListQuestions, Operations, ReplyToQuestion, RequestKey};
use wheelhouse_domain::{ASK_OPERATOR, CallKind, Event, EventBody, Json, ToolCall, WorkflowStatus};
use wheelhouse_engine::asked::{ANSWER, CHOICE};

const NAME: &str = "asking::runs_as_a_process";
const WISH: &str = "crash-asking";
/// Whether the process answers; else it stands still as soon as it is asked.
const ANSWERS: &str = "WHEELHOUSE_CRASH_ANSWERS";

#[test]
#[ignore = "the other tests start it as a process of its own"]
fn runs_as_a_process() {
    if let Some(folder) = inside::own_folder() {
        inside::run(live(&folder));
    }
}

async fn live(folder: &Path) {
    let call = ToolCall {
        call_id: "ask".to_owned(),
        tool: ASK_OPERATOR.to_owned(),
        arguments: Json(json!({ "question": "Which?", "choices": ["one", "two"] })),
    };
    let backend = inside::backend_that_calls(folder, vec![call]).await;
    let local = backend.local();
    inside::give_tool(local, ASK_OPERATOR).await;
    let asked = inside::execute(&backend, WISH).await;
    assert_eq!(asked.status, WorkflowStatus::Waiting);
    if std::env::var_os(ANSWERS).is_none() {
        say("at open-question");
        std::future::pending::<()>().await;
    }
    answer(local).await;
    let done = inside::execute(&backend, WISH).await;
    inside::end(backend, &done).await;
}

async fn answer(local: &Local) {
    let questions = local.list_questions(ListQuestions {}).await.expect("questions");
    let [question] = questions.as_slice() else {
        panic!("one question is open: {questions:?}");
    };
    let reply = ReplyToQuestion {
        request_key: RequestKey("crash-answer".to_owned()),
        id: question.id,
        outcome: Some(ANSWER.to_owned()),
        fields: Json(json!({ CHOICE: "two" })),
    };
    local.reply_to_question(reply).await.expect("taken");
}

/// How often something was asked, answered, and called for.
fn counts(events: &[Event]) -> (usize, usize, usize) {
    let count = |is_it: fn(&EventBody) -> bool| events.iter().filter(|event| is_it(&event.body)).count();
    (
        count(|body| matches!(body, EventBody::QuestionAsked { .. })),
        count(|body| matches!(body, EventBody::QuestionAnswered { .. })),
        count(
            |body| matches!(body, EventBody::CallStarted { kind: CallKind::Tool { tool, .. }, .. } if tool == ASK_OPERATOR),
        ),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_question_is_asked_once_whoever_is_killed() {
    let folder = TempDir::new().expect("a folder");
    let data = folder.path().join("data");
    for _ in 0..2 {
        let mut application = Application::start_as(NAME, folder.path(), &[]);
        application.until_stopped();
        let (end, _) = application.kill();
        assert_eq!(end, End::Killed);
        let journal = Journal::read(&data).await;
        let history = journal.histories.values().next().expect("a workflow");
        assert_eq!(counts(&history.events), (1, 0, 0));
    }
    let said = Application::start_as(NAME, folder.path(), &[(ANSWERS, "1")]).finish();
    assert_eq!(said.ended.len(), 1);
    assert_eq!(said.ended[0].1, "completed");
    let journal = Journal::read(&data).await;
    let history = journal.histories.values().next().expect("a workflow");
    assert_eq!(counts(&history.events), (1, 1, 1));
}
