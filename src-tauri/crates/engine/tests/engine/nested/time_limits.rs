//! Limits of time: counted while something is at work, asked for at their end, and nothing begins before the answer.

use super::kinds::{child, map, prepared, with_child};
use super::limits::{answer, asked_of, raise};
use super::performer::opened;
use crate::common::*;
use wheelhouse_domain::{
    Budget, ChildEnd, FailureCode, Json, LimitKind, MapFailure, OnError, Step, StepKind, TaskKey, TaskStatus,
    WaitsFor, WorkflowStatus,
};
use wheelhouse_engine::{Effect, Fact, Input, Refusal};

fn seconds(allowed: u32) -> Budget {
    Budget {
        seconds: Some(allowed),
        ..Budget::default()
    }
}

fn with_time(mut step: Step, allowed: u32) -> Step {
    step.budget = seconds(allowed);
    step
}

/// A run that may be at work for `allowed` seconds.
fn timed(steps: Vec<Step>, allowed: u32) -> Bench {
    let mut bench = Bench::started(steps);
    bench.input(Input::ChangeBudget {
        task: None,
        budget: seconds(allowed),
    });
    bench
}

fn pass(bench: &mut Bench, seconds: i64) {
    bench.now = bench.now.plus(seconds * 1_000);
}

fn wakes_in(bench: &Bench) -> Option<i64> {
    bench.effects().into_iter().find_map(|effect| match effect {
        Effect::Wake { at } => Some((at.0 - bench.now.0) / 1_000),
        _ => None,
    })
}

fn one_after_the_other() -> Vec<Step> {
    vec![agent_step("a", &[]), agent_step("b", &["a"])]
}

