//! Other models in the place of one that can't answer, and exchanges that are longer than a model reads.

use crate::common::{TASK, assert_completed};
use crate::providers::add;
use wheelhouse_contract::{
    CallView, ErrorCode, ListAgents, ListModels, Operations, ProviderView, SaveProvider, SaveSettings,
    TaskDetail, UpdateAgent,
};
use wheelhouse_domain::{
    AgentKind, CallKind, CallStatus, DefaultModels, FailureCode, Fallbacks, KNOWLEDGE_SEARCH, PassedOver,
    ProviderKind, ProviderLimits, WorkflowStatus,
};
use wheelhouse_testkit::Workbench;
use wheelhouse_testkit::fake_models::{Asked, FakeModels, Fault, Reply, crew};

fn models(first: &str, then: &[&str]) -> DefaultModels {
    let then: Vec<String> = then.iter().map(|name| (*name).to_owned()).collect();
    DefaultModels {
        driver: first.to_owned(),
        creator: first.to_owned(),
        generator: first.to_owned(),
        specialist: first.to_owned(),
        fallbacks: Fallbacks {
            driver: then.clone(),
            creator: then.clone(),
            generator: then.clone(),
            specialist: then,
        },
    }
}

async fn think_with(bench: &Workbench, first: &str, then: &[&str]) {
    let request = SaveSettings {
        request_key: bench.key(),
        default_models: models(first, then),
    };
    bench.api().save_settings(request).await.expect("settings");
}

fn model_calls(detail: &TaskDetail) -> Vec<(&CallView, &str, &[PassedOver])> {
    let of = |call| match &<&CallView>::clone(&call).kind {
        CallKind::Model {
            model, passed_over, ..
        } => Some((call, model.as_str(), passed_over.as_slice())),
        CallKind::Tool { .. } => None,
    };
    detail.calls.iter().filter_map(of).collect()
}

/// A crew whose first model has this trouble, and whose second has none.
async fn completes_with_the_next(kind: ProviderKind, trouble: impl Fn() -> Reply + Send + Sync + 'static) {
    let server = FakeModels::start(move |asked| match asked.model.as_str() {
        "fake-large" => trouble(),
        _ => crew(asked),
    })
    .await;
    let bench = Workbench::open().await;
    add(&bench, "one", kind, server.base_url(kind)).await;
    think_with(&bench, "one/fake-large", &["one/fake-small"]).await;
    let detail = bench.run(TASK).await;
    assert_completed(&detail);
    let research = bench.task_detail(detail.workflow.id, "research").await;
    let calls = model_calls(&research);
    let (failed, model, _) = calls[0];
    assert_eq!((failed.status, model), (CallStatus::Failed, "one/fake-large"));
    let (answered, model, passed_over) = calls[1];
    assert_eq!((answered.status, model), (CallStatus::Finished, "one/fake-small"));
    let [passed] = passed_over else {
        panic!("{passed_over:?}")
    };
    assert_eq!(passed.model, "one/fake-large");
    assert!(
        !passed.why.is_empty()
            && failed
                .failure
                .as_ref()
                .is_some_and(|why| why.message == passed.why)
    );
    let later = calls.iter().skip(2);
    assert!(
        later.clone().all(|(_, model, _)| *model == "one/fake-small"),
        "the first is not asked again in this attempt"
    );
    assert!(later.count() > 0, "the exchange went on after a tool");
    assert_eq!(research.task.attempt, 1);
    let report = detail.report.expect("a report");
    assert_eq!(report.model.as_deref(), Some("one/fake-small"));
}

#[tokio::test]
async fn a_model_that_is_not_there_is_passed_over_in_every_format() {
    for kind in ProviderKind::ALL {
        completes_with_the_next(kind, || Reply::fault(Fault::NoSuchModel)).await;
    }
}

#[tokio::test]
async fn so_is_one_whose_key_is_refused_or_whose_server_has_trouble() {
    completes_with_the_next(ProviderKind::OpenAi, || Reply::fault(Fault::Unauthorized)).await;
    completes_with_the_next(ProviderKind::Anthropic, || Reply::fault(Fault::ServerError)).await;
}

#[tokio::test]
async fn one_that_asks_for_a_long_pause_is_not_waited_for() {
    for kind in ProviderKind::ALL {
        let server = FakeModels::start(|asked| match asked.model.as_str() {
            "fake-large" => Reply::later(90_000),
            _ => crew(asked),
        })
        .await;
        let bench = Workbench::open().await;
        add(&bench, "one", kind, server.base_url(kind)).await;
        think_with(&bench, "one/fake-large", &["one/fake-small"]).await;
        let detail = bench.run(TASK).await;
        assert_completed(&detail);
        let refused = server
            .asked()
            .iter()
            .filter(|asked| asked.model == "fake-large")
            .count();
        assert_eq!(refused, 1, "{kind:?}: who knows of the pause does not ask");
        let research = bench.task_detail(detail.workflow.id, "research").await;
        let (answered, model, passed_over) = model_calls(&research)[0];
        assert_eq!((answered.status, model), (CallStatus::Finished, "one/fake-small"));
        assert!(
            passed_over.iter().any(|passed| passed.why.contains("long pause")),
            "{passed_over:?}"
        );
    }
}

