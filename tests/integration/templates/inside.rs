//! Every kind of step inside every kind of block.

use super::{UID, completed, data, document, keep, questions, reply, start, transform, uid};
use crate::common::assert_calls_made_once;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wheelhouse_contract::WorkflowDetail;
use wheelhouse_domain::{TaskStatus, WorkflowId, WorkflowStatus};
use wheelhouse_testkit::{Workbench, within};

const SMALL: &str = "01920000-0000-7000-8000-00000000aaaa";
const BELOW: &str = "01920000-0000-7000-8000-00000000bbbb";

/// Every kind that a template can name.
const KINDS: [&str; 14] = [
    "agent",
    "aggregate",
    "approval",
    "branch",
    "expand",
    "input",
    "loop",
    "map",
    "plan",
    "staff",
    "tool",
    "transform",
    "wait",
    "workflow",
];

/// One step of every kind; of `wait` both. What they give is gathered in `gathered`.
fn every_kind() -> Vec<Value> {
    let steps = json!([
        {"id": "think", "title": "Think", "kind": "agent", "agent": "creator", "prompt": "Think of {{ inputs.topic }}."},
        {"id": "look", "title": "Look", "kind": "tool", "tool": "knowledge_search",
            "arguments": {"query": "{{ inputs.topic }}"}},
        {"id": "plan", "title": "Plan", "kind": "plan", "agent": "driver", "prompt": "Plan {{ inputs.topic }}."},
        {"id": "staff", "title": "Staff", "kind": "staff", "agent": "generator", "plan": "plan", "needs": ["plan"]},
        {"id": "work", "title": "Work", "kind": "expand", "plan": "plan", "staff": "staff", "needs": ["staff"]},
        {"id": "sum", "title": "Sum", "kind": "aggregate", "needs": ["work"]},
        {"id": "way", "title": "Way", "kind": "branch", "cases": [
            {"name": "no", "when": "not inputs.wanted", "steps": [transform("no", "'no'", &[])]}],
            "else": {"steps": [transform("yes", "'yes'", &[])]}},
        {"id": "each", "title": "Each", "kind": "map", "over": "inputs.items",
            "steps": [transform("long", "item | length", &[])]},
        {"id": "again", "title": "Again", "kind": "loop", "max": 2, "until": "steps.grow.data == 2",
            "steps": [transform("grow", "(previous or 0) + 1", &[])]},
        {"id": "ask", "title": "Ask", "kind": "approval", "text": "Keep it?"},
        {"id": "say", "title": "Say", "kind": "input", "text": "When?", "fields": [
            {"name": "day", "title": "Day", "type": "text", "default": "Sunday"}]},
        {"id": "rest", "title": "Rest", "kind": "wait", "for": "0.01"},
        {"id": "due", "title": "Due", "kind": "wait", "until": "'2025-12-31T12:00:00Z'"},
        {"id": "below", "title": "Below", "kind": "workflow", "template": SMALL, "inputs": {"topic": "inputs.topic"}},
        {"id": "caught", "title": "Caught", "kind": "transform", "value": "1 // 0", "retry": {"attempts": 1},
            "on_error": {"do": "default", "value": "caught"}},
        transform("gathered",
            "[steps.way.data, steps.each.data, steps.again.data, steps.ask.data.outcome, steps.say.data.day, \
              steps.below.text, steps.caught.data]",
            &["think", "look", "sum", "way", "each", "again", "ask", "say", "rest", "due", "below", "caught"])
    ]);
    steps.as_array().cloned().expect("a list")
}

fn gathered() -> Value {
    json!(["yes", [3, 3, 5], 2, "approved", "Sunday", "ferries", "caught"])
}

/// Answers whatever is asked, until a workflow has ended.
async fn answered(bench: &Workbench, id: WorkflowId) -> WorkflowDetail {
    let mut head = bench.api().handle().store().head();
    let answering = async {
        loop {
            head.mark_unchanged();
            for question in questions(bench).await {
                let form = question.form.clone().expect("a form");
                let outcome = form.outcomes.first().map(|outcome| outcome.name.as_str());
                reply(bench, &question, outcome, json!({})).await;
            }
            let detail = bench.detail(id).await;
            if detail.workflow.status.is_final() {
                return detail;
            }
            head.changed().await.expect("the store is open");
        }
    };
    within("the run ends", answering).await
}

