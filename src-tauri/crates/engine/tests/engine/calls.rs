//! A call whose result is on record is never made again; everything else may be.

use crate::common::*;
use wheelhouse_domain::{TaskStatus, WorkflowStatus};
use wheelhouse_engine::{CallState, Fact, Refusal};

fn at_work() -> Bench {
    Bench::started(vec![agent_step("a", &[])])
}

fn not_open(turn: u32, index: u32) -> Refusal {
    Refusal::CallNotOpen {
        task: "a".into(),
        turn,
        index,
    }
}

#[test]
fn the_intent_is_on_record_before_the_result() {
    let mut bench = at_work();
    let early = bench.report_of("a", [call_finished(0, 0)]);
    assert_eq!(bench.refusal(early), not_open(0, 0));
    bench.report("a", [call_started(0, 0)]);
    assert_eq!(bench.task("a").in_flight().count(), 1);
    bench.report("a", [call_finished(0, 0)]);
    assert_eq!(bench.task("a").in_flight().count(), 0);
}

#[test]
fn a_result_and_the_next_intent_are_recorded_together() {
    let mut bench = at_work();
    bench.report("a", [call_started(0, 0)]);
    let bodies = bench.report("a", [call_finished(0, 0), call_started(1, 0)]);
    assert_eq!(kinds(&bodies), ["call_finished", "call_started"]);
}

#[test]
fn a_call_in_flight_or_on_record_is_not_begun_again() {
    let mut bench = at_work();
    bench.report("a", [call_started(0, 0)]);
    let again = bench.report_of("a", [call_started(0, 0)]);
    assert_eq!(bench.refusal(again.clone()), not_open(0, 0));
    bench.report("a", [call_finished(0, 0)]);
    assert_eq!(bench.refusal(again), not_open(0, 0));
    let result_again = bench.report_of("a", [call_finished(0, 0)]);
    assert_eq!(bench.refusal(result_again), not_open(0, 0));
}

#[test]
fn an_interrupted_call_may_be_repeated_under_a_name_of_its_own() {
    let mut bench = at_work();
    let interrupted = Fact::CallInterrupted { place: place(0, 0) };
    bench.report("a", [call_started(0, 0)]);
    bench.report("a", [interrupted, call_started(0, 0)]);
    let calls = &bench.task("a").calls;
    assert_eq!(calls[0].state, CallState::Interrupted);
    assert_eq!(calls[1].key.as_str(), "a#1.0.0~1");
}

#[test]
fn a_report_is_taken_whole_or_not_at_all() {
    let bench = at_work();
    let half_wrong = bench.report_of("a", [call_started(0, 0), call_finished(1, 0)]);
    assert_eq!(bench.refusal(half_wrong), not_open(1, 0));
    let after_the_end = bench.report_of("a", [answered("done"), call_started(0, 0)]);
    assert_eq!(bench.refusal(after_the_end), stale("a", 1));
    assert_eq!(bench.task("a").calls, []);
}

#[test]
fn after_a_failed_call_the_exchange_goes_on_where_it_was() {
    let mut bench = at_work();
    bench.report("a", [call_started(0, 0), call_finished(0, 0), call_started(1, 0)]);
    bench.report("a", [call_failed(1, 0), Fact::Failed(passing())]);
    bench.wake();
    assert_eq!(bench.effects(), [work("a", 2, 0)]);
    assert_eq!(bench.task("a").exchange().count(), 1);
}

#[test]
fn one_failed_call_among_several_of_a_turn_keeps_the_exchange_too() {
    let turn_of_two = [
        call_started(0, 0),
        call_finished(0, 0),
        call_started(1, 0),
        call_started(1, 1),
    ];
    for ends in [
        vec![call_failed(1, 0), Fact::Failed(passing())],
        vec![call_failed(1, 0), call_finished(1, 1), Fact::Failed(passing())],
        vec![call_failed(1, 1), Fact::Failed(passing())],
    ] {
        let mut bench = at_work();
        bench.report("a", turn_of_two.clone());
        bench.report("a", ends);
        assert_eq!(bench.task("a").first_turn, 0);
        assert_eq!(bench.task("a").in_flight().count(), 0);
    }
}

#[test]
fn after_an_unusable_answer_a_new_exchange_begins() {
    let mut bench = at_work();
    bench.report("a", [call_started(0, 0), call_finished(0, 0)]);
    bench.report("a", [Fact::Failed(unusable())]);
    bench.wake();
    assert_eq!(bench.effects(), [work("a", 2, 1)]);
    assert_eq!(bench.task("a").exchange().count(), 0);
}

#[test]
fn a_failed_call_that_was_repeated_well_does_not_keep_an_unusable_answer() {
    let mut bench = at_work();
    bench.report("a", [call_started(0, 0), call_failed(0, 0)]);
    bench.report("a", [call_started(0, 0), call_finished(0, 0)]);
    bench.report("a", [Fact::Failed(unusable())]);
    assert_eq!(bench.task("a").first_turn, 1);
}

#[test]
fn a_failed_call_of_an_earlier_exchange_does_not_keep_an_unusable_answer() {
    let mut bench = at_work();
    bench.report("a", [call_started(0, 0), call_failed(0, 0), asked("Which one?")]);
    bench.answer("a?1", "This one");
    bench.report("a", [call_started(1, 0), call_finished(1, 0)]);
    bench.report("a", [Fact::Failed(unusable())]);
    assert_eq!(bench.task("a").first_turn, 2);
}

#[test]
fn a_task_that_ends_or_waits_leaves_no_call_in_flight() {
    for end in [answered("done"), asked("Which one?"), Fact::Failed(passing())] {
        let mut bench = at_work();
        bench.report("a", [call_started(0, 0)]);
        bench.report("a", [end]);
        assert_eq!(bench.task("a").calls[0].state, CallState::Interrupted);
    }
}

#[test]
fn reports_of_another_attempt_or_of_a_finished_task_are_refused() {
    let mut bench = Bench::started(vec![agent_step("a", &[]), agent_step("b", &["a"])]);
    bench.report("a", [Fact::Failed(passing())]);
    let between = bench.report_of("a", [answered("late")]);
    assert_eq!(bench.refusal(between.clone()), stale("a", 1));
    bench.wake();
    assert_eq!(bench.refusal(between), stale("a", 1));
    bench.report("a", [answered("in time")]);
    let after = bench.report_of("a", [answered("twice")]);
    assert_eq!(bench.refusal(after), stale("a", 2));
    assert_eq!(bench.task("a").output, Some(hash("in time")));
}

#[test]
fn an_answer_must_be_of_the_form_that_its_step_gives() {
    let mut bench = Bench::started(wheelhouse_domain::crew_template().document.steps);
    let no_plan = bench.report_of("analyse", [answered("just words")]);
    assert!(matches!(bench.refusal(no_plan), Refusal::Unusable(_)));
    bench.report("analyse", [planned(plan(vec![sub_task("one", &[])]))]);
    for wrong in [planned(plan(vec![sub_task("one", &[])])), staffed(&["one"])] {
        let report = bench.report_of("research", [wrong]);
        assert!(matches!(bench.refusal(report), Refusal::Unusable(_)));
    }
    bench.report("research", [answered("found")]);
    assert_eq!(bench.task_status("research"), TaskStatus::Completed);
    assert_eq!(bench.status(), WorkflowStatus::Running);
}
