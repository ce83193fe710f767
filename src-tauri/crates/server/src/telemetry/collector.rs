//! How spans go out: a bounded queue, and one task that brings what is in it to the collector.
//!
//! Whoever puts a span never waits: where there is no room it is dropped, and counted. A collector that can't be reached
//! is told of in the log once, and once more when it is back.

use super::options::{UnfitTelemetry, is_here};
use super::spans::Spans;
use opentelemetry::KeyValue;
use opentelemetry_otlp::{Protocol, RetryPolicy, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as Exports};
use reqwest::{Client, Url};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Spans that may wait. One takes less than a kilobyte.
const WAITING: usize = 4096;

/// Spans in one request at most.
const AT_ONCE: usize = 512;

/// Spans that come within this time go together.
const TOGETHER: Duration = Duration::from_secs(1);

/// How long a collector may take to take them.
const PATIENCE: Duration = Duration::from_secs(10);

/// What became of spans.
#[derive(Debug, Default)]
pub(super) struct Counted {
    sent: AtomicU64,
    dropped: AtomicU64,
}

impl Counted {
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn drop_of(&self, spans: usize) {
        self.dropped.fetch_add(spans as u64, Ordering::Relaxed);
    }
}

/// Takes spans.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    waiting: mpsc::Sender<SpanData>,
    counted: Arc<Counted>,
}

impl Queue {
    /// Never waits.
    pub(super) fn put(&self, span: SpanData) {
        if self.waiting.try_send(span).is_err() {
            self.counted.drop_of(1);
        }
    }
}

/// Both ends of the way.
pub(super) struct Outbox {
    pub(super) spans: Spans,
    pub(super) collector: Collector,
}

/// Brings spans to a collector.
pub(crate) struct Collector {
    waiting: mpsc::Receiver<SpanData>,
    exporter: SpanExporter,
    counted: Arc<Counted>,
    /// What people are told instead of the whole address.
    origin: String,
    is_away: bool,
}

impl Outbox {
    /// A way to the collector at `url`. `instance` tells this server's spans from another's.
    ///
    /// # Errors
    /// [`UnfitTelemetry::NoClient`], [`UnfitTelemetry::NoExporter`].
    pub(super) fn to(url: &Url, instance: &str) -> Result<Self, UnfitTelemetry> {
        let origin = url.origin().ascii_serialization();
        let mut exporter = exporter(url)?;
        exporter.set_resource(
            &Resource::builder_empty()
                .with_service_name("wheelhouse-server")
                .with_attributes([
                    KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
                    KeyValue::new("service.instance.id", instance.to_owned()),
                ])
                .build(),
        );
        let counted = Arc::new(Counted::default());
        let (sender, waiting) = mpsc::channel(WAITING);
        let queue = Queue {
            waiting: sender,
            counted: Arc::clone(&counted),
        };
        let collector = Collector {
            waiting,
            exporter,
            counted: Arc::clone(&counted),
            origin,
            is_away: false,
        };
        Ok(Self {
            spans: Spans::new(queue, counted),
            collector,
        })
    }
}

fn exporter(url: &Url) -> Result<SpanExporter, UnfitTelemetry> {
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE);
    // What a proxy is for does not lie on this machine.
    let client = if is_here(url) { client.no_proxy() } else { client };
    let client = client.build().map_err(UnfitTelemetry::NoClient)?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(url.as_str())
        .with_timeout(PATIENCE)
        .with_retry_policy(RetryPolicy::recommended())
        .build()?;
    Ok(exporter)
}

impl Collector {
    /// Brings what comes until `stopping`, then what is left.
    pub(crate) async fn run(mut self, stopping: CancellationToken) {
        let mut batch = Vec::with_capacity(AT_ONCE);
        while let Some(true) = stopping.run_until_cancelled(self.gather(&mut batch)).await {
            self.bring(&mut batch).await;
        }
        self.bring_rest(&mut batch).await;
    }

    /// Waits for spans; false where none can come any more.
    async fn gather(&mut self, batch: &mut Vec<SpanData>) -> bool {
        if batch.is_empty() && self.waiting.recv_many(batch, AT_ONCE).await == 0 {
            return false;
        }
        let deadline = tokio::time::Instant::now() + TOGETHER;
        while batch.len() < AT_ONCE {
            let room = AT_ONCE - batch.len();
            match tokio::time::timeout_at(deadline, self.waiting.recv_many(batch, room)).await {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
        }
        true
    }

    async fn bring_rest(&mut self, batch: &mut Vec<SpanData>) {
        loop {
            while batch.len() < AT_ONCE {
                match self.waiting.try_recv() {
                    Ok(span) => batch.push(span),
                    Err(_) => break,
                }
            }
            if batch.is_empty() {
                return;
            }
            self.bring(batch).await;
        }
    }

    async fn bring(&mut self, batch: &mut Vec<SpanData>) {
        let spans = std::mem::take(batch);
        let count = spans.len();
        let brought = tokio::time::timeout(PATIENCE, self.exporter.export(spans)).await;
        self.after(count, brought.unwrap_or_else(|_| Err(too_long())));
    }

    fn after(&mut self, count: usize, brought: OTelSdkResult) {
        match brought {
            Ok(()) => {
                self.counted.sent.fetch_add(count as u64, Ordering::Relaxed);
                if std::mem::take(&mut self.is_away) {
                    tracing::info!(
                        collector = self.origin,
                        "the collector of traces takes them again"
                    );
                }
            }
            Err(error) => {
                self.counted.drop_of(count);
                if !std::mem::replace(&mut self.is_away, true) {
                    tracing::warn!(
                        collector = self.origin,
                        %error,
                        "the collector does not take traces; they are dropped until it does, and this is said once"
                    );
                }
            }
        }
    }
}

fn too_long() -> opentelemetry_sdk::error::OTelSdkError {
    opentelemetry_sdk::error::OTelSdkError::Timeout(PATIENCE)
}
