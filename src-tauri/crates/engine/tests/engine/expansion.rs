//! A plan becomes tasks, and a staffing gives them to agents.

use crate::common::*;
use wheelhouse_domain::{AgentKind, StepKind, TaskStatus, WorkflowStatus, crew_template};
use wheelhouse_engine::{Fact, Input, Refusal};

fn crew_staffed() -> Bench {
    let mut bench = Bench::crew_planned();
    bench.report("research", [answered("found")]);
    bench.report("staff", [staffed(&["one", "two"])]);
    bench
}

#[test]
fn an_accepted_plan_adds_one_task_for_each_part_at_once() {
    let bench = Bench::crew_planned();
    let task = bench.task("work/two");
    assert_eq!(task.step, "work".into());
    assert_eq!(task.title, "Title of two");
    assert_eq!(task.done_when, "two is done");
    assert_eq!(task.agent_kind, Some(AgentKind::Specialist));
    assert_eq!(task.agent, None);
    assert_eq!(task.needs, keys(&["research", "staff", "work/one"]));
}

#[test]
fn parts_begin_when_they_are_staffed_and_what_they_need_is_done() {
    let mut bench = crew_staffed();
    assert_eq!(bench.running(), ["work/one"]);
    assert_eq!(bench.task("work/two").agent, Some(agent_uid(100)));
    bench.report("work/one", [answered("one")]);
    assert_eq!(bench.running(), ["work/two"]);
}

#[test]
fn an_expanded_step_is_complete_only_when_all_its_parts_are() {
    let work = "work".into();
    let mut bench = Bench::started(crew_template().document.steps);
    assert!(!bench.run.is_settled(None, &work), "there is no plan yet");
    let parts = vec![sub_task("one", &[]), sub_task("two", &[])];
    bench.report("analyse", [planned(plan(parts))]);
    bench.report("research", [answered("found")]);
    bench.report("staff", [staffed(&["one", "two"])]);
    bench.report("work/two", [answered("two")]);
    assert!(!bench.run.is_settled(None, &work), "the first part is at work");
    assert_eq!(bench.task_status("aggregate"), TaskStatus::Pending);
    bench.report("work/one", [answered("one")]);
    assert!(bench.run.is_settled(None, &work));
    assert_eq!(bench.running(), ["aggregate"]);
}

#[test]
fn who_needs_an_expanded_step_builds_on_all_its_parts() {
    let mut bench = crew_staffed();
    bench.report("work/one", [answered("one")]);
    bench.report("work/two", [answered("two")]);
    let inputs: Vec<_> = bench
        .run
        .inputs_of(bench.task("aggregate"))
        .map(|task| task.key.as_str())
        .collect();
    assert_eq!(inputs, ["research", "work/one", "work/two"]);
}

#[test]
fn the_crew_ends_with_the_drivers_report() {
    let mut bench = crew_staffed();
    for task in ["work/one", "work/two", "aggregate", "report"] {
        bench.report(task, [answered(task)]);
    }
    assert_eq!(bench.status(), WorkflowStatus::Completed);
    let completed = wheelhouse_domain::EventBody::WorkflowCompleted {
        report: hash("report"),
    };
    assert_eq!(bench.events.last().unwrap().body, completed);
}

#[test]
fn where_the_expanded_step_is_the_last_its_newest_free_part_gives_the_report() {
    let steps = crew_template().document.steps.into_iter().take(4).collect();
    let mut bench = Bench::started(steps);
    let parts = vec![sub_task("last", &["first"]), sub_task("first", &[])];
    bench.report("analyse", [planned(plan(parts))]);
    bench.report("research", [answered("found")]);
    bench.report("staff", [staffed(&["last", "first"])]);
    bench.report("work/first", [answered("first")]);
    bench.report("work/last", [answered("last")]);
    let completed = wheelhouse_domain::EventBody::WorkflowCompleted { report: hash("last") };
    assert_eq!(bench.events.last().unwrap().body, completed);
}

#[test]
fn a_staffing_that_does_not_fit_the_plan_is_refused() {
    let mut bench = Bench::crew_planned();
    bench.report("research", [answered("found")]);
    for parts in [
        &["one"] as &[&str],
        &["one", "two", "three"],
        &["one", "two", "two"],
    ] {
        let report = bench.report_of("staff", [staffed(parts)]);
        assert!(matches!(bench.refusal(report), Refusal::Unusable(_)), "{parts:?}");
    }
}

#[test]
fn a_retry_keeps_plan_staffing_and_finished_parts() {
    let mut bench = crew_staffed();
    bench.report("work/one", [answered("one")]);
    bench.report("work/two", [Fact::Failed(lasting())]);
    assert_eq!(bench.status(), WorkflowStatus::Failed);
    let tasks = bench.run.tasks.len();
    bench.input(Input::Retry);
    assert_eq!(bench.run.tasks.len(), tasks);
    assert_eq!(bench.running(), ["work/two"]);
    assert_eq!(bench.task("work/two").agent, Some(agent_uid(100)));
    assert_eq!(bench.task("work/one").output, Some(hash("one")));
}

#[test]
fn a_task_knows_the_plan_it_works_for() {
    let bench = Bench::crew_planned();
    let expanded = bench.task("work/one");
    assert!(matches!(
        bench.run.kind_of(expanded),
        Some(StepKind::Expand { .. })
    ));
    let parts = bench.run.plan_for(expanded).unwrap().sub_tasks.len();
    assert_eq!(parts, 2);
}
