//! Closed in the middle, as when the operator quits.

use crate::chronicle::Chronicle;
use crate::journal::LOG;
use crate::random;
use rand::Rng;
use std::time::Instant;
use wheelhouse_domain::EventBody;

/// The middle of a run: something is in flight after any of these facts.
const MIDDLE: std::ops::Range<i64> = 20..100;
/// Kills while it closes.
const KILLS: i64 = 6;

#[tokio::test(flavor = "multi_thread")]
async fn a_close_in_the_middle_loses_nothing() {
    let (mut random, _) = random();
    let mut chronicle = Chronicle::new();
    let mut application = chronicle.start(true);
    application.until(random.random_range(MIDDLE));
    let said = application.close();
    assert_eq!(said.closed.as_deref(), Some("early"));
    chronicle.ended(&said).await;
    assert!(
        !chronicle.data().join(LOG).exists(),
        "whoever closes puts everything into the database"
    );

    let said = chronicle.start(false).finish();
    chronicle.whole(&said).await;
    for history in chronicle.journal().histories.values() {
        for event in &history.events {
            if let EventBody::CallStarted { call, .. } = &event.body {
                assert!(
                    !call.as_str().ends_with("~2"),
                    "{call:?} is repeated once at most"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_closing_loses_nothing() {
    let (mut random, _) = random();
    let mut chronicle = Chronicle::new();
    let mut application = chronicle.start(true);
    application.until(MIDDLE.start);
    let began = Instant::now();
    let said = application.close();
    let closing = began.elapsed();
    chronicle.ended(&said).await;
    for _ in 0..KILLS {
        let mut application = chronicle.start(false);
        application.until_open();
        application.next_facts(random.random_range(1..10));
        application.ask_to_close();
        // Not waiting for anything: the moment itself is random.
        tokio::time::sleep(closing.mul_f64(random.random())).await;
        let (_, said) = application.kill();
        chronicle.ended(&said).await;
    }
    let said = chronicle.start(false).finish();
    chronicle.whole(&said).await;
}
