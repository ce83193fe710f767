//! How two versions of a template differ.

use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{ChangeKind, Document, Json, Step, StepId, TemplateChange};

/// What changed from `before` to `after`: the document's own fields first, then steps in the order of `after`, then
/// those that are gone. A step that moved into another block has a changed `place`.
#[must_use]
pub fn difference(before: &Document, after: &Document) -> Vec<TemplateChange> {
    let mut changes = Vec::new();
    let (old, new) = (fields_of(before), fields_of(after));
    compare(None, &old, &new, &mut changes);
    let (old, new) = (steps_of(before), steps_of(after));
    for (id, fields) in &new {
        match old.iter().find(|(known, _)| known == id) {
            Some((_, known)) => compare(Some(id), known, fields, &mut changes),
            None => changes.push(whole(ChangeKind::Added, id, fields)),
        }
    }
    let gone = old
        .iter()
        .filter(|(id, _)| !new.iter().any(|(known, _)| known == id));
    changes.extend(gone.map(|(id, fields)| whole(ChangeKind::Removed, id, fields)));
    changes.extend(reordered(&old, &new));
    changes
}

type Fields = BTreeMap<String, Value>;

fn whole(kind: ChangeKind, id: &StepId, fields: &Fields) -> TemplateChange {
    let value = Json(Value::Object(fields.clone().into_iter().collect()));
    let (before, after) = match kind {
        ChangeKind::Removed => (Some(value), None),
        ChangeKind::Added | ChangeKind::Changed => (None, Some(value)),
    };
    TemplateChange {
        kind,
        step: Some(id.clone()),
        field: String::new(),
        before,
        after,
    }
}

fn compare(step: Option<&StepId>, old: &Fields, new: &Fields, changes: &mut Vec<TemplateChange>) {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let (before, after) = (old.get(name), new.get(name));
        if before == after {
            continue;
        }
        let kind = match (before, after) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Changed,
        };
        changes.push(TemplateChange {
            kind,
            step: step.cloned(),
            field: name.clone(),
            before: before.cloned().map(Json),
            after: after.cloned().map(Json),
        });
    }
}

/// A change of the order of steps that are in both: the last step that nothing needs gives the answer.
fn reordered(old: &[(StepId, Fields)], new: &[(StepId, Fields)]) -> Option<TemplateChange> {
    let common = |these: &[(StepId, Fields)], those: &[(StepId, Fields)]| -> Vec<String> {
        these
            .iter()
            .filter(|(id, _)| those.iter().any(|(known, _)| known == id))
            .map(|(id, _)| id.0.clone())
            .collect()
    };
    let (before, after) = (common(old, new), common(new, old));
    (before != after).then(|| TemplateChange {
        kind: ChangeKind::Changed,
        step: None,
        field: "order".to_owned(),
        before: Some(Json(before.into())),
        after: Some(Json(after.into())),
    })
}

fn object(value: impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// The fields of the document without its steps, with one entry for each input, agent, output, limit and budget.
fn fields_of(document: &Document) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in object(document) {
        match (name.as_str(), value) {
            ("steps", _) => {}
            ("inputs" | "agents", Value::Array(items)) => {
                for item in items {
                    let own = item.get("name").and_then(Value::as_str).unwrap_or_default();
                    fields.insert(format!("{name}.{own}"), item.clone());
                }
            }
            ("output" | "limits" | "budget", Value::Object(inner)) => {
                fields.extend(
                    inner
                        .into_iter()
                        .map(|(own, value)| (format!("{name}.{own}"), value)),
                );
            }
            (_, value) => {
                fields.insert(name, value);
            }
        }
    }
    fields
}

/// Every step with its own fields: those of steps in its blocks are theirs.
fn steps_of(document: &Document) -> Vec<(StepId, Fields)> {
    let mut all = Vec::new();
    collect(&document.steps, "", &mut all);
    all
}

fn collect(steps: &[Step], place: &str, all: &mut Vec<(StepId, Fields)>) {
    for step in steps {
        let mut own = step.clone();
        for block in blocks_mut(&mut own) {
            block.steps.clear();
        }
        let mut fields: Fields = object(&own)
            .into_iter()
            .filter(|(name, _)| name != "steps")
            .collect();
        if !place.is_empty() {
            fields.insert("place".to_owned(), place.into());
        }
        all.push((step.id.clone(), fields));
        for (way, block) in step.blocks() {
            collect(
                &block.steps,
                &format!("{}/{}", step.id, way.unwrap_or("each")),
                all,
            );
        }
    }
}

/// The blocks of `step`, to change them.
pub(super) fn blocks_mut(step: &mut Step) -> Vec<&mut wheelhouse_domain::Block> {
    use wheelhouse_domain::{OnError, StepKind};
    let mut blocks: Vec<&mut wheelhouse_domain::Block> = match &mut step.kind {
        StepKind::Branch { cases, otherwise } => cases
            .iter_mut()
            .map(|case| &mut case.block)
            .chain(otherwise.iter_mut())
            .collect(),
        StepKind::Map { block, .. } | StepKind::Loop { block, .. } => vec![block],
        _ => Vec::new(),
    };
    if let OnError::Branch { block } = &mut step.on_error {
        blocks.push(block);
    }
    blocks
}
