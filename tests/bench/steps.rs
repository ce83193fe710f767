//! Durable steps a second: a template of seven steps with a model that answers at once, 64 workflows at a time, against
//! the same bytes committed by the same writer with no engine. Prints one line of JSON; `npm run bench` reads it.
//!
//! What "the same bytes" means: after a round, its journal is read back, cut where the orchestrator had committed, and
//! written again, commit by commit, with the same texts and the same number of workflows at a time, into a store that
//! is as fresh as the round's was.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it can't go on, and prints what it found"
)]

use futures::stream;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::task::JoinSet;
use uuid::Uuid;
use wheelhouse_agents::{Model, ModelEvent, ModelRegistry, ModelStream};
use wheelhouse_domain::{
    AgentKind, ContentHash, Document, Event, Millis, ModelRequest, ModelResponse, Step, StepKind,
    TemplateUid, WorkflowId, crew_template, rehearsal_model,
};
use wheelhouse_orchestrator::keys::KeychainChoice;
use wheelhouse_orchestrator::store::{
    Commit, Options as StoreOptions, RequestRecord, RunCommit, Store, Target,
};
use wheelhouse_orchestrator::{Handle, NewRun, Options, Orchestrator, Wish, World};

const STEPS: usize = 7;
const AT_A_TIME: usize = 64;
const WORKFLOWS: usize = 384;
const ROUNDS: usize = 5;
const SEVEN: TemplateUid = TemplateUid(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_7777));

/// Answers at once, with about as many words as a short part of a report has.
struct Instant7 {
    name: String,
}

impl Model for Instant7 {
    fn name(&self) -> &str {
        &self.name
    }

    fn is_rehearsal(&self) -> bool {
        false
    }

    fn runs_here(&self) -> bool {
        true
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let text = format!(
            "{}: {}",
            request.brief.step,
            "every result is on disk before anything acts on it. ".repeat(8)
        );
        let response = ModelResponse {
            text,
            ..ModelResponse::default()
        };
        Box::pin(stream::iter([Ok(ModelEvent::Done(response))]))
    }
}

/// Never gives the same time twice, so that events of one commit, and only they, share theirs.
struct Ticks(AtomicI64);

impl World for Ticks {
    fn now(&self) -> Millis {
        Millis(self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn new_uid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Seven steps, one after the other.
fn template() -> Document {
    let name = |number: usize| format!("step_{number}");
    let steps = (1..=STEPS).map(|number| {
        let before = name(number.saturating_sub(1));
        let needs: &[&str] = if number == 1 { &[] } else { &[&before] };
        let kind = StepKind::Agent {
            agent: AgentKind::Driver.into(),
            prompt: None,
            model: None,
            tools: None,
            answer: None,
        };
        Step::new(
            &name(number),
            &format!("Step {number}"),
            "Say what is known, from what came before.",
            kind,
            needs,
        )
    });
    Document {
        uid: SEVEN,
        name: "seven".to_owned(),
        title: "Seven".to_owned(),
        description: String::new(),
        steps: steps.collect(),
        ..crew_template().document
    }
}

fn options(folder: &Path) -> Options {
    let model = Arc::new(Instant7 {
        name: rehearsal_model(),
    });
    let mut options = Options::new(folder.to_owned(), ModelRegistry::new().with(model));
    options.parallel_calls = AT_A_TIME;
    options.keychain = KeychainChoice::Without;
    options.world = Arc::new(Ticks(AtomicI64::new(1_700_000_000_000)));
    options
}

/// A data folder as it is after the first start.
async fn seed() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let orchestrator = Orchestrator::start(options(folder.path()))
        .await
        .expect("a start");
    let wish = Wish {
        key: "bench-template",
        operation: "save_template",
    };
    let text = serde_json::to_string(&template()).expect("plain data");
    let saved = orchestrator.handle().save_template(wish, &text, 0).await;
    saved.expect("a template");
    orchestrator.shutdown().await;
    folder
}

fn copy(seed: &Path) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(seed).expect("the seed") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("a type").is_file() {
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("copied");
        }
    }
    folder
}

async fn begin(handle: &Handle, number: usize) {
    let key = format!("bench-create-{number:06}");
    let wish = Wish {
        key: &key,
        operation: "create_workflow",
    };
    let task = format!("Benchmark {number}: explain how a run is kept");
    let run = NewRun {
        template: SEVEN,
        ..NewRun::crew("", &task)
    };
    handle.create(wish, &run, true).await.expect("created");
}

/// What a round with the engine took, and what it wrote.
struct Engine {
    took: Duration,
    commits: u64,
    transactions: u64,
    journal: Vec<Vec<Commit>>,
}

