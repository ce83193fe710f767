//! Which plans can be carried out.

use crate::common::*;
use wheelhouse_domain::{Limits, Plan, SubTask, crew_template};
use wheelhouse_engine::plan::{PlanProblem, check, fallback};
use wheelhouse_engine::{Refusal, Run};

fn limits(sub_tasks: u32) -> Limits {
    Limits {
        sub_tasks,
        ..Limits::default()
    }
}

fn changed(change: impl FnOnce(&mut SubTask)) -> Plan {
    let mut part = sub_task("one", &[]);
    change(&mut part);
    plan(vec![part])
}

/// One unusable plan for every problem.
fn unusable_plans() -> Vec<(Plan, PlanProblem)> {
    let id = || "one".to_owned();
    let parts = |count: u32| (0..count).map(|number| sub_task(&format!("p{number}"), &[]));
    let bad_id = |bad: &str| {
        (
            changed(|part| part.id = bad.to_owned()),
            PlanProblem::BadId(bad.to_owned()),
        )
    };
    vec![
        (plan(vec![]), PlanProblem::Empty),
        (
            plan(parts(4).collect()),
            PlanProblem::TooMany { found: 4, allowed: 3 },
        ),
        bad_id(""),
        bad_id("One"),
        bad_id("a/b"),
        bad_id("é"),
        bad_id(&"x".repeat(41)),
        (
            plan(vec![sub_task("one", &[]), sub_task("one", &[])]),
            PlanProblem::DuplicateId(id()),
        ),
        (changed(|part| part.title = "  ".into()), PlanProblem::Blank(id())),
        (
            changed(|part| part.description = "\n".into()),
            PlanProblem::Blank(id()),
        ),
        (
            changed(|part| part.role = String::new()),
            PlanProblem::Unstaffed(id()),
        ),
        (
            changed(|part| part.needs = vec!["two".into()]),
            PlanProblem::UnknownNeed {
                id: id(),
                need: "two".into(),
            },
        ),
        (
            changed(|part| part.needs = vec![id()]),
            PlanProblem::Cycle(vec![id()]),
        ),
    ]
}

#[test]
fn every_problem_is_found() {
    for (plan, problem) in unusable_plans() {
        assert_eq!(check(&plan, limits(3)), Err(problem), "{plan:?}");
    }
}

#[test]
fn parts_that_wait_for_each_other_are_named() {
    let circle = plan(vec![
        sub_task("free", &[]),
        sub_task("x", &["z", "free"]),
        sub_task("y", &["x"]),
        sub_task("z", &["y"]),
    ]);
    let Err(PlanProblem::Cycle(mut parts)) = check(&circle, limits(12)) else {
        panic!("the circle was not found");
    };
    parts.sort();
    assert_eq!(parts, ["x", "y", "z"]);
}

#[test]
fn usable_plans_pass_in_any_order_of_their_parts() {
    let plan = plan(vec![sub_task("b-2", &["a"]), sub_task("a", &[])]);
    assert_eq!(check(&plan, limits(2)), Ok(()));
    let longest = changed(|part| part.id = "x".repeat(40));
    assert_eq!(check(&longest, limits(1)), Ok(()));
}

#[test]
fn the_simple_plan_can_be_carried_out_within_any_limit_that_allows_one_part() {
    for allowed in [limits(1), limits(2), Limits::default()] {
        let plan = fallback("Compare the two", allowed);
        assert_eq!(check(&plan, allowed), Ok(()));
        assert!(plan.sub_tasks[0].description.contains("Compare the two"));
        assert_eq!(plan.summary.contains("reviewer"), plan.sub_tasks.len() == 2);
    }
}

#[test]
fn an_unusable_plan_is_never_expanded() {
    let steps = crew_template().document.steps;
    let bench = Bench::started_with(steps, limits(3));
    for (plan, problem) in unusable_plans() {
        let report = bench.report_of("analyse", [planned(plan)]);
        assert_eq!(bench.refusal(report), Refusal::Unusable(problem.to_string()));
    }
    assert_eq!(Run::fold(&bench.events), Ok(bench.run));
}

#[test]
fn every_problem_is_told_in_words_that_name_the_part() {
    let problem = PlanProblem::UnknownNeed {
        id: "one".into(),
        need: "two".into(),
    };
    assert_eq!(
        problem.to_string(),
        "the sub-task \"one\" needs \"two\", which is not in the plan"
    );
    let cycle = PlanProblem::Cycle(vec!["x".into(), "y".into()]);
    assert_eq!(cycle.to_string(), "the sub-tasks x, y wait for each other");
}
