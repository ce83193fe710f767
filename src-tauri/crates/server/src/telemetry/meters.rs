//! The figures that are counted while things happen. Those that are read when somebody asks are in `scrape`.

use super::journal::{CallKindWord, EndedCall};
use super::labels::{
    Answered, Because, Call, Called, Kind, Operation, Outcome, Reason, Status, Taken, Tokens,
};
use super::seconds;
use axum::http::StatusCode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use wheelhouse_contract::FrameKind;

/// Upper bounds of what requests take, in seconds. An operation that waits for a run falls behind the last.
const REQUEST_BOUNDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// Upper bounds of what calls take, in seconds.
const CALL_BOUNDS: [f64; 10] = [0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];

/// What every name begins with.
pub(super) const PREFIX: &str = "wheelhouse";

type Counters<L> = Family<L, Counter>;
type Histograms<L> = Family<L, Histogram, Bounds>;

/// Makes histograms of certain bounds.
#[derive(Debug, Clone, Copy)]
struct Bounds(&'static [f64]);

impl MetricConstructor<Histogram> for Bounds {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

/// All of them. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Meters {
    requests: Counters<Answered>,
    request_time: Histograms<Operation>,
    refusals: Counters<Reason>,
    connections: Counters<Outcome>,
    clients: Gauge,
    frames: Counters<Kind>,
    events: Counter,
    bytes: Counter,
    resyncs: Counter,
    workflows: Counters<Status>,
    calls: Counters<Call>,
    call_time: Histograms<Called>,
    tokens: Counters<Tokens>,
    cost: Family<Kind, Counter<f64, AtomicU64>>,
    unpriced: Counter,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            request_time: Family::new_with_constructor(Bounds(&REQUEST_BOUNDS)),
            refusals: Family::default(),
            connections: Family::default(),
            clients: Gauge::default(),
            frames: Family::default(),
            events: Counter::default(),
            bytes: Counter::default(),
            resyncs: Counter::default(),
            workflows: Family::default(),
            calls: Family::default(),
            call_time: Family::new_with_constructor(Bounds(&CALL_BOUNDS)),
            tokens: Family::default(),
            cost: Family::default(),
            unpriced: Counter::default(),
        }
    }
}

impl Meters {
    /// The names and meanings of all of them.
    pub(super) fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix(PREFIX);
        self.register_exchange(&mut registry);
        self.register_runs(&mut registry);
        registry
    }

    fn register_exchange(&self, registry: &mut Registry) {
        registry.register(
            "http_requests",
            "Requests by operation and class of status",
            self.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "What requests take until their answer begins",
            Unit::Seconds,
            self.request_time.clone(),
        );
        registry.register(
            "http_refusals",
            "Requests that were refused or failed, by reason",
            self.refusals.clone(),
        );
        registry.register(
            "connections_opened",
            "Connections that were opened, by what became of them",
            self.connections.clone(),
        );
        registry.register(
            "event_clients",
            "Clients that follow changes",
            self.clients.clone(),
        );
        registry.register("event_frames", "Frames that went to clients", self.frames.clone());
        registry.register("event_facts", "Events in these frames", self.events.clone());
        registry.register_with_unit(
            "event_frame_size",
            "Size of these frames before encryption",
            Unit::Bytes,
            self.bytes.clone(),
        );
        registry.register(
            "event_resyncs",
            "Times that a client was too far behind and got everything anew",
            self.resyncs.clone(),
        );
    }

    fn register_runs(&self, registry: &mut Registry) {
        registry.register(
            "workflows_ended",
            "Workflows that ended since the start, by how",
            self.workflows.clone(),
        );
        registry.register(
            "calls",
            "Calls that ended since the start, by what was called, the provider's form and how it went",
            self.calls.clone(),
        );
        registry.register_with_unit(
            "call_duration",
            "What calls take",
            Unit::Seconds,
            self.call_time.clone(),
        );
        registry.register(
            "tokens",
            "Tokens of model calls, as providers tell",
            self.tokens.clone(),
        );
        registry.register(
            "cost_usd",
            "US dollars that calls cost since the start: known, or possible where their end is not known",
            self.cost.clone(),
        );
        registry.register(
            "calls_unpriced",
            "Calls since the start whose price is not known; their cost is in no sum",
            self.unpriced.clone(),
        );
    }

    /// A request was answered.
    pub(super) fn answered(
        &self,
        operation: &'static str,
        status: StatusCode,
        because: Option<Because>,
        took: Duration,
    ) {
        let class = match status.as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        let labels = Answered {
            operation,
            status: class,
        };
        self.requests.get_or_create(&labels).inc();
        self.request_time
            .get_or_create(&Operation { operation })
            .observe(seconds(took));
        if let Some(Because(reason)) = because {
            self.refusals.get_or_create(&Reason { reason }).inc();
        }
    }

    /// Somebody opened a connection.
    pub(crate) fn connection(&self, taken: Taken) {
        let outcome = taken.word();
        self.connections.get_or_create(&Outcome { outcome }).inc();
    }

    /// A client follows changes, until what is given is dropped.
    pub(crate) fn client(&self) -> FollowingClient {
        self.clients.inc();
        FollowingClient(self.clients.clone())
    }

    /// A frame went to a client, `anew` where the client had something and was too far behind.
    pub(crate) fn frame(&self, kind: FrameKind, events: usize, bytes: usize, anew: bool) {
        let kind = match kind {
            FrameKind::Snapshot => "snapshot",
            FrameKind::Changes => "changes",
        };
        self.frames.get_or_create(&Kind { kind }).inc();
        self.events.inc_by(events as u64);
        self.bytes.inc_by(bytes as u64);
        if anew {
            self.resyncs.inc();
        }
    }

    /// A workflow ended.
    pub(super) fn workflow_ended(&self, status: &'static str) {
        self.workflows.get_or_create(&Status { status }).inc();
    }

    /// A call ended.
    pub(super) fn call_ended(&self, call: &EndedCall, provider: &'static str) {
        let kind = match call.kind {
            CallKindWord::Model => "model",
            CallKindWord::Tool => "tool",
        };
        let outcome = call.outcome;
        self.calls
            .get_or_create(&Call {
                kind,
                provider,
                outcome,
            })
            .inc();
        let took = Duration::from_millis((call.ended.0 - call.began.0).max(0).unsigned_abs());
        self.call_time
            .get_or_create(&Called { kind, provider })
            .observe(seconds(took));
        let tokens = [
            ("input", call.usage.input_tokens),
            ("output", call.usage.output_tokens),
            ("cached", call.usage.cached_tokens),
        ];
        for (direction, count) in tokens {
            if let Some(count) = count {
                let labels = Tokens { provider, direction };
                self.tokens.get_or_create(&labels).inc_by(count.into());
            }
        }
        self.cost(call);
    }

    fn cost(&self, call: &EndedCall) {
        let known = call.counted.money.0.saturating_sub(call.counted.possible.0);
        for (kind, millionths) in [("known", known), ("possible", call.counted.possible.0)] {
            if millionths > 0 {
                #[allow(
                    clippy::cast_precision_loss,
                    reason = "a sum for charts; the journal has it to the last millionth"
                )]
                let dollars = millionths as f64 / 1e6;
                self.cost.get_or_create(&Kind { kind }).inc_by(dollars);
            }
        }
        self.unpriced.inc_by(call.counted.unpriced.into());
    }
}

/// A client that follows changes.
#[derive(Debug)]
pub(crate) struct FollowingClient(Gauge);

impl Drop for FollowingClient {
    fn drop(&mut self) {
        self.0.dec();
    }
}
