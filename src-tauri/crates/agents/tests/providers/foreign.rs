//! Against an OpenAI-compatible server that was not written here: LiteLLM's proxy with answers of its own making.
//!
//! Started by `tests/foreign/litellm.mjs`, which sets `FOREIGN_BASE_URL` and `FOREIGN_KEY`.

use crate::common::{Outcome, answered, clients, model_at, plan, prose, run, with_tools};
use serde_json::json;
use wheelhouse_agents::providers::{CallOptions, Endpoint, Secret, check};
use wheelhouse_domain::{FailureCode, KNOWLEDGE_SEARCH, ModelRequest, Plan, ProviderKind};
use wheelhouse_testkit::fake_models::{FakeModels, Reply};

fn endpoint() -> Endpoint {
    let of = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is set by the script"));
    Endpoint {
        kind: ProviderKind::OpenAi,
        base_url: of("FOREIGN_BASE_URL"),
        key: Some(Secret::from(of("FOREIGN_KEY"))),
    }
}

async fn ask(model: &str, request: ModelRequest) -> Outcome {
    run(&model_at(endpoint(), model), request).await
}

#[tokio::test]
#[ignore = "needs the foreign server: node tests/foreign/litellm.mjs"]
async fn foreign_text_and_usage() {
    let outcome = ask("says", prose()).await;
    assert_eq!(outcome.shown, "Foreign greetings, Größe 🚢.");
    let response = outcome.response();
    assert_eq!(response.text, "Foreign greetings, Größe 🚢.");
    assert!(response.usage.input_tokens.is_some() && response.usage.output_tokens.is_some());
}

#[tokio::test]
#[ignore = "needs the foreign server: node tests/foreign/litellm.mjs"]
async fn foreign_plan() {
    let text = ask("plans", plan()).await.response().text;
    let plan: Plan = serde_json::from_str(&text).expect("a plan");
    assert_eq!(plan.sub_tasks.len(), 1);
}

/// The proxy streams no tool calls of its own making, so this model of it asks the fake server and passes on what
/// that says, in its own words.
#[tokio::test]
#[ignore = "needs the foreign server: node tests/foreign/litellm.mjs"]
async fn foreign_parallel_tools() {
    let port = std::env::var("FOREIGN_UPSTREAM_PORT").expect("the script sets it");
    let server = FakeModels::on(port.parse().expect("a port"), |asked| {
        if asked.results().count() == 2 {
            return Reply::text("done");
        }
        let call = |query: &str| (KNOWLEDGE_SEARCH, json!({ "query": query }));
        Reply::calls([call("one"), call("two")])
    })
    .await
    .expect("the port is free");
    let response = ask("passes-on", with_tools()).await.response();
    let found: Vec<_> = response
        .tool_calls
        .iter()
        .map(|call| call.arguments.0.clone())
        .collect();
    assert_eq!(found, [json!({"query": "one"}), json!({"query": "two"})]);
    assert_eq!(response.usage.input_tokens, Some(100));
    let text = ask("passes-on", answered(with_tools(), &response))
        .await
        .response()
        .text;
    assert_eq!((text.as_str(), server.asked().len()), ("done", 2));
}

#[tokio::test]
#[ignore = "needs the foreign server: node tests/foreign/litellm.mjs"]
async fn foreign_failures() {
    for (model, code, retryable) in [
        ("limited", FailureCode::ModelRateLimited, true),
        ("broken", FailureCode::ModelUnavailable, true),
        ("no-such-model", FailureCode::ModelRefused, false),
    ] {
        let failure = ask(model, prose()).await.failure();
        assert_eq!(
            (failure.code, failure.retryable),
            (code, retryable),
            "{model}: {failure:?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs the foreign server: node tests/foreign/litellm.mjs"]
async fn foreign_check_and_a_wrong_key() {
    let clients = clients(&CallOptions::default());
    let checked = check(&endpoint(), Some("says"), &clients)
        .await
        .expect("it answers");
    assert_eq!(checked.said.as_deref(), Some("Foreign greetings, Größe 🚢."));
    assert!(checked.models.expect("a list").contains(&"plans".to_owned()));
    let wrong = Endpoint {
        key: Some(Secret::from("sk-wrong-canary".to_owned())),
        ..endpoint()
    };
    let failure = check(&wrong, Some("says"), &clients)
        .await
        .expect_err("a wrong key");
    assert_eq!(
        (failure.code, failure.retryable),
        (FailureCode::ModelRefused, false),
        "{failure:?}"
    );
    assert!(!format!("{failure:?}").contains("canary"), "{failure:?}");
}
