//! Figures when somebody asks: those that were counted, and how things stand now. Text of OpenMetrics, which Prometheus
//! and what is made like it read.

use super::labels::{Build, Part, Status};
use super::meters::{Meters, PREFIX};
use super::{Telemetry, seconds};
use crate::answer::refused;
use crate::security::Connections;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::Mutex;
use wheelhouse_api::{Figures, Local, WriterFigures, figures};
use wheelhouse_contract::domain::WorkflowStatus;
use wheelhouse_contract::{ApiError, ErrorCode};

/// Where they are.
pub(crate) const METRICS_PATH: &str = "/metrics";

const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Whoever asks again within this time gets the same answer, so that asking costs little however often it is done.
const KEPT: Duration = Duration::from_secs(1);

/// What the figures are read from. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Scrape(Arc<From>);

struct From {
    telemetry: Telemetry,
    counted: Registry,
    local: Local,
    connections: Connections,
    begun: Instant,
    kept: Mutex<Option<(Instant, Bytes)>>,
}

impl Scrape {
    /// None where figures are not wanted.
    pub(crate) fn new(telemetry: &Telemetry, local: &Local, connections: &Connections) -> Option<Self> {
        let counted = telemetry.meters().map(Meters::registry)?;
        Some(Self(Arc::new(From {
            telemetry: telemetry.clone(),
            counted,
            local: local.clone(),
            connections: connections.clone(),
            begun: Instant::now(),
            kept: Mutex::default(),
        })))
    }

    /// The text. One reads it at a time; the others get what that one found.
    async fn text(&self) -> Result<Bytes, ApiError> {
        let mut kept = self.0.kept.lock().await;
        if let Some((at, text)) = kept.as_ref()
            && at.elapsed() < KEPT
        {
            return Ok(text.clone());
        }
        let figures = figures(&self.0.local).await?;
        let text = Bytes::from(self.write(figures).map_err(|_| unwritten())?);
        *kept = Some((Instant::now(), text.clone()));
        Ok(text)
    }

    fn write(&self, figures: Figures) -> Result<String, fmt::Error> {
        let mut now = Registry::with_prefix(PREFIX);
        self.stand(&mut now, &figures);
        let Figures { writer, .. } = figures;
        journal(&mut now, &writer);
        now.register_collector(Box::new(ToDisk(writer)));
        let mut of_process = Registry::default();
        process(&mut of_process, self.0.begun);
        let mut out = String::new();
        text::encode_registry(&mut out, &self.0.counted)?;
        text::encode_registry(&mut out, &now)?;
        text::encode_registry(&mut out, &of_process)?;
        text::encode_eof(&mut out)?;
        Ok(out)
    }

    fn stand(&self, now: &mut Registry, figures: &Figures) {
        let version = env!("CARGO_PKG_VERSION");
        now.register("build", "Which version this is", Info::new(Build { version }));
        now.register(
            "connections",
            "Connections that are open",
            gauge(self.0.connections.open() as u64),
        );
        let workflows: Family<Status, Gauge> = Family::default();
        for status in WorkflowStatus::ALL {
            let found = figures.workflows.iter().find(|(other, _)| *other == status);
            let status = status.as_str();
            let count = whole(found.map_or(0, |(_, count)| *count));
            workflows.get_or_create(&Status { status }).set(count);
        }
        now.register("workflows", "Workflows by status", workflows);
        now.register(
            "tasks_at_work",
            "Tasks that are at work",
            gauge(figures.tasks_at_work),
        );
        now.register(
            "questions_open",
            "Questions that nobody has answered",
            gauge(figures.open_questions),
        );
        let storage: Family<Part, Gauge> = Family::default();
        let parts = [
            ("journal", figures.storage.journal),
            ("knowledge", figures.storage.knowledge),
            ("backups", figures.storage.backups),
            ("logs", figures.storage.logs),
            ("other", figures.storage.other),
        ];
        for (part, bytes) in parts {
            storage.get_or_create(&Part { part }).set(whole(bytes));
        }
        now.register_with_unit("storage", "Room that is taken on disk", Unit::Bytes, storage);
        if let Some(spans) = self.0.telemetry.spans() {
            now.register("spans_sent", "Spans that a collector took", counter(spans.sent()));
            now.register(
                "spans_dropped",
                "Spans that no collector took in time",
                counter(spans.dropped()),
            );
        }
    }
}

fn journal(now: &mut Registry, writer: &WriterFigures) {
    now.register(
        "journal_events",
        "Events that were written",
        counter(writer.events),
    );
    now.register(
        "journal_commits",
        "Commits that were carried out or refused; events for each are events by commits",
        counter(writer.commits),
    );
    now.register(
        "journal_transactions",
        "Transactions that were brought to disk, each with some of these commits",
        counter(writer.transactions),
    );
    now.register(
        "journal_queue",
        "Commits that wait for their turn",
        gauge(writer.waiting),
    );
}

/// What the conventions of Prometheus call a process.
fn process(now: &mut Registry, begun: Instant) {
    now.register_with_unit(
        "wheelhouse_uptime",
        "Time since the start",
        Unit::Seconds,
        ConstGauge::new(seconds(begun.elapsed())),
    );
    let since = SystemTime::now().checked_sub(begun.elapsed());
    let since = since.and_then(|since| since.duration_since(UNIX_EPOCH).ok());
    now.register_with_unit(
        "process_start_time",
        "When this process began to serve, since 1970",
        Unit::Seconds,
        ConstGauge::new(seconds(since.unwrap_or_default())),
    );
    if let Some(bytes) = resident() {
        now.register_with_unit(
            "process_resident_memory",
            "Memory that this process holds",
            Unit::Bytes,
            gauge(bytes),
        );
    }
}

/// Memory of this process in bytes; none where the system does not tell.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// How long transactions took to come to disk, as the store has counted it.
#[derive(Debug)]
struct ToDisk(WriterFigures);

impl Collector for ToDisk {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let classes = self.0.to_disk.iter();
        let classes: Vec<(f64, u64)> = classes
            .map(|(bound, count)| (bound.map_or(f64::INFINITY, seconds), *count))
            .collect();
        let count = classes.iter().map(|(_, count)| count).sum();
        encoder
            .encode_descriptor(
                "journal_commit_duration",
                "What it takes to bring a transaction to disk",
                Some(&Unit::Seconds),
                MetricType::Histogram,
            )?
            .encode_histogram::<NoLabelSet>(seconds(self.0.to_disk_sum), count, &classes, None)
    }
}

fn gauge(value: u64) -> ConstGauge<i64> {
    ConstGauge::new(whole(value))
}

fn counter(value: u64) -> ConstCounter<u64> {
    ConstCounter::new(value)
}

fn whole(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn unwritten() -> ApiError {
    ApiError::new(ErrorCode::Internal, "The figures could not be written.")
}

/// Gives them out.
pub(crate) async fn metrics(State(scrape): State<Scrape>) -> Response {
    let text = match scrape.text().await {
        Ok(text) => text,
        Err(error) => return refused(error),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(CONTENT_TYPE, OPEN_METRICS);
    response
}
