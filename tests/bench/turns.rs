//! The agents' loop against a model server on this machine, and what a streamed token costs on its way to the window.
//! Prints one line of JSON; `npm run bench` reads it.
//!
//! A turn is an answer of the model with the tool call that it wants: both go over a socket or to disk, and every result
//! is on record before the next. The cost of a token is what is left of the time of a long answer, from its first word at
//! the window's side of the signals to its last, each as the JSON that a window gets, when the time is taken off that a
//! bare client needs to read the same bytes from the same server.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it can't go on, and prints what it found"
)]

use futures::StreamExt;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use uuid::Uuid;
use wheelhouse_agents::LoopLimits;
use wheelhouse_api::signals;
use wheelhouse_contract::{ListAgents, Operations, RunTemplate, SaveTemplate, Signal};
use wheelhouse_domain::{
    AgentKind, CALCULATOR, Document, Json, ProviderKind, ProviderLimits, Step, StepKind, TemplateUid,
    WorkflowStatus, crew_template,
};
use wheelhouse_testkit::Workbench;
use wheelhouse_testkit::fake_models::{Asked, FakeModels, Reply};

const AT_A_TIME: usize = 16;
const WORKFLOWS: usize = 96;
const WORDS: usize = 5_000;
const ROUNDS: usize = 5;
const ONE: TemplateUid = TemplateUid(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_1111));

/// Calls of tools before the answer: as many as the loop allows.
fn calls() -> usize {
    usize::try_from(LoopLimits::default().model_turns - 1).expect("small")
}

/// Another sum in each turn, so that nobody repeats itself; then an answer.
fn sums(asked: &Asked) -> Reply {
    let before = asked.results().count();
    if before < calls() {
        Reply::calls([(CALCULATOR, json!({ "expression": format!("{before} * 7") }))])
    } else {
        Reply::text("Every sum was worked out, and every result is on record.")
    }
}

/// A long answer, word by word.
fn long(_: &Asked) -> Reply {
    Reply::text("word ".repeat(WORDS))
}

/// One step that one agent does.
fn template() -> Document {
    let kind = StepKind::Agent {
        agent: AgentKind::Creator.into(),
        prompt: None,
        model: None,
        tools: None,
        answer: None,
    };
    Document {
        uid: ONE,
        name: "one".to_owned(),
        title: "One".to_owned(),
        description: String::new(),
        steps: vec![Step::new("work", "Work", "Work out every sum.", kind, &[])],
        ..crew_template().document
    }
}

/// A backend whose agents think with this server, and whose creator can calculate.
async fn backend(server: &FakeModels) -> Workbench {
    let bench = Workbench::open().await;
    let api = bench.api();
    let kind = ProviderKind::OpenAi;
    let limits = ProviderLimits {
        parallel: Some(u32::try_from(AT_A_TIME).expect("small")),
        ..ProviderLimits::default()
    };
    bench
        .add_provider("fake", kind, server.base_url(kind), limits)
        .await;
    bench.crew_thinks_with("fake/fake-large").await;
    let agents = api.list_agents(ListAgents {}).await.expect("agents");
    let creator = agents.into_iter().find(|agent| agent.kind == AgentKind::Creator);
    let id = creator.expect("a creator").id;
    let able = bench.change_agent(id, |creator| creator.tools = Some(vec![CALCULATOR.to_owned()]));
    able.await.expect("a calculator");
    let text = serde_json::to_string(&template()).expect("plain data");
    let save = SaveTemplate {
        request_key: bench.key(),
        text,
        expected_version: 0,
    };
    api.save_template(save).await.expect("a template");
    bench
}

fn run(bench: &Workbench) -> RunTemplate {
    RunTemplate {
        request_key: bench.key(),
        uid: ONE,
        version: None,
        inputs: Json(json!({ "task": "Work out every sum" })),
        name: String::new(),
        start: true,
    }
}

/// Turns in a second.
async fn turns() -> f64 {
    let server = FakeModels::start(sums).await;
    let bench = backend(&server).await;
    let began = Instant::now();
    let mut at_work = JoinSet::new();
    for number in 0..WORKFLOWS {
        if number >= AT_A_TIME {
            at_work.join_next().await;
        }
        let (api, request) = (bench.api().clone(), run(&bench));
        at_work.spawn(async move {
            let id = api.run_template(request).await.expect("begun").id;
            let status = api.handle().wait(id).await.expect("there");
            assert_eq!(status, WorkflowStatus::Completed);
        });
    }
    at_work.join_all().await;
    let took = began.elapsed();
    assert_eq!(
        server.asked().len(),
        WORKFLOWS * (calls() + 1),
        "every turn was asked for once"
    );
    (WORKFLOWS * (calls() + 1)) as f64 / took.as_secs_f64()
}

