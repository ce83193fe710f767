//! Steps that take longer than they may. The clock is moved on, and a new start looks at it, as after a sleep.

use super::{UID, completed, data, document, keep, over, questions, reply, start, transform, uid};
use crate::common::count;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wheelhouse_contract::{Operations, PauseWorkflow, ResumeWorkflow, WorkflowDetail};
use wheelhouse_domain::{FailureCode, TaskStatus, WorkflowId, WorkflowStatus};
use wheelhouse_testkit::{Play, ScriptedModel, Workbench};

const CHILD: &str = "01920000-0000-7000-8000-00000000eeee";
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A model that hangs at whom it is told of "slow" things, until the switch is thrown.
fn slow_model() -> (Arc<ScriptedModel>, Arc<AtomicBool>) {
    let mended = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&mended);
    let model = ScriptedModel::new(move |asked| {
        let told = &asked.request.brief.description;
        if told.contains("slow") && !seen.load(Ordering::Relaxed) {
            Play::hang()
        } else {
            Play::answer(format!("done: {told}"))
        }
    });
    (model, mended)
}

fn slow(attempts: u32) -> Value {
    json!({"id": "think", "title": "Think", "kind": "agent", "agent": "driver", "prompt": "Be slow.", "timeout_s": 60,
        "retry": {"attempts": attempts, "base_ms": 1}})
}

async fn begin(bench: &Workbench, steps: Value) -> WorkflowId {
    keep(bench, &document(steps), 0).await;
    start(bench, uid(UID), json!({})).await.id
}

async fn asked(model: &ScriptedModel) {
    model
        .counter()
        .until("the model is asked", |tally| tally.asked >= 1)
        .await;
}

