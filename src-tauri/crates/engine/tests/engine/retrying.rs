//! The operator takes a run up again: what is done stays done.

use crate::common::*;
use wheelhouse_domain::{EventBody, Limits, TaskStatus, WorkflowStatus};
use wheelhouse_engine::{Fact, Input};

fn chain() -> Vec<wheelhouse_domain::Step> {
    vec![
        agent_step("a", &[]),
        agent_step("b", &["a"]),
        agent_step("c", &["b"]),
    ]
}

fn failed_at_b() -> Bench {
    let mut bench = Bench::started(chain());
    bench.report("a", [answered("of a")]);
    bench.report("b", [Fact::Failed(lasting())]);
    bench
}

#[test]
fn a_lasting_failure_ends_the_run_and_names_the_task() {
    let bench = failed_at_b();
    assert_eq!(bench.status(), WorkflowStatus::Failed);
    let EventBody::WorkflowFailed { failure } = &bench.events.last().unwrap().body else {
        panic!("the run did not fail");
    };
    assert_eq!(failure.task, "b".into());
    assert_eq!(failure.task_title, "Title of b");
    assert_eq!(failure.failure, lasting());
    assert_eq!(bench.task_status("c"), TaskStatus::Skipped);
}

#[test]
fn after_a_failure_only_what_is_not_complete_begins_anew() {
    let mut bench = failed_at_b();
    let bodies = bench.input(Input::Retry);
    let retried = EventBody::WorkflowRetried {
        tasks: keys(&["b", "c"]),
    };
    assert_eq!(bodies[0], retried);
    assert_eq!(bench.task("a").output, Some(hash("of a")));
    assert_eq!(bench.effects(), [work("b", 2, 0)]);

    bench.report("b", [answered("of b")]);
    bench.report("c", [answered("of c")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn after_a_retry_every_task_has_all_its_attempts_again() {
    let limits = Limits {
        attempts: 2,
        ..Limits::default()
    };
    let mut bench = Bench::started_with(vec![agent_step("a", &[])], limits);
    bench.report("a", [Fact::Failed(passing())]);
    bench.wake();
    bench.report("a", [Fact::Failed(passing())]);
    assert_eq!(bench.status(), WorkflowStatus::Failed);

    bench.input(Input::Retry);
    assert_eq!(bench.effects(), [work("a", 3, 0)]);
    bench.report("a", [Fact::Failed(passing())]);
    assert_eq!(bench.status(), WorkflowStatus::Running);
    bench.wake();
    assert_eq!(bench.effects(), [work("a", 4, 0)]);
    bench.report("a", [Fact::Failed(passing())]);
    assert_eq!(bench.status(), WorkflowStatus::Failed);
}

#[test]
fn after_a_cancel_calls_on_record_are_used_again() {
    let mut bench = Bench::started(chain());
    bench.report("a", [call_started(0, 0), call_finished(0, 0), call_started(1, 0)]);
    bench.input(Input::Cancel);
    bench.stopped("a");
    bench.input(Input::Retry);
    assert_eq!(bench.effects(), [work("a", 2, 0)]);
    assert_eq!(bench.task("a").exchange().count(), 1);
    let again = bench.report_of("a", [call_started(0, 0)]);
    assert!(matches!(
        bench.refusal(again),
        wheelhouse_engine::Refusal::CallNotOpen { .. }
    ));
    bench.report("a", [call_started(1, 0)]);
    assert_eq!(bench.task("a").calls[2].key.as_str(), "a#2.1.0~1");
}

#[test]
fn a_run_that_was_cancelled_before_it_started_begins_with_all_its_steps() {
    let mut bench = Bench::created(chain(), Limits::default());
    bench.input(Input::Cancel);
    let bodies = bench.input(Input::Retry);
    assert_eq!(
        kinds(&bodies),
        [
            "workflow_retried",
            "task_added",
            "task_added",
            "task_added",
            "task_started"
        ]
    );
    assert_eq!(bench.status(), WorkflowStatus::Running);
    assert_eq!(bench.effects(), [work("a", 1, 0)]);
}

#[test]
fn only_a_failed_or_cancelled_run_is_retried() {
    let bench = Bench::created(chain(), Limits::default());
    assert_eq!(bench.refusal(Input::Retry), wrong_status(WorkflowStatus::Pending));
    let bench = Bench::started(chain());
    assert_eq!(bench.refusal(Input::Retry), wrong_status(WorkflowStatus::Running));
}

#[test]
fn what_is_at_work_when_another_task_fails_may_finish_and_is_kept() {
    let steps = vec![
        agent_step("a", &[]),
        agent_step("b", &[]),
        agent_step("c", &["b"]),
    ];
    let mut bench = Bench::started(steps);
    bench.report("a", [Fact::Failed(lasting())]);
    assert_eq!(bench.status(), WorkflowStatus::Running);
    bench.report("b", [answered("of b")]);
    assert_eq!(bench.status(), WorkflowStatus::Failed);
    assert_eq!(bench.task_status("b"), TaskStatus::Completed);
    assert_eq!(bench.task_status("c"), TaskStatus::Skipped);
}

#[test]
fn a_failing_run_does_not_wait_for_an_answer() {
    let mut bench = Bench::started(vec![agent_step("a", &[]), agent_step("b", &[])]);
    bench.report("b", [asked("Which one?")]);
    bench.report("a", [Fact::Failed(lasting())]);
    assert_eq!(bench.status(), WorkflowStatus::Failed);
    assert_eq!(bench.task_status("b"), TaskStatus::Skipped);
}
