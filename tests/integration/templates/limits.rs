//! Limits of tasks, items, levels and time ask the operator, and a run that waits for a sub-workflow says so.

use super::{UID, completed, document, keep, over, questions, reply, start, transform, uid};
use crate::common::assert_calls_made_once;
use serde_json::{Value, json};
use wheelhouse_contract::{
    ChangeBudget, Operations, PauseWorkflow, QuestionView, ResumeWorkflow, WorkflowDetail,
};
use wheelhouse_domain::{
    Budget, FailureCode, FormAbout, LimitKind, QuestionKind, TaskStatus, WorkflowId, WorkflowStatus,
};
use wheelhouse_testkit::{Gate, Play, ScriptedModel, Workbench};

const BELOW: &str = "01920000-0000-7000-8000-0000000b0001";
const LOWEST: &str = "01920000-0000-7000-8000-0000000b0002";

/// Starts a run of these steps with this budget.
async fn begin(bench: &Workbench, steps: Value, budget: Value) -> WorkflowId {
    let mut made = document(steps);
    made["budget"] = budget;
    keep(bench, &made, 0).await;
    start(bench, uid(UID), json!({})).await.id
}

async fn asked(bench: &Workbench) -> QuestionView {
    let mut open = questions(bench).await;
    assert_eq!(open.len(), 1, "one question: {open:?}");
    open.remove(0)
}

fn limit_of(question: &QuestionView) -> LimitKind {
    assert_eq!(question.kind, QuestionKind::BudgetReached);
    match question.form.as_ref().and_then(|form| form.about.clone()) {
        Some(FormAbout::Limit { limit, .. }) => limit,
        about => panic!("it is about a limit: {about:?}"),
    }
}

async fn waiting(bench: &Workbench, id: WorkflowId) -> WorkflowDetail {
    bench
        .until(id, "it waits", |detail| {
            detail.workflow.status == WorkflowStatus::Waiting
        })
        .await
}

async fn ended(bench: &Workbench, id: WorkflowId) -> WorkflowDetail {
    bench.until_final(id).await
}

fn chain() -> Value {
    json!([
        transform("a", "1", &[]),
        transform("b", "2", &["a"]),
        transform("c", "3", &["b"])
    ])
}

#[tokio::test]
async fn a_run_that_may_not_begin_more_tasks_waits_and_goes_on_when_it_may() {
    let mut bench = Workbench::open().await;
    let id = begin(&bench, chain(), json!({"steps": 1})).await;
    let detail = waiting(&bench, id).await;
    let question = asked(&bench).await;
    assert_eq!(
        (limit_of(&question), question.task_title.as_str()),
        (LimitKind::Steps, "b")
    );
    assert!(
        question.text.contains("lets 1 task begin, and 1 have begun"),
        "{}",
        question.text
    );
    assert!(question.text.contains("Most were in: a 1"), "{}", question.text);
    let asks = detail
        .tasks
        .iter()
        .find(|task| task.key.as_str() == "b")
        .expect("b");
    assert_eq!(asks.status, TaskStatus::Pending, "it has not begun");

    bench.reopen().await;
    assert_eq!(waiting(&bench, id).await.workflow.status, WorkflowStatus::Waiting);
    reply(&bench, &question, Some("raise"), json!({"steps": 1})).await;
    let second = bench
        .until(id, "it asks for the next", |detail| {
            detail
                .tasks
                .iter()
                .any(|task| task.key.as_str() == "b" && task.status == TaskStatus::Completed)
                && detail.workflow.status == WorkflowStatus::Waiting
        })
        .await;
    assert_eq!(second.workflow.budget.and_then(|budget| budget.steps), Some(2));
    reply(&bench, &asked(&bench).await, Some("raise"), json!({})).await;
    let detail = ended(&bench, id).await;
    completed(&detail);
    assert_eq!(
        detail.workflow.budget.and_then(|budget| budget.steps),
        Some(3),
        "as many more as were suggested"
    );
}

#[tokio::test]
async fn a_budget_that_is_changed_elsewhere_counts_at_the_next_try() {
    let bench = Workbench::open().await;
    let id = begin(&bench, chain(), json!({"steps": 1})).await;
    waiting(&bench, id).await;
    let request = ChangeBudget {
        request_key: bench.key(),
        workflow_id: id,
        task_id: None,
        budget: Budget::default(),
    };
    bench.api().change_budget(request).await.expect("changed");
    assert_eq!(waiting(&bench, id).await.workflow.status, WorkflowStatus::Waiting);
    reply(&bench, &asked(&bench).await, Some("again"), json!({})).await;
    completed(&ended(&bench, id).await);
}

