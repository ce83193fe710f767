//! The application as a process: opens a data folder, wishes for two tasks and a run of every kind of step, says what it was told, and closes when
//! everything has ended or its standard input does.
//!
//! It is a test that is never run as one: the test program starts itself again with it, so that nothing else must
//! be built.

use crate::inside::{self, say};
use crate::kinds;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;
use wheelhouse_agents::rehearsal::{Options as RehearsalOptions, Rehearsal};
use wheelhouse_agents::{Model, ModelRegistry, ModelStream};
use wheelhouse_api::{Local, LocalBackend};
use wheelhouse_contract::{
    CreateWorkflow, ExecuteWorkflow, ListWorkflows, Operations, RequestKey, StartWorkflow, WorkflowView,
};
use wheelhouse_domain::{ContentHash, ModelRequest, Position, WorkflowId, WorkflowStatus};
use wheelhouse_orchestrator::Options;
use wheelhouse_store::Store;

/// The test that is the application.
pub(crate) const NAME: &str = "application::runs_as_a_process";
/// Data folder.
pub(crate) const FOLDER: &str = "WHEELHOUSE_CRASH_FOLDER";
/// Which start of the application on this folder it is.
pub(crate) const LIFE: &str = "WHEELHOUSE_CRASH_LIFE";
/// Set where it wishes for the tasks, be it again.
pub(crate) const WISHES: &str = "WHEELHOUSE_CRASH_WISHES";

/// Key of the wish to execute [`FIRST`].
pub(crate) const EXECUTE: &str = "crash-execute-first";
/// Key of the wish to write [`SECOND`] down.
pub(crate) const CREATE: &str = "crash-create-second";
/// Key of the wish to start it.
pub(crate) const START: &str = "crash-start-second";
/// A task that is created and started by one wish.
pub(crate) const FIRST: &str =
    "Compare SQLite and PostgreSQL for the storage of a small desktop application.";
/// A task that is created and started by two.
pub(crate) const SECOND: &str = "Plan the launch of a weekly newsletter about gardening, with a budget.";

/// Pause between two pieces of text: long enough for kills to fall between them.
const PACE: Duration = Duration::from_millis(1);

#[test]
#[ignore = "the other tests start it as a process of its own"]
fn runs_as_a_process() {
    if let Some(folder) = inside::own_folder() {
        inside::run(live(&folder));
    }
}

async fn live(folder: &Path) {
    let models = ModelRegistry::new().with(Arc::new(Witness::new(folder)));
    let backend = LocalBackend::start(Options::new(folder.join("data"), models)).await;
    let backend = backend.expect("the data folder opens");
    let store = backend.local().handle().store().clone();
    say(&format!("open {}", store.position().0));
    let telling = tokio::spawn(tell(store));
    let whole = tokio::select! {
        () = work(backend.local()) => true,
        () = kinds::answer_everything(backend.local()) => false,
        _ = end_of_input() => false,
    };
    telling.abort();
    backend.close().await;
    say(if whole { "closed whole" } else { "closed early" });
}

/// Says every fact as soon as the store tells of it.
async fn tell(store: Store) {
    let mut head = store.head();
    // From the beginning: what was there before must be there still.
    let mut at = Position(0);
    while head.wait_for(|head| *head > at).await.is_ok() {
        let changes = store.changes(at, 1_000).await.expect("the journal can be read");
        for event in changes.events {
            say(&format!("told {} {}", event.position.0, event.kind));
        }
        at = changes.to;
    }
}

/// Wishes, where it is to wish, and waits until every workflow has ended.
async fn work(local: &Local) {
    if std::env::var_os(WISHES).is_some() {
        tokio::join!(wish_for_first(local), wish_for_second(local), kinds::wish(local));
    }
    let all = ListWorkflows {
        limit: 200,
        ..ListWorkflows::default()
    };
    // Newest first: what is started below another comes to be while that one is waited for.
    let mut told = BTreeSet::new();
    while let Some(workflow) = next_of(local, &all, &told).await {
        told.insert(workflow.id);
        let status = ended(local, workflow.id).await;
        say(&format!("ended {} {}", workflow.id, status.as_str()));
    }
}

/// A workflow that was not waited for yet.
async fn next_of(local: &Local, all: &ListWorkflows, told: &BTreeSet<WorkflowId>) -> Option<WorkflowView> {
    let list = local.list_workflows(all.clone()).await.expect("the list");
    list.workflows
        .into_iter()
        .find(|workflow| !told.contains(&workflow.id))
}

/// Waits for the end: a run may wait for a time or an answer in between.
pub(crate) async fn ended(local: &Local, id: WorkflowId) -> WorkflowStatus {
    let store = local.handle().store();
    let mut head = store.head();
    loop {
        head.mark_unchanged();
        let row = store
            .workflow(id)
            .await
            .expect("the store is open")
            .expect("it stays");
        if row.status.is_final() {
            return row.status;
        }
        head.changed().await.expect("the store is open");
    }
}

async fn wish_for_first(local: &Local) {
    let wish = ExecuteWorkflow {
        request_key: RequestKey(EXECUTE.to_owned()),
        task: FIRST.to_owned(),
    };
    local.execute_workflow(wish).await.expect("an execution");
}

async fn wish_for_second(local: &Local) {
    let wish = CreateWorkflow {
        request_key: RequestKey(CREATE.to_owned()),
        task: SECOND.to_owned(),
        name: String::new(),
        made_of: None,
    };
    let id = local.create_workflow(wish).await.expect("a workflow").id;
    let request_key = RequestKey(START.to_owned());
    let start = StartWorkflow { request_key, id };
    local.start_workflow(start).await.expect("a start");
}

/// Resolves when nobody holds the other end of standard input any more.
fn end_of_input() -> oneshot::Receiver<()> {
    let (ended, end) = oneshot::channel();
    // A thread, because a runtime would wait for it when it closes.
    std::thread::spawn(move || {
        let copied = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        copied.expect("standard input");
        // Nobody waits any more where the work was whole before.
        let _ = ended.send(());
    });
    end
}

/// Rehearsal that writes down what it is really asked, apart from the journal.
struct Witness {
    rehearsal: Rehearsal,
    life: String,
    book: Mutex<File>,
}

impl Witness {
    fn new(folder: &Path) -> Self {
        let book = OpenOptions::new().create(true).append(true).open(book(folder));
        Self {
            rehearsal: Rehearsal::new(RehearsalOptions { pace: PACE }),
            life: std::env::var(LIFE).expect("the number of this life"),
            book: Mutex::new(book.expect("the witness's book")),
        }
    }
}

impl Model for Witness {
    fn name(&self) -> &str {
        self.rehearsal.name()
    }

    fn is_rehearsal(&self) -> bool {
        true
    }

    fn runs_here(&self) -> bool {
        true
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let address = ContentHash::of(&serde_json::to_string(&request).expect("a request"));
        let line = format!("{} {}\n", self.life, address.as_str());
        let mut book = self.book.lock().expect("the witness's book");
        book.write_all(line.as_bytes()).expect("the witness's book");
        self.rehearsal.stream(request)
    }
}

/// Where the witness writes: one line for each question, with the life and the address of the request.
pub(crate) fn book(folder: &Path) -> PathBuf {
    folder.join("asked.txt")
}
