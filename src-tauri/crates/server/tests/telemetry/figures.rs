//! Figures: who may read them, that they move as they should, and that no request makes a new label.

use super::open_metrics::{Read, read};
use super::{Running, until};
use reqwest::{Client, Method, StatusCode};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use wheelhouse_api::remote::Told;
use wheelhouse_contract::TABLE;
use wheelhouse_server::security::Scope;
use wheelhouse_server::{MetricsAt, Options, Server, StartError, UnfitTelemetry};

async fn counted() -> Running {
    Running::with(|options| options.telemetry.metrics = MetricsAt::Server).await
}

async fn ask(running: &Running, method: Method, path: &str, token: &str) -> StatusCode {
    let request = Client::new()
        .request(method, running.url(path))
        .bearer_auth(token);
    request.send().await.expect("an answer").status()
}

/// Reads them as they are now, which is not what was read a moment before.
async fn scrape(running: &Running) -> Read {
    tokio::time::sleep(std::time::Duration::from_millis(1_050)).await;
    let asked = Client::new()
        .get(running.url("/metrics"))
        .bearer_auth(&running.token);
    let answer = asked.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let kind = answer.headers()["content-type"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(
        kind.starts_with("application/openmetrics-text; version=1.0.0"),
        "{kind}"
    );
    let text = answer.text().await.expect("text");
    read(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_nowhere_until_they_are_asked_for() {
    let running = Running::with(|_| {}).await;
    assert_eq!(
        ask(&running, Method::GET, "/metrics", &running.token).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(running.server.figures_at(), None);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_server_s_address_they_are_for_whoever_has_a_token() {
    let running = counted().await;
    let viewer = running.issue("chart", Scope::Viewer).await;
    for (token, expected) in [
        (running.token.as_str(), StatusCode::OK),
        (viewer.as_str(), StatusCode::OK),
        ("wh_wrong", StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(ask(&running, Method::GET, "/metrics", token).await, expected);
    }
    let without = Client::new()
        .get(running.url("/metrics"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(without.status(), StatusCode::UNAUTHORIZED);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_an_address_of_their_own_they_are_for_this_machine() {
    let own = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let running = Running::with(|options| options.telemetry.metrics = MetricsAt::Own(own)).await;
    let at = running.server.figures_at().expect("open");
    let url = format!("http://{at}/metrics");
    let answer = Client::new().get(&url).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    read(&answer.text().await.expect("text")).expect("strict");
    // A page that lets a name of its own point here, or asks from elsewhere.
    for (header, value) in [("host", "rebound.example"), ("origin", "https://page.example")] {
        let answer = Client::new()
            .get(&url)
            .header(header, value)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{header}");
    }
    let other = Client::new()
        .get(format!("http://{at}/api/status"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        ask(&running, Method::GET, "/metrics", &running.token).await,
        StatusCode::NOT_FOUND
    );
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_they_are_given_to_nobody_elsewhere() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let mut options = Options::local(data.path().to_owned());
    options.telemetry.metrics = MetricsAt::Own(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)));
    let refused = Server::start(options).await.err().expect("refused");
    assert!(matches!(
        refused,
        StartError::Telemetry(UnfitTelemetry::MetricsElsewhere { .. })
    ));
    assert!(
        !data.path().join("journal.db").exists(),
        "refused before anything is opened"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn they_tell_what_happened() {
    let running = counted().await;
    let before = scrape(&running).await;
    assert_eq!(before.value("wheelhouse_workflows_ended_total", &[]), 0.0);
    let mut feed = running.remote().subscribe(None).await.expect("subscribed");
    assert!(matches!(feed.next().await, Ok(Told::Frame(_))));
    let detail = running.run("Explain how figures move").await;
    let after = until("all calls are counted", || async {
        let now = scrape(&running).await;
        (now.value("wheelhouse_workflows_ended_total", &[("status", "completed")]) >= 1.0).then_some(now)
    })
    .await;
    let model = [
        ("kind", "model"),
        ("provider", "rehearsal"),
        ("outcome", "finished"),
    ];
    assert!(after.value("wheelhouse_calls_total", &model) >= 4.0);
    assert_eq!(
        after.value("wheelhouse_call_duration_seconds_count", &[("kind", "model")]),
        after.value("wheelhouse_calls_total", &model)
    );
    assert_eq!(
        after.value("wheelhouse_workflows", &[("status", "completed")]),
        1.0
    );
    assert_eq!(after.value("wheelhouse_tasks_at_work", &[]), 0.0);
    assert!(detail.tasks.len() > 4);
    let asked = [("operation", "execute_workflow"), ("status", "2xx")];
    assert_eq!(after.value("wheelhouse_http_requests_total", &asked), 1.0);
    let position = running.server.backend().local().handle().store().position().0;
    let events = after.value("wheelhouse_journal_events_total", &[]);
    assert!(
        events > 20.0 && events <= position as f64,
        "{events} of {position}"
    );
    assert_eq!(
        after.value("wheelhouse_journal_commit_duration_seconds_count", &[]),
        after.value("wheelhouse_journal_transactions_total", &[])
    );
    assert_eq!(after.value("wheelhouse_event_clients", &[]), 1.0);
    assert_eq!(
        after.value("wheelhouse_event_frames_total", &[("kind", "snapshot")]),
        1.0
    );
    assert!(after.value("wheelhouse_connections", &[]) >= 1.0);
    assert!(after.value("wheelhouse_storage_bytes", &[("part", "journal")]) > 0.0);
    assert!(after.value("process_resident_memory_bytes", &[]) > 1e6 || !cfg!(target_os = "linux"));
    assert!(after.value("wheelhouse_uptime_seconds", &[]) > before.value("wheelhouse_uptime_seconds", &[]));
    assert_eq!(
        after.value("wheelhouse_build_info", &[("version", env!("CARGO_PKG_VERSION"))]),
        1.0
    );
    drop(feed);
    until("the client is gone", || async {
        (scrape(&running).await.value("wheelhouse_event_clients", &[]) == 0.0).then_some(())
    })
    .await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_apart_and_nothing_that_is_asked_makes_a_new_label() {
    let running = counted().await;
    let viewer = running.issue("planted-name-of-a-token", Scope::Viewer).await;
    let planted = "planted-in-a-path";
    for path in [
        format!("/{planted}"),
        format!("/api/workflows/{planted}"),
        "/api/workflows/999".to_owned(),
    ] {
        ask(&running, Method::GET, &path, &running.token).await;
        ask(
            &running,
            Method::from_bytes(b"PLANTED").expect("a method"),
            &path,
            &running.token,
        )
        .await;
    }
    ask(&running, Method::GET, "/api/status", "wh_planted").await;
    ask(&running, Method::POST, "/api/workflows", &viewer).await;
    let foreign = Client::new()
        .get(running.url("/api/status"))
        .header("host", "planted.example");
    foreign.send().await.expect("an answer");
    let now = scrape(&running).await;
    for (reason, least) in [
        ("unauthorized", 1.0),
        ("narrow_token", 1.0),
        ("host", 1.0),
        ("not_found", 2.0),
        ("invalid_request", 1.0),
    ] {
        let counted = now.value("wheelhouse_http_refusals_total", &[("reason", reason)]);
        assert!(counted >= least, "{reason}: {counted}");
    }
    let beside = ["health", "ready", "metrics", "pair", "events", "openapi", "none"];
    let known: BTreeSet<&str> = TABLE.iter().map(|row| row.name).chain(beside).collect();
    for operation in now.values_of("operation") {
        assert!(known.contains(operation.as_str()), "{operation}");
    }
    let all = format!("{now:?}");
    assert!(!all.contains("planted") && !all.contains("PLANTED"), "{all}");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_is_counted_by_what_was_counted() {
    let running = Running::with(|options| {
        options.telemetry.metrics = MetricsAt::Server;
        options.limits.per_address.burst = 3.try_into().expect("not zero");
        options.limits.per_address.per_minute = 1.try_into().expect("not zero");
    })
    .await;
    for _ in 0..6 {
        ask(&running, Method::GET, "/health", "").await;
    }
    let now = scrape(&running).await;
    let limited = now.value("wheelhouse_http_refusals_total", &[("reason", "rate_of_address")]);
    assert_eq!(limited, 3.0);
    running.server.stop().await;
}
