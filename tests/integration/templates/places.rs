//! Every steering act, on tasks that stand inside something.

use super::{UID, completed, data, document, keep, over, start, statuses, transform, uid};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wheelhouse_contract::{
    ApiError, BulkAct, BulkWorkflows, CancelWorkflow, EditTask, ErrorCode, ForkWorkflow, Operations,
    OverrideTask, PauseWorkflow, ResumeWorkflow, RetryTask, SkipTask, WorkflowDetail,
};
use wheelhouse_domain::{ForkEdit, Json, TaskStatus, WorkflowId, WorkflowStatus};
use wheelhouse_testkit::{Gate, Play, ScriptedModel, Workbench};

const CHILD: &str = "01920000-0000-7000-8000-00000000eeee";

/// A step that fails until its model is mended, and one that builds on it.
fn shaky() -> Value {
    json!([
        {"id": "first", "title": "First", "kind": "agent", "agent": "driver", "prompt": "Do {{ inputs.topic }}.",
            "retry": {"attempts": 1}},
        transform("second", "steps.first.text if steps.first.status == 'completed' else steps.first.status",
            &["first"])
    ])
}

/// Where the two may stand: the steps around them, and how the keys of their tasks begin.
#[expect(
    clippy::needless_pass_by_value,
    reason = "callers hand in what they have just made"
)]
fn places(steps: Value) -> Vec<(Value, &'static str)> {
    let map = json!({"id": "each", "title": "Each", "kind": "map", "over": "['a']", "steps": steps});
    let branch = json!({"id": "way", "title": "Way", "kind": "branch", "cases": [
        {"name": "so", "when": "inputs.wanted", "steps": steps}]});
    let again =
        json!({"id": "again", "title": "Again", "kind": "loop", "max": 1, "until": "true", "steps": [map]});
    let after = json!({"id": "fails", "title": "Fails", "kind": "transform", "value": "1 // 0",
        "retry": {"attempts": 1}, "on_error": {"do": "branch", "block": {"steps": steps}}});
    let deep = json!({"id": "again", "title": "Again", "kind": "loop", "max": 1, "until": "true", "steps": [
        {"id": "each", "title": "Each", "kind": "map", "over": "['a']", "steps": [branch]}]});
    vec![
        (json!([branch]), "way/0/"),
        (json!([again]), "again/0/each/0/"),
        (json!([after]), "fails/0/"),
        (json!([deep]), "again/0/each/0/way/0/"),
    ]
}

/// A model that refuses until the switch is thrown, and then says what it was told.
fn shaky_model() -> (Arc<ScriptedModel>, Arc<AtomicBool>) {
    let mended = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&mended);
    let model = ScriptedModel::new(move |asked| {
        if seen.load(Ordering::Relaxed) {
            Play::answer(format!("done: {}", asked.request.brief.description))
        } else {
            Play::fail(crate::common::lasting())
        }
    });
    (model, mended)
}

/// What the operator does at one task.
#[derive(Debug, Clone, Copy)]
enum Act {
    Retry,
    Skip,
    Override,
    Edit,
}

async fn act(bench: &Workbench, act: Act, workflow_id: WorkflowId, key: &str) -> Result<(), ApiError> {
    let (api, request_key) = (bench.api(), bench.key());
    let task_id = bench.task(workflow_id, key).await.id;
    match act {
        Act::Retry => {
            let request = RetryTask {
                request_key,
                workflow_id,
                task_id,
            };
            api.retry_task(request).await.map(drop)
        }
        Act::Skip => {
            let request = SkipTask {
                request_key,
                workflow_id,
                task_id,
            };
            api.skip_task(request).await.map(drop)
        }
        Act::Override => {
            let request = OverrideTask {
                request_key,
                workflow_id,
                task_id,
                text: "mine".to_owned(),
                data: Json(Value::Null),
            };
            api.override_task(request).await.map(drop)
        }
        Act::Edit => {
            let request = EditTask {
                request_key,
                workflow_id,
                task_id,
                prompt: Some("Do otherwise".to_owned()),
                model: None,
            };
            api.edit_task(request).await.map(drop)
        }
    }
}

#[tokio::test]
async fn a_failed_task_is_retried_skipped_answered_for_or_told_otherwise_inside_anything() {
    for (steps, prefix) in places(shaky()) {
        let (model, mended) = shaky_model();
        let bench = Workbench::with(model).await;
        keep(&bench, &document(steps), 0).await;
        let (first, second) = (format!("{prefix}first"), format!("{prefix}second"));
        let acts = [
            (vec![Act::Retry], "done: Do ferries."),
            (vec![Act::Skip], "skipped"),
            (vec![Act::Override], "mine"),
            (vec![Act::Edit, Act::Retry], "done: Do otherwise"),
        ];
        for (wanted, expected) in acts {
            mended.store(false, Ordering::Relaxed);
            let id = start(&bench, uid(UID), json!({})).await.id;
            let failed = over(&bench, id).await;
            assert_eq!(failed.workflow.status, WorkflowStatus::Failed, "{first}");
            mended.store(true, Ordering::Relaxed);
            for one in &wanted {
                act(&bench, *one, id, &first)
                    .await
                    .unwrap_or_else(|error| panic!("{one:?} at {first}: {error:?}"));
            }
            completed(&over(&bench, id).await);
            assert_eq!(
                data(&bench, id, &second).await,
                json!(expected),
                "{wanted:?} at {first}"
            );
        }
    }
}

