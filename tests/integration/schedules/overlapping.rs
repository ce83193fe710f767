use super::{HOUR, detail, hourly, look, look_at, newest, save, until, words};
use std::sync::Arc;
use wheelhouse_domain::{CatchUp, DueOutcome, Overlap, SkipReason, WorkflowStatus};
use wheelhouse_testkit::{Gate, Play, ScriptedModel, Workbench};

/// A crew whose driver waits at a gate before it divides the work.
fn slow(gate: &Gate) -> Arc<ScriptedModel> {
    let gate = gate.clone();
    ScriptedModel::except(move |asked| (asked.step() == "analyse").then(|| Play::rehearsal().held(&gate)))
}

#[tokio::test]
async fn skip_lets_a_due_time_go_while_one_runs() {
    let gate = Gate::closed();
    let bench = Workbench::with(slow(&gate)).await;
    let schedule = save(&bench, hourly(Overlap::Skip, CatchUp::Nothing)).await;
    let due = schedule.next[0];
    look_at(&bench, due).await;
    let running = newest(&bench, schedule.id).await;
    look_at(&bench, due.plus(HOUR)).await;
    let seen = detail(&bench, schedule.id).await;
    let reason = SkipReason::Overlap { running };
    assert_eq!(seen.history[0].outcome, DueOutcome::Skipped { reason });
    assert_eq!(seen.schedule.running, [running]);
    gate.open();
    bench.ended(running).await;
    look_at(&bench, due.plus(2 * HOUR)).await;
    assert_eq!(
        words(&bench, schedule.id).await,
        ["started", "skipped", "started"]
    );
}

#[tokio::test]
async fn queue_starts_in_turn_as_soon_as_the_one_before_has_ended() {
    let gate = Gate::closed();
    let mut bench = Workbench::with(slow(&gate)).await;
    let schedule = save(&bench, hourly(Overlap::Queue, CatchUp::Nothing)).await;
    let due = schedule.next[0];
    for hours in 0..3 {
        look_at(&bench, due.plus(hours * HOUR)).await;
    }
    assert_eq!(
        words(&bench, schedule.id).await,
        ["started", "waiting", "waiting"]
    );
    assert_eq!(detail(&bench, schedule.id).await.schedule.waiting, 2);
    // A line outlives the process.
    bench.reopen().await;
    assert_eq!(
        words(&bench, schedule.id).await,
        ["started", "waiting", "waiting"]
    );
    gate.open();
    let seen = until(&bench, schedule.id, "all have run", |seen| {
        let done = |run: &wheelhouse_contract::ScheduleRunView| {
            run.workflow
                .as_ref()
                .is_some_and(|found| found.status == WorkflowStatus::Completed)
        };
        seen.history.iter().all(done)
    })
    .await;
    let started: Vec<_> = seen
        .history
        .iter()
        .rev()
        .filter_map(|run| run.outcome.workflow())
        .collect();
    assert_eq!(started.len(), 3);
    assert!(
        started.windows(2).all(|pair| pair[0] < pair[1]),
        "in the order in which they were due"
    );
}

#[tokio::test]
async fn cancel_previous_starts_when_the_cancelled_one_has_ended() {
    let gate = Gate::closed();
    let bench = Workbench::with(slow(&gate)).await;
    let schedule = save(&bench, hourly(Overlap::CancelPrevious, CatchUp::Nothing)).await;
    let due = schedule.next[0];
    look_at(&bench, due).await;
    let first = newest(&bench, schedule.id).await;
    look_at(&bench, due.plus(HOUR)).await;
    let seen = until(&bench, schedule.id, "the second starts", |seen| {
        seen.history[0].outcome.workflow().is_some()
    })
    .await;
    assert_eq!(
        bench.detail(first).await.workflow.status,
        WorkflowStatus::Cancelled
    );
    assert_ne!(seen.history[0].outcome.workflow(), Some(first));
    look(&bench).await;
    assert_eq!(words(&bench, schedule.id).await, ["started", "started"]);
    gate.open();
    assert_eq!(
        bench
            .ended(newest(&bench, schedule.id).await)
            .await
            .workflow
            .status,
        WorkflowStatus::Completed
    );
}
