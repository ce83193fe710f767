//! Side by side: the parts of one run, and several runs.

use crate::common::{TASK, assert_calls_made_once, assert_completed};
use futures::future::join_all;
use wheelhouse_contract::{CancelWorkflow, Operations};
use wheelhouse_domain::{TaskStatus, WorkflowStatus};
use wheelhouse_testkit::{Gate, Play, ScriptedModel, Setup, Workbench, parts, plan};

#[tokio::test]
async fn as_many_parts_are_at_work_as_the_limit_allows_and_no_more() {
    let gate = Gate::closed();
    let held = gate.clone();
    let model = ScriptedModel::except(move |asked| match asked.step() {
        "analyse" => Some(Play::answer(plan(parts(7)))),
        "work" => Some(Play::rehearsal().held(&held)),
        _ => None,
    });
    let bench = Setup::default()
        .model(model.clone())
        .limits(|limits| limits.parallel_tasks = 3)
        .open()
        .await;
    let id = bench.begin(TASK).await;
    model
        .counter()
        .until("three at work", |tally| tally.in_flight == 3)
        .await;
    let detail = bench.detail(id).await;
    let running = detail
        .tasks
        .iter()
        .filter(|task| task.status == TaskStatus::Running)
        .count();
    assert_eq!((running, detail.workflow.working.len()), (3, 3));
    gate.open();
    assert_completed(&bench.ended(id).await);
    assert_eq!(model.counter().tally().most_in_flight, 3);
}

#[tokio::test]
async fn several_workflows_go_on_at_once_within_the_limit_of_calls() {
    let gate = Gate::closed();
    let held = gate.clone();
    let model = ScriptedModel::except(move |asked| {
        (asked.step() == "analyse").then(|| Play::rehearsal().held(&held))
    });
    let mut setup = Setup::default().model(model.clone());
    setup.parallel_calls = 2;
    let bench = setup.open().await;
    let tasks: Vec<String> = (1..=5)
        .map(|number| format!("{TASK}, version {number}"))
        .collect();
    let ids = join_all(tasks.iter().map(|task| bench.begin(task))).await;
    model
        .counter()
        .until("two calls", |tally| tally.in_flight == 2)
        .await;
    for id in &ids {
        assert_eq!(bench.detail(*id).await.workflow.status, WorkflowStatus::Running);
    }
    gate.open();
    for (id, task) in ids.iter().zip(&tasks) {
        let done = bench.ended(*id).await;
        assert_completed(&done);
        assert_eq!(done.workflow.description, *task);
        assert_calls_made_once(&bench.events(*id).await);
    }
    assert_eq!(model.counter().tally().most_in_flight, 2);
}

#[tokio::test]
async fn a_workflow_that_hangs_or_fails_does_not_disturb_another() {
    let model = ScriptedModel::except(|asked| {
        let task = &asked.request.brief.operator_task;
        (task.contains("forever") && asked.step() == "research").then(Play::hang)
    });
    let bench = Workbench::with(model.clone()).await;
    let hung = bench.begin("Design a small REST API that works forever").await;
    model
        .counter()
        .until("the hanging call", |tally| {
            tally.asked == 2 && tally.in_flight == 1
        })
        .await;
    assert_completed(&bench.run(TASK).await);
    assert_eq!(bench.detail(hung).await.workflow.status, WorkflowStatus::Running);
    let request = CancelWorkflow {
        request_key: bench.key(),
        id: hung,
    };
    bench.api().cancel_workflow(request).await.expect("cancelled");
    assert_eq!(bench.ended(hung).await.workflow.status, WorkflowStatus::Cancelled);
}
