//! Works out the expressions of a task: before its own work, or when all that it contains has ended.

use super::failure::Stop;
use super::gathering;
use super::sight::Sight;
use crate::run::Reporter;
use crate::service::Inner;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::sync::Arc;
use tracing::warn;
use wheelhouse_domain::{
    Case, ContentHash, Expression, Failure, FailureCode, Form, Json, Millis, Outcome, QuestionKind,
    QuestionTimeout, Scope, Step, StepKind, TaskAnswer,
};
use wheelhouse_engine::{Fact, Run, Task};

/// Longest label of a scope, in characters.
const LABEL: usize = 60;

/// Longest wait, in seconds: ten years.
const LONGEST_WAIT: f64 = 10.0 * 365.25 * 86_400.0;

pub(crate) async fn evaluate(
    inner: Arc<Inner>,
    run: Arc<Run>,
    reporter: Reporter,
    scopes: u32,
    caught: bool,
) {
    let made = evaluated(&inner, &run, &reporter, scopes, caught).await;
    let (fact, contents) = match made {
        Ok(made) => made,
        Err(Stop::Unwanted) => return,
        Err(Stop::Failed(failure)) => {
            warn!(code = ?failure.code, message = %failure.message, "the expressions could not be worked out");
            (Fact::Failed(failure), Vec::new())
        }
    };
    // Too late is no fault: the run went on without it.
    let _ = reporter.report(vec![fact], contents).await;
}

/// A fact and the texts that it points at.
pub(super) type Made = (Fact, Vec<String>);

async fn evaluated(
    inner: &Inner,
    run: &Run,
    reporter: &Reporter,
    scopes: u32,
    caught: bool,
) -> Result<Made, Stop> {
    let task = run.task(&reporter.task).ok_or(Stop::Unwanted)?;
    let step = run.step_of(task).ok_or(Stop::Unwanted)?;
    match (caught, scopes) {
        (false, 0) => before(inner, run, task, step).await,
        (false, _) => gathering::of_scopes(inner, run, task, step).await,
        (true, 0) => gathering::instead(inner, run, task, step),
        (true, _) => gathering::of_the_way(inner, run, task).await,
    }
}

/// Before the task's own work.
async fn before(inner: &Inner, run: &Run, task: &Task, step: &Step) -> Result<Made, Stop> {
    let mut sight = Sight::new(inner, run, task.place.clone());
    if let Some(when) = &step.when
        && !sight.holds(when).await?
    {
        return Ok((Fact::Unneeded, Vec::new()));
    }
    match &step.kind {
        StepKind::Agent { prompt, .. } | StepKind::Plan { prompt, .. } => match prompt {
            Some(prompt) => Ok(prepared(sight.text(prompt).await?)),
            None => Ok((Fact::Prepared { prepared: None }, Vec::new())),
        },
        StepKind::Tool { arguments, .. } => Ok(prepared(sight.arguments(arguments).await?.0.to_string())),
        StepKind::Workflow { inputs, .. } => {
            let mut values = serde_json::Map::new();
            for (name, expression) in inputs {
                values.insert(name.clone(), sight.value(expression).await?);
            }
            Ok(prepared(Value::Object(values).to_string()))
        }
        StepKind::Branch { cases, otherwise } => way(&mut sight, cases, otherwise.is_some()).await,
        StepKind::Map { over, .. } => items(&sight.value(over).await?),
        StepKind::Loop { .. } => Ok(round(1, &Value::Null)),
        StepKind::Approval { .. } | StepKind::Input { .. } => ask(inner, &mut sight, &step.kind).await,
        StepKind::Wait { seconds, until } => {
            let until = time(inner, &mut sight, seconds.as_ref(), until.as_ref()).await?;
            Ok((Fact::Waits { until }, Vec::new()))
        }
        StepKind::Transform { value } => {
            let value = sight.value(value).await?;
            answered(&sight.answer(value))
        }
        StepKind::Staff { .. } | StepKind::Expand { .. } | StepKind::Aggregate => {
            Ok((Fact::Prepared { prepared: None }, Vec::new()))
        }
    }
}

fn prepared(text: String) -> Made {
    let prepared = Some(ContentHash::of(&text));
    (Fact::Prepared { prepared }, vec![text])
}

/// A task's answer, ready to be reported.
pub(super) fn answered(answer: &TaskAnswer) -> Result<Made, Stop> {
    let content = serde_json::to_string(answer)?;
    let output = ContentHash::of(&content);
    Ok((Fact::Answered { output }, vec![content]))
}

async fn way(sight: &mut Sight<'_>, cases: &[Case], otherwise: bool) -> Result<Made, Stop> {
    for case in cases {
        if sight.holds(&case.when).await? {
            return Ok(opened(&case.name, &case.name));
        }
    }
    if otherwise {
        return Ok(opened("else", "else"));
    }
    answered(&sight.answer(Value::Null))
}

/// One scope without a value.
pub(super) fn opened(block: &str, label: &str) -> Made {
    let scope = Scope {
        block: block.to_owned(),
        label: label.to_owned(),
    };
    let fact = Fact::Opened {
        scopes: vec![scope],
        values: None,
    };
    (fact, Vec::new())
}

/// One more round of a loop. `number` counts from 1.
pub(super) fn round(number: usize, previous: &Value) -> Made {
    let scope = Scope {
        block: "each".to_owned(),
        label: format!("Round {number}"),
    };
    with_values(vec![scope], &Value::Array(vec![previous.clone()]))
}

fn with_values(scopes: Vec<Scope>, values: &Value) -> Made {
    let content = values.to_string();
    let fact = Fact::Opened {
        scopes,
        values: Some(ContentHash::of(&content)),
    };
    (fact, vec![content])
}