/// Requests in a second of a client that does nothing but ask the same server as often, as many at a time: every exchange from
/// its first request to its answer, with nothing on record.
async fn bare_turns() -> f64 {
    let server = FakeModels::start(sums).await;
    let url = format!("{}/chat/completions", server.base_url(ProviderKind::OpenAi));
    let client = reqwest::Client::new();
    let began = Instant::now();
    let mut at_work = JoinSet::new();
    for number in 0..WORKFLOWS {
        if number >= AT_A_TIME {
            at_work.join_next().await;
        }
        let (client, url) = (client.clone(), url.clone());
        at_work.spawn(async move { exchange(&client, &url).await });
    }
    at_work.join_all().await;
    (WORKFLOWS * (calls() + 1)) as f64 / began.elapsed().as_secs_f64()
}

/// Asks until there is an answer, and answers each call with what it stands for.
async fn exchange(client: &reqwest::Client, url: &str) {
    let mut messages = vec![json!({ "role": "user", "content": "Work out every sum." })];
    for turn in 0..=calls() {
        let body = json!({ "model": "fake-large", "stream": true, "messages": messages });
        let answer = client.post(url).json(&body).send().await.expect("an answer");
        let text = answer.text().await.expect("the whole answer");
        assert!(text.contains("[DONE]"));
        let id = format!("call-{turn}");
        messages.push(
            json!({ "role": "assistant", "content": null, "tool_calls": [{ "id": id, "type": "function",
            "function": { "name": CALCULATOR, "arguments": "{}" } }] }),
        );
        messages.push(json!({ "role": "tool", "tool_call_id": id, "content": "7" }));
    }
}

/// From the first word of an answer to its last, and how many words came one by one.
async fn through_the_application() -> (Duration, usize) {
    let server = FakeModels::start(long).await;
    let bench = backend(&server).await;
    let mut told = signals(bench.api());
    let end = u32::try_from("word ".len() * WORDS).expect("small");
    bench.api().run_template(run(&bench)).await.expect("begun");
    let (mut began, mut count, mut bytes) = (None, 0, 0);
    while let Some(signal) = told.recv().await {
        let Signal::TaskText { offset, text, .. } = &signal else {
            continue;
        };
        let began = *began.get_or_insert_with(Instant::now);
        count += 1;
        let said = offset + u32::try_from(text.encode_utf16().count()).expect("small");
        bytes += serde_json::to_vec(&signal).expect("plain data").len();
        if said >= end {
            assert!(bytes > 0);
            return (began.elapsed(), count);
        }
    }
    (Duration::ZERO, count)
}

/// From the first piece of the same answer to its last, read by a client that does nothing with it.
async fn read_bare() -> Duration {
    let server = FakeModels::start(long).await;
    let url = format!("{}/chat/completions", server.base_url(ProviderKind::OpenAi));
    let body = json!({ "model": "fake-large", "stream": true, "stream_options": { "include_usage": true },
        "messages": [{ "role": "user", "content": "Say it." }] });
    let answer = reqwest::Client::new()
        .post(url)
        .json(&body)
        .send()
        .await
        .expect("an answer");
    let mut pieces = answer.bytes_stream();
    let (mut began, mut bytes) = (None, 0);
    while let Some(piece) = pieces.next().await {
        began.get_or_insert_with(Instant::now);
        bytes += piece.expect("a piece").len();
    }
    assert!(bytes > WORDS, "it is the whole answer");
    began.map_or(Duration::ZERO, |began| began.elapsed())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[tokio::main]
async fn main() {
    let (mut per_second, mut per_second_bare) = (Vec::new(), Vec::new());
    let (mut each, mut bare, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        per_second.push(turns().await);
        per_second_bare.push(bare_turns().await);
        let (took, count) = through_the_application().await;
        let nothing = read_bare().await;
        let micros = |took: Duration| took.as_secs_f64() * 1e6 / WORDS as f64;
        each.push(micros(took.saturating_sub(nothing)));
        bare.push(micros(nothing));
        shown.push(count as f64);
    }
    let result = json!({
        "turns_per_second": median(per_second),
        "bare_per_second": median(per_second_bare),
        "micros_per_token": median(each),
        "micros_bare": median(bare),
        "tokens": WORDS,
        "tokens_shown": median(shown),
    });
    println!("{result}");
}
