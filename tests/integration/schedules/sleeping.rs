use super::{HOUR, MINUTE, detail, hourly, look, look_at, notices, save, until, words, workflows};
use wheelhouse_contract::{DismissScheduleNotices, Operations};
use wheelhouse_domain::{CatchUp, DueOutcome, MissReason, Overlap, WorkflowStatus};
use wheelhouse_testkit::Workbench;

#[tokio::test]
async fn while_it_was_closed_nothing_is_made_up_for_unless_wanted_and_the_operator_is_told() {
    let mut bench = Workbench::open().await;
    let schedule = save(&bench, hourly(Overlap::Skip, CatchUp::Nothing)).await;
    bench.close().await;
    bench.world().advance(5 * HOUR + 30 * MINUTE);
    bench.reopen().await;
    look(&bench).await;
    assert!(workflows(&bench).await.is_empty());
    let told = notices(&bench).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].name.as_str(), told[0].run.due.times), ("Digest", 5));
    assert_eq!(
        told[0].run.outcome,
        DueOutcome::Missed {
            because: MissReason::NoCatchUp
        }
    );
    assert_eq!(told[0].run.due.first, schedule.next[0]);

    let dismiss = DismissScheduleNotices {
        request_key: bench.key(),
        id: schedule.id,
        until: told[0].at,
    };
    bench.api().dismiss_schedule_notices(dismiss).await.expect("seen");
    assert!(notices(&bench).await.is_empty());
    assert_eq!(
        words(&bench, schedule.id).await,
        ["missed"],
        "seen is not forgotten"
    );
}

#[tokio::test]
async fn after_a_sleep_the_newest_is_made_up_for() {
    let bench = Workbench::open().await;
    let schedule = save(&bench, hourly(Overlap::Skip, CatchUp::Newest)).await;
    let due = schedule.next[0];
    // 5 are missed, of which 2 are within the window of 3 hours besides the newest.
    look_at(&bench, due.plus(5 * HOUR + 30 * MINUTE)).await;
    assert_eq!(words(&bench, schedule.id).await, ["missed", "missed", "started"]);
    let history = detail(&bench, schedule.id).await.history;
    let times: Vec<_> = history.iter().map(|run| run.due.times).collect();
    assert_eq!(times, [1, 2, 3]);
    let DueOutcome::Started {
        workflow, late: true, ..
    } = history[0].outcome
    else {
        panic!("{:?}", history[0]);
    };
    bench.ended(workflow).await;
    assert_eq!(workflows(&bench).await.len(), 1);
    assert_eq!(notices(&bench).await.len(), 2);
}

#[tokio::test]
async fn after_a_sleep_all_are_made_up_for_one_after_another() {
    let mut bench = Workbench::open().await;
    let schedule = save(&bench, hourly(Overlap::Skip, CatchUp::All)).await;
    bench.close().await;
    bench.world().advance(3 * HOUR + 30 * MINUTE);
    bench.reopen().await;
    let seen = until(&bench, schedule.id, "all have run", |seen| {
        let done = |run: &wheelhouse_contract::ScheduleRunView| {
            run.workflow
                .as_ref()
                .is_some_and(|found| found.status == WorkflowStatus::Completed)
        };
        seen.history.len() == 3 && seen.history.iter().all(done)
    })
    .await;
    assert!(
        seen.history
            .iter()
            .all(|run| matches!(run.outcome, DueOutcome::Started { late: true, .. }))
    );
    assert!(
        notices(&bench).await.is_empty(),
        "what was made up for is no trouble"
    );
}
