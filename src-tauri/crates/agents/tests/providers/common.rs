//! Requests and what comes of them.

use futures::StreamExt;
use std::time::Duration;
use wheelhouse_agents::providers::{CallOptions, Clients, Endpoint, ProviderModel, Secret, model};
use wheelhouse_agents::{Model, ModelEvent, prompt};
use wheelhouse_domain::{
    AgentKind, Brief, Expects, Failure, ModelMessage, ModelRequest, ModelResponse, ProviderKind,
};
use wheelhouse_testkit::fake_models::FakeModels;
use wheelhouse_testkit::within;

/// A key that must appear in headers and nowhere else.
pub(crate) const CANARY: &str = "canary-7f3a-key";

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) shown: String,
    pub(crate) thought: String,
    /// How long no further call is allowed, each time that it was said.
    pub(crate) used_up: Vec<Duration>,
    pub(crate) result: Result<ModelResponse, Failure>,
}

impl Outcome {
    pub(crate) fn response(self) -> ModelResponse {
        self.result.expect("an answer")
    }

    pub(crate) fn failure(self) -> Failure {
        let failure = self.result.expect_err("a failure");
        let words = format!("{failure:?}");
        assert!(!words.contains(CANARY), "{words}");
        assert!(!failure.message.is_empty() && !failure.next_step.is_empty());
        failure
    }
}

pub(crate) fn endpoint(server: &FakeModels, kind: ProviderKind) -> Endpoint {
    Endpoint {
        kind,
        base_url: server.base_url(kind),
        key: Some(Secret::from(CANARY.to_owned())),
    }
}

pub(crate) fn model_at(endpoint: Endpoint, name: &str) -> ProviderModel {
    let options = CallOptions::default();
    model(
        format!("local/{name}"),
        name.to_owned(),
        endpoint,
        clients(&options),
        options,
    )
}

/// A model that waits only this long for anything.
pub(crate) fn hasty(endpoint: Endpoint, wait: Duration) -> ProviderModel {
    let options = CallOptions {
        connect_timeout: wait,
        idle_timeout: wait,
        max_output_tokens: None,
    };
    model(
        "local/m".to_owned(),
        "m".to_owned(),
        endpoint,
        clients(&options),
        options,
    )
}

pub(crate) fn clients(options: &CallOptions) -> Clients {
    Clients::new(options).expect("clients")
}

pub(crate) async fn run(model: &ProviderModel, request: ModelRequest) -> Outcome {
    within("the end of an answer", async {
        let mut stream = model.stream(request);
        let (mut shown, mut thought) = (String::new(), String::new());
        let mut used_up = Vec::new();
        let mut result = None;
        while let Some(event) = stream.next().await {
            assert!(result.is_none(), "nothing comes after the end");
            match event {
                Ok(ModelEvent::Delta(text)) => shown.push_str(&text),
                Ok(ModelEvent::Thought(text)) => thought.push_str(&text),
                Ok(ModelEvent::UsedUp(wait)) => used_up.push(wait),
                Ok(ModelEvent::Done(response)) => result = Some(Ok(response)),
                Err(failure) => result = Some(Err(failure)),
            }
        }
        Outcome {
            shown,
            thought,
            used_up,
            result: result.expect("an answer or a failure, never silence"),
        }
    })
    .await
}

pub(crate) async fn ask(server: &FakeModels, kind: ProviderKind, request: ModelRequest) -> Outcome {
    run(&model_at(endpoint(server, kind), "fake-large"), request).await
}

pub(crate) fn brief(kind: AgentKind) -> Brief {
    Brief {
        operator_task: "Plan a small harbour festival".to_owned(),
        agent_name: "Ada".to_owned(),
        agent_kind: kind,
        role: "Writer".to_owned(),
        instructions: "Be brief.".to_owned(),
        step: "work".to_owned(),
        title: "Outline the festival".to_owned(),
        description: "Put it in order.".to_owned(),
        done_when: String::new(),
        inputs: Vec::new(),
        plan: None,
        candidates: Vec::new(),
        clarifications: Vec::new(),
        max_sub_tasks: 12,
        terms: None,
        answer: None,
        sources: Vec::new(),
        talk: None,
    }
}

pub(crate) fn prose() -> ModelRequest {
    prompt::request(
        brief(AgentKind::Specialist),
        "local/fake-large",
        &[],
        Expects::Markdown,
    )
}

pub(crate) fn with_tools() -> ModelRequest {
    let tools = [prompt::knowledge_search()];
    prompt::request(
        brief(AgentKind::Creator),
        "local/fake-large",
        &tools,
        Expects::Markdown,
    )
}

pub(crate) fn plan() -> ModelRequest {
    prompt::request(brief(AgentKind::Driver), "local/fake-large", &[], Expects::Plan)
}

/// The request after the model's answer and its tools' results.
pub(crate) fn answered(mut request: ModelRequest, response: &ModelResponse) -> ModelRequest {
    request.messages.push(ModelMessage::Assistant {
        text: response.text.clone(),
        tool_calls: response.tool_calls.clone(),
        thoughts: response.thoughts.clone(),
    });
    for call in &response.tool_calls {
        request.messages.push(ModelMessage::Tool {
            call_id: call.call_id.clone(),
            tool: call.tool.clone(),
            response: wheelhouse_domain::ToolResponse::Refused {
                reason: format!("nothing for {}", call.arguments.0),
            },
        });
    }
    request
}
