//! What reading, checking, comparing and sharing promise.

mod arbitrary;
mod checking;
mod form;
mod sharing;

use super::*;
use serde_json::{Value, json};
use wheelhouse_domain::*;

/// A small document that is in order, as a file's value.
fn file() -> Value {
    json!({
        "schema": 1,
        "uid": "0192f3c4-0000-7000-8000-000000000042",
        "name": "small",
        "title": "Small",
        "inputs": [{"name": "task", "title": "Task", "type": "long_text", "required": true}],
        "agents": [{"name": "Ada", "role": "Writer", "instructions": "Write.", "tools": ["knowledge_search"]}],
        "steps": [
            {"id": "first", "title": "First", "kind": "agent", "agent": "Ada", "prompt": "Do {{ inputs.task }}."},
            {"id": "many", "title": "Many", "kind": "map", "over": "[1, 2]", "needs": ["first"], "steps": [
                {"id": "inner", "title": "Inner", "kind": "transform", "value": "item ~ steps.first.text"}
            ]},
            {"id": "end", "title": "End", "kind": "transform", "value": "steps.many.data", "needs": ["many"]}
        ],
        "output": {"all": "steps.end.data"}
    })
}

/// The file with one place changed.
fn changed(pointer: &str, value: Value) -> Value {
    let mut file = file();
    match file.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, name) = pointer.rsplit_once('/').expect("a place");
            file.pointer_mut(parent).expect("the parent")[name] = value;
        }
    }
    file
}

fn document(value: &Value) -> Document {
    read(&value.to_string()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// Where and what, without the words.
fn short(problems: &[TemplateProblem]) -> Vec<(Option<&str>, &str, ProblemCode)> {
    problems
        .iter()
        .map(|one| {
            (
                one.step.as_ref().map(StepId::as_str),
                one.field.as_str(),
                one.code,
            )
        })
        .collect()
}
