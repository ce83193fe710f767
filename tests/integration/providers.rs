//! The crew with models at providers: through each wire format, with keys that are locked, and when a model is
//! changed because another does not answer.

use crate::common::{TASK, assert_completed};
use wheelhouse_contract::{
    CallView, ErrorCode, GetAgent, GetKeys, KeyOrigin, ListModels, ListProviders, Operations, ProviderView,
    RetryWorkflow, SaveProvider, SaveSettings, SecretText, SetProviderKey, TestProvider, UnlockKeys,
    UpdateAgent,
};
use wheelhouse_domain::{
    AgentId, CallKind, DefaultModels, FailureCode, Fallbacks, ProviderKind, ProviderLimits, QuestionKind,
    QuestionStatus, WorkflowStatus,
};
use wheelhouse_orchestrator::keys::Environment;
use wheelhouse_testkit::Workbench;
use wheelhouse_testkit::fake_models::{FakeModels, Fault, Reply, crew};

const KEY: &str = "sk-canary-7f3a9d";
const PASSPHRASE: &str = "a long enough passphrase";

pub(crate) async fn add(bench: &Workbench, name: &str, kind: ProviderKind, base_url: String) -> ProviderView {
    let request = SaveProvider {
        request_key: bench.key(),
        id: None,
        name: name.to_owned(),
        kind,
        base_url,
        limits: ProviderLimits::default(),
    };
    bench.api().save_provider(request).await.expect("a provider")
}

pub(crate) async fn use_for_all(bench: &Workbench, model: &str) {
    let default_models = DefaultModels {
        driver: model.to_owned(),
        creator: model.to_owned(),
        generator: model.to_owned(),
        specialist: model.to_owned(),
        fallbacks: Fallbacks::default(),
    };
    let request = SaveSettings {
        request_key: bench.key(),
        default_models,
    };
    bench.api().save_settings(request).await.expect("settings");
}

pub(crate) async fn give_key(bench: &Workbench, provider: &ProviderView) {
    let request = SetProviderKey {
        request_key: bench.key(),
        id: provider.id,
        key: SecretText(KEY.to_owned()),
    };
    let view = bench
        .api()
        .set_provider_key(request)
        .await
        .expect("the key is kept");
    assert_eq!(view.key_from, Some(KeyOrigin::File));
}

pub(crate) async fn unlock(bench: &Workbench) {
    let request = UnlockKeys {
        passphrase: SecretText(PASSPHRASE.to_owned()),
    };
    assert!(!bench.api().unlock_keys(request).await.expect("opened").locked);
}

fn models_asked(calls: &[CallView]) -> Vec<&str> {
    let named = |call: &CallView| matches!(call.kind, CallKind::Model { .. });
    calls
        .iter()
        .filter(|call| named(call))
        .map(|call| match &call.kind {
            CallKind::Model { model, .. } => model.as_str(),
            CallKind::Tool { tool, .. } => tool.as_str(),
        })
        .collect()
}

async fn crew_completes_through(kind: ProviderKind) {
    let server = FakeModels::start(crew).await;
    let bench = Workbench::open().await;
    let provider = add(&bench, "fake", kind, server.base_url(kind)).await;
    assert!(provider.on_this_machine);
    let check = TestProvider {
        id: provider.id,
        model: Some("fake-large".to_owned()),
    };
    let checked = bench.api().test_provider(check).await.expect("it answers");
    assert!(checked.said.is_some_and(|said| !said.is_empty()));

    use_for_all(&bench, "fake/fake-large").await;
    let detail = bench.run(TASK).await;
    assert_completed(&detail);
    assert!(
        detail.report.is_some_and(|report| !report.citations.is_empty()),
        "the report has sources"
    );
    let research = bench.task_detail(detail.workflow.id, "research").await;
    assert!(
        models_asked(&research.calls)
            .iter()
            .all(|model| *model == "fake/fake-large")
    );
    assert!(
        research.calls.iter().any(|call| !call.passages.is_empty()),
        "the tool was called"
    );
    assert!(
        research
            .calls
            .iter()
            .any(|call| call.usage.input_tokens.is_some()),
        "what it used is on record"
    );
}

#[tokio::test]
async fn the_crew_completes_through_chat_completions() {
    crew_completes_through(ProviderKind::OpenAi).await;
}

#[tokio::test]
async fn the_crew_completes_through_anthropic_messages() {
    crew_completes_through(ProviderKind::Anthropic).await;
}

#[tokio::test]
async fn the_crew_completes_through_gemini() {
    crew_completes_through(ProviderKind::Gemini).await;
}