#[tokio::test]
async fn a_finished_task_is_forked_inside_anything() {
    for (steps, prefix) in places(shaky()) {
        let (model, mended) = shaky_model();
        mended.store(true, Ordering::Relaxed);
        let bench = Workbench::with(model.clone()).await;
        keep(&bench, &document(steps), 0).await;
        let id = start(&bench, uid(UID), json!({})).await.id;
        completed(&over(&bench, id).await);
        let (first, second) = (format!("{prefix}first"), format!("{prefix}second"));
        let edits = [
            (
                ForkEdit::Prompt {
                    text: "Do more.".to_owned(),
                },
                "done: Do more.",
                2,
            ),
            (
                ForkEdit::Output {
                    text: "given".to_owned(),
                    data: None,
                },
                "given",
                2,
            ),
            (ForkEdit::Again, "done: Do ferries.", 3),
        ];
        for (edit, expected, asked) in edits {
            let request = ForkWorkflow {
                request_key: bench.key(),
                workflow_id: id,
                task_id: bench.task(id, &first).await.id,
                edit,
                repeat: false,
            };
            let made = bench.api().fork_workflow(request).await.expect("a fork");
            completed(&over(&bench, made.id).await);
            assert_eq!(data(&bench, made.id, &second).await, json!(expected), "{first}");
            assert_eq!(model.asked_by("first"), asked, "{first}");
        }
        assert_eq!(data(&bench, id, &second).await, json!("done: Do ferries."));
    }
}

/// A model that answers once the gate is open.
fn gated(gate: &Gate) -> Arc<ScriptedModel> {
    let gate = gate.clone();
    ScriptedModel::new(move |asked| {
        Play::answer(format!("done: {}", asked.request.brief.description)).held(&gate)
    })
}

/// Starts a run and waits until its first task is asking its model.
async fn at_work(bench: &Workbench, model: &ScriptedModel, steps: Value) -> WorkflowId {
    keep(bench, &document(steps), 0).await;
    let id = start(bench, uid(UID), json!({})).await.id;
    model
        .counter()
        .until("the model is asked", |tally| tally.asked == 1)
        .await;
    id
}

#[tokio::test]
async fn pause_keeps_what_is_in_flight_and_cancel_ends_it_inside_anything() {
    for (steps, prefix) in places(shaky()) {
        let gate = Gate::closed();
        let model = gated(&gate);
        let mut bench = Workbench::with(model.clone()).await;
        let id = at_work(&bench, &model, steps.clone()).await;
        let request_key = bench.key();
        let pause = PauseWorkflow { request_key, id };
        bench.api().pause_workflow(pause).await.expect("paused");
        gate.open();
        let paused = bench
            .until(id, "nothing is in flight", |detail| {
                detail.workflow.status == WorkflowStatus::Paused
            })
            .await;
        let (first, second) = (format!("{prefix}first"), format!("{prefix}second"));
        assert_eq!(
            statuses(&paused).get(first.as_str()),
            Some(&TaskStatus::Completed)
        );
        bench.reopen().await;
        let request_key = bench.key();
        let resume = ResumeWorkflow { request_key, id };
        bench.api().resume_workflow(resume).await.expect("goes on");
        completed(&over(&bench, id).await);
        assert_eq!(data(&bench, id, &second).await, json!("done: Do ferries."));
        assert_eq!(model.asked_by("first"), 1);

        let model = gated(&Gate::closed());
        let bench = Workbench::with(model.clone()).await;
        let id = at_work(&bench, &model, steps).await;
        let request_key = bench.key();
        let cancel = CancelWorkflow { request_key, id };
        bench.api().cancel_workflow(cancel).await.expect("cancelled");
        let ended = bench.ended(id).await;
        assert_eq!(ended.workflow.status, WorkflowStatus::Cancelled);
        assert!(ended.tasks.iter().all(|task| task.status.is_final()), "{prefix}");
        model
            .counter()
            .until("the request is dropped", |tally| tally.in_flight == 0)
            .await;
    }
}

#[tokio::test]
async fn a_task_at_work_is_skipped_inside_anything() {
    for (steps, prefix) in places(shaky()) {
        let model = gated(&Gate::closed());
        let bench = Workbench::with(model.clone()).await;
        let id = at_work(&bench, &model, steps).await;
        let (first, second) = (format!("{prefix}first"), format!("{prefix}second"));
        act(&bench, Act::Skip, id, &first).await.expect("skipped");
        completed(&over(&bench, id).await);
        assert_eq!(data(&bench, id, &second).await, json!("skipped"), "{first}");
    }
}

