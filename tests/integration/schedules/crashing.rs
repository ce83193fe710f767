//! Whatever the moment in which the process ends between a due time and its start: the due time is used once.

use super::{detail, hourly, look, look_at, save, workflows};
use futures::poll;
use std::pin::pin;
use wheelhouse_domain::{CatchUp, DueOutcome, Overlap};
use wheelhouse_testkit::Workbench;

/// Goes on with a look for so many steps and then drops it. Gives whether it had ended by then.
async fn broken_off(bench: &Workbench, steps: usize) -> bool {
    let mut looking = pin!(bench.api().handle().look_at_schedules());
    for _ in 0..steps {
        if poll!(looking.as_mut()).is_ready() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

#[tokio::test]
async fn a_look_that_is_broken_off_anywhere_is_made_up_for_after_the_start() {
    let mut steps = 0;
    loop {
        let mut bench = Workbench::open().await;
        let schedule = save(&bench, hourly(Overlap::Queue, CatchUp::Newest)).await;
        look(&bench).await;
        let due = schedule.next[0];
        bench.world().advance(due.0 - bench.world().peek().0);
        let ended = broken_off(&bench, steps).await;
        bench.reopen().await;
        look(&bench).await;
        let seen = detail(&bench, schedule.id).await;
        assert_eq!(seen.history.len(), 1, "broken off after {steps}");
        assert!(
            matches!(seen.history[0].outcome, DueOutcome::Started { .. }),
            "broken off after {steps}"
        );
        let all = workflows(&bench).await;
        assert_eq!(all.len(), 1, "broken off after {steps}");
        assert_eq!(seen.history[0].outcome.workflow(), Some(all[0].id));
        if ended {
            break;
        }
        steps = steps * 2 + 1;
    }
    assert!(steps > 5, "it was broken off somewhere: {steps}");
}

#[tokio::test]
async fn quitting_right_after_the_start_loses_nothing() {
    let mut bench = Workbench::open().await;
    let schedule = save(&bench, hourly(Overlap::Skip, CatchUp::Nothing)).await;
    look_at(&bench, schedule.next[0]).await;
    bench.reopen().await;
    look(&bench).await;
    let all = workflows(&bench).await;
    assert_eq!(all.len(), 1);
    let done = bench.ended(all[0].id).await;
    crate::common::assert_completed(&done);
    assert_eq!(detail(&bench, schedule.id).await.history.len(), 1);
}
