//! The answer of a task whose waiting is over, and the report of a run that gives values.

use super::answer::with_sources;
use super::brief::read_answer;
use super::evaluate::{Made, answered};
use super::failure::Stop;
use super::sight::{Sight, shown};
use crate::error::Error;
use crate::run::{Message, Reporter};
use crate::service::Inner;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tracing::warn;
use wheelhouse_domain::{ContentHash, Form, Json, Millis, Reply, StepKind, TaskAnswer};
use wheelhouse_engine::{Fact, Input, Run};

pub(crate) async fn conclude(run: Arc<Run>, reporter: Reporter) {
    let (fact, contents) = match concluded(&run, &reporter) {
        Ok(made) => made,
        Err(Stop::Unwanted) => return,
        Err(Stop::Failed(failure)) => (Fact::Failed(failure), Vec::new()),
    };
    // Too late is no fault: the run went on without it.
    let _ = reporter.report(vec![fact], contents).await;
}

fn concluded(run: &Run, reporter: &Reporter) -> Result<Made, Stop> {
    let task = run.task(&reporter.task).ok_or(Stop::Unwanted)?;
    if let Some(until) = task.waits_until {
        let until = in_words(until);
        return answered(&TaskAnswer {
            text: format!("Waited until {until}."),
            citations: Vec::new(),
            data: Some(Json(json!({ "until": until }))),
        });
    }
    let question = run.question_of(task).ok_or(Stop::Unwanted)?;
    let reply = question.reply.clone().ok_or(Stop::Unwanted)?;
    let form = question.form.clone().unwrap_or_default();
    let fields = with_defaults(&form, &reply);
    let text = replied(&form, &reply, &fields);
    let data = match run.kind_of(task) {
        Some(StepKind::Input { .. }) => Value::Object(fields),
        _ => json!({ "outcome": reply.outcome, "fields": fields, "expired": reply.expired }),
    };
    answered(&TaskAnswer {
        text,
        citations: Vec::new(),
        data: Some(Json(data)),
    })
}

fn in_words(time: Millis) -> String {
    DateTime::<Utc>::from_timestamp_millis(time.0).map_or_else(
        || time.0.to_string(),
        |time| time.to_rfc3339_opts(SecondsFormat::Secs, true),
    )
}

/// The values of a reply, with those that were left out as they are without an answer.
fn with_defaults(form: &Form, reply: &Reply) -> Map<String, Value> {
    let given = |name: &str| reply.fields.0.get(name).filter(|value| !value.is_null());
    form.fields
        .iter()
        .map(|field| {
            let value = given(&field.name).or_else(|| field.default.as_ref().map(|default| &default.0));
            (field.name.clone(), value.cloned().unwrap_or_default())
        })
        .collect()
}

/// A reply as people read it.
fn replied(form: &Form, reply: &Reply, fields: &Map<String, Value>) -> String {
    let mut text = String::new();
    if reply.expired {
        text.push_str("Nobody answered in time.\n\n");
    }
    if let Some(outcome) = &reply.outcome {
        let title = form
            .outcomes
            .iter()
            .find(|candidate| candidate.name == *outcome)
            .map_or(outcome.as_str(), |found| found.title.as_str());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{title}\n");
    }
    for field in &form.fields {
        let value = fields.get(&field.name).map(shown).unwrap_or_default();
        if !value.is_empty() {
            let _ = writeln!(text, "**{}**: {value}\n", field.title);
        }
    }
    text.trim().to_owned()
}

/// Makes the report of a run. While the disk refuses, it is tried again.
pub(crate) async fn finish(inner: Arc<Inner>, run: Arc<Run>, sender: mpsc::WeakSender<Message>) {
    let mut wait = Duration::from_millis(500);
    loop {
        let (result, contents) = match report(&inner, &run).await {
            Ok(content) => (Ok(ContentHash::of(&content)), vec![content]),
            Err(Stop::Failed(failure)) => (Err(failure), Vec::new()),
            Err(Stop::Unwanted) => return,
        };
        let Some(actor) = sender.upgrade() else { return };
        let (reply, answer) = oneshot::channel();
        let message = Message {
            input: Input::Finish { result },
            contents,
            beside: Vec::new(),
            request: None,
            reply,
        };
        if actor.send(message).await.is_err() {
            return;
        }
        drop(actor);
        match answer.await {
            Ok(Err(Error::Store(error))) => {
                warn!(%error, "the report could not be recorded yet; trying again");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(30));
            }
            // Taken, or not wanted any more.
            _ => return,
        }
    }
}

async fn report(inner: &Inner, run: &Run) -> Result<String, Stop> {
    let last = match run.result_at(None) {
        Some(task) => Some(read_answer(inner, task).await?),
        None => None,
    };
    if run.setup.output.is_empty() {
        let whole = last.unwrap_or_else(|| run.skipped_report());
        return Ok(serde_json::to_string(&whole)?);
    }
    let mut sight = Sight::new(inner, run, None);
    let mut values = Map::new();
    for (name, expression) in &run.setup.output {
        values.insert(name.clone(), sight.value(expression).await?);
    }
    let values = Value::Object(values);
    let whole = match last {
        Some(last) => with_sources(&last.text, &last.citations),
        None => sight.answer(values.clone()),
    };
    Ok(serde_json::to_string(&TaskAnswer {
        data: Some(Json(values)),
        ..whole
    })?)
}
