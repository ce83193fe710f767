//! Copies of a journal that are restored, and believe what is not so any more.

use super::refused::waiting;
use super::{Pair, answer, go_on, open_questions, place, refusal};
use crate::templates::{completed, over};
use wheelhouse_contract::{BackUp, MovedPlace, Operations, RestoreBackup};
use wheelhouse_testkit::{Workbench, within};

async fn back_up(bench: &Workbench) -> String {
    let request_key = bench.key();
    let made = within("a copy", bench.api().back_up(BackUp { request_key })).await;
    made.expect("a copy").path
}

async fn restore(bench: &mut Workbench, path: String) {
    let request = RestoreBackup {
        request_key: bench.key(),
        path,
        other_store: false,
    };
    bench.api().restore_backup(request).await.expect("put in place");
    bench.reopen().await;
}

#[tokio::test]
async fn a_restored_source_gives_up_what_the_other_side_owns_when_they_meet() {
    let mut pair = Pair::open().await;
    let id = waiting(&pair.laptop).await;
    let copy = back_up(&pair.laptop).await;
    let there = pair.there(id).await;
    restore(&mut pair.laptop, copy).await;
    // It can't know it yet.
    assert_eq!(place(&pair.laptop, id).await, None);
    pair.mover().await.resume(&mut go_on).await.expect("both answer");
    assert_eq!(place(&pair.laptop, id).await, Some(MovedPlace::Gone));
    assert!(open_questions(&pair.laptop).await.is_empty());
    assert_eq!(place(&pair.studio, there).await, None);
    answer(&pair.studio, "approved").await;
    completed(&over(&pair.studio, there).await);
}

#[tokio::test]
async fn a_restored_source_can_t_send_it_a_second_time() {
    let mut pair = Pair::open().await;
    let id = waiting(&pair.laptop).await;
    let copy = back_up(&pair.laptop).await;
    let there = pair.there(id).await;
    answer(&pair.studio, "approved").await;
    completed(&over(&pair.studio, there).await);
    restore(&mut pair.laptop, copy).await;
    let events = pair.studio.events(there).await;
    refusal(pair.mover().await.there(id, &mut go_on).await);
    assert_eq!(place(&pair.laptop, id).await, Some(MovedPlace::Gone));
    assert_eq!(pair.studio.events(there).await, events);
}

#[tokio::test]
async fn a_target_that_forgot_the_run_gets_it_back_by_hand_only() {
    let mut pair = Pair::open().await;
    let copy = back_up(&pair.studio).await;
    let id = waiting(&pair.laptop).await;
    pair.there(id).await;
    restore(&mut pair.studio, copy).await;
    // The laptop knows that it gave it away; nothing is begun twice by itself.
    pair.mover().await.resume(&mut go_on).await.expect("both answer");
    assert_eq!(place(&pair.laptop, id).await, Some(MovedPlace::Gone));
    assert_eq!(super::shown(&pair.studio).await, 0);
}