fn items(list: &Value) -> Result<Made, Stop> {
    let Value::Array(items) = list else {
        return Err(unfit(format!(
            "The list that this step works on is no list: it is {}.",
            kind_of(list)
        )));
    };
    if items.is_empty() {
        return answered(&TaskAnswer {
            data: Some(Json(Value::Array(Vec::new()))),
            ..TaskAnswer::default()
        });
    }
    let scopes = items
        .iter()
        .zip(1..)
        .map(|(item, number)| Scope {
            block: "each".to_owned(),
            label: label(item, number),
        })
        .collect();
    Ok(with_values(scopes, list))
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "yes or no",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What people read for an item: its words, or a name in it, or its number.
fn label(item: &Value, number: u32) -> String {
    let named = ["title", "name", "label", "path", "id"]
        .into_iter()
        .find_map(|name| item.get(name).and_then(Value::as_str));
    let words = match item {
        Value::String(text) => Some(text.as_str()),
        _ => named,
    };
    let line = words.and_then(|words| words.lines().map(str::trim).find(|line| !line.is_empty()));
    match line {
        Some(line) if line.chars().count() > LABEL => {
            let cut: String = line.chars().take(LABEL).collect();
            format!("{}…", cut.trim_end())
        }
        Some(line) => line.to_owned(),
        None if item.is_number() => item.to_string(),
        None => format!("Item {number}"),
    }
}

async fn ask(inner: &Inner, sight: &mut Sight<'_>, kind: &StepKind) -> Result<Made, Stop> {
    let now = inner.options.world.now();
    let (question, text, form) = match kind {
        StepKind::Approval {
            text,
            show,
            outcomes,
            fields,
            expires,
        } => {
            let show = match show {
                Some(show) => Some(sight.text(show).await?),
                None => None,
            };
            let form = Form {
                show,
                outcomes: or_usual(outcomes),
                fields: fields.clone(),
                expires_at: expires_at(expires.as_ref(), now),
                expired_outcome: expires.as_ref().and_then(|expires| expires.outcome.clone()),
                ..Form::default()
            };
            (QuestionKind::Approval, text, form)
        }
        StepKind::Input {
            text,
            fields,
            expires,
        } => {
            let form = Form {
                fields: fields.clone(),
                expires_at: expires_at(expires.as_ref(), now),
                expired_outcome: expires
                    .as_ref()
                    .and_then(|expires| expires.outcome.as_ref())
                    .map(|_| "default".to_owned()),
                ..Form::default()
            };
            (QuestionKind::Input, text, form)
        }
        _ => return Err(Stop::Unwanted),
    };
    let fact = Fact::Asked {
        kind: question,
        text: sight.text(text).await?,
        form: Some(form),
    };
    Ok((fact, Vec::new()))
}

fn or_usual(outcomes: &[Outcome]) -> Vec<Outcome> {
    if !outcomes.is_empty() {
        return outcomes.to_vec();
    }
    [("approved", "Approve"), ("rejected", "Reject")]
        .map(|(name, title)| Outcome {
            name: name.to_owned(),
            title: title.to_owned(),
        })
        .to_vec()
}

fn expires_at(expires: Option<&QuestionTimeout>, now: Millis) -> Option<Millis> {
    expires.map(|expires| Millis(now.0.saturating_add(i64::from(expires.after_s) * 1_000)))
}

async fn time(
    inner: &Inner,
    sight: &mut Sight<'_>,
    seconds: Option<&Expression>,
    until: Option<&Expression>,
) -> Result<Millis, Stop> {
    if let Some(seconds) = seconds {
        let value = sight.value(seconds).await?;
        let seconds = value
            .as_f64()
            .filter(|seconds| (0.0..=LONGEST_WAIT).contains(seconds));
        let seconds = seconds.ok_or_else(|| {
            unfit(format!(
                "A wait takes 0 seconds up to ten years. This one would take {value}."
            ))
        })?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "bounded above, and parts of a millisecond do not matter"
        )]
        let wait = (seconds * 1_000.0) as i64;
        return Ok(Millis(inner.options.world.now().0.saturating_add(wait)));
    }
    let value = match until {
        Some(until) => sight.value(until).await?,
        None => Value::Null,
    };
    let time = value
        .as_str()
        .and_then(|text| DateTime::parse_from_rfc3339(text.trim()).ok());
    let time = time.ok_or_else(|| {
        unfit(format!(
            "A wait ends at a time such as 2026-05-01T09:00:00Z. {value} is none."
        ))
    })?;
    Ok(Millis(time.with_timezone(&Utc).timestamp_millis()))
}

fn unfit(message: String) -> Stop {
    Stop::Failed(Failure::lasting(
        FailureCode::ExpressionFailed,
        message,
        "Change the template and run it again, or give this task its answer yourself.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn items_are_labelled_by_what_names_them() {
        assert_eq!(label(&json!("  First line\nsecond"), 1), "First line");
        assert_eq!(label(&json!({"title": "A title", "x": 1}), 2), "A title");
        assert_eq!(label(&json!({"x": 1}), 3), "Item 3");
        assert_eq!(label(&json!(7), 4), "7");
        assert_eq!(label(&json!("é".repeat(80)), 5).chars().count(), LABEL + 1);
    }

    #[test]
    fn what_is_no_list_has_no_items() {
        assert!(items(&json!({"a": 1})).is_err());
        let (fact, contents) = items(&json!([])).expect("an answer");
        assert!(matches!(fact, Fact::Answered { .. }) && contents.len() == 1);
        let (fact, contents) = items(&json!(["a", "b"])).expect("scopes");
        assert!(matches!(fact, Fact::Opened { scopes, values: Some(_) } if scopes.len() == 2));
        assert_eq!(contents, [r#"["a","b"]"#]);
    }
}