async fn with_engine(seed: &Path) -> Engine {
    let folder = copy(seed);
    let orchestrator = Orchestrator::start(options(folder.path()))
        .await
        .expect("a start");
    let handle = orchestrator.handle();
    let mut head = handle.store().head();
    let before = handle.store().write_counts();
    let began = Instant::now();
    let mut creating = JoinSet::new();
    let mut begun = 0;
    loop {
        head.mark_unchanged();
        let counts = handle.store().workflow_counts().await.expect("counts");
        let completed = counts.completed as usize;
        if completed == WORKFLOWS {
            break;
        }
        while begun < WORKFLOWS && begun < completed + AT_A_TIME {
            let (handle, number) = (handle.clone(), begun);
            creating.spawn(async move { begin(&handle, number).await });
            begun += 1;
        }
        head.changed().await.expect("the store is open");
    }
    let took = began.elapsed();
    creating.join_all().await;
    let after = handle.store().write_counts();
    let journal = read_back(handle.store()).await;
    orchestrator.shutdown().await;
    Engine {
        took,
        commits: after.commits - before.commits,
        transactions: after.transactions - before.transactions,
        journal,
    }
}

/// Every workflow's commits, with the texts that they brought.
async fn read_back(store: &Store) -> Vec<Vec<Commit>> {
    let mut all = Vec::with_capacity(WORKFLOWS);
    for number in 1..=WORKFLOWS {
        let id = WorkflowId(u32::try_from(number).expect("a small number"));
        let events = store.all_events(id).await.expect("events");
        let mut commits = Vec::new();
        for together in events.chunk_by(|one, next| one.at == next.at) {
            commits.push(again(store, number, commits.is_empty(), together).await);
        }
        all.push(commits);
    }
    all
}

async fn again(store: &Store, number: usize, first: bool, events: &[Event]) -> Commit {
    let mut hashes = Vec::new();
    for event in events {
        find_hashes(&serde_json::to_value(event).expect("plain data"), &mut hashes);
    }
    let texts: BTreeMap<ContentHash, String> = store.contents(&hashes).await.expect("texts");
    let request = first.then(|| RequestRecord {
        key: format!("bench-again-{number:06}"),
        operation: "create_workflow".to_owned(),
        workflow_id: None,
        question_id: None,
        at: events.first().map_or(Millis(0), |event| event.at),
    });
    Commit {
        runs: vec![RunCommit {
            target: Target::New,
            events: events.to_vec(),
        }],
        contents: texts.into_values().collect(),
        request,
    }
}

/// Whatever looks like the hash of a text; what is none is not found in the store and does no harm.
fn find_hashes(value: &Value, found: &mut Vec<ContentHash>) {
    match value {
        Value::String(text) if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            found.push(ContentHash(text.clone()));
        }
        Value::Array(items) => items.iter().for_each(|item| find_hashes(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| find_hashes(field, found)),
        _ => {}
    }
}

/// What the same commits took without an engine.
struct Bare {
    took: Duration,
    commits: u64,
    transactions: u64,
}

async fn without_engine(seed: &Path, journal: Vec<Vec<Commit>>) -> Bare {
    let folder = copy(seed);
    let opened = Store::open(StoreOptions {
        folder: folder.path().to_owned(),
        now: Millis(1_700_000_000_000),
        file_layer: None,
    });
    let store = opened.await.expect("a store");
    let journal = Arc::new(journal);
    let next = Arc::new(AtomicUsize::new(0));
    let before = store.write_counts();
    let began = Instant::now();
    let mut lanes = JoinSet::new();
    for _ in 0..AT_A_TIME {
        let (store, journal, next) = (store.clone(), Arc::clone(&journal), Arc::clone(&next));
        lanes.spawn(async move {
            while let Some(commits) = journal.get(next.fetch_add(1, Ordering::Relaxed)) {
                write(&store, commits).await;
            }
        });
    }
    lanes.join_all().await;
    let took = began.elapsed();
    let after = store.write_counts();
    store.close().await.expect("closed");
    Bare {
        took,
        commits: after.commits - before.commits,
        transactions: after.transactions - before.transactions,
    }
}

async fn write(store: &Store, commits: &[Commit]) {
    let mut target = Target::New;
    for commit in commits {
        let mut commit = commit.clone();
        for run in &mut commit.runs {
            run.target = target;
        }
        let committed = store.commit(commit).await.expect("written");
        target = Target::Existing(committed.workflow_ids[0]);
    }
}

fn steps_per_second(took: Duration) -> f64 {
    (WORKFLOWS * STEPS) as f64 / took.as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[tokio::main]
async fn main() {
    let seed = seed().await;
    let (mut engine, mut bare, mut ratio) = (Vec::new(), Vec::new(), Vec::new());
    let mut written = Value::Null;
    for _ in 0..ROUNDS {
        let with = with_engine(seed.path()).await;
        let without = without_engine(seed.path(), with.journal).await;
        assert_eq!(with.commits, without.commits, "the same commits were written");
        written = json!({
            "commits": with.commits,
            "transactions": with.transactions,
            "transactions_without_engine": without.transactions,
        });
        let (fast, bound) = (steps_per_second(with.took), steps_per_second(without.took));
        engine.push(fast);
        bare.push(bound);
        ratio.push(fast / bound);
    }
    let result = json!({
        "steps_per_second": median(engine),
        "without_engine": median(bare),
        "ratio": median(ratio),
        "written": written,
    });
    println!("{result}");
}
