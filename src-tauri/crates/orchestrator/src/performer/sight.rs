//! What expressions can read from one place of a run. Only what they name is looked up: a run may be large.

use super::answer::with_sources;
use super::brief::{read_answer, title_and_author};
use super::failure::Stop;
use crate::error::Error;
use crate::service::Inner;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use wheelhouse_agents::gather;
use wheelhouse_domain::{
    Citation, ContentHash, Expression, Json, Place, StepId, StepKind, TaskAnswer, TaskKey, TaskStatus, Text,
};
use wheelhouse_engine::expression::{
    self, ExpressionError, References, Scope, references, references_of_text, step_value,
};
use wheelhouse_engine::{Run, Task};

/// What is seen from beside the tasks of one scope, or from the top of the run.
pub(super) struct Sight<'a> {
    inner: &'a Inner,
    run: &'a Run,
    place: Option<Place>,
    /// Arrays of scopes' values that were read already.
    arrays: HashMap<ContentHash, Value>,
    /// Sources of the answers that were read, so that marks in what is made of them keep theirs.
    sources: Vec<Citation>,
}

impl<'a> Sight<'a> {
    pub(super) fn new(inner: &'a Inner, run: &'a Run, place: Option<Place>) -> Self {
        Self {
            inner,
            run,
            place,
            arrays: HashMap::new(),
            sources: Vec::new(),
        }
    }

    /// The value of an expression.
    pub(super) async fn value(&mut self, expression: &Expression) -> Result<Value, Stop> {
        let scope = self.scope(references(expression)?).await?;
        Ok(expression::evaluate(expression, &scope)?)
    }

    /// Whether an expression holds.
    pub(super) async fn holds(&mut self, expression: &Expression) -> Result<bool, Stop> {
        let scope = self.scope(references(expression)?).await?;
        Ok(expression::holds(expression, &scope)?)
    }

    /// A text with its expressions worked out.
    pub(super) async fn text(&mut self, text: &Text) -> Result<String, Stop> {
        let scope = self.scope(references_of_text(text)?).await?;
        Ok(expression::render(text, &scope)?)
    }

    /// Arguments with the expressions in all their texts worked out.
    pub(super) async fn arguments(&mut self, arguments: &Json) -> Result<Json, Stop> {
        let mut all = References::default();
        collect(&arguments.0, &mut all)?;
        let scope = self.scope(all).await?;
        Ok(expression::render_all(arguments, &scope)?)
    }

    /// The sources of the answers that a text quotes, each once.
    pub(super) async fn quoted(&mut self, text: &Text) -> Result<Vec<Citation>, Stop> {
        self.scope(references_of_text(text)?).await?;
        let mut sources: Vec<Citation> = Vec::new();
        for source in self.sources.drain(..) {
            if !sources.iter().any(|known| known.label == source.label) {
                sources.push(source);
            }
        }
        Ok(sources)
    }

    /// An answer made of a value, with the sources of what it was made of.
    pub(super) fn answer(&self, value: Value) -> TaskAnswer {
        let mut answer = with_sources(&shown(&value), &self.sources);
        answer.data = Some(Json(value));
        answer
    }

    async fn scope(&mut self, wanted: References) -> Result<Scope, Stop> {
        let mut scope = Scope::new(&self.run.setup.inputs).with_now(self.inner.options.world.now());
        let wants = |name: &str| wanted.variables.contains(name);
        if ["item", "index", "round", "previous", "error"]
            .into_iter()
            .any(wants)
        {
            scope = self.with_surroundings(scope).await?;
        }
        let mut steps = wanted.steps;
        if wanted.all_steps {
            steps.extend(self.visible());
        }
        for step in steps {
            if let Some(value) = self.step(&step).await? {
                scope = scope.with_step(&step, value);
            }
        }
        Ok(scope)
    }

    /// `item`, `round`, `error` and the like of what contains the place, the innermost of each.
    async fn with_surroundings(&mut self, mut scope: Scope) -> Result<Scope, Stop> {
        let mut places: Vec<Place> =
            std::iter::successors(self.place.clone(), |place| outer(self.run, place)).collect();
        places.reverse();
        for place in places {
            let Some(container) = self.run.task(&place.container) else {
                continue;
            };
            let Some(open) = self.run.scope_at(&place).cloned() else {
                continue;
            };
            if open.after_failure {
                if let Some(failure) = &container.caught {
                    scope = scope.with_error(failure);
                }
                continue;
            }
            let value = self.value_of(open.value.as_ref()).await?;
            match self.run.kind_of(container) {
                Some(StepKind::Map { .. }) => {
                    let index = open.value.map_or(place.scope, |(_, index)| index);
                    scope = scope.with_item(value, index);
                }
                Some(StepKind::Loop { .. }) => {
                    let rounds = self.run.phase_scopes(container);
                    let round = rounds.iter().position(|scope| *scope == place.scope).unwrap_or(0);
                    scope = scope.with_round(u32::try_from(round + 1).unwrap_or(u32::MAX), value);
                }
                _ => {}
            }
        }
        Ok(scope)
    }

