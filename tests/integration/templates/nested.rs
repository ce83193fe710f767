//! Things inside each other, and workflows inside workflows.

use super::{
    UID, completed, data, document, keep, over, questions, reply, run, start, statuses, transform, uid,
};
use crate::common::{assert_calls_made_once, count};
use serde_json::{Value, json};
use wheelhouse_contract::{
    CancelWorkflow, DeleteWorkflow, ErrorCode, GetWorkflow, Operations, PauseWorkflow, ResumeWorkflow,
};
use wheelhouse_domain::{FailureCode, TaskStatus, WorkflowId, WorkflowStatus};
use wheelhouse_testkit::Workbench;

const CHILD: &str = "01920000-0000-7000-8000-00000000eeee";

/// A template that runs another, whose steps are given.
async fn with_child(bench: &Workbench, child: Value, on_error: Option<Value>) -> WorkflowId {
    let mut below = document(child);
    below["uid"] = json!(CHILD);
    below["name"] = json!("below");
    below["output"] = json!({"gave": "steps.last.output"});
    keep(bench, &below, 0).await;
    let mut inner = json!({"id": "inner", "title": "Inner", "kind": "workflow", "template": CHILD,
        "inputs": {"topic": "inputs.topic ~ '!'"}});
    if let Some(on_error) = on_error {
        inner["on_error"] = on_error;
    }
    let steps = json!([inner, transform("after", "steps.inner.data.gave", &["inner"])]);
    keep(bench, &document(steps), 0).await;
    start(bench, uid(UID), json!({})).await.id
}

#[tokio::test]
async fn loops_maps_and_branches_nest() {
    let bench = Workbench::open().await;
    let branch = json!({"id": "way", "title": "Way", "kind": "branch", "cases": [
        {"name": "even", "when": "item % 2 == 0", "steps": [transform("half", "item // 2", &[])]}
    ], "else": {"steps": [transform("more", "item * 3 + round", &[])]}});
    let map = json!({"id": "each", "title": "Each", "kind": "map", "over": "previous or [1, 2, 3]", "steps": [branch]});
    let steps = json!([{"id": "again", "title": "Again", "kind": "loop", "max": 2, "until": "false", "steps": [map]}]);
    let detail = run(&bench, steps, json!({})).await;
    completed(&detail);
    let id = detail.workflow.id;
    // Round 1: [1*3+1, 1, 3*3+1]; round 2 of that: [2, 1*3+2, 5].
    assert_eq!(data(&bench, id, "again").await, json!([2, 5, 5]));
    assert!(statuses(&detail).contains_key("again/1/each/0/way/0/half"));
}

