//! When the next attempt begins.

use crate::common::*;
use wheelhouse_domain::{EventBody, Limits, Millis, TaskStatus, WorkflowStatus};
use wheelhouse_engine::{Effect, Fact, Input};

fn wait_of(bodies: &[EventBody], now: Millis) -> i64 {
    let at = bodies.iter().find_map(|body| match body {
        EventBody::TaskAttemptFailed { retry_at, .. } => Some(*retry_at),
        _ => None,
    });
    at.expect("another attempt follows").0 - now.0
}

#[test]
fn waits_double_from_the_base_with_at_most_a_quarter_more() {
    let limits = Limits {
        attempts: 9,
        retry_base_ms: 1_000,
        ..Limits::default()
    };
    let mut bench = Bench::started_with(vec![agent_step("a", &[])], limits);
    for base in [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
        let bodies = bench.report("a", [Fact::Failed(passing())]);
        let wait = wait_of(&bodies, bench.now);
        assert!((base..=base + base / 4).contains(&wait), "{wait} after {base}");
        bench.wake();
    }
}

#[test]
fn the_wait_that_the_provider_asks_for_is_kept() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    let mut failure = passing();
    failure.retry_after_ms = Some(300_000);
    let bodies = bench.report("a", [Fact::Failed(failure)]);
    assert_eq!(wait_of(&bodies, bench.now), 300_000);
}

#[test]
fn nothing_begins_before_its_time_and_it_begins_at_its_time() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    bench.report("a", [Fact::Failed(passing())]);
    let at = bench.task("a").retry_at.unwrap();
    assert_eq!(bench.effects(), [Effect::Wake { at }]);
    bench.now = Millis(at.0 - 1);
    assert_eq!(bench.input(Input::Advance), []);
    bench.now = at;
    assert_eq!(kinds(&bench.input(Input::Advance)), ["task_started"]);
    assert_eq!(bench.task("a").attempt, 2);
}

#[test]
fn the_earliest_of_several_times_is_the_one_to_wake_at() {
    let mut bench = Bench::started(vec![agent_step("a", &[]), agent_step("b", &[])]);
    let mut late = passing();
    late.retry_after_ms = Some(90_000);
    bench.report("a", [Fact::Failed(late)]);
    bench.report("b", [Fact::Failed(passing())]);
    let at = bench.task("b").retry_at.unwrap();
    assert_eq!(bench.effects(), [Effect::Wake { at }]);
}

#[test]
fn there_is_no_waking_for_what_could_not_begin_then() {
    let limits = Limits {
        parallel_tasks: 1,
        ..Limits::default()
    };
    let mut bench = Bench::started_with(vec![agent_step("a", &[]), agent_step("b", &[])], limits);
    bench.report("a", [Fact::Failed(passing())]);
    assert_eq!(bench.effects(), [work("b", 1, 0)], "the only place is taken");

    let mut bench = Bench::started(vec![
        agent_step("a", &[]),
        agent_step("b", &[]),
        agent_step("c", &[]),
    ]);
    bench.report("a", [Fact::Failed(passing())]);
    bench.report("b", [Fact::Failed(lasting())]);
    assert_eq!(
        bench.effects(),
        [work("c", 1, 0)],
        "nothing new begins in a failing run"
    );
}

#[test]
fn the_last_attempt_is_the_last() {
    let limits = Limits {
        attempts: 1,
        ..Limits::default()
    };
    let mut bench = Bench::started_with(vec![agent_step("a", &[])], limits);
    bench.report("a", [Fact::Failed(passing())]);
    assert_eq!(bench.task_status("a"), TaskStatus::Failed);
    assert_eq!(bench.status(), WorkflowStatus::Failed);
}
