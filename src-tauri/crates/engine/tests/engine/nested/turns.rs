//! After a fork or a retry more items of a map may be open than may be at work at the same time. They take turns.

use super::kinds::map;
use super::performer::opened;
use crate::common::*;
use std::collections::BTreeSet;
use wheelhouse_domain::{Event, Json, Limits, MapFailure, Step, TaskStatus, WorkflowStatus, WorkflowUid};
use wheelhouse_engine::fork::{Change, NewRun, Source};
use wheelhouse_engine::{Effect, Input, Run, decide, outstanding};

/// A bench that goes on from these events.
fn bench_of(events: Vec<Event>) -> Bench {
    Bench {
        run: Run::fold(&events).unwrap(),
        events,
        now: START,
    }
}

fn reading(id: &str, input: &str, needs: &[&str]) -> Step {
    let mut step = agent_step(id, needs);
    step.when = Some(format!("inputs.{input}").as_str().into());
    step
}

/// Does what is outstanding until the run has ended, and gives the most items that were at work at the same time.
fn live(bench: &mut Bench, items: usize) -> usize {
    let mut most = 0;
    loop {
        let at_work: BTreeSet<&str> = bench
            .run
            .tasks
            .iter()
            .filter(|task| matches!(task.status, TaskStatus::Running | TaskStatus::Waiting))
            .filter(|task| task.key.as_str().starts_with("m/"))
            .filter_map(|task| task.key.as_str().split('/').nth(1))
            .collect();
        most = most.max(at_work.len());
        if bench.status().is_final() {
            return most;
        }
        let effect = outstanding(&bench.run).remove(0);
        let (Effect::Work { task, .. } | Effect::Evaluate { task, .. }) = &effect else {
            panic!("{effect:?} is to be done");
        };
        let fact = match &effect {
            Effect::Evaluate { task, scopes: 0, .. } if task.as_str() == "m" => opened(&vec!["each"; items]),
            Effect::Evaluate { task, .. } if task.as_str() != "m" => super::kinds::prepared(),
            _ => answered(&format!("of {task}")),
        };
        let task = task.to_string();
        bench.report(&task, [fact]);
    }
}

fn finished(items: usize) -> Vec<Event> {
    let each = vec![reading("x", "one", &[]), reading("y", "two", &["x"])];
    let mut bench = Bench::started_with(vec![map("m", 2, MapFailure::Stop, each)], limits());
    assert_eq!(live(&mut bench, items), 2);
    bench.events
}

fn limits() -> Limits {
    Limits {
        parallel_tasks: 16,
        ..Limits::default()
    }
}

#[test]
fn a_fork_that_does_a_later_step_of_every_item_anew_keeps_to_the_maps_number() {
    let events = finished(6);
    let source = Source::read(&events).unwrap();
    let change = Change::Inputs {
        inputs: Json(serde_json::json!({"two": true})),
        changed: ["two".to_owned()].into(),
        description: None,
    };
    let new = NewRun {
        uid: WorkflowUid(uuid::Uuid::from_u128(77)),
        name: "Fork".to_owned(),
        parent: None,
        depth: 0,
    };
    let made = source.fork(&"m/0/y".into(), &change, new, START).unwrap();
    let mut bench = bench_of(made);
    let kept = bench
        .run
        .tasks
        .iter()
        .filter(|task| task.output.is_some())
        .count();
    assert_eq!(kept, 6, "the first step of every item is taken over");
    for event in decide(&bench.run, Input::Advance, START).unwrap() {
        bench.run.apply(&event).unwrap();
        bench.events.push(event);
    }
    assert_eq!(bench.running(), ["m", "m/0/y", "m/1/y"]);
    assert_eq!(live(&mut bench, 6), 2);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn items_that_are_taken_up_again_take_turns() {
    let each = vec![agent_step("x", &[]), agent_step("y", &["x"])];
    let mut bench = Bench::started_with(vec![map("m", 1, MapFailure::Collect, each)], limits());
    bench.report("m", [opened(&["each"; 4])]);
    for item in 0..3 {
        bench.report(&format!("m/{item}/x"), [answered("x")]);
        bench.report(
            &format!("m/{item}/y"),
            [wheelhouse_engine::Fact::Failed(lasting())],
        );
    }
    assert_eq!(bench.running(), ["m", "m/3/x"]);
    for item in 0..3 {
        bench.input(Input::RetryTask {
            task: format!("m/{item}/y").as_str().into(),
        });
    }
    assert_eq!(bench.running(), ["m", "m/3/x"], "what is at work stays so");
    bench.report("m/3/x", [answered("x")]);
    assert_eq!(bench.running(), ["m", "m/0/y"]);
    assert_eq!(live(&mut bench, 4), 1);
    assert_eq!(bench.status(), WorkflowStatus::Completed);
}

#[test]
fn a_map_in_a_map_takes_turns_by_what_is_at_work_in_it() {
    let inner = map(
        "n",
        2,
        MapFailure::Stop,
        vec![agent_step("x", &[]), agent_step("y", &["x"])],
    );
    let mut bench = Bench::started_with(vec![map("m", 1, MapFailure::Collect, vec![inner])], limits());
    bench.report("m", [opened(&["each"; 3])]);
    for item in 0..2 {
        bench.report(&format!("m/{item}/n"), [opened(&["each", "each"])]);
        for inner in 0..2 {
            bench.report(&format!("m/{item}/n/{inner}/x"), [answered("x")]);
        }
        bench.report(
            &format!("m/{item}/n/0/y"),
            [wheelhouse_engine::Fact::Failed(lasting())],
        );
        bench.stopped(&format!("m/{item}/n/1/y"));
    }
    assert_eq!(bench.effects(), [super::kinds::evaluate("m/2/n", 1, 0, false)]);
    for item in 0..2 {
        bench.input(Input::RetryTask {
            task: format!("m/{item}/n/0/y").as_str().into(),
        });
    }
    bench.report("m/2/n", [opened(&["each", "each"])]);
    let first = ["m", "m/0/n", "m/0/n/0/y", "m/0/n/1/y", "m/2/n"];
    assert_eq!(bench.running(), first, "the other items wait for the first");
    for task in ["m/0/n/0/y", "m/0/n/1/y", "m/0/n"] {
        bench.report(task, [answered("done")]);
    }
    assert_eq!(bench.running(), ["m", "m/1/n", "m/1/n/0/y", "m/1/n/1/y", "m/2/n"]);
}
