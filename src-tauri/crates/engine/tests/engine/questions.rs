//! What waits for the operator.

use crate::common::*;
use wheelhouse_domain::{Limits, QuestionKind, TaskStatus, WorkflowStatus};
use wheelhouse_engine::{Fact, Input, Refusal};

#[test]
fn a_question_waits_and_its_answer_lets_the_same_attempt_go_on_in_a_new_exchange() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    bench.report(
        "a",
        [call_started(0, 0), call_finished(0, 0), asked("Which one?")],
    );
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    assert_eq!(bench.task_status("a"), TaskStatus::Waiting);
    assert_eq!(bench.effects(), []);

    bench.answer("a?1", "This one");
    assert_eq!(bench.status(), WorkflowStatus::Running);
    assert_eq!(bench.effects(), [work("a", 1, 1)]);
    assert_eq!(bench.task("a").exchange().count(), 0);
    let answers: Vec<_> = bench.run.answers().collect();
    assert_eq!(answers, [("Which one?", "This one")]);
}

#[test]
fn a_run_in_which_something_else_goes_on_is_running() {
    let mut bench = Bench::started(vec![agent_step("a", &[]), agent_step("b", &[])]);
    bench.report("a", [asked("Which one?")]);
    assert_eq!(bench.status(), WorkflowStatus::Running);
    bench.report("b", [Fact::Failed(passing())]);
    assert_eq!(
        bench.status(),
        WorkflowStatus::Running,
        "an attempt follows by itself"
    );
    bench.wake();
    bench.report("b", [answered("b")]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
}

#[test]
fn a_question_is_answered_once() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    bench.report("a", [asked("Which one?")]);
    assert_eq!(
        bench.refusal(answer_to("a?2", "This one")),
        Refusal::QuestionNotOpen
    );
    bench.answer("a?1", "This one");
    assert_eq!(
        bench.refusal(answer_to("a?1", "That one")),
        Refusal::QuestionNotOpen
    );
}

#[test]
fn a_waiting_task_keeps_its_place_so_that_its_answer_never_passes_the_limit() {
    let limits = Limits {
        parallel_tasks: 1,
        ..Limits::default()
    };
    let mut bench = Bench::started_with(vec![agent_step("a", &[]), agent_step("b", &[])], limits);
    bench.report("a", [asked("Which one?")]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    assert_eq!(bench.running(), [""; 0]);
    bench.answer("a?1", "This one");
    assert_eq!(bench.running(), ["a"]);
    bench.report("a", [answered("a")]);
    assert_eq!(bench.running(), ["b"]);
}

#[test]
fn a_question_that_a_cancel_withdrew_is_not_answered_after_the_retry() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    bench.report("a", [asked("Which one?")]);
    bench.input(Input::Cancel);
    bench.input(Input::Retry);
    bench.report("a", [asked("Which one, again?")]);
    assert_eq!(
        bench.refusal(answer_to("a?1", "This one")),
        Refusal::QuestionNotOpen
    );
    bench.answer("a?2", "This one");
    assert_eq!(bench.task_status("a"), TaskStatus::Running);
}

#[test]
fn while_a_task_waits_nothing_it_reports_is_taken() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    bench.report("a", [asked("Which one?")]);
    let late = bench.report_of("a", [answered("late")]);
    assert_eq!(bench.refusal(late), stale("a", 1));
}

#[test]
fn opened_keys_say_nothing_so_the_same_exchange_goes_on() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    let locked = Fact::Asked {
        kind: QuestionKind::KeysLocked,
        text: "The keys are locked.".to_owned(),
        form: None,
    };
    bench.report("a", [call_started(0, 0), call_finished(0, 0), locked]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    bench.answer("a?1", "opened");
    assert_eq!(bench.effects(), [work("a", 1, 0)]);
    assert_eq!(
        bench.task("a").exchange().count(),
        1,
        "what was said is not said again"
    );
    assert_eq!(bench.run.answers().count(), 0);
}
