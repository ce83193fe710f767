//! Twenty planted keys and a passphrase: whatever goes wrong with them, none is found in any byte of the data folder,
//! in the log, or in anything that goes to a window: answers, refusals, frames and signals.

use crate::common::{TASK, assert_completed};
use flate2::read::GzDecoder;
use serde::Serialize;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use wheelhouse_api::signals;
use wheelhouse_contract::{
    ApiError, BackUp, ExportWorkflow, GetKeys, GetStatus, GetTask, GetWorkflow, ListJournal, ListModels,
    ListProviders, ListQuestions, Operations, ProviderView, SaveProvider, SaveSettings, SecretText,
    SetProviderKey, TestProvider, UnlockKeys,
};
use wheelhouse_domain::{DefaultModels, ProviderKind, Seq, WorkflowId, WorkflowStatus};
use wheelhouse_testkit::fake_models::{FakeModels, Fault, Reply, crew};
use wheelhouse_testkit::{Follower, Workbench};

const PLANTED: usize = 20;
const PASSPHRASE: &str = "canary-passphrase-do-not-show";
const KINDS: [ProviderKind; 4] = [
    ProviderKind::OpenAi,
    ProviderKind::Anthropic,
    ProviderKind::Gemini,
    ProviderKind::Ollama,
];

fn canary(number: usize) -> String {
    format!("sk-canary-{number:02}-7f3a9c51e8d24b60")
}

/// Bytes that several places write to.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<u8>>>);

impl Seen {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().expect("not poisoned").clone()
    }

    /// What a window would be sent.
    fn sent(&self, what: &impl Serialize) {
        let json = serde_json::to_vec(what).expect("plain data");
        self.0.lock().expect("not poisoned").extend(json);
    }

    /// An answer or a refusal, as it goes to a window.
    fn answer<T: Serialize>(&self, answer: Result<T, ApiError>) -> Option<T> {
        match &answer {
            Ok(value) => self.sent(value),
            Err(error) => self.sent(error),
        }
        answer.ok()
    }
}

impl Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// As the shell caps the log, and otherwise everything.
fn is_fit(metadata: &Metadata<'_>) -> bool {
    let own = metadata.target().starts_with("wheelhouse");
    let silent = metadata.target().starts_with("genai");
    own || (!silent && *metadata.level() <= Level::WARN)
}

fn capture_log() -> Seen {
    let log = Seen::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt::layer().with_writer(move || writer.clone());
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(filter_fn(is_fit)));
    // For the whole process, because work is done on many threads. Another test may have been first with its own.
    let _ = tracing::subscriber::set_global_default(subscriber);
    log
}

struct Desk {
    bench: Workbench,
    window: Seen,
}

impl Desk {
    async fn provider(&self, number: usize, kind: ProviderKind, base_url: String) -> ProviderView {
        let api = self.bench.api();
        let save = SaveProvider {
            request_key: self.bench.key(),
            id: None,
            name: format!("planted-{number}"),
            kind,
            base_url,
        };
        let saved = self.window.answer(api.save_provider(save).await).expect("kept");
        let key = SetProviderKey {
            request_key: self.bench.key(),
            id: saved.id,
            key: SecretText(canary(number)),
        };
        self.window
            .answer(api.set_provider_key(key).await)
            .expect("the key is kept")
    }

    /// Everything that Settings can do with a provider, with keys where they do not belong among it.
    async fn handle(&self, provider: &ProviderView, number: usize) {
        let api = self.bench.api();
        for model in [None, Some("fake-large".to_owned())] {
            let test = TestProvider {
                id: provider.id,
                model,
            };
            self.window.answer(api.test_provider(test).await);
        }
        let unfit = SetProviderKey {
            request_key: self.bench.key(),
            id: provider.id,
            key: SecretText(format!("{}\n{}", canary(number), canary(number))),
        };
        self.window.answer(api.set_provider_key(unfit).await);
        let in_address = SaveProvider {
            request_key: self.bench.key(),
            id: Some(provider.id),
            name: provider.name.clone(),
            kind: provider.kind,
            base_url: format!("http://user:{}@localhost:1", canary(number)),
        };
        self.window.answer(api.save_provider(in_address).await);
    }

    async fn run_with(&self, provider: &ProviderView) -> WorkflowId {
        let model = format!("{}/fake-large", provider.name);
        let settings = SaveSettings {
            request_key: self.bench.key(),
            default_models: DefaultModels {
                driver: model.clone(),
                creator: model.clone(),
                generator: model.clone(),
                specialist: model,
            },
        };
        self.window.answer(self.bench.api().save_settings(settings).await);
        self.bench.run(TASK).await.workflow.id
    }

    /// Everything that can be read of a run.
    async fn look_at(&self, id: WorkflowId) -> WorkflowStatus {
        let api = self.bench.api();
        let detail = self.window.answer(api.get_workflow(GetWorkflow { id }).await);
        let detail = detail.expect("it is there");
        for task in &detail.tasks {
            let request = GetTask {
                workflow_id: id,
                task_id: task.id,
            };
            self.window.answer(api.get_task(request).await);
        }
        let journal = ListJournal {
            workflow_id: id,
            after: Seq(0),
            limit: 500,
        };
        self.window.answer(api.list_journal(journal).await);
        detail.workflow.status
    }

