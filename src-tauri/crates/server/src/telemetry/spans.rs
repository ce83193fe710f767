//! What is told of a request, a call, a task and a workflow: this and nothing else goes to a collector.

use super::Asked;
use super::collector::{Counted, Queue};
use super::journal::{CallKindWord, EndedCall, EndedTask, EndedWorkflow, Identity};
use opentelemetry::trace::{Event, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use uuid::Uuid;
use wheelhouse_contract::domain::{FailureCode, Millis, TaskId, WorkflowId};

/// Most characters of a model's name: names are the providers', and nobody bounds them there.
const NAME_MOST: usize = 128;

/// Makes spans and puts them on their way. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Spans {
    queue: Queue,
    counted: Arc<Counted>,
    scope: InstrumentationScope,
}

/// What all spans have.
struct Told {
    name: Cow<'static, str>,
    kind: SpanKind,
    at: Identity,
    from: SystemTime,
    to: SystemTime,
    status: Status,
}

impl Spans {
    pub(super) fn new(queue: Queue, counted: Arc<Counted>) -> Self {
        let scope = InstrumentationScope::builder("wheelhouse")
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        Self {
            queue,
            counted,
            scope,
        }
    }

    /// Spans that a collector took.
    pub(super) fn sent(&self) -> u64 {
        self.counted.sent()
    }

    /// Spans that no collector took in time.
    pub(super) fn dropped(&self) -> u64 {
        self.counted.dropped()
    }

    /// A request was answered.
    pub(super) fn request(&self, asked: &Asked, request_id: &str, status: u16, took: Duration) {
        let id = Uuid::now_v7();
        let mut span = [0; 8];
        span.copy_from_slice(&Uuid::now_v7().as_bytes()[8..]);
        let told = Told {
            name: asked.operation.into(),
            kind: SpanKind::Server,
            at: Identity {
                trace: *id.as_bytes(),
                span,
                parent: None,
            },
            from: asked.at,
            to: asked.at + took,
            status: if status >= 500 {
                Status::error("")
            } else {
                Status::Unset
            },
        };
        let mut attributes = vec![
            KeyValue::new("wheelhouse.operation", asked.operation),
            KeyValue::new("wheelhouse.request_id", request_id.to_owned()),
            KeyValue::new("http.request.method", asked.method),
            KeyValue::new("http.response.status_code", i64::from(status)),
        ];
        attributes.extend(asked.workflow.map(|id| number("wheelhouse.workflow", id)));
        self.send(told, attributes, Vec::new());
    }

    /// A call ended. `provider` is the form, `name` the model's own name or the tool's.
    pub(super) fn call(&self, call: &EndedCall, provider: &'static str, name: &str) {
        let told = Told {
            name: match call.kind {
                CallKindWord::Model => "chat".into(),
                CallKindWord::Tool => "execute_tool".into(),
            },
            kind: SpanKind::Client,
            at: call.at,
            from: moment(call.began),
            to: moment(call.ended),
            status: status_of(call.outcome),
        };
        let name: String = name.chars().take(NAME_MOST).collect();
        let mut attributes = of_run(call.workflow, call.task, call.attempt);
        attributes.push(number("wheelhouse.turn", call.turn));
        attributes.push(number("wheelhouse.index", call.index));
        attributes.push(KeyValue::new("wheelhouse.outcome", call.outcome));
        // The names that OpenTelemetry has for calls of models.
        match call.kind {
            CallKindWord::Model => attributes.extend([
                KeyValue::new("gen_ai.operation.name", "chat"),
                KeyValue::new("gen_ai.provider.name", provider),
                KeyValue::new("gen_ai.request.model", name),
            ]),
            CallKindWord::Tool => attributes.extend([
                KeyValue::new("gen_ai.operation.name", "execute_tool"),
                KeyValue::new("gen_ai.tool.name", name),
            ]),
        }
        let input = call.usage.input_tokens;
        let output = call.usage.output_tokens;
        attributes.extend(input.map(|count| number("gen_ai.usage.input_tokens", count)));
        attributes.extend(output.map(|count| number("gen_ai.usage.output_tokens", count)));
        attributes.extend(call.failure.map(failed));
        self.send(told, attributes, Vec::new());
    }