/// That all there is was done, by whom it was given to.
async fn assert_whole(bench: &Workbench, detail: &WorkflowDetail, what: &str) {
    completed(detail);
    let kinds: BTreeSet<&str> = detail.tasks.iter().map(|task| task.step_kind.as_str()).collect();
    assert!(KINDS.iter().all(|kind| kinds.contains(kind)), "{what}: {kinds:?}");
    for task in &detail.tasks {
        assert_eq!(task.status, TaskStatus::Completed, "{what}: {}", task.key);
        let is_part = task.step_kind == "expand";
        assert!(
            !is_part || task.assigned_to.is_some() && task.agent_name.is_some(),
            "{what}: nobody is shown at {}",
            task.key
        );
    }
    assert!(
        detail
            .children
            .iter()
            .all(|child| child.status == WorkflowStatus::Completed),
        "{what}"
    );
    assert_calls_made_once(&bench.events(detail.workflow.id).await);
}

/// Blocks, with the key of the task that gathers in the first scope of each.
fn blocks() -> Vec<(&'static str, Value, &'static str)> {
    let steps = every_kind();
    let fails = json!({"id": "outer", "title": "Outer", "kind": "transform", "value": "1 // 0",
        "retry": {"attempts": 1}, "on_error": {"do": "branch", "block": {"steps": steps}}});
    vec![
        ("the top", json!(steps), "gathered"),
        (
            "a map",
            json!([{"id": "outer", "title": "Outer", "kind": "map", "over": "['a', 'b']", "steps": steps}]),
            "outer/1/gathered",
        ),
        (
            "a loop",
            json!([{"id": "outer", "title": "Outer", "kind": "loop", "max": 2, "until": "false", "steps": steps}]),
            "outer/1/gathered",
        ),
        (
            "a case",
            json!([{"id": "outer", "title": "Outer", "kind": "branch",
                "cases": [{"name": "so", "when": "inputs.wanted", "steps": steps}]}]),
            "outer/0/gathered",
        ),
        (
            "else",
            json!([{"id": "outer", "title": "Outer", "kind": "branch",
                "cases": [{"name": "so", "when": "not inputs.wanted", "steps": [transform("other", "1", &[])]}],
                "else": {"steps": steps}}]),
            "outer/0/gathered",
        ),
        ("the way of a failure", json!([fails]), "outer/0/gathered"),
    ]
}

async fn small(bench: &Workbench) {
    let mut small = document(json!([transform("last", "inputs.topic", &[])]));
    small["uid"] = json!(SMALL);
    small["name"] = json!("small");
    keep(bench, &small, 0).await;
}

#[tokio::test]
async fn every_kind_of_step_is_done_in_every_kind_of_block() {
    let bench = Workbench::open().await;
    small(&bench).await;
    for ((what, steps, key), version) in blocks().into_iter().zip(0..) {
        keep(&bench, &document(steps), version).await;
        let id = start(&bench, uid(UID), json!({})).await.id;
        let detail = answered(&bench, id).await;
        assert_whole(&bench, &detail, what).await;
        assert_eq!(data(&bench, id, key).await, gathered(), "{what}");
    }
    // What is shown of them is what their journals say.
    let store = bench.api().handle().store();
    let before = store.tasks(WorkflowId(2)).await.expect("tasks");
    store.rebuild_projections().await.expect("rebuilt");
    assert_eq!(store.tasks(WorkflowId(2)).await.expect("tasks"), before);
}

#[tokio::test]
async fn every_kind_of_step_is_done_in_a_sub_workflow_of_a_map_in_a_loop() {
    let bench = Workbench::open().await;
    small(&bench).await;
    let mut below = document(json!(every_kind()));
    below["uid"] = json!(BELOW);
    below["name"] = json!("below");
    below["output"] = json!({"all": "steps.gathered.data"});
    keep(&bench, &below, 0).await;
    let inner = json!({"id": "inner", "title": "Inner", "kind": "workflow", "template": BELOW, "inputs": {}});
    let map = json!({"id": "outer", "title": "Outer", "kind": "map", "over": "['a']", "steps": [inner],
        "output": "steps.inner.data.all"});
    let steps = json!([{"id": "rounds", "title": "Rounds", "kind": "loop", "max": 1, "until": "true", "steps": [map]}]);
    keep(&bench, &document(steps), 0).await;
    let id = start(&bench, uid(UID), json!({})).await.id;
    let detail = answered(&bench, id).await;
    completed(&detail);
    assert_eq!(data(&bench, id, "rounds").await, json!([gathered()]));
    let child = bench.detail(detail.children[0].id).await;
    assert_whole(&bench, &child, "a sub-workflow").await;
    assert_eq!((child.workflow.depth, child.children[0].depth), (1, 2));
}