#[tokio::test]
async fn the_crew_completes_through_ollama() {
    crew_completes_through(ProviderKind::Ollama).await;
}

#[tokio::test]
async fn a_locked_key_makes_the_task_wait_and_opening_the_keys_lets_it_go_on() {
    let server = FakeModels::start(crew).await;
    let mut bench = Workbench::open().await;
    let provider = add(
        &bench,
        "fake",
        ProviderKind::OpenAi,
        server.base_url(ProviderKind::OpenAi),
    )
    .await;
    let early = SetProviderKey {
        request_key: bench.key(),
        id: provider.id,
        key: SecretText(KEY.to_owned()),
    };
    let refused = bench
        .api()
        .set_provider_key(early)
        .await
        .expect_err("there is no place for keys yet");
    assert_eq!(refused.code, ErrorCode::KeysLocked);
    unlock(&bench).await;
    give_key(&bench, &provider).await;
    use_for_all(&bench, "fake/fake-large").await;
    bench.reopen().await;

    let waiting = bench.run(TASK).await;
    assert_eq!(waiting.workflow.status, WorkflowStatus::Waiting);
    let questions = bench
        .api()
        .list_questions(wheelhouse_contract::ListQuestions {})
        .await
        .expect("questions");
    let asked: Vec<_> = questions
        .iter()
        .map(|question| (question.kind, question.status))
        .collect();
    assert_eq!(asked, [(QuestionKind::KeysLocked, QuestionStatus::Open)]);
    assert!(server.captured().is_empty(), "nothing was sent without the key");

    unlock(&bench).await;
    assert_completed(&bench.ended(waiting.workflow.id).await);
    let sent = server.captured();
    assert!(
        sent.iter()
            .all(|request| request.header("authorization") == Some(&format!("Bearer {KEY}")))
    );
}

#[tokio::test]
async fn a_key_that_the_environment_gives_lets_a_waiting_task_go_on_at_the_next_start() {
    let server = FakeModels::start(crew).await;
    let mut bench = Workbench::open().await;
    let base_url = server.base_url(ProviderKind::OpenAi);
    let provider = add(&bench, "fake", ProviderKind::OpenAi, base_url).await;
    unlock(&bench).await;
    give_key(&bench, &provider).await;
    use_for_all(&bench, "fake/fake-large").await;
    bench.reopen().await;
    let waiting = bench.run(TASK).await;
    assert_eq!(waiting.workflow.status, WorkflowStatus::Waiting);

    bench
        .change(|mut setup| {
            setup.environment = Environment::of([("WHEELHOUSE_KEY_FAKE", "sk-from-the-environment")]);
            setup
        })
        .await;
    assert!(bench.api().get_keys(GetKeys {}).await.expect("keys").locked);
    let shown = bench
        .api()
        .list_providers(ListProviders {})
        .await
        .expect("providers");
    assert_eq!(shown[0].key_from, Some(KeyOrigin::Environment));
    let id = waiting.workflow.id;
    let detail = bench
        .until(id, "it goes on", |detail| {
            detail.workflow.status == WorkflowStatus::Completed
        })
        .await;
    assert_eq!(
        detail.report.and_then(|report| report.model).as_deref(),
        Some("fake/fake-large")
    );
    let sent = server.captured();
    let own = "Bearer sk-from-the-environment".to_owned();
    assert!(
        sent.iter()
            .all(|request| request.header("authorization") == Some(&own))
    );
}

#[tokio::test]
async fn a_report_says_who_wrote_it_also_when_the_agent_thinks_with_another_model_since() {
    let server = FakeModels::start(crew).await;
    let bench = Workbench::open().await;
    let id = bench.run(TASK).await.workflow.id;
    let base_url = server.base_url(ProviderKind::OpenAi);
    add(&bench, "fake", ProviderKind::OpenAi, base_url).await;
    use_for_all(&bench, "fake/fake-large").await;
    let report = bench.detail(id).await.report.expect("a report");
    assert_eq!(report.model.as_deref(), Some("rehearsal"));
}

