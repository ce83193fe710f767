//! Limits of tasks, items and levels: the operator is asked, and what is answered holds.

use super::kinds::{child_step, map, prepared};
use super::performer::opened;
use crate::common::*;
use serde_json::json;
use wheelhouse_domain::{
    AgentKind, Budget, EventBody, FailureCode, Form, FormAbout, Json, LimitKind, MapFailure, QuestionKey,
    QuestionKind, Reply, Step, StepKind, TaskKey, TaskStatus, WorkflowStatus,
};
use wheelhouse_engine::{Fact, Input};

pub(super) fn steps(allowed: u32) -> Budget {
    Budget {
        steps: Some(allowed),
        ..Budget::default()
    }
}

fn fan_out(allowed: u32) -> Budget {
    Budget {
        fan_out: Some(allowed),
        ..Budget::default()
    }
}

fn depth(allowed: u32) -> Budget {
    Budget {
        depth: Some(allowed),
        ..Budget::default()
    }
}

fn with(mut step: Step, budget: Budget) -> Step {
    step.budget = budget;
    step
}

/// The questions that were asked so far: for which task, what, and about what.
pub(super) fn asked_of(bench: &Bench) -> Vec<(String, String, Form)> {
    let asked = bench.events.iter().filter_map(|event| match &event.body {
        EventBody::QuestionAsked {
            task,
            text,
            kind: QuestionKind::BudgetReached,
            form: Some(form),
            ..
        } => Some((task.to_string(), text.clone(), (**form).clone())),
        _ => None,
    });
    asked.collect()
}

pub(super) fn answer(bench: &mut Bench, outcome: &str) -> Vec<EventBody> {
    let question: QuestionKey = bench
        .events
        .iter()
        .rev()
        .find_map(|event| match &event.body {
            EventBody::QuestionAsked { question, .. } => Some(question.clone()),
            _ => None,
        })
        .unwrap();
    bench.input(Input::Answer {
        question,
        answer: outcome.to_owned(),
        reply: Some(Reply {
            outcome: Some(outcome.to_owned()),
            fields: Json(json!({})),
            expired: false,
        }),
    })
}

/// Raises a budget and answers the newest question with it.
pub(super) fn raise(bench: &mut Bench, task: Option<&str>, budget: Budget) {
    let task = task.map(TaskKey::from);
    bench.input(Input::ChangeBudget { task, budget });
    answer(bench, "raise");
}

fn code_of(bench: &Bench, task: &str) -> Option<FailureCode> {
    bench.task(task).failure.as_ref().map(|failure| failure.code)
}

fn tight_map(allowed: u32, on_failure: MapFailure) -> Bench {
    let tight = with(
        map("m", 4, on_failure, vec![agent_step("x", &[])]),
        steps(allowed),
    );
    let mut bench = Bench::started(vec![tight, agent_step("beside", &[])]);
    bench.report("m", [opened(&["each"; 4])]);
    bench
}

