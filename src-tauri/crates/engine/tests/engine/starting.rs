//! How a run begins, and how it ends well.

use crate::common::*;
use wheelhouse_domain::{AgentKind, EventBody, FailureCode, Limits, StepKind, TaskStatus, WorkflowStatus};
use wheelhouse_engine::{FoldError, Input, Run};

#[test]
fn a_created_run_is_pending_and_nothing_is_outstanding() {
    let bench = Bench::created(vec![agent_step("a", &[])], Limits::default());
    assert_eq!(bench.status(), WorkflowStatus::Pending);
    assert_eq!(bench.effects(), []);
}

#[test]
fn starting_adds_every_task_and_begins_those_that_need_nothing() {
    let mut bench = Bench::created(
        vec![agent_step("a", &[]), agent_step("b", &["a"])],
        Limits::default(),
    );
    let bodies = bench.input(Input::Start);
    assert_eq!(
        kinds(&bodies),
        ["workflow_started", "task_added", "task_added", "task_started"]
    );
    assert_eq!(bench.status(), WorkflowStatus::Running);
    assert_eq!(bench.effects(), [work("a", 1, 0)]);
    assert_eq!(bench.task_status("b"), TaskStatus::Pending);
}

#[test]
fn starting_twice_is_refused() {
    let bench = Bench::started(vec![agent_step("a", &[])]);
    assert_eq!(bench.refusal(Input::Start), wrong_status(WorkflowStatus::Running));
}

#[test]
fn a_finished_run_is_not_started_again() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    bench.report("a", [answered("done")]);
    let refused = wrong_status(WorkflowStatus::Completed);
    for input in [Input::Start, Input::Cancel, Input::Retry] {
        assert_eq!(bench.refusal(input), refused);
    }
}

#[test]
fn the_parallel_limit_holds_and_a_free_place_is_taken_at_once() {
    let limits = Limits {
        parallel_tasks: 2,
        ..Limits::default()
    };
    let steps = ["a", "b", "c"].map(|id| agent_step(id, &[]));
    let mut bench = Bench::started_with(steps.into(), limits);
    assert_eq!(bench.running(), ["a", "b"]);
    bench.report("b", [answered("b")]);
    assert_eq!(bench.running(), ["a", "c"]);
}

#[test]
fn the_report_is_the_output_of_the_task_that_nothing_needs() {
    // The order of the steps in the template says nothing about the order of work.
    let mut bench = Bench::started(vec![agent_step("report", &["a"]), agent_step("a", &[])]);
    bench.report("a", [answered("of a")]);
    let bodies = bench.report("report", [answered("of report")]);
    let completed = EventBody::WorkflowCompleted {
        report: hash("of report"),
    };
    assert_eq!(bodies.last(), Some(&completed));
}

#[test]
fn of_several_tasks_that_nothing_needs_the_newest_gives_the_report() {
    let mut bench = Bench::started(vec![agent_step("a", &[]), agent_step("b", &[])]);
    bench.report("b", [answered("of b")]);
    let bodies = bench.report("a", [answered("of a")]);
    let completed = EventBody::WorkflowCompleted { report: hash("of b") };
    assert_eq!(bodies.last(), Some(&completed));
}

#[test]
fn an_aggregation_is_an_effect_of_its_own_and_sees_what_it_needs() {
    let steps = vec![
        agent_step("a", &[]),
        agent_step("b", &[]),
        step("sum", StepKind::Aggregate, &["b"]),
    ];
    let mut bench = Bench::started(steps);
    bench.report("a", [answered("a")]);
    bench.report("b", [answered("b")]);
    let aggregate = wheelhouse_engine::Effect::Aggregate {
        task: "sum".into(),
        attempt: 1,
    };
    assert_eq!(bench.effects(), [aggregate]);
    let inputs: Vec<_> = bench.run.inputs_of(bench.task("sum")).collect();
    assert_eq!(inputs, [bench.task("b")]);
}

#[test]
fn a_task_whose_kind_of_agent_nobody_fills_fails_instead_of_waiting_for_ever() {
    let agent = AgentKind::Specialist;
    let steps = vec![agent_step("a", &[]), step("b", agent_kind(agent), &["a"])];
    let bench = Bench::started(steps);
    assert_eq!(bench.status(), WorkflowStatus::Failed);
    assert_eq!(bench.task("a").attempt, 0, "nothing was spent on it");
    let failure = bench.task("b").failure.clone().unwrap();
    assert_eq!(failure.code, FailureCode::AgentMissing);
    assert!(failure.message.contains("specialist"), "{}", failure.message);
}

#[test]
fn a_journal_that_does_not_make_sense_is_refused() {
    let bench = Bench::started(vec![agent_step("a", &[])]);
    assert_eq!(Run::fold([]), Err(FoldError::NotCreated));
    assert_eq!(Run::fold(&bench.events[1..]), Err(FoldError::NotCreated));
    let gap = [&bench.events[0], &bench.events[2]];
    let out_of_order = FoldError::OutOfOrder {
        previous: 1,
        found: 3,
    };
    assert_eq!(Run::fold(gap), Err(out_of_order));
    let mut unknown = bench.events[3].clone();
    unknown.seq.0 = 2;
    let expected = FoldError::UnknownTask {
        seq: 2,
        task: "a".into(),
    };
    assert_eq!(Run::fold([&bench.events[0], &unknown]), Err(expected));
}
