//! What whoever runs a server may want to see of it: figures for Prometheus and traces for a collector of OpenTelemetry.
//! Both are off until they are asked for, and cost nothing then.
//!
//! | what | where |
//! | --- | --- |
//! | what is wanted, and what is refused | `options` |
//! | figures: which there are, and under which labels | `meters`, `labels` |
//! | figures that are read when somebody asks | `scrape` |
//! | which operation a request is | `operations` |
//! | what happens in runs, from the journal | `journal` |
//! | spans, and how they go out | `spans`, `collector` |
//! | what runs beside the server for this | `watching` |
//!
//! A label has a word of this program for its value, never one of a person, and a span names numbers, kinds, models and
//! tokens: neither ever has a text, a name or a secret in it. That is kept by naming what is told, here, and by nothing
//! else being told: no library's own spans are sent.
//!
//! Deliberately absent: counters in the parts that do the work. What happens in runs is on record, and read from there.

mod collector;
mod journal;
mod labels;
mod meters;
mod operations;
mod options;
mod scrape;
mod spans;
mod watching;

pub(crate) use labels::{Because, Taken};
pub(crate) use meters::Meters;
pub use options::{MetricsAt, PlainTraces, TelemetryOptions, UnfitTelemetry};
pub(crate) use scrape::{METRICS_PATH, Scrape, metrics};
pub(crate) use watching::Watching;

use collector::{Collector, Outbox};
use operations::{OperationNames, QUIET};
use spans::Spans;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::extract::Request;
use axum::response::Response;

/// What is wanted to be seen. Cheap to clone; nothing is wanted by default.
#[derive(Debug, Clone, Default)]
pub(crate) struct Telemetry(Option<Arc<Wanted>>);

#[derive(Debug)]
struct Wanted {
    meters: Option<Meters>,
    spans: Option<Spans>,
    operations: OperationNames,
}

/// A request that is under way.
pub(crate) struct Asked {
    operation: &'static str,
    method: &'static str,
    workflow: Option<u32>,
    at: SystemTime,
    since: Instant,
}

impl Telemetry {
    /// What `options` want, and what brings spans to a collector.
    ///
    /// # Errors
    /// [`UnfitTelemetry`] where the collector can't be used.
    pub(crate) fn new(
        options: &TelemetryOptions,
        name: &str,
    ) -> Result<(Self, Option<Collector>), UnfitTelemetry> {
        let outbox = match options.collector()? {
            None => None,
            Some(url) => Some(Outbox::to(&url, name)?),
        };
        let (spans, collector) = outbox
            .map(|Outbox { spans, collector }| (spans, collector))
            .unzip();
        let meters = options.metrics.is_on().then(Meters::default);
        if meters.is_none() && spans.is_none() {
            return Ok((Self::default(), None));
        }
        let wanted = Wanted {
            meters,
            spans,
            operations: OperationNames::of_the_table(),
        };
        Ok((Self(Some(Arc::new(wanted))), collector))
    }

    /// The figures, where they are wanted.
    pub(crate) fn meters(&self) -> Option<&Meters> {
        self.0.as_ref()?.meters.as_ref()
    }

    /// The way of spans, where they are wanted.
    pub(crate) fn spans(&self) -> Option<&Spans> {
        self.0.as_ref()?.spans.as_ref()
    }

    /// Whether anything is wanted.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Notes that a request came in.
    pub(crate) fn asked(&self, request: &Request) -> Option<Asked> {
        let wanted = self.0.as_ref()?;
        let (operation, method, workflow) = wanted.operations.name(request);
        Some(Asked {
            operation,
            method,
            workflow,
            at: SystemTime::now(),
            since: Instant::now(),
        })
    }

    /// Notes what came of a request.
    pub(crate) fn answered(&self, asked: Option<Asked>, request_id: &str, response: &Response) {
        let Some((wanted, asked)) = self.0.as_ref().zip(asked) else {
            return;
        };
        let took = asked.since.elapsed();
        let status = response.status();
        if let Some(meters) = &wanted.meters {
            let because = response.extensions().get::<Because>().copied();
            meters.answered(asked.operation, status, because, took);
        }
        if let Some(spans) = &wanted.spans
            && !QUIET.contains(&asked.operation)
        {
            spans.request(&asked, request_id, status.as_u16(), took);
        }
    }
}

/// How long something took, as figures have it.
fn seconds(took: Duration) -> f64 {
    took.as_secs_f64()
}
