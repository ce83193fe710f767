//! Killed while an agent's question is open: it is open still, it was asked once, and its answer lets the run go on.
//!
//! As `application`, the process is a test that is never run as one.

use crate::application::FOLDER;
use crate::journal::Journal;
use crate::process::{Application, End};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use wheelhouse_agents::ModelRegistry;
use wheelhouse_api::{Local, LocalBackend};
use wheelhouse_contract::{
    ExecuteWorkflow, GetAgent, ListQuestions, Operations, ReplyToQuestion, RequestKey, UpdateAgent,
};
use wheelhouse_domain::{
    ASK_OPERATOR, AgentId, CallKind, Event, EventBody, Json, ModelMessage, ToolCall, WorkflowStatus,
};
use wheelhouse_engine::asked::{ANSWER, CHOICE};
use wheelhouse_orchestrator::Options;
use wheelhouse_orchestrator::keys::KeychainChoice;
use wheelhouse_testkit::{Play, ScriptedModel};

const NAME: &str = "asking::runs_as_a_process";
/// Whether the process answers; else it stands still as soon as it is asked.
const ANSWERS: &str = "WHEELHOUSE_CRASH_ANSWERS";
/// The researcher of the permanent crew.
const RESEARCHER: AgentId = AgentId(2);

#[test]
#[ignore = "the other tests start it as a process of its own"]
fn runs_as_a_process() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    say("");
    tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(live(&folder));
}

async fn live(folder: &Path) {
    let model = ScriptedModel::except(|asked| {
        let told = |message: &ModelMessage| matches!(message, ModelMessage::Tool { .. });
        let begins = asked.step() == "research" && !asked.request.messages.iter().any(told);
        begins.then(|| {
            Play::tools(vec![ToolCall {
                call_id: "ask".to_owned(),
                tool: ASK_OPERATOR.to_owned(),
                arguments: Json(json!({ "question": "Which?", "choices": ["one", "two"] })),
            }])
        })
    });
    let mut options = Options::new(folder.join("data"), ModelRegistry::new().with(model));
    options.keychain = KeychainChoice::Without;
    let backend = LocalBackend::start(options).await.expect("the data folder opens");
    let local = backend.local();
    give_tool(local, ASK_OPERATOR).await;
    let task = || ExecuteWorkflow {
        request_key: RequestKey("crash-asking".to_owned()),
        task: "Say how the application keeps its journal".to_owned(),
    };
    let done = local.execute_workflow(task()).await.expect("it asks");
    assert_eq!(done.status, WorkflowStatus::Waiting);
    if std::env::var_os(ANSWERS).is_none() {
        say("at open-question");
        std::future::pending::<()>().await;
    }
    answer(local).await;
    let done = local.execute_workflow(task()).await.expect("it ends");
    say(&format!("ended {} {}", done.workflow_id, done.status.as_str()));
    backend.close().await;
    say("closed whole");
}

/// The researcher may call a tool; another process may have given it that already.
pub(crate) async fn give_tool(local: &Local, tool: &str) {
    let agent = local.get_agent(GetAgent { id: RESEARCHER }).await;
    let agent = agent.expect("the researcher").agent;
    if agent.tools.iter().any(|given| given == tool) {
        return;
    }
    let mut tools = agent.tools;
    tools.push(tool.to_owned());
    let update = UpdateAgent {
        request_key: RequestKey("crash-give-tool".to_owned()),
        id: agent.id,
        version: agent.version,
        name: agent.name,
        role: agent.role,
        instructions: agent.instructions,
        model: agent.model,
        tools: Some(tools),
        fallbacks: None,
    };
    local.update_agent(update).await.expect("given");
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

fn say(line: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .expect("a pipe");
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
