//! Sources that stay here: a phrase that is planted in one is in no byte that goes to a provider elsewhere, whichever way
//! text takes through runs. Harmless text beside it goes everywhere.
//!
//! Both providers repeat all that they are told, so that nothing stops on the way because nobody passed it on. The one
//! elsewhere is on this machine too, under an address that nobody takes for it.

mod flows;
mod helping;
mod marks;
mod search;
mod talks;

use crate::templates::{UID, document, keep, over, questions, reply, start, uid};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use wheelhouse_contract::{
    Operations, ProviderView, QuestionView, SaveProvider, SetSourceStaysHere, SourceView, WorkflowDetail,
};
use wheelhouse_domain::{
    Event, EventBody, ProviderId, ProviderKind, ProviderLimits, QuestionKind, WorkflowId, WorkflowStatus,
};
use wheelhouse_testkit::Workbench;
use wheelhouse_testkit::fake_models::{Asked, FakeModels, Reply, Turn};

/// In the source that stays here, and nowhere else.
const PLANTED: &str = "zanzibarite-437";
/// In the source beside it.
const HARMLESS: &str = "pumpernickel-882";
/// What agents search for; both documents match.
const QUERY: &str = "walnut lamp";

/// Repeats everything that it was told, after it asked another agent where it may do that, else after one search where it may
/// search.
fn echo(asked: &Asked) -> Reply {
    let searched = asked.results().next().is_some();
    if !searched && asked.tools.iter().any(|tool| tool == "ask_agent") {
        let wish = json!({ "agent": "Finder", "task": "Tell of the walnut lamp." });
        return Reply::calls([("ask_agent", wish)]);
    }
    if !searched && asked.tools.iter().any(|tool| tool == "knowledge_search") {
        return Reply::calls([("knowledge_search", json!({ "query": QUERY }))]);
    }
    Reply::text(told(asked))
}

fn told(asked: &Asked) -> String {
    let mut text = String::from("I was told:\n");
    for turn in &asked.turns {
        match turn {
            Turn::User(words) => text.push_str(words),
            Turn::Assistant { text: words, .. } => text.push_str(words),
            Turn::Results(results) => results.iter().for_each(|result| text.push_str(&result.text)),
        }
    }
    text
}

/// A backend with a provider here and one elsewhere, and two sources, one of which stays.
struct Desk {
    bench: Workbench,
    here: FakeModels,
    away: FakeModels,
    folder: TempDir,
    secret: SourceView,
}

impl Desk {
    async fn open() -> Self {
        Self::with(echo).await
    }

    /// The same with another script for the provider here.
    async fn with(here: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let bench = Workbench::open().await;
        let (here, away) = (FakeModels::start(here).await, FakeModels::start(echo).await);
        let folder = TempDir::new().expect("a folder");
        write(folder.path(), "secret/lamp.md", PLANTED);
        write(folder.path(), "open/lamp.md", HARMLESS);
        let secret = bench.add_source(&folder.path().join("secret")).await;
        bench.add_source(&folder.path().join("open")).await;
        let desk = Self {
            bench,
            here,
            away,
            folder,
            secret,
        };
        let marked = desk.mark(true).await;
        assert!(marked.stays_here);
        let kind = ProviderKind::OpenAi;
        let near = desk.provider("near", desk.here.base_url(kind), None).await;
        assert!(near.on_this_machine);
        let far = desk.provider("far", desk.away.elsewhere_url(kind), None).await;
        assert!(!far.on_this_machine);
        desk
    }

    async fn provider(&self, name: &str, base_url: String, id: Option<ProviderId>) -> ProviderView {
        let request = SaveProvider {
            request_key: self.bench.key(),
            id,
            name: name.to_owned(),
            kind: ProviderKind::OpenAi,
            base_url,
            limits: ProviderLimits::default(),
        };
        self.bench.api().save_provider(request).await.expect("a provider")
    }