#[tokio::test]
async fn one_that_asks_to_come_back_again_and_again_is_passed_over_in_the_second_attempt() {
    let server = FakeModels::start(|asked| match asked.model.as_str() {
        "fake-large" => Reply::later(0),
        _ => crew(asked),
    })
    .await;
    let bench = Workbench::open().await;
    let kind = ProviderKind::Ollama;
    add(&bench, "one", kind, server.base_url(kind)).await;
    think_with(&bench, "one/fake-large", &["one/fake-small"]).await;
    let detail = bench.run(TASK).await;
    assert_completed(&detail);
    let analyse = bench.task_detail(detail.workflow.id, "analyse").await;
    assert_eq!(analyse.task.attempt, 2);
    let models: Vec<&str> = model_calls(&analyse).iter().map(|(_, model, _)| *model).collect();
    assert_eq!(models, ["one/fake-large", "one/fake-large", "one/fake-small"]);
}

#[tokio::test]
async fn what_broke_off_after_words_were_shown_is_said_so() {
    let server = FakeModels::start(|asked| match asked.model.as_str() {
        "fake-large" => Reply::fault(Fault::CutMidStream),
        _ => crew(asked),
    })
    .await;
    let bench = Workbench::open().await;
    let kind = ProviderKind::Anthropic;
    add(&bench, "one", kind, server.base_url(kind)).await;
    think_with(&bench, "one/fake-large", &["one/fake-small"]).await;
    let mut live = bench.api().handle().live().listen();
    let detail = bench.run(TASK).await;
    assert_completed(&detail);
    let report = bench.task_detail(detail.workflow.id, "report").await;
    let [_, (_, model, [passed])] = model_calls(&report)[..] else {
        panic!("two calls")
    };
    assert_eq!(model, "one/fake-small");
    assert!(passed.shown, "its words were on the screen");
    let text = report.answer.expect("an answer").text;
    assert!(!text.contains("The first words of an answer"), "{text}");
    // Whoever was reading is told why the words begin anew.
    let seen: Vec<String> = std::iter::from_fn(|| live.try_recv().ok())
        .filter(|piece| piece.task_id == report.task.id && piece.offset == 0)
        .map(|piece| piece.text)
        .collect();
    assert!(
        seen.len() == 2 && seen[1].contains("writes the answer anew"),
        "{seen:?}"
    );
    assert!(!text.contains("anew"));
}

#[tokio::test]
async fn a_request_that_is_refused_for_itself_goes_to_nobody_else() {
    let server = FakeModels::start(|asked| match asked.model.as_str() {
        "fake-large" => Reply::fault(Fault::BadRequest),
        _ => crew(asked),
    })
    .await;
    let bench = Workbench::open().await;
    let kind = ProviderKind::OpenAi;
    add(&bench, "one", kind, server.base_url(kind)).await;
    think_with(&bench, "one/fake-large", &["one/fake-small"]).await;
    let detail = bench.run(TASK).await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Failed);
    assert!(server.asked().iter().all(|asked| asked.model == "fake-large"));
}

#[tokio::test]
async fn fallbacks_must_be_names_of_models() {
    let bench = Workbench::open().await;
    let request = SaveSettings {
        request_key: bench.key(),
        default_models: models("rehearsal", &["nothing to think with"]),
    };
    let refused = bench.api().save_settings(request).await.expect_err("no model");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
    assert_eq!(
        refused.details.field.as_deref(),
        Some("default_models.fallbacks.driver")
    );
}

async fn with_window(bench: &Workbench, provider: ProviderView, tokens: u32) {
    let request = SaveProvider {
        request_key: bench.key(),
        id: Some(provider.id),
        name: provider.name,
        kind: provider.kind,
        base_url: provider.base_url,
        limits: ProviderLimits {
            parallel: None,
            windows: [("fake-large".to_owned(), tokens)].into(),
        },
    };
    bench.api().save_provider(request).await.expect("kept");
}

/// Searches on and on in its research, then answers as the crew does.
fn searches(asked: &Asked) -> Reply {
    const SEARCHES: usize = 6;
    let done = asked.results().count();
    if asked.tools.iter().any(|tool| tool == KNOWLEDGE_SEARCH) && done < SEARCHES {
        let query = format!("which model does an agent think with, and what waits for a key? ({done})");
        return Reply::calls([(KNOWLEDGE_SEARCH, serde_json::json!({ "query": query }))]);
    }
    match done {
        0 => crew(asked),
        _ => Reply::text("That is what the knowledge says."),
    }
}

