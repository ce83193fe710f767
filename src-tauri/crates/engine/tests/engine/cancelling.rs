//! Cancel reaches everything, and is outstanding until everything has stopped.

use crate::common::*;
use wheelhouse_domain::{Limits, TaskStatus, WorkflowStatus};
use wheelhouse_engine::{CallState, Input};

fn pair() -> Vec<wheelhouse_domain::Step> {
    vec![
        agent_step("a", &[]),
        agent_step("b", &[]),
        agent_step("c", &["a", "b"]),
    ]
}

#[test]
fn a_pending_run_is_cancelled_at_once() {
    let mut bench = Bench::created(pair(), Limits::default());
    let bodies = bench.input(Input::Cancel);
    assert_eq!(kinds(&bodies), ["cancel_requested", "workflow_cancelled"]);
    assert_eq!(bench.status(), WorkflowStatus::Cancelled);
    assert_eq!(
        bench.refusal(Input::Start),
        wrong_status(WorkflowStatus::Cancelled)
    );
}

#[test]
fn a_run_that_only_waits_for_an_answer_is_cancelled_at_once() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    bench.report("a", [asked("Which one?")]);
    let bodies = bench.input(Input::Cancel);
    assert_eq!(
        kinds(&bodies),
        ["cancel_requested", "task_cancelled", "workflow_cancelled"]
    );
    assert_eq!(
        bench.refusal(answer_to("a?1", "This one")),
        wheelhouse_engine::Refusal::QuestionNotOpen
    );
}

#[test]
fn a_run_between_two_attempts_is_cancelled_at_once() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    bench.report("a", [wheelhouse_engine::Fact::Failed(passing())]);
    bench.input(Input::Cancel);
    assert_eq!(bench.status(), WorkflowStatus::Cancelled);
    assert_eq!(bench.effects(), []);
}

#[test]
fn with_two_tasks_at_work_cancel_is_outstanding_until_both_are_confirmed() {
    let mut bench = Bench::started(pair());
    bench.report("a", [call_started(0, 0)]);
    bench.report("b", [call_started(0, 0)]);

    bench.input(Input::Cancel);
    assert_eq!(bench.status(), WorkflowStatus::Running);
    assert_eq!(bench.effects(), [stop("a"), stop("b")]);
    assert_eq!(bench.task_status("c"), TaskStatus::Cancelled);

    let bodies = bench.stopped("b");
    assert_eq!(kinds(&bodies), ["call_interrupted", "task_cancelled"]);
    assert_eq!(bench.effects(), [stop("a")]);

    let bodies = bench.stopped("a");
    assert_eq!(
        kinds(&bodies),
        ["call_interrupted", "task_cancelled", "workflow_cancelled"]
    );
    assert_eq!(bench.status(), WorkflowStatus::Cancelled);
    assert_eq!(bench.task("a").calls[0].state, CallState::Interrupted);
}

#[test]
fn cancelling_twice_changes_nothing() {
    let mut bench = Bench::started(pair());
    bench.input(Input::Cancel);
    assert_eq!(bench.input(Input::Cancel), []);
}

#[test]
fn what_comes_in_after_cancel_is_too_late() {
    let mut bench = Bench::started(pair());
    bench.report("a", [call_started(0, 0)]);
    bench.input(Input::Cancel);
    let late = bench.report_of("a", [call_finished(0, 0)]);
    assert_eq!(bench.refusal(late), stale("a", 1));
}

#[test]
fn nothing_is_confirmed_that_was_not_asked_for() {
    let mut bench = Bench::started(pair());
    let stopped = |task: &str| Input::Stopped { task: task.into() };
    assert_eq!(bench.refusal(stopped("a")), wrong_status(WorkflowStatus::Running));
    bench.input(Input::Cancel);
    bench.stopped("a");
    assert_eq!(bench.refusal(stopped("a")), wrong_status(WorkflowStatus::Running));
}

#[test]
fn finished_tasks_stay_finished() {
    let mut bench = Bench::started(pair());
    bench.report("a", [answered("of a")]);
    bench.input(Input::Cancel);
    bench.stopped("b");
    assert_eq!(bench.task_status("a"), TaskStatus::Completed);
    assert_eq!(bench.task("a").output, Some(hash("of a")));
}
