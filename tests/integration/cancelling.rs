//! Cancel reaches what is in flight, and what was cancelled can be taken up again.

use crate::common::{TASK, assert_calls_made_once, assert_completed, count, passing, status_of};
use futures::future::join;
use wheelhouse_contract::{CancelWorkflow, ErrorCode, Operations, RetryWorkflow, WorkflowView};
use wheelhouse_domain::{CallStatus, TaskStatus, WorkflowId, WorkflowStatus};
use wheelhouse_testkit::{Gate, Play, ScriptedModel, Setup, Workbench, parts, plan, within};

async fn cancel(bench: &Workbench, id: WorkflowId) -> WorkflowView {
    let request = CancelWorkflow {
        request_key: bench.key(),
        id,
    };
    bench.api().cancel_workflow(request).await.expect("cancelled")
}

async fn retry(bench: &Workbench, id: WorkflowId) {
    let request = RetryWorkflow {
        request_key: bench.key(),
        id,
    };
    bench.api().retry_workflow(request).await.expect("taken up again");
}

#[tokio::test]
async fn cancelling_in_the_middle_of_a_sentence_drops_the_stream_and_a_retry_goes_on() {
    let model = ScriptedModel::except(|asked| {
        (asked.step() == "research" && asked.nth == 1)
            .then(|| Play::hang().after_saying("It was a dark and "))
    });
    let bench = Workbench::with(model.clone()).await;
    let mut texts = bench.api().handle().live().listen();
    let id = bench.begin(TASK).await;
    let said = within("the first words", texts.recv()).await.expect("words");
    let partial = bench
        .task_detail(id, "research")
        .await
        .partial
        .expect("being written");
    assert_eq!(
        (said.text.as_str(), partial.text.as_str()),
        ("It was a dark and ", "It was a dark and ")
    );

    cancel(&bench, id).await;
    let cancelled = bench.ended(id).await;
    assert_eq!(
        (cancelled.workflow.status, cancelled.workflow.cancelling),
        (WorkflowStatus::Cancelled, false)
    );
    assert_eq!(
        model.counter().tally().dropped,
        1,
        "the request in flight was let go"
    );
    assert_eq!(status_of(&cancelled, "analyse"), TaskStatus::Completed);
    let others = cancelled
        .tasks
        .iter()
        .filter(|task| task.key.as_str() != "analyse");
    assert!(
        others
            .into_iter()
            .all(|task| task.status == TaskStatus::Cancelled)
    );
    let research = bench.task_detail(id, "research").await;
    let statuses: Vec<CallStatus> = research.calls.iter().map(|call| call.status).collect();
    assert_eq!(statuses, [CallStatus::Interrupted]);
    assert_eq!(research.partial, None, "nobody writes any more");

    retry(&bench, id).await;
    let done = bench.ended(id).await;
    assert_completed(&done);
    assert_eq!(
        model.asked_by("analyse"),
        1,
        "what was finished is not done again"
    );
    let events = bench.events(id).await;
    assert_calls_made_once(&events);
    assert_eq!(
        (
            count(&events, "workflow_cancelled"),
            count(&events, "workflow_retried")
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn everything_that_is_at_work_is_stopped() {
    let gate = Gate::closed();
    let held = gate.clone();
    let model = ScriptedModel::except(move |asked| match asked.step() {
        "analyse" => Some(Play::answer(plan(parts(4)))),
        "work" if asked.nth == 1 => Some(Play::rehearsal().held(&held)),
        _ => None,
    });
    let bench = Workbench::with(model.clone()).await;
    let id = bench.begin(TASK).await;
    model
        .counter()
        .until("four at work", |tally| tally.in_flight == 4)
        .await;
    cancel(&bench, id).await;
    let cancelled = bench.ended(id).await;
    assert_eq!(cancelled.workflow.status, WorkflowStatus::Cancelled);
    let tally = model.counter().tally();
    assert_eq!((tally.dropped, tally.in_flight), (4, 0));
    assert_eq!(count(&bench.events(id).await, "call_interrupted"), 4);
    assert!(cancelled.workflow.working.is_empty());

    gate.open();
    retry(&bench, id).await;
    assert_completed(&bench.ended(id).await);
    assert_calls_made_once(&bench.events(id).await);
}

#[tokio::test]
async fn cancelling_twice_is_cancelling_once() {
    let model = ScriptedModel::except(|asked| (asked.step() == "research").then(Play::hang));
    let bench = Workbench::with(model.clone()).await;
    let id = bench.begin(TASK).await;
    model
        .counter()
        .until("the hanging call", |tally| {
            tally.asked == 2 && tally.in_flight == 1
        })
        .await;
    let request = || CancelWorkflow {
        request_key: bench.key(),
        id,
    };
    let (one, other) = (request(), request());
    let first = one.clone();
    let (one, other) = join(
        bench.api().cancel_workflow(one),
        bench.api().cancel_workflow(other),
    )
    .await;
    one.expect("cancelled");
    if let Err(error) = other {
        assert_eq!(error.code, ErrorCode::Conflict, "it had ended before");
    }
    bench.ended(id).await;
    bench
        .api()
        .cancel_workflow(first)
        .await
        .expect("the same wish again changes nothing");
    let late = bench.api().cancel_workflow(request()).await;
    assert_eq!(late.expect_err("it has ended").code, ErrorCode::Conflict);
    assert_eq!(count(&bench.events(id).await, "cancel_requested"), 1);
}

#[tokio::test]
async fn what_never_began_and_what_waits_between_attempts_is_cancelled_at_once() {
    let model = ScriptedModel::except(|asked| {
        (asked.step() == "research" && asked.nth == 1).then(|| Play::fail(passing()))
    });
    let hour = |limits: &mut wheelhouse_domain::Limits| limits.retry_base_ms = 3_600_000;
    let bench = Setup::default().model(model).limits(hour).open().await;
    let pending = bench.create(TASK).await;
    assert_eq!(cancel(&bench, pending).await.status, WorkflowStatus::Cancelled);

    let between = bench.begin(TASK).await;
    bench
        .until(between, "it waits between two attempts", |detail| {
            detail.tasks.iter().any(|task| task.retry_at.is_some())
        })
        .await;
    assert_eq!(cancel(&bench, between).await.status, WorkflowStatus::Cancelled);

    for id in [pending, between] {
        retry(&bench, id).await;
        assert_completed(&bench.ended(id).await);
    }
}

#[tokio::test]
async fn a_wish_to_cancel_outlives_the_process() {
    let model = ScriptedModel::except(|asked| (asked.step() == "research").then(Play::hang));
    let mut bench = Workbench::with(model.clone()).await;
    let id = bench.begin(TASK).await;
    model
        .counter()
        .until("the hanging call", |tally| {
            tally.asked == 2 && tally.in_flight == 1
        })
        .await;
    cancel(&bench, id).await;
    bench.reopen().await;
    let cancelled = bench.ended(id).await;
    assert_eq!(cancelled.workflow.status, WorkflowStatus::Cancelled);
    assert_eq!(model.asked_by("research"), 1, "nothing was begun again");
}