    async fn mark(&self, stays_here: bool) -> SourceView {
        let request = SetSourceStaysHere {
            request_key: self.bench.key(),
            id: self.secret.id,
            stays_here,
        };
        let marked = self.bench.api().set_source_stays_here(request).await;
        marked.expect("the source is there")
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Runs a template of these steps until it has ended or asks.
    async fn run(&self, steps: Value) -> WorkflowDetail {
        keep(&self.bench, &document(steps), 0).await;
        let id = start(&self.bench, uid(UID), json!({})).await.id;
        over(&self.bench, id).await
    }

    /// The one open question, which must be about what stays here.
    async fn question(&self) -> QuestionView {
        let mut open = questions(&self.bench).await;
        assert_eq!(open.len(), 1, "{open:#?}");
        let question = open.remove(0);
        assert_eq!(question.kind, QuestionKind::StaysHere, "{}", question.text);
        assert!(question.text.contains("“secret”"), "{}", question.text);
        question
    }

    /// Answers it and waits until the run has ended or asks again.
    async fn answer(&self, id: WorkflowId, outcome: &str) -> WorkflowDetail {
        let question = self.question().await;
        let fields = match outcome {
            "here" | "all_here" => json!({ "model": "rehearsal" }),
            _ => json!({}),
        };
        reply(&self.bench, &question, Some(outcome), fields).await;
        over(&self.bench, id).await
    }

    /// Everything that went elsewhere, byte for byte.
    fn sent_away(&self) -> String {
        let captured = self.away.captured();
        let one = |one: &wheelhouse_testkit::fake_models::Captured| {
            format!("{} {} {:?} {}\n", one.method, one.path, one.headers, one.body)
        };
        captured.iter().map(one).collect()
    }

    /// That nobody elsewhere was told anything. That a provider is asked which models it has tells it nothing of a run.
    fn assert_nothing_told(&self) {
        for one in self.away.captured() {
            let is_list = one.method == "GET" && one.path.ends_with("/models") && one.body.is_null();
            assert!(is_list, "it was told: {one:?}");
        }
    }

    /// That nothing that stays here was sent, and that what was sent was on record as such before.
    async fn assert_kept(&self, runs: &[WorkflowId]) {
        let sent = self.sent_away();
        assert!(!sent.contains(PLANTED), "it was sent: {sent}");
        for id in runs {
            assert_no_call_leaves(&self.bench.events(*id).await);
        }
    }
}

/// That no call to another machine begins after it is on record that the run holds what stays here.
fn assert_no_call_leaves(events: &[Event]) {
    let mut confined = false;
    for event in events {
        match &event.body {
            EventBody::WorkflowCreated { setup, .. } => confined |= !setup.stays_here.is_empty(),
            EventBody::CallStarted {
                call,
                elsewhere,
                holds,
                ..
            } => {
                confined |= !holds.is_empty();
                assert!(!(*elsewhere && confined), "{call} left");
            }
            EventBody::CallFinished { stays_here, .. } => confined |= !stays_here.is_empty(),
            EventBody::ChildEnded { end, .. } => confined |= !end.stays_here.is_empty(),
            _ => {}
        }
    }
}

fn write(folder: &Path, path: &str, phrase: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    let text = format!("# The walnut lamp\n\nThe walnut lamp burns with {phrase} in it.\n");
    fs::write(path, text).expect("written");
}

/// A step of the creator with a model, which may search.
fn reads(id: &str, model: &str, needs: &[&str]) -> Value {
    json!({"id": id, "title": id, "kind": "agent", "agent": "creator", "prompt": "Tell of the walnut lamp.",
        "model": format!("{model}/fake-large"), "needs": needs})
}

/// A step of the creator with a model, which works with what it needs and searches nothing.
fn tells(id: &str, model: &str, needs: &[&str]) -> Value {
    let mut step = reads(id, model, needs);
    step["tools"] = json!([]);
    step["prompt"] = json!("Go on with it.");
    step
}

fn waits(detail: &WorkflowDetail) -> WorkflowId {
    assert_eq!(
        detail.workflow.status,
        WorkflowStatus::Waiting,
        "{:?}",
        detail.workflow.failure
    );
    detail.workflow.id
}
