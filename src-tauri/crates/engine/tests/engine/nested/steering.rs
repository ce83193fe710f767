//! What the operator does to a run under way, by example.

use super::kinds::{approval_step, child, child_ended, child_step, evaluate, map, prepared, with_child};
use super::performer::opened;
use crate::common::*;
use wheelhouse_domain::{
    FailureCode, MapFailure, Retry, Step, StepKind, TaskStatus, WhySkipped, WorkflowStatus,
};
use wheelhouse_engine::{Effect, Fact, Input, Refusal};

fn chain() -> Vec<Step> {
    vec![
        agent_step("a", &[]),
        agent_step("b", &["a"]),
        agent_step("c", &["b"]),
    ]
}

fn over(task: &str, text: &str) -> Input {
    Input::Override {
        task: task.into(),
        output: hash(text),
    }
}

fn retry(task: &str) -> Input {
    Input::RetryTask { task: task.into() }
}

fn skip(task: &str) -> Input {
    Input::SkipTask { task: task.into() }
}

fn failed_at_b() -> Bench {
    let mut bench = Bench::started(chain());
    bench.report("a", [answered("a")]);
    bench.report("b", [Fact::Failed(lasting())]);
    bench
}

#[test]
fn while_paused_nothing_begins_what_is_in_flight_is_kept_and_resuming_goes_on() {
    let mut bench = Bench::started(chain());
    bench.report("a", [call_started(0, 0)]);
    bench.input(Input::Pause);
    assert_eq!(bench.input(Input::Pause), []);
    assert_eq!(bench.status(), WorkflowStatus::Running, "a call is in flight");
    assert_eq!(bench.effects(), [work("a", 1, 0)]);
    let goes_on = bench.report_of("a", [call_finished(0, 0), call_started(1, 0)]);
    assert_eq!(bench.refusal(goes_on), Refusal::Paused);
    bench.report("a", [call_finished(0, 0)]);
    assert_eq!(bench.status(), WorkflowStatus::Paused);
    assert_eq!(bench.effects(), []);
    bench.report("a", [answered("a")]);
    assert_eq!(bench.running(), [""; 0], "no new attempt begins");
    bench.input(Input::Resume);
    assert_eq!(bench.effects(), [work("b", 1, 0)]);
    assert_eq!(bench.input(Input::Resume), []);
}

#[test]
fn a_paused_run_does_not_end_and_can_be_cancelled() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    bench.input(Input::Pause);
    bench.report("a", [Fact::Failed(lasting())]);
    assert_eq!(bench.status(), WorkflowStatus::Paused);
    bench.input(retry("a"));
    bench.input(Input::Resume);
    assert_eq!(bench.effects(), [work("a", 2, 0)]);
    bench.input(Input::Pause);
    bench.input(Input::Cancel);
    assert_eq!(bench.effects(), [stop("a")]);
    bench.stopped("a");
    assert_eq!(bench.status(), WorkflowStatus::Cancelled);
}

#[test]
fn timers_do_not_fire_while_paused_and_the_time_does_not_count() {
    let mut slow = agent_step("a", &[]);
    slow.timeout_s = Some(10);
    let mut bench = Bench::started(vec![slow]);
    bench.now = START.plus(4_000);
    bench.input(Input::Pause);
    bench.now = START.plus(60_000);
    assert_eq!(bench.input(Input::Advance), []);
    bench.input(Input::Resume);
    assert_eq!(
        bench.effects()[1],
        Effect::Wake {
            at: START.plus(66_000)
        }
    );
}

#[test]
fn a_sub_workflow_is_paused_with_what_is_above_it() {
    let mut bench = with_child(child_step("a"));
    bench.input(Input::Pause);
    let paused = Effect::RunChild {
        task: "a".into(),
        attempt: 1,
        child: Some(child()),
        paused: true,
    };
    assert_eq!(bench.effects(), [paused]);
    assert_eq!(bench.status(), WorkflowStatus::Paused);
    bench.input(child_ended(Some("report")));
    bench.input(Input::Resume);
    assert_eq!(bench.status(), WorkflowStatus::Completed);

    let mut bench = Bench::started(vec![child_step("a")]);
    bench.report("a", [prepared()]);
    bench.input(Input::Pause);
    let start = bench.report_of(
        "a",
        [Fact::ChildStarted {
            child: child(),
            call: None,
        }],
    );
    assert_eq!(bench.refusal(start), Refusal::Paused);
}

