//! What a task gives that works by what it contains: the list of a map, the way of a branch, the rounds of a loop, or
//! what is done in place of a failure.

use super::answer::with_sources;
use super::brief::read_answer;
use super::evaluate::{Made, answered, opened, round};
use super::failure::Stop;
use super::sight::{Sight, shown};
use crate::service::Inner;
use serde_json::{Value, json};
use wheelhouse_domain::{Expression, Failure, Json, MapFailure, OnError, Place, Step, StepKind, TaskAnswer};
use wheelhouse_engine::{Run, Task};

/// When all scopes of a task's own way have ended.
pub(super) async fn of_scopes(inner: &Inner, run: &Run, task: &Task, step: &Step) -> Result<Made, Stop> {
    match &step.kind {
        StepKind::Map { on_failure, .. } => of_items(inner, run, task, *on_failure).await,
        StepKind::Loop { until, max, .. } => of_rounds(inner, run, task, until, *max).await,
        _ => of_the_way(inner, run, task).await,
    }
}

/// What a failed task gives instead, or the way that its failure takes.
pub(super) fn instead(inner: &Inner, run: &Run, task: &Task, step: &Step) -> Result<Made, Stop> {
    match &step.on_error {
        OnError::Default { value } => {
            answered(&Sight::new(inner, run, task.place.clone()).answer(value.0.clone()))
        }
        OnError::Branch { .. } => Ok(opened("error", "error")),
        OnError::Stop => Err(Stop::Unwanted),
    }
}

/// What the one scope of a branch or a failure gave.
pub(super) async fn of_the_way(inner: &Inner, run: &Run, task: &Task) -> Result<Made, Stop> {
    let scope = run.phase_scopes(task).last().copied().ok_or(Stop::Unwanted)?;
    answered(&of_scope(inner, run, task, scope).await?)
}

async fn of_items(inner: &Inner, run: &Run, task: &Task, on_failure: MapFailure) -> Result<Made, Stop> {
    let (mut values, mut sections, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    for scope in run.phase_scopes(task) {
        let label = task
            .scopes
            .get(scope as usize)
            .map(|open| open.scope.label.clone());
        if let Some(failure) = run.scope_failure(&task.key, scope) {
            if on_failure == MapFailure::Collect {
                values.push(collected(failure));
            }
            continue;
        }
        let answer = of_scope(inner, run, task, scope).await?;
        if !answer.text.trim().is_empty() {
            sections.push(format!(
                "## {}\n\n{}",
                label.unwrap_or_default(),
                answer.text.trim()
            ));
        }
        sources.extend(answer.citations.iter().cloned());
        values.push(value_of(&answer));
    }
    let mut whole = with_sources(&sections.join("\n\n"), &sources);
    whole.data = Some(Json(Value::Array(values)));
    answered(&whole)
}

/// What stands in a map's list in place of an item that failed.
fn collected(failure: &Failure) -> Value {
    json!({ "error": { "code": failure.code, "message": failure.message } })
}

async fn of_rounds(
    inner: &Inner,
    run: &Run,
    task: &Task,
    until: &Expression,
    max: u32,
) -> Result<Made, Stop> {
    let rounds = run.phase_scopes(task);
    let scope = rounds.last().copied().ok_or(Stop::Unwanted)?;
    let answer = of_scope(inner, run, task, scope).await?;
    let over = rounds.len() >= max as usize || {
        let mut sight = Sight::new(inner, run, Some(inside(task, scope)));
        sight.holds(until).await?
    };
    if over {
        return answered(&answer);
    }
    Ok(round(rounds.len() + 1, &value_of(&answer)))
}

/// What one scope gave: what its block says, else the answer of its last step; nothing where that was skipped.
async fn of_scope(inner: &Inner, run: &Run, task: &Task, scope: u32) -> Result<TaskAnswer, Stop> {
    let block = run.block_of(task, scope as usize);
    if let Some(output) = block.and_then(|block| block.output.as_ref()) {
        let mut sight = Sight::new(inner, run, Some(inside(task, scope)));
        let value = sight.value(output).await?;
        return Ok(sight.answer(value));
    }
    match run.result_of(&task.key, scope) {
        Some(last) => read_answer(inner, last).await,
        None => Ok(TaskAnswer {
            text: shown(&Value::Null),
            citations: Vec::new(),
            data: Some(Json(Value::Null)),
        }),
    }
}

fn inside(task: &Task, scope: u32) -> Place {
    Place {
        container: task.key.clone(),
        scope,
    }
}

/// An answer as a value: its own where it has one, else its words.
fn value_of(answer: &TaskAnswer) -> Value {
    match &answer.data {
        Some(data) => data.0.clone(),
        None => Value::String(answer.text.clone()),
    }
}