#[tokio::test]
async fn who_gives_no_more_ends_it_with_the_reason() {
    let bench = Workbench::open().await;
    let id = begin(&bench, chain(), json!({"steps": 2})).await;
    waiting(&bench, id).await;
    reply(&bench, &asked(&bench).await, Some("stop"), json!({})).await;
    let detail = ended(&bench, id).await;
    let failure = detail.workflow.failure.expect("a reason");
    assert_eq!(
        (failure.task.as_str(), failure.failure.code),
        ("c", FailureCode::BudgetRefused)
    );
}

#[tokio::test]
async fn a_list_that_is_too_long_asks_and_is_taken_when_it_may() {
    let bench = Workbench::open().await;
    let map = json!([{"id": "each", "title": "Each", "kind": "map", "over": "inputs.items", "budget": {"fan_out": 2},
        "steps": [transform("one", "item", &[])]}]);
    let id = begin(&bench, map, json!({})).await;
    waiting(&bench, id).await;
    let question = asked(&bench).await;
    assert_eq!(limit_of(&question), LimitKind::FanOut);
    assert!(
        question.text.contains("would become 3 tasks"),
        "{}",
        question.text
    );
    reply(&bench, &question, Some("raise"), json!({})).await;
    let detail = ended(&bench, id).await;
    completed(&detail);
    assert_eq!(
        bench
            .task(id, "each")
            .await
            .budget
            .and_then(|budget| budget.fan_out),
        Some(3)
    );
}

/// A template that does these steps below.
async fn keep_as(bench: &Workbench, uid: &str, name: &str, steps: Value) {
    let mut made = document(steps);
    made["uid"] = json!(uid);
    made["name"] = json!(name);
    keep(bench, &made, 0).await;
}

fn starts(uid: &str) -> Value {
    json!([{"id": "inner", "title": "Inner", "kind": "workflow", "template": uid, "inputs": {}}])
}

/// Three levels, of which the lowest does these steps.
async fn three_levels(bench: &Workbench, lowest: Value, budget: Value) -> WorkflowId {
    keep_as(bench, LOWEST, "lowest", lowest).await;
    keep_as(bench, BELOW, "below", starts(LOWEST)).await;
    begin(bench, starts(BELOW), budget).await
}

#[tokio::test]
async fn levels_are_counted_through_all_that_stands_above() {
    let bench = Workbench::open().await;
    let id = three_levels(&bench, chain(), json!({"depth": 1})).await;
    let top = waiting(&bench, id).await;
    let question = asked(&bench).await;
    assert_eq!(limit_of(&question), LimitKind::Depth);
    assert_eq!(
        question.workflow_id, top.children[0].id,
        "the second level may start no third"
    );
    reply(&bench, &question, Some("raise"), json!({"depth": 1})).await;
    completed(&ended(&bench, id).await);
}

#[tokio::test]
async fn a_run_waits_for_the_question_of_what_stands_two_levels_below() {
    let mut bench = Workbench::open().await;
    let ask = json!([{"id": "ask", "title": "Ask the operator", "kind": "approval", "text": "Go on?"}]);
    let id = three_levels(&bench, ask, json!({"seconds": 60})).await;
    let top = waiting(&bench, id).await;
    let question = asked(&bench).await;
    let below = top.workflow.asked_below.expect("whose question it is");
    assert_eq!(
        (below.question, below.workflow),
        (question.id, question.workflow_id)
    );
    assert_eq!(below.task_title, "Ask the operator");
    assert_eq!(bench.task(id, "inner").await.status, TaskStatus::Waiting);
    let middle = bench.detail(top.children[0].id).await;
    assert_eq!(middle.workflow.status, WorkflowStatus::Waiting);
    assert_ne!(middle.workflow.id, below.workflow);

    // An hour at which nobody answers is no work, and the process may end in between.
    bench.reopen().await;
    bench.world().advance(3_600_000);
    assert_eq!(waiting(&bench, id).await.workflow.status, WorkflowStatus::Waiting);
    reply(&bench, &question, Some("approved"), json!({})).await;
    let detail = ended(&bench, id).await;
    completed(&detail);
    assert_eq!(detail.workflow.asked_below, None);
}

#[tokio::test]
async fn a_run_that_is_stopped_for_a_while_waits_for_nobody() {
    let bench = Workbench::open().await;
    let ask = json!([{"id": "ask", "title": "Ask", "kind": "approval", "text": "Go on?"}]);
    let id = three_levels(&bench, ask, json!({})).await;
    waiting(&bench, id).await;
    let request_key = bench.key();
    bench
        .api()
        .pause_workflow(PauseWorkflow { request_key, id })
        .await
        .expect("paused");
    bench
        .until(id, "it rests", |detail| {
            detail.workflow.status == WorkflowStatus::Paused
        })
        .await;
    let request_key = bench.key();
    bench
        .api()
        .resume_workflow(ResumeWorkflow { request_key, id })
        .await
        .expect("goes on");
    waiting(&bench, id).await;
    reply(&bench, &asked(&bench).await, Some("approved"), json!({})).await;
    completed(&ended(&bench, id).await);
}