#[test]
fn when_time_is_up_the_run_waits_and_asks_and_goes_on_when_it_gets_more() {
    let mut bench = timed(one_after_the_other(), 60);
    assert_eq!(wakes_in(&bench), Some(60));
    bench.report("a", [call_started(0, 0)]);
    bench.wake();
    let (task, text, form) = asked_of(&bench).remove(0);
    assert_eq!(task, "a");
    assert_eq!(
        text,
        "The budget of this workflow allows 1 min of work, and that is used up. Most went to: Title of a 1 min. What \
         is in flight ends, and nothing new begins before you answer."
    );
    assert_eq!(
        form.holds_back().map(|(limit, _)| limit),
        Some(LimitKind::Seconds)
    );
    assert_eq!(wakes_in(&bench), None);

    // What was paid for is kept; what would come next is not begun.
    assert_eq!(bench.effects(), [work("a", 1, 0)]);
    assert_eq!(bench.status(), WorkflowStatus::Running, "a call is in flight");
    let next = bench.report_of("a", [call_finished(0, 0), call_started(1, 0)]);
    assert_eq!(bench.refusal(next), Refusal::Paused);
    bench.report("a", [call_finished(0, 0)]);
    assert_eq!(
        (bench.effects(), bench.status()),
        (vec![], WorkflowStatus::Waiting)
    );

    pass(&mut bench, 3_600);
    raise(&mut bench, None, seconds(90));
    assert_eq!(bench.effects()[0], work("a", 1, 0));
    assert_eq!(
        wakes_in(&bench),
        Some(30),
        "the hour at which nobody answered does not count"
    );
    bench.report("a", [answered("a")]);
    bench.report("b", [answered("b")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_result_that_comes_while_it_is_asked_is_taken_and_nothing_begins_after_it() {
    let mut bench = timed(one_after_the_other(), 60);
    bench.report("a", [call_started(0, 0)]);
    bench.wake();
    bench.report("a", [call_finished(0, 0), answered("a")]);
    let asked: Vec<String> = asked_of(&bench).into_iter().map(|(task, ..)| task).collect();
    assert_eq!(asked, ["a", "b"], "who asked has ended, so the next one asks");
    assert_eq!(bench.task_status("b"), TaskStatus::Pending);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    raise(&mut bench, None, seconds(120));
    assert_eq!(bench.running(), ["b"]);
}

#[test]
fn the_last_answer_is_in_time_whenever_it_comes() {
    let mut bench = timed(vec![agent_step("a", &[])], 60);
    pass(&mut bench, 61);
    bench.report("a", [answered("a")]);
    assert_eq!(
        (bench.status(), asked_of(&bench).len()),
        (WorkflowStatus::Completed, 0)
    );
}

#[test]
fn a_pause_and_a_question_of_an_agent_do_not_count() {
    let mut bench = timed(one_after_the_other(), 60);
    pass(&mut bench, 10);
    bench.input(Input::Pause);
    assert_eq!(wakes_in(&bench), None);
    pass(&mut bench, 1_000);
    bench.input(Input::Resume);
    assert_eq!(wakes_in(&bench), Some(50));
    bench.report("a", [asked("Which one?")]);
    assert_eq!(wakes_in(&bench), None);
    pass(&mut bench, 1_000);
    bench.answer("a?1", "This one");
    assert_eq!(wakes_in(&bench), Some(50));
    assert_eq!(bench.run.worked(bench.now), 10_000);
}

#[test]
fn time_counts_while_one_asks_and_another_works() {
    let mut bench = timed(vec![agent_step("a", &[]), agent_step("b", &[])], 60);
    bench.report("a", [asked("Which one?")]);
    pass(&mut bench, 20);
    bench.report("b", [answered("b")]);
    assert_eq!(
        wakes_in(&bench),
        None,
        "now all that is left waits for the operator"
    );
    pass(&mut bench, 500);
    bench.answer("a?1", "This one");
    assert_eq!(wakes_in(&bench), Some(40));
    assert_eq!(bench.task("a").worked(bench.now), 0);
}

#[test]
fn waits_for_a_time_and_between_attempts_count() {
    let wait = StepKind::Wait {
        seconds: Some("600".into()),
        until: None,
    };
    let mut bench = timed(vec![step("w", wait, &[])], 60);
    bench.report(
        "w",
        [Fact::Waits {
            until: START.plus(600_000),
        }],
    );
    bench.wake();
    assert_eq!(asked_of(&bench).len(), 1);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    pass(&mut bench, 700);
    bench.input(Input::Advance);
    assert_eq!(
        bench.task_status("w"),
        TaskStatus::Waiting,
        "nothing goes on before the answer"
    );
    raise(&mut bench, None, seconds(90));
    assert_eq!(
        bench.task_status("w"),
        TaskStatus::Running,
        "its time has come meanwhile"
    );

    let mut bench = timed(vec![agent_step("a", &[])], 60);
    pass(&mut bench, 59);
    bench.report("a", [Fact::Failed(passing())]);
    bench.now = bench.now.plus(1_000);
    bench.input(Input::Advance);
    assert_eq!(asked_of(&bench).len(), 1);
}

#[test]
fn the_time_of_a_step_holds_what_stands_in_it_and_nothing_else() {
    let each = vec![agent_step("x", &[]), agent_step("y", &["x"])];
    let held = with_time(map("m", 2, MapFailure::Collect, each), 60);
    let mut bench = Bench::started(vec![held, agent_step("beside", &[])]);
    bench.report("m", [opened(&["each", "each"])]);
    bench.wake();
    let (task, text, _) = asked_of(&bench).remove(0);
    assert_eq!(task, "m");
    assert!(text.contains("the step “Title of m” allows 1 min"), "{text}");
    assert!(text.contains("Most went to: Title of x 2 min"), "{text}");
    assert_eq!(bench.effects(), [work("beside", 1, 0)]);
    assert_eq!(bench.status(), WorkflowStatus::Running);
    bench.report("m/0/x", [answered("0")]);
    assert_eq!(bench.task_status("m/0/y"), TaskStatus::Pending);
    bench.report("beside", [answered("beside")]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    raise(&mut bench, Some("m"), seconds(70));
    assert_eq!(bench.running(), ["m", "m/0/y", "m/1/x"]);
    assert_eq!(wakes_in(&bench), Some(10));
}

#[test]
fn who_gives_no_more_time_stops_what_is_at_work() {
    let held = with_time(map("m", 2, MapFailure::Collect, vec![agent_step("x", &[])]), 60);
    let mut bench = Bench::started(vec![held]);
    bench.report("m", [opened(&["each", "each"])]);
    bench.wake();
    answer(&mut bench, "stop");
    assert_eq!(bench.effects(), [stop("m/0/x"), stop("m/1/x")]);
    bench.stopped("m/0/x");
    bench.stopped("m/1/x");
    let failure = bench.task("m").failure.clone().unwrap();
    assert_eq!(failure.code, FailureCode::BudgetRefused);
    assert_eq!(bench.status(), WorkflowStatus::Failed);

    // Taken up again it has no time left, and asks.
    bench.input(Input::Retry);
    assert_eq!(
        (bench.status(), asked_of(&bench).len()),
        (WorkflowStatus::Waiting, 2)
    );
    raise(&mut bench, Some("m"), seconds(120));
    assert_eq!(bench.running(), ["m", "m/0/x", "m/1/x"]);
}

#[test]
fn who_gives_the_run_no_more_time_ends_it_whatever_its_steps_do_about_failures() {
    let mut caught = agent_step("a", &[]);
    caught.on_error = OnError::Default {
        value: Json(serde_json::json!("instead")),
    };
    let mut bench = timed(vec![caught, agent_step("b", &["a"])], 60);
    bench.wake();
    answer(&mut bench, "stop");
    assert_eq!(bench.effects(), [stop("a")]);
    bench.stopped("a");
    assert_eq!(
        bench.status(),
        WorkflowStatus::Failed,
        "its way of failing has no time either"
    );
}

#[test]
fn what_a_step_does_about_its_failure_is_not_held_to_the_time_that_it_used_up() {
    let mut caught = with_time(agent_step("a", &[]), 60);
    caught.on_error = OnError::Default {
        value: Json(serde_json::json!("instead")),
    };
    let mut bench = Bench::started(vec![caught]);
    bench.wake();
    answer(&mut bench, "stop");
    bench.stopped("a");
    assert_eq!(bench.effects(), [super::kinds::evaluate("a", 1, 0, true)]);
    bench.report("a", [answered("instead")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_sub_workflow_rests_while_the_run_above_it_is_out_of_time() {
    let mut bench = with_child(with_time(super::kinds::child_step("a"), 60));
    bench.wake();
    let rests = Effect::RunChild {
        task: "a".into(),
        attempt: 1,
        child: Some(child()),
        paused: true,
    };
    assert_eq!(bench.effects(), [rests]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    pass(&mut bench, 900);
    raise(&mut bench, Some("a"), seconds(100));
    assert!(matches!(
        bench.effects()[..],
        [Effect::RunChild { paused: false, .. }, Effect::Wake { .. }]
    ));
    assert_eq!(wakes_in(&bench), Some(40));
}

fn child_waits(waits_for: Option<WaitsFor>) -> Input {
    Input::ChildWaits {
        task: "a".into(),
        child: child(),
        waits_for,
    }
}

#[test]
fn a_run_whose_sub_workflow_only_waits_does_so_too_and_its_time_stands() {
    let mut bench = with_child(super::kinds::child_step("a"));
    bench.input(Input::ChangeBudget {
        task: None,
        budget: seconds(60),
    });
    pass(&mut bench, 10);
    bench.input(child_waits(Some(WaitsFor::Operator)));
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    assert!(
        matches!(bench.effects()[..], [Effect::RunChild { paused: false, .. }]),
        "it is looked after still"
    );
    assert!(
        bench.input(child_waits(Some(WaitsFor::Operator))).is_empty(),
        "told twice"
    );
    pass(&mut bench, 1_000);
    bench.input(child_waits(None));
    assert_eq!(
        (bench.status(), wakes_in(&bench)),
        (WorkflowStatus::Running, Some(50))
    );
    bench.input(child_waits(Some(WaitsFor::Time)));
    assert_eq!(
        (bench.status(), wakes_in(&bench)),
        (WorkflowStatus::Waiting, Some(50)),
        "time for a time counts"
    );
    bench.input(Input::ChildEnded {
        task: "a".into(),
        end: ChildEnd {
            workflow: child(),
            report: Some(hash("report")),
            failure: None,
            stays_here: Vec::new(),
            seen: Vec::new(),
        },
    });
    assert_eq!(bench.status(), WorkflowStatus::Completed);
    assert!(matches!(bench.refusal(child_waits(None)), Refusal::Stale { .. }));
}

#[test]
fn a_step_is_not_held_to_the_time_that_its_sub_workflow_waits_for_the_operator() {
    let mut step = super::kinds::child_step("a");
    step.timeout_s = Some(60);
    let mut bench = with_child(step);
    pass(&mut bench, 10);
    bench.input(child_waits(Some(WaitsFor::Operator)));
    assert_eq!(wakes_in(&bench), None);
    pass(&mut bench, 1_000);
    bench.input(child_waits(Some(WaitsFor::Time)));
    assert_eq!(wakes_in(&bench), Some(50), "time for a time counts");
    pass(&mut bench, 5);
    bench.input(child_waits(Some(WaitsFor::Operator)));
    pass(&mut bench, 1_000);
    // A pause counts once, whether or not the operator is waited for in it.
    bench.input(Input::Pause);
    pass(&mut bench, 1_000);
    bench.input(child_waits(None));
    pass(&mut bench, 1_000);
    bench.input(Input::Resume);
    assert_eq!(wakes_in(&bench), Some(45));
    pass(&mut bench, 45);
    bench.input(Input::Advance);
    assert_eq!(bench.effects(), [stop("a")], "its time is up");
}

#[test]
fn a_run_with_other_work_goes_on_while_its_sub_workflow_waits() {
    let steps = vec![super::kinds::child_step("a"), agent_step("b", &[])];
    let mut bench = Bench::started(steps);
    bench.report("a", [prepared()]);
    bench.report(
        "a",
        [Fact::ChildStarted {
            child: child(),
            call: None,
        }],
    );
    bench.input(child_waits(Some(WaitsFor::Operator)));
    assert_eq!(bench.status(), WorkflowStatus::Running);
    bench.report("b", [answered("b")]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    bench.input(Input::Cancel);
    assert_eq!(bench.effects(), [stop("a")]);
}

#[test]
fn time_that_an_answer_took_is_forgiven_to_attempts_that_may_take_too_long() {
    let mut slow = agent_step("a", &[]);
    slow.timeout_s = Some(100);
    let mut bench = timed(vec![slow], 60);
    bench.wake();
    pass(&mut bench, 5_000);
    raise(&mut bench, None, seconds(1_000));
    assert_eq!(wakes_in(&bench), Some(40));
    bench.wake();
    assert!(
        bench.task("a").stopping.is_some(),
        "60 s before and 40 s after the question"
    );
}

#[test]
fn a_limit_that_the_operator_lowers_below_what_was_used_is_reached_at_once() {
    let mut bench = Bench::started(one_after_the_other());
    pass(&mut bench, 100);
    bench.input(Input::ChangeBudget {
        task: None,
        budget: seconds(30),
    });
    assert_eq!(asked_of(&bench).len(), 1);
    let key: TaskKey = "a".into();
    assert!(
        bench
            .run
            .task(&key)
            .is_some_and(|task| task.worked(bench.now) == 100_000)
    );
}