#[test]
fn at_the_limit_of_tasks_one_question_is_asked_and_what_has_begun_goes_on() {
    let mut bench = tight_map(2, MapFailure::Collect);
    assert_eq!(bench.running(), ["m", "beside", "m/0/x", "m/1/x"]);
    let asked = asked_of(&bench);
    assert_eq!(asked.len(), 1, "{asked:?}");
    let (task, text, form) = &asked[0];
    assert_eq!(task, "m/2/x");
    assert_eq!(
        text,
        "The budget of the step “Title of m” lets 2 tasks begin, and 2 have begun. Most were in: Title of x 2. Next \
         would be “Title of x”."
    );
    let limit = form.holds_back().map(|(limit, _)| limit);
    assert_eq!(limit, Some(LimitKind::Steps));
    assert_eq!(
        bench.task_status("m/2/x"),
        TaskStatus::Pending,
        "it has not begun"
    );
    assert_eq!(bench.status(), WorkflowStatus::Running);
    bench.report("m/0/x", [answered("0")]);
    bench.report("m/1/x", [answered("1")]);
    bench.report("beside", [answered("beside")]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    assert_eq!(bench.effects(), []);

    raise(&mut bench, Some("m"), steps(3));
    assert_eq!(bench.running(), ["m", "m/2/x"]);
    assert_eq!(asked_of(&bench).len(), 2, "the last one needs more again");
    raise(&mut bench, Some("m"), steps(4));
    bench.report("m/2/x", [answered("2")]);
    bench.report("m/3/x", [answered("3")]);
    bench.report("m", [answered("all")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn what_becomes_free_by_a_raise_is_for_whom_it_was_asked() {
    let mut bench = tight_map(1, MapFailure::Collect);
    let task = Some(TaskKey::from("m"));
    bench.input(Input::ChangeBudget {
        task,
        budget: steps(2),
    });
    assert_eq!(
        bench.running(),
        ["m", "beside", "m/0/x"],
        "nothing begins before the answer"
    );
    answer(&mut bench, "again");
    assert_eq!(bench.running(), ["m", "beside", "m/0/x", "m/1/x"]);
}

#[test]
fn who_gives_no_more_tasks_is_not_asked_for_each_of_them() {
    let mut bench = tight_map(1, MapFailure::Collect);
    answer(&mut bench, "stop");
    assert_eq!(asked_of(&bench).len(), 1);
    for key in ["m/1/x", "m/2/x", "m/3/x"] {
        assert_eq!(code_of(&bench, key), Some(FailureCode::BudgetRefused), "{key}");
    }
    bench.report("m/0/x", [answered("0")]);
    bench.report("m", [answered("one of four")]);
    bench.report("beside", [answered("beside")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn who_takes_a_task_up_again_is_asked_again() {
    let mut bench = Bench::started(vec![agent_step("a", &[]), agent_step("b", &["a"])]);
    bench.input(Input::ChangeBudget {
        task: None,
        budget: steps(1),
    });
    bench.report("a", [answered("a")]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    answer(&mut bench, "stop");
    assert_eq!(bench.status(), WorkflowStatus::Failed);
    bench.input(Input::RetryTask { task: "b".into() });
    assert_eq!(
        (bench.status(), asked_of(&bench).len()),
        (WorkflowStatus::Waiting, 2)
    );
    raise(&mut bench, None, steps(2));
    bench.report("b", [answered("b")]);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_question_is_withdrawn_with_its_task_and_asked_for_the_next() {
    let mut bench = tight_map(1, MapFailure::Collect);
    bench.input(Input::SkipTask { task: "m/1/x".into() });
    let tasks: Vec<String> = asked_of(&bench).into_iter().map(|(task, ..)| task).collect();
    assert_eq!(tasks, ["m/1/x", "m/2/x"]);
    bench.input(Input::Cancel);
    for task in ["beside", "m/0/x"] {
        bench.stopped(task);
    }
    assert_eq!(bench.status(), WorkflowStatus::Cancelled);
}

#[test]
fn a_list_that_is_too_long_asks_and_is_opened_as_it_was_when_more_is_allowed() {
    let wide = map("m", 1, MapFailure::Stop, vec![agent_step("x", &[])]);
    let mut bench = Bench::started(vec![with(wide, fan_out(2))]);
    bench.report("m", [opened(&["each"; 5])]);
    let (task, text, form) = asked_of(&bench).remove(0);
    assert_eq!(task, "m");
    assert_eq!(
        text,
        "“Title of m” would become 5 tasks, and the budget of the step “Title of m” allows 2 for one step."
    );
    assert!(matches!(
        form.about,
        Some(FormAbout::Limit {
            limit: LimitKind::FanOut,
            ..
        })
    ));
    assert_eq!(
        form.fields[0].default,
        Some(Json(json!(3))),
        "as many as are missing"
    );
    assert_eq!(
        (bench.status(), bench.task_status("m")),
        (WorkflowStatus::Waiting, TaskStatus::Waiting)
    );
    raise(&mut bench, Some("m"), fan_out(5));
    assert_eq!(bench.effects(), [super::kinds::evaluate("m", 1, 0, false)]);
    bench.report("m", [opened(&["each"; 5])]);
    assert_eq!(bench.running(), ["m", "m/0/x"]);
}

#[test]
fn a_list_that_may_not_be_longer_fails_when_no_more_is_given() {
    let wide = map("m", 1, MapFailure::Stop, vec![agent_step("x", &[])]);
    let mut bench = Bench::started(vec![with(wide, fan_out(2))]);
    bench.report("m", [opened(&["each"; 5])]);
    answer(&mut bench, "stop");
    assert_eq!(code_of(&bench, "m"), Some(FailureCode::BudgetRefused));
    assert_eq!(bench.status(), WorkflowStatus::Failed);
}

#[test]
fn a_plan_with_too_many_parts_asks_and_is_taken_as_it_is_when_more_is_allowed() {
    let plan_step = StepKind::Plan {
        agent: AgentKind::Driver.into(),
        prompt: None,
    };
    let parts = StepKind::Expand {
        plan: "p".into(),
        staff: None,
        agent: Some(AgentKind::Driver.into()),
    };
    let first = with(step("p", plan_step, &[]), fan_out(1));
    let mut bench = Bench::started(vec![first, step("w", parts, &["p"])]);
    let both = || plan(vec![sub_task("one", &[]), sub_task("two", &[])]);
    bench.report("p", [call_started(0, 0)]);
    bench.report("p", [call_finished(0, 0), planned(both())]);
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    raise(&mut bench, Some("p"), fan_out(2));
    assert_eq!(
        bench.effects(),
        [work("p", 1, 0)],
        "the conversation goes on where it was"
    );
    bench.report("p", [planned(both())]);
    assert_eq!(bench.running(), ["w/one", "w/two"]);
}

#[test]
fn a_workflow_that_would_nest_too_deep_asks() {
    let mut bench = Bench::started(vec![with(child_step("a"), depth(0))]);
    bench.report("a", [prepared()]);
    let (_, text, form) = asked_of(&bench).remove(0);
    assert!(text.contains("lets none nest deeper"), "{text}");
    assert!(matches!(
        form.about,
        Some(FormAbout::Limit {
            limit: LimitKind::Depth,
            ..
        })
    ));
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    raise(&mut bench, Some("a"), depth(2));
    bench.report("a", [prepared()]);
    assert!(bench.task("a").prepared);
    assert_eq!(
        bench.run.depth_below(bench.task("a")),
        Some(1),
        "one level less below it"
    );
}

#[test]
fn what_protects_the_machine_is_no_question() {
    let wide = map("m", 1, MapFailure::Stop, vec![agent_step("x", &[])]);
    let mut bench = Bench::started(vec![wide]);
    bench.report("m", [opened(&vec!["each"; 10_001])]);
    assert_eq!(code_of(&bench, "m"), Some(FailureCode::TooManyItems));
    assert_eq!(asked_of(&bench).len(), 0);
}

#[test]
fn an_answer_of_an_agent_is_no_answer_to_a_limit() {
    let mut bench = tight_map(1, MapFailure::Collect);
    bench.report("m/0/x", [asked("Which one?")]);
    bench.answer("m/0/x?1", "This one");
    assert_eq!(bench.running(), ["m", "beside", "m/0/x"]);
    bench.report("m/0/x", [Fact::Failed(lasting())]);
    assert_eq!(asked_of(&bench).len(), 1, "the question stands");
}
