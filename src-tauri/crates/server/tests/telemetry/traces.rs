//! Traces: the tree of a run, what is never in it, and that a collector that is away is nobody's trouble.

use super::collector::{Collector, attribute};
use super::{Running, until};
use opentelemetry_proto::tonic::trace::v1::Span;
use reqwest::Client;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use wheelhouse_server::{MetricsAt, Options, PlainTraces, Server, StartError, UnfitTelemetry};

async fn traced(collector: &Collector) -> Running {
    let url = format!("http://{}", collector.address);
    Running::with(|options| options.telemetry.otlp = Some(url)).await
}

fn named<'spans>(spans: &'spans [Span], name: &str) -> Vec<&'spans Span> {
    spans.iter().filter(|span| span.name == name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_a_tree_of_a_workflow_its_tasks_and_their_calls() {
    let mut collector = Collector::at("127.0.0.1:0").await;
    let running = traced(&collector).await;
    let detail = running.run("Explain how traces are told").await;
    let spans = collector
        .until("the workflow ended", |spans| {
            (!named(spans, "workflow").is_empty()).then(|| spans.to_vec())
        })
        .await;
    let workflow = named(&spans, "workflow")[0];
    assert_eq!(workflow.trace_id, detail.workflow.uid.0.as_bytes());
    assert!(workflow.parent_span_id.is_empty());
    assert_eq!(
        attribute(workflow, "wheelhouse.outcome").as_deref(),
        Some("completed")
    );
    let tasks = named(&spans, "task");
    let told: BTreeSet<String> = tasks
        .iter()
        .filter_map(|task| attribute(task, "wheelhouse.task"))
        .collect();
    let done: BTreeSet<String> = detail.tasks.iter().map(|task| task.id.to_string()).collect();
    assert_eq!(told, done);
    let by_id: BTreeMap<&[u8], &Span> = spans.iter().map(|span| (span.span_id.as_slice(), span)).collect();
    for task in &tasks {
        assert_eq!(task.trace_id, workflow.trace_id);
        assert_eq!(by_id[task.parent_span_id.as_slice()].name, "workflow");
        assert!(task.start_time_unix_nano >= workflow.start_time_unix_nano);
        assert!(task.end_time_unix_nano <= workflow.end_time_unix_nano);
    }
    let calls = named(&spans, "chat");
    assert!(calls.len() >= 4);
    for call in &calls {
        let above = by_id[call.parent_span_id.as_slice()];
        assert_eq!(
            (above.name.as_str(), &above.trace_id),
            ("task", &workflow.trace_id)
        );
        assert_eq!(
            attribute(call, "wheelhouse.task"),
            attribute(above, "wheelhouse.task")
        );
        assert_eq!(
            attribute(call, "gen_ai.provider.name").as_deref(),
            Some("rehearsal")
        );
        assert_eq!(
            attribute(call, "gen_ai.request.model").as_deref(),
            Some("rehearsal")
        );
        assert_eq!(attribute(call, "wheelhouse.outcome").as_deref(), Some("finished"));
    }
    assert_eq!(by_id.len(), spans.len(), "no identity twice");
    let services = collector.services();
    assert!(services.contains(&"service.name=wheelhouse-server".to_owned()));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_a_span_with_its_name_and_what_came_of_it() {
    let mut collector = Collector::at("127.0.0.1:0").await;
    let running = traced(&collector).await;
    let client = Client::new();
    for path in ["/api/workflows/999", "/health", "/nowhere"] {
        let asked = client.get(running.url(path)).bearer_auth(&running.token);
        let asked = asked.header("x-request-id", "request-of-the-test");
        asked.send().await.expect("an answer");
    }
    let spans = collector
        .until("requests are told", |spans| {
            (spans.len() >= 2).then(|| spans.to_vec())
        })
        .await;
    let one = named(&spans, "get_workflow")[0];
    for (name, value) in [
        ("wheelhouse.request_id", "request-of-the-test"),
        ("wheelhouse.operation", "get_workflow"),
        ("wheelhouse.workflow", "999"),
        ("http.request.method", "GET"),
        ("http.response.status_code", "404"),
    ] {
        assert_eq!(attribute(one, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(named(&spans, "none").len(), 1);
    assert!(
        named(&spans, "health").is_empty(),
        "asked for all the time, and of no interest"
    );
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_no_name_and_no_secret_is_in_any_byte() {
    let mut collector = Collector::at("127.0.0.1:0").await;
    let url = format!("http://{}", collector.address);
    let running = Running::with(|options| {
        options.telemetry.otlp = Some(url);
        options.telemetry.metrics = MetricsAt::Server;
        options.name = "planted-server".to_owned();
    })
    .await;
    let detail = running
        .run("Compare the plantedword harvest with the plantedphrase budget of plantedcompany")
        .await;
    let path = running.url("/api/workflows/plantedpath?query=plantedquery");
    let asked = Client::new().get(path).bearer_auth(&running.token);
    asked
        .header("user-agent", "plantedagent")
        .send()
        .await
        .expect("an answer");
    let foreign = Client::new()
        .get(running.url("/api/status"))
        .bearer_auth("wh_plantedtoken");
    foreign.send().await.expect("an answer");
    collector
        .until("the workflow ended", |spans| {
            (!named(spans, "workflow").is_empty()).then_some(())
        })
        .await;
    let token = running.token.clone();
    running.server.stop().await;
    let bytes = String::from_utf8_lossy(&collector.bytes()).into_owned();
    assert!(bytes.contains("rehearsal"), "the bytes are what was sent");
    assert!(!bytes.contains("planted"), "{bytes}");
    assert!(!bytes.contains(token.trim_start_matches("wh_")));
    for task in &detail.tasks {
        assert!(!bytes.contains(&task.title), "{}", task.title);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_is_nobody_s_trouble() {
    let away = Collector::at("127.0.0.1:0").await;
    let address = away.address.to_string();
    drop(away);
    let url = format!("http://{address}");
    let running = Running::with(|options| {
        options.telemetry.otlp = Some(url);
        options.telemetry.metrics = MetricsAt::Server;
    })
    .await;
    running.run("Explain what happens when nobody listens").await;
    let client = Client::new();
    let figures = || async {
        let asked = client.get(running.url("/metrics")).bearer_auth(&running.token);
        let text = asked.send().await.expect("an answer").text().await.expect("text");
        super::open_metrics::read(&text).expect("strict")
    };
    until("spans are dropped", || async {
        (figures().await.value("wheelhouse_spans_dropped_total", &[]) > 0.0).then_some(())
    })
    .await;
    let mut back = Collector::at(&address).await;
    running
        .run("Explain what happens when somebody listens again")
        .await;
    back.until("spans come again", |spans| {
        (!named(spans, "workflow").is_empty()).then_some(())
    })
    .await;
    drop(back);
    let begun = Instant::now();
    running.server.stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(9),
        "a stop waits for no collector"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_goes_on_after_a_restart_keeps_its_identity() {
    let mut collector = Collector::at("127.0.0.1:0").await;
    let url = format!("http://{}", collector.address);
    let running = Running::with(|options| {
        options.telemetry.otlp = Some(url.clone());
        options.rehearsal_pace = Some(Duration::from_millis(40));
    })
    .await;
    let id = super::start(&running, "Explain how a run survives").await;
    let early = collector
        .until("a first call ended", |spans| {
            named(spans, "chat").first().map(|span| (*span).clone())
        })
        .await;
    let Running { data, server, .. } = running;
    server.stop().await;
    let mut options = Options::local(data.path().to_owned());
    options.rehearsal_pace = Some(Duration::ZERO);
    options.telemetry.otlp = Some(url);
    let server = Server::start(options).await.expect("started");
    let workflow = collector
        .until("the workflow ended", |spans| {
            named(spans, "workflow").first().map(|span| (*span).clone())
        })
        .await;
    assert_eq!(workflow.trace_id, early.trace_id);
    assert!(workflow.start_time_unix_nano <= early.start_time_unix_nano);
    assert_eq!(attribute(&workflow, "wheelhouse.workflow"), Some(id.to_string()));
    let spans = collector.spans();
    let tasks: BTreeSet<&[u8]> = named(&spans, "task")
        .iter()
        .map(|span| span.span_id.as_slice())
        .collect();
    assert!(
        tasks.contains(early.parent_span_id.as_slice()),
        "the task of the early call was told later"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_traces_to_elsewhere_need_to_be_told_twice() {
    let data = tempfile::tempdir().expect("a temporary folder");
    for (allowed, understood) in [(false, false), (true, false), (false, true)] {
        let mut options = Options::local(data.path().to_owned());
        options.telemetry.otlp = Some("http://collector.example:4318".to_owned());
        options.telemetry.plain = PlainTraces { allowed, understood };
        let refused = Server::start(options).await.err().expect("refused");
        assert!(matches!(
            refused,
            StartError::Telemetry(UnfitTelemetry::Plain { .. } | UnfitTelemetry::SaidOnce { .. })
        ));
    }
}
