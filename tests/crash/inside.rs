//! What the processes that are killed have in common, seen from inside: how they begin, what they say, and a researcher that
//! calls tools as soon as it is asked.

use crate::application::FOLDER;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wheelhouse_agents::ModelRegistry;
use wheelhouse_api::{Local, LocalBackend};
use wheelhouse_contract::{ExecuteWorkflow, Execution, GetAgent, Operations, RequestKey, UpdateAgent};
use wheelhouse_domain::{AgentId, ModelMessage, ToolCall};
use wheelhouse_orchestrator::keys::KeychainChoice;
use wheelhouse_orchestrator::{Options, Point};
use wheelhouse_testkit::{Play, ScriptedModel, stop_at};

/// The crash point, where there is one.
pub(crate) const POINT: &str = "WHEELHOUSE_CRASH_POINT";

/// The researcher of the permanent crew.
const RESEARCHER: AgentId = AgentId(2);

/// One line in one write, so that it is never cut.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).expect("a reader");
    out.flush().expect("a reader");
}

/// The folder that this process was started on; none where it is just a test among others.
pub(crate) fn own_folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Lives until it ends by itself or is killed.
pub(crate) fn run(life: impl Future<Output = ()>) {
    // The test harness has left its cursor in the middle of a line.
    say("");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(life);
}

/// Stops at the crash point that this process was started with, if there is one.
pub(crate) fn stop_where_told(options: &mut Options) {
    if let Some(point) = std::env::var(POINT).ok().and_then(|name| Point::parse(&name)) {
        options.points = stop_at(point, move || say(&format!("at {}", point.as_str())));
    }
}

/// A backend on the folder whose researcher begins with these calls; everything else is rehearsal's.
pub(crate) async fn backend_that_calls(folder: &Path, calls: Vec<ToolCall>) -> LocalBackend {
    let model = ScriptedModel::except(move |asked| {
        let told = |message: &ModelMessage| matches!(message, ModelMessage::Tool { .. });
        let begins = asked.step() == "research" && !asked.request.messages.iter().any(told);
        begins.then(|| Play::tools(calls.clone()))
    });
    backend_with(folder, model).await
}

/// A backend on the folder whose agents think with this model.
pub(crate) async fn backend_with(folder: &Path, model: Arc<ScriptedModel>) -> LocalBackend {
    let mut options = Options::new(folder.join("data"), ModelRegistry::new().with(model));
    options.keychain = KeychainChoice::Without;
    stop_where_told(&mut options);
    LocalBackend::start(options).await.expect("the data folder opens")
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

/// Executes the task of this name, which is the same wish each time.
pub(crate) async fn execute(backend: &LocalBackend, name: &str) -> Execution {
    let task = ExecuteWorkflow {
        request_key: RequestKey(name.to_owned()),
        task: "Say how the application keeps its journal".to_owned(),
    };
    let done = backend.local().execute_workflow(task).await;
    done.expect("it ends or asks")
}

/// Says how it ended, and closes.
pub(crate) async fn end(backend: LocalBackend, done: &Execution) {
    say(&format!("ended {} {}", done.workflow_id, done.status.as_str()));
    backend.close().await;
    say("closed whole");
}