    /// An attempt of a task ended.
    pub(super) fn task(&self, task: &EndedTask) {
        let told = Told {
            name: "task".into(),
            kind: SpanKind::Internal,
            at: task.at,
            from: moment(task.began),
            to: moment(task.ended),
            status: status_of(task.outcome),
        };
        let mut attributes = of_run(task.workflow, task.task, task.attempt);
        attributes.push(KeyValue::new("wheelhouse.outcome", task.outcome));
        attributes.extend(
            task.agent
                .map(|kind| KeyValue::new("wheelhouse.agent", kind.as_str())),
        );
        attributes.extend(task.failure.map(failed));
        let events = task.moments.iter();
        let events = events.map(|(at, what)| Event::new(*what, moment(*at), Vec::new(), 0));
        self.send(told, attributes, events.collect());
    }

    /// A workflow ended.
    pub(super) fn workflow(&self, workflow: &EndedWorkflow) {
        let told = Told {
            name: "workflow".into(),
            kind: SpanKind::Internal,
            at: workflow.at,
            from: moment(workflow.began),
            to: moment(workflow.ended),
            status: status_of(workflow.status),
        };
        let (template, version) = &workflow.template;
        let mut attributes = vec![
            number("wheelhouse.workflow", workflow.workflow.0),
            KeyValue::new("wheelhouse.workflow_uid", workflow.uid.to_string()),
            KeyValue::new("wheelhouse.template", template.clone()),
            number("wheelhouse.template_version", *version),
            number("wheelhouse.depth", workflow.depth),
            KeyValue::new("wheelhouse.outcome", workflow.status),
        ];
        attributes.extend(workflow.failure.map(failed));
        self.send(told, attributes, Vec::new());
    }

    fn send(&self, told: Told, attributes: Vec<KeyValue>, events: Vec<Event>) {
        let Identity { trace, span, parent } = told.at;
        let mut moments = SpanEvents::default();
        moments.events = events;
        self.queue.put(SpanData {
            span_context: SpanContext::new(
                TraceId::from_bytes(trace),
                SpanId::from_bytes(span),
                TraceFlags::SAMPLED,
                false,
                TraceState::NONE,
            ),
            parent_span_id: parent.map_or(SpanId::INVALID, SpanId::from_bytes),
            parent_span_is_remote: false,
            span_kind: told.kind,
            name: told.name,
            start_time: told.from,
            // Clocks are set back at times; a span that ends before it begins is none.
            end_time: told.to.max(told.from),
            attributes,
            dropped_attributes_count: 0,
            events: moments,
            links: SpanLinks::default(),
            status: told.status,
            instrumentation_scope: self.scope.clone(),
        });
    }
}

fn of_run(workflow: WorkflowId, task: Option<TaskId>, attempt: u32) -> Vec<KeyValue> {
    let mut attributes = vec![
        number("wheelhouse.workflow", workflow.0),
        number("wheelhouse.attempt", attempt),
    ];
    attributes.extend(task.map(|id| number("wheelhouse.task", id.0)));
    attributes
}

fn number(name: &'static str, value: u32) -> KeyValue {
    KeyValue::new(name, i64::from(value))
}

/// The word of the failure: what it says in words may repeat what a provider said.
fn failed(code: FailureCode) -> KeyValue {
    KeyValue::new("error.type", word(code))
}

fn word(code: impl Serialize) -> Value {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => word.into(),
        _ => "unknown".into(),
    }
}

fn status_of(outcome: &str) -> Status {
    match outcome {
        "failed" | "interrupted" => Status::error(""),
        "completed" | "finished" => Status::Ok,
        _ => Status::Unset,
    }
}

fn moment(at: Millis) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(at.0.max(0).unsigned_abs())
}
