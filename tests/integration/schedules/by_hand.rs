//! A run of a schedule at once, because the operator wants it.

use super::{HOUR, MINUTE, hourly, look_at, newest, save, until, words, workflows};
use std::sync::Arc;
use wheelhouse_contract::{ApiError, ErrorCode, Operations, RunSchedule, ScheduleView, SetSchedulePaused};
use wheelhouse_domain::{CatchUp, DueOutcome, Overlap, ScheduleId, WorkflowStatus};
use wheelhouse_testkit::{Gate, Play, ScriptedModel, Workbench};

/// A crew whose driver waits at a gate before it divides the work.
fn slow(gate: &Gate) -> Arc<ScriptedModel> {
    let gate = gate.clone();
    ScriptedModel::except(move |asked| (asked.step() == "analyse").then(|| Play::rehearsal().held(&gate)))
}

async fn run(bench: &Workbench, id: ScheduleId) -> Result<ScheduleView, ApiError> {
    let request = RunSchedule {
        request_key: bench.key(),
        id,
    };
    bench.api().run_schedule(request).await
}

#[tokio::test]
async fn it_starts_once_for_each_wish_and_changes_no_due_time() {
    let bench = Workbench::open().await;
    let schedule = save(&bench, hourly(Overlap::Skip, CatchUp::Nothing)).await;
    let due = schedule.next[0];
    look_at(&bench, due.plus(-20 * MINUTE)).await;
    let request = RunSchedule {
        request_key: bench.key(),
        id: schedule.id,
    };
    let begun = bench.api().run_schedule(request.clone()).await.expect("started");
    let workflow = newest(&bench, schedule.id).await;
    let last = begun.last.expect("it has an outcome");
    assert_eq!(
        last.outcome,
        DueOutcome::Started {
            workflow,
            late: false,
            by_hand: true
        }
    );
    assert_eq!(begun.next[0], due, "the next due time is as it was");
    bench.ended(workflow).await;
    let again = bench.api().run_schedule(request).await.expect("the same wish");
    assert_eq!(again.last.map(|run| run.outcome), Some(last.outcome));
    assert_eq!(workflows(&bench).await.len(), 1);
    look_at(&bench, due).await;
    assert_eq!(words(&bench, schedule.id).await, ["started", "started"]);
}

#[tokio::test]
async fn one_that_skips_overlaps_is_told_no_and_keeps_no_record_of_it() {
    let gate = Gate::closed();
    let bench = Workbench::with(slow(&gate)).await;
    let schedule = save(&bench, hourly(Overlap::Skip, CatchUp::Nothing)).await;
    look_at(&bench, schedule.next[0]).await;
    let running = newest(&bench, schedule.id).await;
    let refused = run(&bench, schedule.id).await.expect_err("one is at work");
    assert_eq!(refused.code, ErrorCode::Conflict);
    assert!(
        refused
            .message
            .starts_with(&format!("Workflow {running} of this schedule")),
        "{refused}"
    );
    assert_eq!(words(&bench, schedule.id).await, ["started"]);
    assert!(super::notices(&bench).await.is_empty());
    gate.open();
    bench.ended(running).await;
    run(&bench, schedule.id).await.expect("nothing is in the way");
}

#[tokio::test]
async fn one_that_queues_waits_in_line_also_over_a_restart() {
    let gate = Gate::closed();
    let mut bench = Workbench::with(slow(&gate)).await;
    let schedule = save(&bench, hourly(Overlap::Queue, CatchUp::Nothing)).await;
    look_at(&bench, schedule.next[0]).await;
    let view = run(&bench, schedule.id).await.expect("in line");
    let last = view.last.expect("it has an outcome");
    assert!(
        matches!(last.outcome, DueOutcome::Waiting { by_hand: true, .. }),
        "{last:?}"
    );
    bench.reopen().await;
    assert_eq!(words(&bench, schedule.id).await, ["started", "waiting"]);
    gate.open();
    let seen = until(&bench, schedule.id, "its turn comes", |seen| {
        seen.history[0].outcome.workflow().is_some()
    })
    .await;
    assert!(seen.history[0].outcome.is_by_hand(), "{:?}", seen.history[0]);
}

#[tokio::test]
async fn one_that_cancels_the_earlier_run_does_so() {
    let gate = Gate::closed();
    let bench = Workbench::with(slow(&gate)).await;
    let schedule = save(&bench, hourly(Overlap::CancelPrevious, CatchUp::Nothing)).await;
    look_at(&bench, schedule.next[0]).await;
    let first = newest(&bench, schedule.id).await;
    run(&bench, schedule.id).await.expect("in line");
    until(&bench, schedule.id, "the second starts", |seen| {
        seen.history[0].outcome.workflow().is_some()
    })
    .await;
    let first = bench.detail(first).await.workflow.status;
    assert_eq!(first, WorkflowStatus::Cancelled);
    gate.open();
}

#[tokio::test]
async fn a_paused_one_starts_at_once_or_says_why_not() {
    for overlap in Overlap::ALL {
        let gate = Gate::closed();
        let bench = Workbench::with(slow(&gate)).await;
        let schedule = save(&bench, hourly(overlap, CatchUp::Nothing)).await;
        let hold = SetSchedulePaused {
            request_key: bench.key(),
            id: schedule.id,
            paused: true,
        };
        bench.api().set_schedule_paused(hold).await.expect("paused");
        let begun = run(&bench, schedule.id).await.expect("nothing is in the way");
        assert!(begun.paused && begun.next.is_empty(), "it stays paused");
        let workflow = newest(&bench, schedule.id).await;
        assert_eq!(
            begun.last.map(|last| last.outcome),
            Some(DueOutcome::Started {
                workflow,
                late: false,
                by_hand: true
            })
        );
        let refused = run(&bench, schedule.id).await.expect_err("one is at work");
        assert_eq!(refused.code, ErrorCode::Conflict, "{overlap:?}");
        look_at(&bench, schedule.next[0].plus(HOUR)).await;
        assert_eq!(words(&bench, schedule.id).await, ["started"], "nothing is due");
        gate.open();
        assert_eq!(
            bench.ended(workflow).await.workflow.status,
            WorkflowStatus::Completed,
            "nothing cancelled it"
        );
    }
}

#[tokio::test]
async fn one_that_is_gone_says_so() {
    let bench = Workbench::open().await;
    let gone = run(&bench, ScheduleId(9)).await.expect_err("there is none");
    assert_eq!(gone.code, ErrorCode::NotFound);
}