    async fn value_of(&mut self, value: Option<&(ContentHash, u32)>) -> Result<Value, Stop> {
        let Some((hash, place)) = value else {
            return Ok(Value::Null);
        };
        if !self.arrays.contains_key(hash) {
            let array = serde_json::from_str(&content(self.inner, hash).await?)?;
            self.arrays.insert(hash.clone(), array);
        }
        let array = self.arrays.get(hash);
        let item = array.and_then(|array| array.get(*place as usize));
        Ok(item.cloned().unwrap_or_default())
    }

    /// Every step that is seen from here.
    fn visible(&self) -> BTreeSet<StepId> {
        let mut all = BTreeSet::new();
        let mut place = self.place.clone();
        loop {
            all.extend(
                self.run
                    .steps_beside(place.as_ref())
                    .iter()
                    .map(|step| step.id.clone()),
            );
            match place {
                Some(inside) => place = outer(self.run, &inside),
                None => return all,
            }
        }
    }

    /// What `steps.<id>` is; none where no such step is seen from here.
    async fn step(&mut self, step: &StepId) -> Result<Option<Value>, Stop> {
        let mut place = self.place.clone();
        loop {
            let key = TaskKey::of_step(place.as_ref(), step);
            if let Some(task) = self.run.task(&key) {
                return self.step_of(task).await.map(Some);
            }
            let parts: Vec<&Task> = self
                .run
                .tasks_at(place.as_ref())
                .filter(|task| task.step == *step)
                .collect();
            if !parts.is_empty() {
                return self.gathered(&parts).await.map(Some);
            }
            match place {
                Some(inside) => place = outer(self.run, &inside),
                None => return Ok(None),
            }
        }
    }

    async fn step_of(&mut self, task: &Task) -> Result<Value, Stop> {
        let answer = match task.output {
            Some(_) => Some(read_answer(self.inner, task).await?),
            None => None,
        };
        self.sources
            .extend(answer.iter().flat_map(|answer| answer.citations.iter().cloned()));
        Ok(step_value(task.status, answer.as_ref()))
    }

    /// An expanded step is the gathering of its parts.
    async fn gathered(&mut self, parts: &[&Task]) -> Result<Value, Stop> {
        let mut inputs = Vec::with_capacity(parts.len());
        for task in parts.iter().filter(|task| task.output.is_some()) {
            inputs.push(title_and_author(self.inner, task).await?);
        }
        let whole = gather(&inputs);
        self.sources.extend(whole.citations.iter().cloned());
        let ended = parts.iter().all(|task| task.status.is_final());
        let status = if ended {
            TaskStatus::Completed
        } else {
            TaskStatus::Running
        };
        Ok(step_value(status, Some(&whole)))
    }
}

/// The place that contains what contains `place`.
fn outer(run: &Run, place: &Place) -> Option<Place> {
    run.task(&place.container)?.place.clone()
}

fn collect(value: &Value, all: &mut References) -> Result<(), ExpressionError> {
    match value {
        Value::String(text) => all.extend(references_of_text(&Text(text.clone()))?),
        Value::Array(items) => items.iter().try_for_each(|item| collect(item, all))?,
        Value::Object(fields) => fields.values().try_for_each(|field| collect(field, all))?,
        _ => {}
    }
    Ok(())
}

/// A stored text.
pub(super) async fn content(inner: &Inner, hash: &ContentHash) -> Result<String, Stop> {
    let found = inner.store.content(hash).await?;
    Ok(found.ok_or_else(|| {
        Error::Store(wheelhouse_store::Error::Unreadable {
            column: "contents.content",
            reason: format!("{} is not there", hash.as_str()),
        })
    })?)
}

/// A value as people read it: words as they are, a list of words as a list, anything else as JSON.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_string) => {
            let long = |item: &&Value| item.as_str().is_some_and(|text| text.contains('\n'));
            let apart = items.iter().any(|item| long(&item));
            let lines = items.iter().filter_map(Value::as_str);
            if apart {
                lines.collect::<Vec<_>>().join("\n\n")
            } else {
                lines
                    .map(|line| format!("- {line}"))
                    .collect::<Vec<_>>()
                    .join("\n")
            }
        }
        other => format!("```json\n{other:#}\n```"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_shown_as_people_read_them() {
        assert_eq!(shown(&json!("words")), "words");
        assert_eq!(shown(&json!(["a", "b"])), "- a\n- b");
        assert_eq!(shown(&json!(["a\nb", "c"])), "a\nb\n\nc");
        assert_eq!(shown(&json!(7)), "7");
        assert_eq!(shown(&json!(null)), "");
        assert!(shown(&json!({"a": 1})).starts_with("```json\n{"));
    }
}
