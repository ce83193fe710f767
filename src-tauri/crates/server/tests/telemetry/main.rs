//! What is to be seen of a server from outside: its figures, read by a strict reader, and its traces, as a collector gets
//! them.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic is how a test fails"
)]

mod collector;
mod figures;
mod open_metrics;
mod traces;

use std::time::Duration;
use tempfile::TempDir;
use wheelhouse_api::remote::{Address, Remote, RemoteAddress, Token};
use wheelhouse_contract::domain::{WorkflowId, WorkflowStatus};
use wheelhouse_contract::{
    CreateWorkflow, ExecuteWorkflow, GetWorkflow, Operations, RequestKey, StartWorkflow, WorkflowDetail,
};
use wheelhouse_server::security::{Clock, Scope, ServerAccess};
use wheelhouse_server::{Options, Server};

/// A whole server on a folder of its own.
struct Running {
    data: TempDir,
    server: Server,
    token: String,
}

impl Running {
    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut options = Options::local(data.path().to_owned());
        options.rehearsal_pace = Some(Duration::ZERO);
        change(&mut options);
        let mut server = Server::start(options).await.expect("started");
        let first = server.take_first().expect("the first start");
        let token = first.token.token.expose().to_owned();
        Self { data, server, token }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    fn remote(&self) -> Remote {
        let address = RemoteAddress {
            url: Address::parse(&self.url("")).expect("an address"),
            pinned: None,
            token: Token::parse(self.token.clone()).expect("a token"),
        };
        Remote::new(address).expect("a client")
    }

    /// A token as the terminal makes it, once the server knows it.
    async fn issue(&self, name: &str, scope: Scope) -> String {
        let access = ServerAccess::open(self.data.path(), Clock::system()).expect("opened");
        let issued = access.tokens().issue(name, scope, None).expect("issued");
        let token = issued.token.expose().to_owned();
        until("the server knows the token", || async {
            let asked = reqwest::Client::new()
                .get(self.url("/api/status"))
                .bearer_auth(&token);
            asked
                .send()
                .await
                .expect("an answer")
                .status()
                .is_success()
                .then_some(())
        })
        .await;
        token
    }

    /// Lets the crew do a task, to its end.
    async fn run(&self, task: &str) -> WorkflowDetail {
        let remote = self.remote();
        let request_key = RequestKey(format!("telemetry-{}", task.len()));
        let task = task.to_owned();
        let executed = remote
            .execute_workflow(ExecuteWorkflow { request_key, task })
            .await;
        let executed = executed.expect("executed");
        assert_eq!(executed.status, WorkflowStatus::Completed);
        let id = executed.workflow_id;
        remote.get_workflow(GetWorkflow { id }).await.expect("read")
    }
}

/// Starts a task and does not wait for it.
async fn start(running: &Running, task: &str) -> WorkflowId {
    let remote = running.remote();
    let created = remote.create_workflow(CreateWorkflow {
        request_key: RequestKey("telemetry-create".to_owned()),
        task: task.to_owned(),
        name: String::new(),
        made_of: None,
    });
    let id = created.await.expect("created").id;
    let request_key = RequestKey("telemetry-start".to_owned());
    remote
        .start_workflow(StartWorkflow { request_key, id })
        .await
        .expect("started");
    id
}

/// Waits until `done` gives something, while others go on.
async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut done: impl FnMut() -> F) -> T {
    let looked = async {
        loop {
            if let Some(found) = done().await {
                return found;
            }
            // Nothing tells when somebody else has counted.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), looked)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"))
}