#[tokio::test]
async fn an_exchange_that_grows_too_long_loses_its_oldest_results_and_says_so() {
    for kind in ProviderKind::ALL {
        let server = FakeModels::start(searches).await;
        let bench = Workbench::open().await;
        let provider = add(&bench, "one", kind, server.base_url(kind)).await;
        with_window(&bench, provider, 6_000).await;
        think_with(&bench, "one/fake-large", &[]).await;
        let listed = bench.api().list_models(ListModels {}).await.expect("a list");
        let window = |name: &str| listed.models.iter().find(|model| model.name == name)?.window;
        assert_eq!(
            (window("one/fake-large"), window("one/fake-small")),
            (Some(6_000), None)
        );
        let detail = bench.run(TASK).await;
        let research = bench.task_detail(detail.workflow.id, "research").await;
        let left_out: Vec<_> = research
            .calls
            .iter()
            .filter_map(|call| match call.kind {
                CallKind::Model { left_out, .. } => left_out,
                CallKind::Tool { .. } => None,
            })
            .collect();
        let last = left_out
            .last()
            .unwrap_or_else(|| panic!("{kind:?}: nothing was left out"));
        assert!(
            last.window == 6_000 && last.tokens > 0 && last.results + last.turns > 0,
            "{last:?}"
        );
        assert_eq!(research.task.status, wheelhouse_domain::TaskStatus::Completed);
    }
}

#[tokio::test]
async fn a_task_that_can_not_fit_fails_with_a_next_step_or_goes_to_a_model_that_reads_more() {
    let server = FakeModels::start(crew).await;
    let bench = Workbench::open().await;
    let kind = ProviderKind::OpenAi;
    let provider = add(&bench, "one", kind, server.base_url(kind)).await;
    with_window(&bench, provider, 1_000).await;
    let long = format!("{TASK} {}", "with all that belongs to it ".repeat(400));
    think_with(&bench, "one/fake-large", &[]).await;
    let detail = bench.run(&long).await;
    let failure = detail.workflow.failure.expect("it failed").failure;
    assert_eq!(
        (failure.code, failure.retryable),
        (FailureCode::ModelRefused, false)
    );
    assert!(
        failure.message.contains("1000 tokens") && failure.next_step.contains("reads more"),
        "{failure:?}"
    );
    assert_eq!(server.asked().len(), 0, "nothing was sent");

    think_with(&bench, "one/fake-large", &["one/fake-small"]).await;
    assert_completed(&bench.run(&long).await);
    assert!(server.asked().iter().all(|asked| asked.model == "fake-small"));
}

/// The researcher as it is, with these models.
async fn researcher_thinks_with(bench: &Workbench, model: &str, then: &[&str]) {
    let agents = bench.api().list_agents(ListAgents {}).await.expect("agents");
    let agent = agents
        .into_iter()
        .find(|agent| agent.kind == AgentKind::Creator)
        .expect("there");
    let change = UpdateAgent {
        request_key: bench.key(),
        id: agent.id,
        version: agent.version,
        name: agent.name,
        role: agent.role,
        instructions: agent.instructions,
        model: model.to_owned(),
        tools: None,
        fallbacks: Some(then.iter().map(|name| (*name).to_owned()).collect()),
    };
    let changed = bench.api().update_agent(change).await.expect("changed");
    assert_eq!(changed.fallbacks, then);
}

#[tokio::test]
async fn an_agent_falls_back_on_its_own_models_in_their_order_and_on_no_others() {
    let server = FakeModels::start(|asked| match asked.model.as_str() {
        "fake-small" => crew(asked),
        _ => Reply::fault(Fault::NoSuchModel),
    })
    .await;
    let mut bench = Workbench::open().await;
    let kind = ProviderKind::OpenAi;
    add(&bench, "one", kind, server.base_url(kind)).await;
    // Those of its kind are not asked: it names its own.
    think_with(&bench, "rehearsal", &["one/fake-never"]).await;
    let own = ["one/fake-gone", "one/fake-small"];
    researcher_thinks_with(&bench, "one/fake-large", &own).await;
    bench.reopen().await;
    let detail = bench.run(TASK).await;
    assert_completed(&detail);
    let research = bench.task_detail(detail.workflow.id, "research").await;
    let calls = model_calls(&research);
    let models: Vec<&str> = calls.iter().map(|(_, model, _)| *model).take(3).collect();
    assert_eq!(models, ["one/fake-large", "one/fake-gone", "one/fake-small"]);
    let (answered, _, passed_over) = calls[2];
    assert_eq!(answered.status, CallStatus::Finished);
    let passed: Vec<&str> = passed_over.iter().map(|one| one.model.as_str()).collect();
    assert_eq!(passed, ["one/fake-large", "one/fake-gone"]);

    researcher_thinks_with(&bench, "one/fake-large", &[]).await;
    let detail = bench.run(TASK).await;
    assert_eq!(
        detail.workflow.status,
        WorkflowStatus::Failed,
        "it names its own and nobody beside it"
    );
    let asked = server.asked();
    assert!(asked.iter().all(|asked| asked.model != "fake-never"));
}