/// Lets so many milliseconds go by while it is closed, and waits until the run has ended.
async fn later(bench: &mut Workbench, id: WorkflowId, milliseconds: i64) -> WorkflowDetail {
    bench.close().await;
    bench.world().advance(milliseconds);
    bench.reopen().await;
    bench.until_final(id).await
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_fails() {
    let (model, _) = slow_model();
    let mut bench = Workbench::with(model.clone()).await;
    let id = begin(
        &bench,
        json!([slow(1), transform("after", "steps.think.text", &["think"])]),
    )
    .await;
    asked(&model).await;
    let failed = later(&mut bench, id, MINUTE + 1).await;
    assert_eq!(failed.workflow.status, WorkflowStatus::Failed);
    let failure = failed.workflow.failure.expect("a reason").failure;
    assert_eq!(failure.code, FailureCode::StepTimedOut);
    assert!(failure.message.contains("60 s"), "{failure:?}");
    assert_eq!(bench.task(id, "think").await.status, TaskStatus::Failed);
}

#[tokio::test]
async fn the_next_attempt_has_the_whole_time_again() {
    let (model, mended) = slow_model();
    let mut bench = Workbench::with(model.clone()).await;
    let id = begin(&bench, json!([slow(2)])).await;
    asked(&model).await;
    mended.store(true, Ordering::Relaxed);
    let detail = later(&mut bench, id, MINUTE + 1).await;
    completed(&detail);
    assert_eq!(count(&bench.events(id).await, "task_attempt_failed"), 1);
    assert_eq!(bench.task(id, "think").await.attempt, 2);
}

#[tokio::test]
async fn time_spent_paused_does_not_count() {
    let mut bench = Workbench::open().await;
    let steps = json!([{"id": "rest", "title": "Rest", "kind": "wait", "for": "50", "timeout_s": 60}]);
    let id = begin(&bench, steps).await;
    bench
        .until(id, "it waits", |detail| {
            detail.workflow.status == WorkflowStatus::Waiting
        })
        .await;
    let request_key = bench.key();
    bench
        .api()
        .pause_workflow(PauseWorkflow { request_key, id })
        .await
        .expect("paused");
    bench.close().await;
    bench.world().advance(DAY);
    bench.reopen().await;
    assert_eq!(bench.detail(id).await.workflow.status, WorkflowStatus::Paused);
    let request_key = bench.key();
    bench
        .api()
        .resume_workflow(ResumeWorkflow { request_key, id })
        .await
        .expect("goes on");
    let detail = bench.until_final(id).await;
    completed(&detail);
}

#[tokio::test]
async fn time_spent_waiting_for_the_operator_does_not_count() {
    let mut bench = Workbench::open().await;
    let steps =
        json!([{"id": "ask", "title": "Ask", "kind": "approval", "text": "Publish?", "timeout_s": 60}]);
    let id = begin(&bench, steps).await;
    over(&bench, id).await;
    bench.close().await;
    bench.world().advance(DAY);
    bench.reopen().await;
    let question = questions(&bench).await.remove(0);
    reply(&bench, &question, Some("approved"), json!({})).await;
    completed(&bench.until_final(id).await);
}

#[tokio::test]
async fn one_slow_item_of_a_map_is_collected_and_the_others_are_kept() {
    let (model, _) = slow_model();
    let mut bench = Workbench::with(model.clone()).await;
    let mut think = slow(1);
    think["prompt"] = json!("Be {{ item }}.");
    let map = json!({"id": "each", "title": "Each", "kind": "map", "over": "['quick', 'slow']", "on_failure": "collect",
        "steps": [think]});
    let id = begin(&bench, json!([map])).await;
    bench
        .until(id, "the quick one is done", |detail| {
            let mut tasks = detail.tasks.iter();
            tasks.any(|task| task.key.as_str() == "each/0/think" && task.status == TaskStatus::Completed)
        })
        .await;
    model
        .counter()
        .until("the slow one is asked", |tally| tally.asked >= 2)
        .await;
    completed(&later(&mut bench, id, MINUTE + 1).await);
    let given = data(&bench, id, "each").await;
    assert_eq!(given[0], json!("done: Be quick."));
    assert_eq!(given[1]["error"]["code"], json!("step_timed_out"));
}

#[tokio::test]
async fn a_block_as_a_whole_may_take_so_long_and_what_is_inside_ends_with_it() {
    let (model, _) = slow_model();
    let mut bench = Workbench::with(model.clone()).await;
    let mut think = slow(3);
    think["timeout_s"] = json!(DAY / 1_000);
    let map = json!({"id": "each", "title": "Each", "kind": "map", "over": "[1, 2]", "timeout_s": 60,
        "steps": [think], "on_error": {"do": "default", "value": "none"}});
    let id = begin(
        &bench,
        json!([map, transform("after", "steps.each.output", &["each"])]),
    )
    .await;
    asked(&model).await;
    let detail = later(&mut bench, id, MINUTE + 1).await;
    completed(&detail);
    assert_eq!(data(&bench, id, "after").await, json!("none"));
    let caught = bench.task(id, "each").await.caught.expect("why");
    assert_eq!(caught.code, FailureCode::StepTimedOut);
    assert!(
        detail.tasks.iter().all(|task| task.status.is_final()),
        "nothing goes on inside"
    );
}

/// A run whose sub-workflow is this step and may take a minute, once both wait; and the sub-workflow.
async fn with_sub_workflow(bench: &Workbench, step: Value) -> (WorkflowId, WorkflowId) {
    let mut below = document(json!([step]));
    below["uid"] = json!(CHILD);
    below["name"] = json!("below");
    keep(bench, &below, 0).await;
    let inner = json!({"id": "inner", "title": "Inner", "kind": "workflow", "template": CHILD, "inputs": {},
        "timeout_s": 60, "retry": {"attempts": 1}, "on_error": {"do": "default", "value": "gave up"}});
    let after = transform("after", "steps.inner.output", &["inner"]);
    let id = begin(bench, json!([inner, after])).await;
    let detail = bench
        .until(id, "both wait", |detail| {
            let mut below = detail.children.iter();
            let waits = WorkflowStatus::Waiting;
            detail.workflow.status == waits && below.any(|child| child.status == waits)
        })
        .await;
    (id, detail.children[0].id)
}

#[tokio::test]
async fn a_sub_workflow_that_takes_too_long_is_cancelled() {
    let mut bench = Workbench::open().await;
    let rest = json!({"id": "rest", "title": "Rest", "kind": "wait", "for": "3600"});
    let (id, child) = with_sub_workflow(&bench, rest).await;
    completed(&later(&mut bench, id, MINUTE + 1).await);
    assert_eq!(data(&bench, id, "after").await, json!("gave up"));
    assert_eq!(
        bench.detail(child).await.workflow.status,
        WorkflowStatus::Cancelled
    );
}

#[tokio::test]
async fn the_time_that_a_sub_workflow_waits_for_the_operator_does_not_count() {
    let mut bench = Workbench::open().await;
    let ask = json!({"id": "ask", "title": "Ask", "kind": "approval", "text": "Go on?"});
    let (id, child) = with_sub_workflow(&bench, ask).await;
    bench.close().await;
    bench.world().advance(DAY);
    bench.reopen().await;
    let asked = questions(&bench).await;
    assert_eq!(asked.len(), 1);
    reply(&bench, &asked[0], Some("approved"), json!({})).await;
    completed(&bench.until_final(id).await);
    assert_ne!(data(&bench, id, "after").await, json!("gave up"));
    assert_eq!(
        bench.detail(child).await.workflow.status,
        WorkflowStatus::Completed
    );
}