    async fn look_around(&self) {
        let api = self.bench.api();
        self.window.answer(api.list_providers(ListProviders {}).await);
        self.window.answer(api.list_models(ListModels {}).await);
        self.window.answer(api.get_keys(GetKeys {}).await);
        self.window.answer(api.get_status(GetStatus {}).await);
        self.window.answer(api.list_questions(ListQuestions {}).await);
    }

    async fn unlock(&self, passphrase: String) -> bool {
        let request = UnlockKeys {
            passphrase: SecretText(passphrase),
        };
        self.window
            .answer(self.bench.api().unlock_keys(request).await)
            .is_some()
    }

    /// Exports a run and gives what stands in its file.
    async fn exported(&self, id: WorkflowId) -> (PathBuf, Vec<u8>) {
        let path = self.bench.folder().join(format!("run-{id}.wheelhouse"));
        self.bench.keep_run(id, &path).await.expect("exported");
        let request = ExportWorkflow { id };
        let answer = self.bench.api().export_workflow(request).await;
        self.window.answer(answer).expect("made");
        let mut bytes = Vec::new();
        GzDecoder::new(File::open(&path).expect("a file"))
            .read_to_end(&mut bytes)
            .expect("a packed stream");
        (path, bytes)
    }

    /// Sends what a window that follows would have been sent.
    async fn follow(&self) {
        let mut follower = Follower::new(self.bench.api());
        let head = self.bench.api().handle().store().position();
        for frame in follower.until(|rows| rows.at >= head).await {
            self.window.sent(&frame);
        }
    }
}

fn assert_clean(what: &str, bytes: &[u8]) {
    for secret in (0..PLANTED).map(canary).chain([PASSPHRASE.to_owned()]) {
        let shown = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!shown, "{what} shows {secret}");
    }
}

fn assert_folder_clean(folder: &Path) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        assert_clean("a name", path.as_os_str().as_encoded_bytes());
        if path.is_dir() {
            files += assert_folder_clean(&path);
        } else {
            assert_clean(
                &path.display().to_string(),
                &std::fs::read(&path).expect("readable"),
            );
            files += 1;
        }
    }
    files
}

#[tokio::test]
async fn twenty_planted_keys_are_found_nowhere() {
    let log = capture_log();
    let good = FakeModels::start(crew).await;
    // Its refusals repeat the key, as those of careless servers do.
    let bad = FakeModels::start(|_| Reply::fault(Fault::Unauthorized)).await;
    let mut desk = Desk {
        bench: Workbench::open().await,
        window: Seen::default(),
    };
    let mut written = signals(desk.bench.api());
    assert!(desk.unlock(PASSPHRASE.to_owned()).await);
    let mut providers = Vec::new();
    for number in 0..PLANTED {
        let kind = KINDS[number % KINDS.len()];
        let server = if number < PLANTED / 2 { &good } else { &bad };
        let provider = desk.provider(number, kind, server.base_url(kind)).await;
        desk.handle(&provider, number).await;
        providers.push(provider);
    }
    let mut files = Vec::new();
    for number in 0..KINDS.len() {
        let completed = desk.run_with(&providers[number]).await;
        assert_eq!(desk.look_at(completed).await, WorkflowStatus::Completed);
        let refused = desk.run_with(&providers[PLANTED / 2 + number]).await;
        assert_eq!(desk.look_at(refused).await, WorkflowStatus::Failed);
        for id in [completed, refused] {
            let (path, inside) = desk.exported(id).await;
            assert!(inside.len() > 1_000, "there is something in it");
            assert_clean(&path.display().to_string(), &inside);
            files.push(path);
        }
    }
    let mut elsewhere = Desk {
        bench: Workbench::open().await,
        window: Seen::default(),
    };
    for path in &files {
        let taken = elsewhere.bench.take_run(path).await;
        let taken = elsewhere.window.answer(taken).expect("taken in");
        elsewhere.look_at(taken.workflow.id).await;
    }
    elsewhere.bench.close().await;
    assert!(
        assert_folder_clean(elsewhere.bench.folder()) >= 2,
        "what is elsewhere"
    );
    assert_clean("the window elsewhere", &elsewhere.window.bytes());
    desk.look_around().await;
    desk.follow().await;
    while let Ok(signal) = written.try_recv() {
        desk.window.sent(&signal);
    }

    // A second start, first with a key for a passphrase, then with the right one.
    desk.bench.reopen().await;
    assert!(!desk.unlock(canary(3)).await);
    let waiting = desk.run_with(&providers[0]).await;
    assert_eq!(desk.look_at(waiting).await, WorkflowStatus::Waiting);
    assert!(desk.unlock(PASSPHRASE.to_owned()).await);
    assert_completed(&desk.bench.ended(waiting).await);
    let back_up = BackUp {
        request_key: desk.bench.key(),
    };
    desk.window
        .answer(desk.bench.api().back_up(back_up).await)
        .expect("a copy");
    desk.follow().await;
    assert!(assert_folder_clean(desk.bench.folder()) >= 4, "what is in use");
    desk.bench.close().await;
    assert!(assert_folder_clean(desk.bench.folder()) >= 4, "what stays");

    let sent = good.captured().len() + bad.captured().len();
    assert!(sent > PLANTED, "the keys were used: {sent}");
    let window = desk.window.bytes();
    assert!(window.len() > 10_000, "the window was sent something");
    assert_clean("the window", &window);
    assert_clean("the log", &log.bytes());
}