#[tokio::test]
async fn a_key_stands_in_no_file_and_in_no_answer() {
    let server = FakeModels::start(crew).await;
    let mut bench = Workbench::open().await;
    let provider = add(
        &bench,
        "fake",
        ProviderKind::Anthropic,
        server.base_url(ProviderKind::Anthropic),
    )
    .await;
    unlock(&bench).await;
    give_key(&bench, &provider).await;
    use_for_all(&bench, "fake/fake-large").await;
    assert_completed(&bench.run(TASK).await);
    let shown = bench
        .api()
        .list_providers(ListProviders {})
        .await
        .expect("providers");
    let json = serde_json::to_string(&shown).expect("plain data");
    assert!(!json.contains(KEY) && json.contains("\"key_from\":\"file\""));
    bench.close().await;
    for entry in walk(bench.folder()) {
        let bytes = std::fs::read(&entry).expect("a file of the data folder");
        let found = bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
        assert!(!found, "the key stands in {}", entry.display());
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the data folder").flatten();
    entries
        .flat_map(|entry| {
            if entry.path().is_dir() {
                walk(&entry.path())
            } else {
                vec![entry.path()]
            }
        })
        .collect()
}

#[tokio::test]
async fn a_refused_key_fails_the_run_with_what_to_do_and_another_model_mends_it() {
    let server = FakeModels::start(|_| Reply::fault(Fault::Unauthorized)).await;
    let bench = Workbench::open().await;
    add(
        &bench,
        "fake",
        ProviderKind::OpenAi,
        server.base_url(ProviderKind::OpenAi),
    )
    .await;
    let driver = bench
        .api()
        .get_agent(GetAgent { id: AgentId(1) })
        .await
        .expect("the driver")
        .agent;
    let change = |model: &str, version: u32| UpdateAgent {
        request_key: bench.key(),
        id: driver.id,
        version,
        name: driver.name.clone(),
        role: driver.role.clone(),
        instructions: driver.instructions.clone(),
        model: model.to_owned(),
        tools: None,
        fallbacks: None,
    };
    let changed = bench
        .api()
        .update_agent(change("fake/fake-large", driver.version))
        .await
        .expect("changed");
    assert_eq!(
        (changed.version, changed.model_used.as_str()),
        (driver.version + 1, "fake/fake-large")
    );
    let stale = bench
        .api()
        .update_agent(change("rehearsal", driver.version))
        .await
        .expect_err("changed since");
    assert_eq!(stale.code, ErrorCode::Conflict);

    let failed = bench.run(TASK).await;
    assert_eq!(failed.workflow.status, WorkflowStatus::Failed);
    let failure = failed.workflow.failure.expect("it says why");
    assert_eq!(
        (failure.task.as_str(), failure.failure.code),
        ("analyse", FailureCode::ModelRefused)
    );
    assert!(!failure.failure.next_step.is_empty());

    bench
        .api()
        .update_agent(change("rehearsal", changed.version))
        .await
        .expect("changed back");
    let request = RetryWorkflow {
        request_key: bench.key(),
        id: failed.workflow.id,
    };
    bench.api().retry_workflow(request).await.expect("taken up again");
    assert_completed(&bench.ended(failed.workflow.id).await);
}

#[tokio::test]
async fn models_are_listed_and_a_provider_that_is_not_there_is_told_beside_the_others() {
    let server = FakeModels::start(crew).await;
    let bench = Workbench::open().await;
    add(
        &bench,
        "there",
        ProviderKind::Ollama,
        server.base_url(ProviderKind::Ollama),
    )
    .await;
    // The port of a server that has gone again: nobody listens there.
    let gone = FakeModels::start(crew).await.base_url(ProviderKind::OpenAi);
    add(&bench, "gone", ProviderKind::OpenAi, gone).await;
    let list = bench.api().list_models(ListModels {}).await.expect("a list");
    let names: Vec<&str> = list.models.iter().map(|model| model.name.as_str()).collect();
    assert!(
        names.contains(&"rehearsal") && names.contains(&"there/fake-large"),
        "{names:?}"
    );
    assert!(
        list.notices.len() == 1 && list.notices[0].starts_with("gone:"),
        "{:?}",
        list.notices
    );

    let twice = SaveProvider {
        request_key: bench.key(),
        id: None,
        name: "there".to_owned(),
        kind: ProviderKind::Ollama,
        base_url: "http://user:secret@localhost:1".to_owned(),
        limits: ProviderLimits::default(),
    };
    let refused = bench
        .api()
        .save_provider(twice.clone())
        .await
        .expect_err("a secret in an address");
    assert_eq!(refused.details.field.as_deref(), Some("base_url"));
    let named = SaveProvider {
        base_url: "http://localhost:1".to_owned(),
        ..twice
    };
    let taken = bench
        .api()
        .save_provider(named)
        .await
        .expect_err("the name is taken");
    assert_eq!(
        (taken.code, taken.details.field.as_deref()),
        (ErrorCode::Conflict, Some("name"))
    );
}