#[tokio::test]
async fn a_question_inside_a_map_is_asked_for_each_item() {
    let bench = Workbench::open().await;
    let map = json!({"id": "each", "title": "Each", "kind": "map", "over": "inputs.items", "steps": [
        {"id": "ask", "title": "Ask", "kind": "approval", "text": "Keep {{ item }}?"}], "output":
        "steps.ask.data.outcome"});
    let waiting = run(&bench, json!([map]), json!({"items": ["a", "b"]})).await;
    let id = waiting.workflow.id;
    let waiting = bench
        .until(id, "both ask", |detail| {
            detail
                .tasks
                .iter()
                .filter(|task| task.status == TaskStatus::Waiting)
                .count()
                == 2
        })
        .await;
    assert_eq!(waiting.workflow.status, WorkflowStatus::Waiting);
    for question in questions(&bench).await {
        let outcome = if question.text.contains('a') {
            "approved"
        } else {
            "rejected"
        };
        reply(&bench, &question, Some(outcome), json!({})).await;
    }
    let detail = bench.until_final(id).await;
    completed(&detail);
    let given = data(&bench, id, "each").await;
    assert_eq!(given.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_sub_workflow_gives_its_outputs_and_knows_its_parent() {
    let bench = Workbench::open().await;
    let id = with_child(&bench, json!([transform("last", "inputs.topic", &[])]), None).await;
    let detail = over(&bench, id).await;
    completed(&detail);
    assert_eq!(data(&bench, id, "after").await, json!("ferries!"));
    let [child] = detail.children.as_slice() else {
        panic!("one child: {:?}", detail.children)
    };
    let parent = child.parent.clone().expect("a parent");
    assert_eq!(
        (parent.id, parent.task.as_str(), child.depth),
        (Some(id), "inner", 1)
    );
    assert_eq!(bench.task(id, "inner").await.child, Some(child.id));
    assert_eq!(count(&bench.events(id).await, "child_started"), 1);
    let child = child.id;
    let request_key = bench.key();
    bench
        .api()
        .delete_workflow(DeleteWorkflow { request_key, id })
        .await
        .expect("deleted");
    let gone = bench.api().get_workflow(GetWorkflow { id: child }).await;
    assert_eq!(gone.expect_err("it went along").code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_failed_sub_workflow_fails_its_step_or_is_caught() {
    let bench = Workbench::open().await;
    let child = json!([{"id": "last", "title": "Last", "kind": "transform", "value": "1 // 0",
        "retry": {"attempts": 1}}]);
    let id = with_child(&bench, child, None).await;
    let failed = over(&bench, id).await;
    let failure = failed.workflow.failure.expect("a reason");
    assert_eq!(failure.failure.code, FailureCode::ChildFailed);
    assert_eq!(failed.children.len(), 1, "it is not started again unasked");
}

/// A child that waits for the operator.
fn asking() -> Value {
    json!([{"id": "ask", "title": "Ask", "kind": "approval", "text": "Go on?"},
        transform("last", "steps.ask.data.outcome", &["ask"])])
}

async fn child_of(bench: &Workbench, id: WorkflowId) -> WorkflowId {
    let detail = bench
        .until(id, "the child asks", |detail| {
            detail
                .children
                .first()
                .is_some_and(|child| child.status == WorkflowStatus::Waiting)
        })
        .await;
    detail.children[0].id
}

#[tokio::test]
async fn cancelling_reaches_the_sub_workflow_and_is_confirmed() {
    let bench = Workbench::open().await;
    let id = with_child(&bench, asking(), None).await;
    let child = child_of(&bench, id).await;
    let request_key = bench.key();
    bench
        .api()
        .cancel_workflow(CancelWorkflow { request_key, id })
        .await
        .expect("cancelled");
    let ended = bench.ended(id).await;
    assert_eq!(ended.workflow.status, WorkflowStatus::Cancelled);
    assert_eq!(
        bench.detail(child).await.workflow.status,
        WorkflowStatus::Cancelled
    );
    assert!(questions(&bench).await.is_empty());
}

#[tokio::test]
async fn a_sub_workflow_pauses_and_goes_on_with_its_parent_only() {
    let bench = Workbench::open().await;
    let id = with_child(&bench, asking(), None).await;
    let child = child_of(&bench, id).await;
    let request_key = bench.key();
    let delete = bench
        .api()
        .delete_workflow(DeleteWorkflow {
            request_key,
            id: child,
        })
        .await;
    assert_eq!(delete.expect_err("its parent needs it").code, ErrorCode::Conflict);
    let alone = bench
        .api()
        .pause_workflow(PauseWorkflow {
            request_key: bench.key(),
            id: child,
        })
        .await;
    assert_eq!(alone.expect_err("refused").code, ErrorCode::Conflict);
    let request_key = bench.key();
    bench
        .api()
        .pause_workflow(PauseWorkflow { request_key, id })
        .await
        .expect("paused");
    bench
        .until(child, "the child is paused", |detail| {
            detail.workflow.status == WorkflowStatus::Paused
        })
        .await;
    let request_key = bench.key();
    bench
        .api()
        .resume_workflow(ResumeWorkflow { request_key, id })
        .await
        .expect("goes on");
    bench
        .until(child, "the child waits again", |detail| {
            detail.workflow.status == WorkflowStatus::Waiting
        })
        .await;
    let question = questions(&bench).await.remove(0);
    reply(&bench, &question, Some("approved"), json!({})).await;
    let detail = bench.until_final(id).await;
    completed(&detail);
    assert_eq!(data(&bench, id, "after").await, json!("approved"));
}

#[tokio::test]
async fn a_parent_is_told_of_its_childs_end_also_after_a_new_start() {
    let mut bench = Workbench::open().await;
    let id = with_child(&bench, asking(), None).await;
    child_of(&bench, id).await;
    bench.reopen().await;
    let question = questions(&bench).await.remove(0);
    reply(&bench, &question, Some("approved"), json!({})).await;
    bench.reopen().await;
    let detail = bench.until_final(id).await;
    completed(&detail);
    assert_eq!(detail.children.len(), 1);
    assert_calls_made_once(&bench.events(id).await);
}