/// A model whose answers wait at a gate.
fn at_the_gate() -> (Gate, std::sync::Arc<ScriptedModel>) {
    let gate = Gate::closed();
    let at = gate.clone();
    let model = ScriptedModel::except(move |_| Some(Play::rehearsal().held(&at)));
    (gate, model)
}

fn writing() -> Value {
    json!([
        {"id": "write", "title": "Write", "kind": "agent", "agent": "creator", "prompt": "Write a line about {{ inputs.topic }}."},
        transform("after", "steps.write.output", &["write"])
    ])
}

async fn in_flight(bench: &Workbench, id: WorkflowId) {
    bench
        .until(id, "a call is made", |detail| {
            detail.tasks.iter().any(|task| task.status == TaskStatus::Running)
        })
        .await;
    let mut head = bench.api().handle().store().head();
    loop {
        head.mark_unchanged();
        let events = bench.events(id).await;
        if events.iter().any(|event| event.body.kind() == "call_started") {
            return;
        }
        head.changed().await.expect("the store is open");
    }
}

#[tokio::test]
async fn when_its_time_is_up_a_run_waits_and_keeps_what_was_in_flight() {
    let (gate, model) = at_the_gate();
    let bench = Workbench::with(model).await;
    let id = begin(&bench, writing(), json!({"seconds": 60})).await;
    in_flight(&bench, id).await;
    bench.world().advance(61_000);
    gate.open();
    let detail = waiting(&bench, id).await;
    let question = asked(&bench).await;
    assert_eq!(limit_of(&question), LimitKind::Seconds);
    assert!(
        question.text.contains("allows 1 min of work"),
        "{}",
        question.text
    );
    assert!(
        question.text.contains("Most went to: Write 1 min"),
        "{}",
        question.text
    );
    assert!(detail.workflow.spent.tokens > 0, "what was paid for is kept");
    bench.world().advance(3_600_000);
    reply(&bench, &question, Some("raise"), json!({"seconds": 60})).await;
    let detail = ended(&bench, id).await;
    completed(&detail);
    assert_eq!(
        detail.workflow.budget.and_then(|budget| budget.seconds),
        Some(120)
    );
    assert_calls_made_once(&bench.events(id).await);
}

#[tokio::test]
async fn the_time_of_a_step_is_asked_for_at_its_end_by_itself() {
    let (gate, model) = at_the_gate();
    let bench = Workbench::with(model).await;
    let mut steps = writing();
    steps[0]["budget"] = json!({"seconds": 1});
    let id = begin(&bench, steps, json!({})).await;
    in_flight(&bench, id).await;
    // Nothing happens but that the time comes at which the run wanted to look again.
    bench.world().advance(2_000);
    let mut head = bench.api().handle().store().head();
    let question = loop {
        head.mark_unchanged();
        if let Some(question) = questions(&bench).await.pop() {
            break question;
        }
        head.changed().await.expect("the store is open");
    };
    assert_eq!(
        (limit_of(&question), question.task_title.as_str()),
        (LimitKind::Seconds, "Write")
    );
    assert_eq!(
        bench.detail(id).await.workflow.status,
        WorkflowStatus::Running,
        "its call is in flight still"
    );
    reply(&bench, &question, Some("stop"), json!({})).await;
    let detail = ended(&bench, id).await;
    let failure = detail.workflow.failure.expect("a reason").failure;
    assert_eq!(failure.code, FailureCode::BudgetRefused);
    gate.open();
}

#[tokio::test]
async fn a_sub_workflow_rests_while_what_stands_above_it_is_out_of_time() {
    let mut bench = Workbench::open().await;
    let wait = json!([{"id": "wait", "title": "Wait", "kind": "wait", "for": "30"}, transform("last", "1", &["wait"])]);
    let id = three_levels(&bench, wait, json!({"seconds": 10})).await;
    let detail = bench
        .until(id, "it waits for the time", |detail| {
            detail.workflow.status == WorkflowStatus::Waiting && detail.workflow.asked_below.is_none()
        })
        .await;
    let child = detail.children[0].id;
    bench.world().advance(11_000);
    bench.reopen().await;
    bench
        .until(child, "it rests", |detail| {
            detail.workflow.status == WorkflowStatus::Paused
        })
        .await;
    let question = asked(&bench).await;
    assert_eq!(
        (limit_of(&question), question.workflow_id),
        (LimitKind::Seconds, id)
    );
    assert_eq!(waiting(&bench, id).await.workflow.status, WorkflowStatus::Waiting);
    bench.world().advance(60_000);
    reply(&bench, &question, Some("raise"), json!({"seconds": 600})).await;
    completed(&ended(&bench, id).await);
    assert_eq!(over(&bench, id).await.workflow.status, WorkflowStatus::Completed);
}