#[test]
fn an_attempt_that_takes_too_long_is_stopped_and_tried_again() {
    let mut slow = agent_step("a", &[]);
    slow.timeout_s = Some(10);
    let mut bench = Bench::started(vec![slow]);
    bench.report("a", [call_started(0, 0)]);
    bench.wake();
    assert_eq!(bench.now, START.plus(10_000));
    assert_eq!(bench.effects(), [stop("a")]);
    let bodies = bench.stopped("a");
    assert_eq!(kinds(&bodies), ["call_interrupted", "task_attempt_failed"]);
    assert_eq!(
        bench.task("a").failure.as_ref().unwrap().code,
        FailureCode::StepTimedOut
    );
    bench.wake();
    assert_eq!(bench.task("a").attempt, 2);
}

#[test]
fn waiting_for_the_operator_does_not_count_as_time() {
    let mut slow = agent_step("a", &[]);
    slow.timeout_s = Some(10);
    let mut bench = Bench::started(vec![slow]);
    bench.now = START.plus(3_000);
    bench.report("a", [asked("Which?")]);
    bench.now = START.plus(100_000);
    assert_eq!(bench.effects(), []);
    bench.answer("a?1", "This");
    assert_eq!(
        bench.effects()[1],
        Effect::Wake {
            at: START.plus(107_000)
        }
    );
}

#[test]
fn a_step_says_how_often_it_is_tried() {
    let mut stubborn = agent_step("a", &[]);
    stubborn.retry = Some(Retry {
        attempts: 5,
        base_ms: 0,
        max_ms: 0,
        backoff: wheelhouse_domain::Backoff::Fixed,
    });
    let mut bench = Bench::started(vec![stubborn]);
    for _ in 0..4 {
        bench.report("a", [Fact::Failed(passing())]);
    }
    assert_eq!(bench.task("a").attempt, 5);
    bench.report("a", [Fact::Failed(passing())]);
    assert_eq!(bench.status(), WorkflowStatus::Failed);
}

#[test]
fn one_failed_task_is_taken_up_again_with_what_became_impossible_by_it() {
    let mut bench = failed_at_b();
    assert_eq!(bench.task_status("c"), TaskStatus::Skipped);
    bench.input(retry("b"));
    assert_eq!(bench.effects(), [work("b", 2, 0)]);
    assert_eq!(bench.task_status("c"), TaskStatus::Pending);
    assert!(matches!(bench.refusal(retry("a")), Refusal::TaskIs { .. }));
    assert!(matches!(bench.refusal(retry("x")), Refusal::UnknownTask { .. }));
}

#[test]
fn a_failed_item_is_taken_up_again_and_its_map_with_it() {
    let inner = vec![agent_step("x", &[]), agent_step("y", &["x"])];
    let mut bench = Bench::started(vec![map("m", 2, MapFailure::Stop, inner)]);
    bench.report("m", [opened(&["each", "each", "each"])]);
    bench.report("m/0/x", [answered("0")]);
    bench.report("m/0/y", [Fact::Failed(lasting())]);
    bench.stopped("m/1/x");
    assert_eq!(bench.status(), WorkflowStatus::Failed);
    bench.input(retry("m/0/y"));
    assert_eq!(bench.running(), ["m", "m/0/y", "m/1/x"]);
    bench.report("m/0/y", [answered("0")]);
    assert_eq!(
        bench.running(),
        ["m", "m/1/x", "m/2/x"],
        "the others go on with it"
    );
    assert_eq!(bench.task("m/0/x").attempt, 1, "what is done is not done again");
}

#[test]
fn of_two_failures_one_alone_is_not_taken_up_but_can_be_put_out_of_the_way() {
    let steps = vec![
        agent_step("a", &[]),
        agent_step("b", &[]),
        agent_step("c", &["a", "b"]),
    ];
    let mut bench = Bench::started(steps);
    bench.report("a", [Fact::Failed(lasting())]);
    bench.report("b", [Fact::Failed(lasting())]);
    let others = Refusal::OthersFailed { task: "b".into() };
    assert_eq!(bench.refusal(retry("a")), others);
    bench.input(skip("b"));
    assert_eq!(bench.status(), WorkflowStatus::Failed);
    bench.input(over("a", "by hand"));
    assert_eq!(bench.effects(), [work("c", 1, 0)]);
    assert_eq!(bench.task("b").skipped, Some(WhySkipped::Operator));
    assert_eq!(bench.task("a").output, Some(hash("by hand")));
}

#[test]
fn a_task_at_work_is_stopped_before_it_is_skipped() {
    let mut bench = Bench::started(chain());
    bench.report("a", [call_started(0, 0)]);
    bench.input(skip("a"));
    assert_eq!(bench.effects(), [stop("a")]);
    bench.stopped("a");
    assert_eq!(bench.task("a").skipped, Some(WhySkipped::Operator));
    assert_eq!(bench.effects(), [work("b", 1, 0)]);
}

