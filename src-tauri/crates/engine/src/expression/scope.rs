//! What expressions can read.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use wheelhouse_domain::{Failure, Json, Millis, StepId, TaskAnswer, TaskStatus};

/// What expressions can read at one place of a run. A later value takes the place of an earlier one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scope {
    names: Map<String, Value>,
    steps: Map<String, Value>,
}

impl Scope {
    /// A scope with nothing in it but `inputs`, an object.
    #[must_use]
    pub fn new(inputs: &Json) -> Self {
        let mut scope = Self::default();
        let inputs = if inputs.0.is_object() {
            inputs.0.clone()
        } else {
            json!({})
        };
        scope.names.insert("inputs".to_owned(), inputs);
        scope
    }

    /// With `steps.<id>`, see [`step_value`].
    #[must_use]
    pub fn with_step(mut self, step: &StepId, value: Value) -> Self {
        self.steps.insert(step.0.clone(), value);
        self
    }

    /// With `item` and `index` (from 0) of a map.
    #[must_use]
    pub fn with_item(mut self, item: Value, index: u32) -> Self {
        self.names.insert("item".to_owned(), item);
        self.names.insert("index".to_owned(), index.into());
        self
    }

    /// With `round` (from 1) and `previous`, what the round before gave (null in the first).
    #[must_use]
    pub fn with_round(mut self, round: u32, previous: Value) -> Self {
        self.names.insert("round".to_owned(), round.into());
        self.names.insert("previous".to_owned(), previous);
        self
    }

    /// With `error`: `{code, message, next_step}` of what failed.
    #[must_use]
    pub fn with_error(mut self, failure: &Failure) -> Self {
        let code = serde_json::to_value(failure.code).unwrap_or_default();
        let error = json!({"code": code, "message": failure.message, "next_step": failure.next_step});
        self.names.insert("error".to_owned(), error);
        self
    }

    /// With `now`, for example `2026-05-01T09:00:00Z`. A time outside of the years 1 to 9999 is left out.
    #[must_use]
    pub fn with_now(mut self, now: Millis) -> Self {
        if let Some(time) = DateTime::<Utc>::from_timestamp_millis(now.0) {
            let text = time.to_rfc3339_opts(SecondsFormat::Secs, true);
            self.names.insert("now".to_owned(), text.into());
        }
        self
    }

    /// Everything as one object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut all = self.names.clone();
        all.insert("steps".to_owned(), Value::Object(self.steps.clone()));
        Value::Object(all)
    }
}

/// What expressions read as `steps.<id>`: `{text, data, output, status, citations}`. `output` is `data` where there
/// is any, else `text`. Everything is null for a step without an answer, one that was skipped for example.
#[must_use]
pub fn step_value(status: TaskStatus, answer: Option<&TaskAnswer>) -> Value {
    let Some(answer) = answer else {
        return json!({
            "text": null, "data": null, "output": null, "status": status.as_str(), "citations": [],
        });
    };
    let data = answer.data.as_ref().map(|data| &data.0);
    json!({
        "text": answer.text,
        "data": data,
        "output": data.cloned().unwrap_or_else(|| answer.text.clone().into()),
        "status": status.as_str(),
        "citations": answer.citations,
    })
}