/// Keeps a template of a map whose item runs `steps` as a sub-workflow, and starts it.
async fn with_child(bench: &Workbench, steps: Value) -> WorkflowId {
    let mut below = document(steps);
    below["uid"] = json!(CHILD);
    below["name"] = json!("below");
    below["output"] = json!({"gave": "steps.second.output"});
    keep(bench, &below, 0).await;
    let inner = json!({"id": "inner", "title": "Inner", "kind": "workflow", "template": CHILD, "inputs": {}});
    let map = json!({"id": "each", "title": "Each", "kind": "map", "over": "['a']", "steps": [inner],
        "output": "steps.inner.data.gave"});
    keep(bench, &document(json!([map])), 0).await;
    start(bench, uid(UID), json!({})).await.id
}

async fn ended(bench: &Workbench, id: WorkflowId) -> WorkflowDetail {
    bench.until_final(id).await
}

#[tokio::test]
async fn tasks_of_a_sub_workflow_are_steered_while_it_is_under_way() {
    for (one, key, expected) in [(Act::Skip, "first", "skipped"), (Act::Override, "second", "mine")] {
        let gate = Gate::closed();
        let model = gated(&gate);
        let bench = Workbench::with(model.clone()).await;
        let id = with_child(&bench, shaky()).await;
        model
            .counter()
            .until("the model is asked", |tally| tally.asked == 1)
            .await;
        let child = bench.detail(id).await.children[0].id;
        act(&bench, one, child, key).await.expect("done");
        gate.open();
        completed(&ended(&bench, id).await);
        assert_eq!(data(&bench, id, "each").await, json!([expected]), "{one:?}");
    }
}

#[tokio::test]
async fn a_sub_workflow_that_ended_is_taken_up_again_from_above_only() {
    let (model, mended) = shaky_model();
    let bench = Workbench::with(model).await;
    let id = with_child(&bench, shaky()).await;
    let failed = ended(&bench, id).await;
    assert_eq!(failed.workflow.status, WorkflowStatus::Failed);
    let child = failed.children[0].id;
    mended.store(true, Ordering::Relaxed);
    for one in [Act::Retry, Act::Skip, Act::Override, Act::Edit] {
        let refused = act(&bench, one, child, "first").await.expect_err("it has ended");
        assert_eq!(refused.code, ErrorCode::Conflict, "{one:?}");
        assert!(
            refused.message.contains(&format!("workflow {id}")),
            "{}",
            refused.message
        );
    }
    assert_eq!(bench.detail(child).await.workflow.status, WorkflowStatus::Failed);
    act(&bench, Act::Retry, id, "each/0/inner")
        .await
        .expect("taken up");
    let detail = ended(&bench, id).await;
    completed(&detail);
    assert_eq!(data(&bench, id, "each").await, json!(["done: Do ferries."]));
    assert_eq!(detail.children.len(), 2, "the one that failed stays on record");
}

#[tokio::test]
async fn many_are_retried_and_cancelled_at_once_with_what_is_inside() {
    let (model, mended) = shaky_model();
    let bench = Workbench::with(model).await;
    let (steps, prefix) = places(shaky()).remove(3);
    keep(&bench, &document(steps), 0).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let id = start(&bench, uid(UID), json!({})).await.id;
        assert_eq!(over(&bench, id).await.workflow.status, WorkflowStatus::Failed);
        ids.push(id);
    }
    mended.store(true, Ordering::Relaxed);
    let request = BulkWorkflows {
        request_key: bench.key(),
        act: BulkAct::Retry,
        ids: ids.clone(),
    };
    let outcome = bench.api().bulk_workflows(request).await.expect("dealt with");
    assert!(
        outcome.items.iter().all(|item| item.error.is_none()),
        "{outcome:?}"
    );
    for id in ids {
        completed(&over(&bench, id).await);
        let second = data(&bench, id, &format!("{prefix}second")).await;
        assert_eq!(second, json!("done: Do ferries."));
    }

    let asking = json!([{"id": "each", "title": "Each", "kind": "map", "over": "inputs.items", "steps": [
        {"id": "ask", "title": "Ask", "kind": "approval", "text": "Keep {{ item }}?"}]}]);
    keep(&bench, &document(asking), 1).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let id = start(&bench, uid(UID), json!({})).await.id;
        over(&bench, id).await;
        ids.push(id);
    }
    let request = BulkWorkflows {
        request_key: bench.key(),
        act: BulkAct::Cancel,
        ids: ids.clone(),
    };
    let outcome = bench.api().bulk_workflows(request).await.expect("dealt with");
    assert!(
        outcome.items.iter().all(|item| item.error.is_none()),
        "{outcome:?}"
    );
    for id in ids {
        let cancelled = ended(&bench, id).await;
        assert_eq!(cancelled.workflow.status, WorkflowStatus::Cancelled);
    }
    assert!(super::questions(&bench).await.is_empty());
}