#[test]
fn a_skipped_map_stops_everything_in_it() {
    let steps = vec![
        map(
            "m",
            2,
            MapFailure::Stop,
            vec![approval_step("x"), agent_step("y", &[])],
        ),
        agent_step("after", &["m"]),
    ];
    let mut bench = Bench::started(steps);
    bench.report("m", [opened(&["each", "each"])]);
    bench.input(skip("m"));
    assert_eq!(bench.effects().len(), 4);
    for task in ["m/0/x", "m/0/y", "m/1/x", "m/1/y"] {
        bench.stopped(task);
    }
    assert_eq!(bench.task("m").skipped, Some(WhySkipped::Operator));
    assert_eq!(bench.effects(), [work("after", 1, 0)]);
}

#[test]
fn an_answer_is_changed_only_while_nothing_has_built_on_it() {
    let mut bench = Bench::started(chain());
    assert!(matches!(bench.refusal(over("a", "x")), Refusal::TaskIs { .. }));
    bench.input(Input::Pause);
    bench.report("a", [answered("a")]);
    bench.input(over("a", "another"));
    bench.input(Input::Resume);
    assert_eq!(bench.task("a").output, Some(hash("another")));
    let built = Refusal::BuiltUpon {
        task: "a".into(),
        by: "b".into(),
    };
    assert_eq!(bench.refusal(over("a", "too late")), built);
}

#[test]
fn inside_a_map_an_answer_is_changed_as_long_as_the_map_is_not_gathered() {
    let mut bench = Bench::started(vec![map("m", 2, MapFailure::Stop, vec![agent_step("x", &[])])]);
    bench.report("m", [opened(&["each", "each"])]);
    bench.report("m/0/x", [answered("0")]);
    bench.input(over("m/0/x", "another"));
    bench.report("m/1/x", [answered("1")]);
    assert_eq!(bench.effects(), [evaluate("m", 1, 2, false)]);
    assert!(matches!(
        bench.refusal(over("m/0/x", "late")),
        Refusal::BuiltUpon { .. }
    ));
}

#[test]
fn what_a_task_is_told_anew_begins_its_conversation_anew() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    bench.report("a", [call_started(0, 0), call_finished(0, 0), call_started(1, 0)]);
    bench.report("a", [call_failed(1, 0), Fact::Failed(lasting())]);
    bench.input(Input::Edit {
        task: "a".into(),
        prompt: Some("Do it otherwise".to_owned()),
        model: None,
    });
    bench.input(retry("a"));
    assert_eq!(bench.effects(), [work("a", 2, 2)]);
    assert_eq!(bench.task("a").told.as_deref(), Some("Do it otherwise"));
}

#[test]
fn a_plan_is_not_replaced_by_words() {
    let kind = StepKind::Plan {
        agent: wheelhouse_domain::AgentKind::Driver.into(),
        prompt: None,
    };
    let mut bench = Bench::started(vec![step("p", kind, &[])]);
    bench.report("p", [Fact::Failed(lasting())]);
    assert!(matches!(
        bench.refusal(over("p", "x")),
        Refusal::NotThisKind { .. }
    ));
}

#[test]
fn a_run_of_ten_thousand_tasks_is_decided_quickly() {
    let items = 2_000;
    let inner = vec![
        agent_step("x", &[]),
        agent_step("y", &["x"]),
        agent_step("z", &["y"]),
        agent_step("s", &["z"]),
        agent_step("t", &["s"]),
    ];
    let template = template(vec![map("m", 4, MapFailure::Stop, inner)]);
    let events = vec![created(&template, wheelhouse_domain::Limits::default())];
    let mut run = wheelhouse_engine::Run::fold(&events).unwrap();
    let take = |run: &mut wheelhouse_engine::Run, input: Input| {
        let events = wheelhouse_engine::decide(run, input, START).unwrap();
        events.iter().for_each(|event| run.apply(event).unwrap());
    };
    take(&mut run, Input::Start);
    let report = |task: wheelhouse_domain::TaskKey, fact: Fact| Input::Report {
        task,
        attempt: 1,
        facts: vec![fact],
    };
    take(&mut run, report("m".into(), opened(&vec!["each"; items])));
    let mut steps = 0;
    loop {
        let first = wheelhouse_engine::outstanding(&run).into_iter().next().unwrap();
        match first {
            Effect::Work { task, .. } => take(&mut run, report(task, answered("done"))),
            Effect::Evaluate { task, .. } => take(&mut run, report(task, answered("all"))),
            other => panic!("{other:?}"),
        }
        steps += 1;
        if run.status().is_final() {
            break;
        }
    }
    assert_eq!(steps, items * 5 + 1);
    assert_eq!(run.status(), WorkflowStatus::Completed);
}
