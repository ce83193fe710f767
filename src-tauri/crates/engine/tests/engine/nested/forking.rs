//! Forks of every run: what a change reaches is done anew, and nothing else is.
//!
//! What is reached is worked out here a second time, by plain reachability over pairs of a task and whether all of it or
//! only what it gathers is meant.

use super::documents::grow;
use super::stage::Stage;
use crate::common::*;
use crate::templates::limits;
use crate::world::Tape;
use proptest::prelude::*;
use std::collections::BTreeSet;
use wheelhouse_domain::{
    AgentKind, Block, Event, EventBody, MapFailure, StepKind, TaskKey, TaskStatus, WorkflowStatus,
    WorkflowUid,
};
use wheelhouse_engine::fork::{Affected, Change, ForkProblem, NewRun, Source};
use wheelhouse_engine::{Effect, Input, Run, Task, decide, outstanding};

const INPUTS_AT_MOST: u32 = 6_000;

fn choices(most: usize) -> impl Strategy<Value = Tape> {
    proptest::collection::vec(any::<u16>(), 0..most).prop_map(Tape::from)
}

fn new_run() -> NewRun {
    NewRun {
        uid: WorkflowUid(uuid::Uuid::from_u128(77)),
        name: "Fork".to_owned(),
        parent: None,
        depth: 0,
    }
}

fn fork(events: &[Event], task: &str, change: &Change) -> Run {
    let source = Source::read(events).unwrap();
    let events = source.fork(&task.into(), change, new_run(), START).unwrap();
    Run::fold(&events).unwrap()
}

/// What `change` reaches of a run in which everything went well.
fn reached(run: &Run, root: &Task, is_given: bool) -> BTreeSet<TaskKey> {
    let mut seen: BTreeSet<(TaskKey, bool)> = BTreeSet::new();
    let mut waiting = vec![(root.key.clone(), !is_given)];
    while let Some((key, whole)) = waiting.pop() {
        if !seen.insert((key.clone(), whole)) {
            continue;
        }
        let task = run.task(&key).unwrap();
        let group = TaskKey::of_step(task.place.as_ref(), &task.step);
        for other in &run.tasks {
            let beside = other.place == task.place;
            let needs = other.needs.iter().any(|need| *need == task.key || *need == group);
            let planned = match run.kind_of(other) {
                Some(StepKind::Staff { plan, .. }) => *plan == task.step,
                Some(StepKind::Expand { plan, staff, .. }) => {
                    *plan == task.step || staff.as_ref() == Some(&task.step)
                }
                _ => false,
            };
            let inside = other
                .place
                .as_ref()
                .is_some_and(|place| place.container == task.key);
            if beside && (needs || planned) || inside && whole {
                waiting.push((other.key.clone(), true));
            }
            let later = task
                .place
                .as_ref()
                .zip(other.place.as_ref())
                .is_some_and(|(mine, place)| {
                    let holder = run.task(&mine.container).unwrap();
                    let is_loop = matches!(run.kind_of(holder), Some(StepKind::Loop { .. }));
                    is_loop && mine.container == place.container && place.scope > mine.scope
                });
            if later {
                waiting.push((other.key.clone(), true));
            }
        }
        if let Some(place) = &task.place {
            waiting.push((place.container.clone(), false));
        }
    }
    seen.remove(&(root.key.clone(), false));
    seen.into_iter().map(|(key, _)| key).collect()
}

fn change(number: usize) -> Change {
    match number {
        0 => Change::Again,
        _ => Change::Output {
            output: hash("the operator's answer"),
        },
    }
}

/// Nothing that is taken over builds on something that is not, but for an answer that the operator gave: it builds on nothing.
fn check_kept(source: &Run, affected: &Affected, given: Option<&TaskKey>) {
    let kept = source.tasks.iter().filter(|task| affected.keeps(source, task));
    for task in kept.filter(|task| given != Some(&task.key)) {
        let in_kept_way = |other: &&Task| {
            other
                .place
                .as_ref()
                .and_then(|place| source.scope_at(place))
                .is_some_and(|open| !open.after_failure)
                && source.ancestors(other).any(|above| above.caught.is_some())
        };
        for input in source.inputs_of(task).filter(|input| !in_kept_way(input)) {
            assert!(
                affected.keeps(source, input),
                "{} builds on {}",
                task.key,
                input.key
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn exactly_what_is_not_reached_is_taken_over(
        seed in choices(160), limits in limits(), shape in choices(60), place in any::<prop::sample::Index>(),
        number in 0..2usize,
    ) {
        let mut stage = Stage::new(&grow(seed, false), limits, Vec::new().into());
        stage.shape = Some(shape);
        stage.live(INPUTS_AT_MOST);
        let run = &stage.run;
        let root = &run.tasks[place.index(run.tasks.len())];
        let change = change(number);
        let source = Source::read(&stage.events).unwrap();
        let made = source.fork(&root.key, &change, new_run(), stage.now);
        if let Err(ForkProblem::NotThisKind(_)) = made {
            let is_structured = matches!(run.kind_of(root), Some(StepKind::Plan { .. } | StepKind::Staff { .. }));
            prop_assert!(is_structured);
            return Ok(());
        }
        let made = made.unwrap();
        let expected = reached(run, root, number == 1);
        let affected = Affected::of(run, &root.key, &change).unwrap();
        let found: BTreeSet<TaskKey> = affected.tasks(run).into_iter().map(|task| task.key.clone()).collect();
        prop_assert_eq!(&found, &expected);
        let forked = Run::fold(&made).unwrap();
        for task in run.tasks.iter().filter(|task| task.output.is_some()) {
            let is_given = number == 1 && task.key == root.key;
            let reused = forked.task(&task.key).and_then(|task| task.reused_from.clone());
            prop_assert_eq!(reused.is_some(), !expected.contains(&task.key) && !is_given, "{}", task.key);
            if reused.is_some() {
                prop_assert_eq!(&forked.task(&task.key).unwrap().output, &task.output);
            }
        }
        let mut stage = Stage::forked(made, Vec::new().into(), stage.now);
        stage.must(&Input::Advance);
        stage.live_on(INPUTS_AT_MOST);
        prop_assert_eq!(stage.run.status(), WorkflowStatus::Completed);
    }

    #[test]
    fn a_fork_of_any_run_keeps_the_laws_and_ends(
        seed in choices(160), limits in limits(), tape in choices(400), after in choices(200),
        place in any::<prop::sample::Index>(), number in 0..2usize,
    ) {
        let mut stage = Stage::new(&grow(seed, true), limits, tape);
        stage.live(INPUTS_AT_MOST);
        let ended: Vec<&Task> = stage.run.tasks.iter().collect();
        prop_assume!(!ended.is_empty());
        let root = ended[place.index(ended.len())].key.clone();
        let source = Source::read(&stage.events).unwrap();
        let change = change(number);
        let made = match source.fork(&root, &change, new_run(), stage.now) {
            Err(ForkProblem::NotThisKind(_) | ForkProblem::Contained(_)) => return Ok(()),
            made => made.unwrap(),
        };
        let given = matches!(change, Change::Output { .. }).then_some(&root);
        check_kept(&stage.run, &Affected::of(&stage.run, &root, &change).unwrap(), given);
        let mut stage = Stage::forked(made, after, stage.now);
        stage.must(&Input::Advance);
        stage.live_on(INPUTS_AT_MOST);
        prop_assert!(stage.run.status().is_final());
    }
}

fn map_of_three() -> Vec<Event> {
    let each = agent_step("each", &[]);
    let map = StepKind::Map {
        over: "inputs.items".into(),
        parallel: 2,
        on_failure: MapFailure::Stop,
        block: Block {
            steps: vec![each],
            output: None,
        },
    };
    let steps = vec![
        agent_step("first", &[]),
        step("all", map, &["first"]),
        agent_step("last", &["all"]),
    ];
    let mut stage = Stage::new(
        &template(steps),
        wheelhouse_domain::Limits::default(),
        vec![0; 0].into(),
    );
    stage.must(&Input::Start);
    while !stage.run.status().is_final() {
        let effect = outstanding(&stage.run).remove(0);
        match effect {
            Effect::Evaluate {
                task,
                attempt,
                scopes: 0,
                ..
            } => stage.must(&Input::Report {
                task,
                attempt,
                facts: vec![super::performer::opened(&["each", "each", "each"])],
            }),
            other => {
                let (Effect::Work { task, attempt, .. } | Effect::Evaluate { task, attempt, .. }) = other
                else {
                    panic!("{other:?} is to be done");
                };
                let facts = vec![answered(&format!("of {task}"))];
                stage.must(&Input::Report { task, attempt, facts });
            }
        }
    }
    stage.events
}

#[test]
fn the_other_items_of_a_map_are_taken_over_and_its_list_is_gathered_anew() {
    let run = fork(&map_of_three(), "all/1/each", &Change::Again);
    let status = |key: &str| run.task(&key.into()).unwrap().status;
    assert_eq!(status("first"), TaskStatus::Completed);
    assert_eq!(status("all/0/each"), TaskStatus::Completed);
    assert_eq!(status("all/1/each"), TaskStatus::Pending);
    assert_eq!(status("all/2/each"), TaskStatus::Completed);
    assert_eq!(status("all"), TaskStatus::Running);
    assert_eq!(status("last"), TaskStatus::Pending);
    let begun = decide(&run, Input::Advance, START).unwrap();
    let tasks: Vec<_> = begun.iter().filter_map(|event| event.body.task()).collect();
    assert_eq!(tasks, [&TaskKey::from("all/1/each")]);
}

#[test]
fn a_given_answer_stands_and_only_what_builds_on_it_is_done_anew() {
    let given = hash("given");
    let run = fork(
        &map_of_three(),
        "all",
        &Change::Output {
            output: given.clone(),
        },
    );
    assert_eq!(run.task(&"all".into()).unwrap().output, Some(given));
    assert_eq!(
        run.task(&"all/0/each".into()).unwrap().status,
        TaskStatus::Completed
    );
    assert_eq!(run.task(&"last".into()).unwrap().status, TaskStatus::Pending);
}

#[test]
fn other_words_and_another_model_reach_the_task() {
    let text = "Otherwise".to_owned();
    let run = fork(&map_of_three(), "first", &Change::Prompt { text: text.clone() });
    assert_eq!(run.task(&"first".into()).unwrap().told, Some(text));
    assert!(run.task(&"all/0/each".into()).is_none());
    let model = "rehearsal".to_owned();
    let run = fork(
        &map_of_three(),
        "all/2/each",
        &Change::Model { model: model.clone() },
    );
    assert_eq!(run.task(&"all/2/each".into()).unwrap().model, Some(model));
    let source = map_of_three();
    let source = Source::read(&source).unwrap();
    let refused = Affected::of(
        source.run(),
        &"all".into(),
        &Change::Prompt { text: String::new() },
    );
    assert_eq!(refused, Err(ForkProblem::NotThisKind("all".into())));
}

#[test]
fn other_inputs_reach_what_reads_them_and_other_words_of_the_operator_every_agent() {
    let changed: BTreeSet<String> = ["items".to_owned()].into();
    let inputs = wheelhouse_domain::Json(serde_json::json!({"items": [1]}));
    let change = Change::Inputs {
        inputs: inputs.clone(),
        changed: changed.clone(),
        description: None,
    };
    let run = fork(&map_of_three(), "last", &change);
    assert_eq!(run.task(&"first".into()).unwrap().status, TaskStatus::Completed);
    assert_eq!(run.task(&"all".into()).unwrap().status, TaskStatus::Pending);
    assert_eq!(run.setup.inputs, inputs);
    let description = Some("Something else".to_owned());
    let run = fork(
        &map_of_three(),
        "last",
        &Change::Inputs {
            inputs,
            changed,
            description,
        },
    );
    assert_eq!(run.task(&"first".into()).unwrap().status, TaskStatus::Pending);
    assert_eq!(run.description, "Something else");
}

#[test]
fn a_sub_workflow_goes_on_as_its_fork() {
    let kind = StepKind::Workflow {
        template: wheelhouse_domain::TemplateUid(uuid::Uuid::from_u128(5)),
        version: None,
        inputs: std::collections::BTreeMap::new(),
    };
    let steps = vec![
        agent_step("first", &[]),
        step("below", kind, &["first"]),
        agent_step("last", &["below"]),
    ];
    let mut stage = Stage::new(
        &template(steps),
        wheelhouse_domain::Limits::default(),
        Vec::new().into(),
    );
    stage.live(INPUTS_AT_MOST);
    let child = WorkflowUid(uuid::Uuid::from_u128(99));
    let run = fork(&stage.events, "below", &Change::Child { child });
    assert_eq!(run.task(&"first".into()).unwrap().status, TaskStatus::Completed);
    let below = run.task(&"below".into()).unwrap();
    assert_eq!((below.status, below.child), (TaskStatus::Running, Some(child)));
    assert!(matches!(
        outstanding(&run)[..],
        [Effect::RunChild { child: Some(found), paused: false, .. }] if found == child
    ));
}

#[test]
fn an_answer_of_the_operator_is_taken_over_with_the_task_that_asked() {
    let steps = vec![agent_step("first", &[]), agent_step("last", &["first"])];
    let mut stage = Stage::new(
        &template(steps),
        wheelhouse_domain::Limits::default(),
        Vec::new().into(),
    );
    stage.must(&Input::Start);
    let report = |facts| Input::Report {
        task: "first".into(),
        attempt: 1,
        facts,
    };
    stage.must(&report(vec![asked("Which one?")]));
    stage.must(&Input::Answer {
        question: "first?1".into(),
        answer: "The second".to_owned(),
        reply: None,
    });
    stage.must(&report(vec![answered("first")]));
    let last = Input::Report {
        task: "last".into(),
        attempt: 1,
        facts: vec![answered("last")],
    };
    stage.must(&last);
    let kept = fork(&stage.events, "last", &Change::Again);
    assert_eq!(kept.answers().collect::<Vec<_>>(), [("Which one?", "The second")]);
    let anew = fork(&stage.events, "first", &Change::Again);
    assert_eq!(anew.answers().count(), 0);
}

#[test]
fn what_a_plan_became_is_taken_over_with_it_or_made_anew_with_it() {
    let mut stage = Stage::new(
        &wheelhouse_domain::crew_template(),
        wheelhouse_domain::Limits::default(),
        Vec::new().into(),
    );
    stage.live(INPUTS_AT_MOST);
    let parts = |run: &Run| {
        run.tasks
            .iter()
            .filter(|task| task.key.as_str().starts_with("work/"))
            .count()
    };
    let agents = |events: &[Event]| {
        let mut accepted = events.iter().map(|event| &event.body);
        accepted.any(|body| matches!(body, EventBody::StaffAccepted { .. }))
    };
    assert!(agents(&stage.events) && parts(&stage.run) > 0);
    let again = fork(&stage.events, "report", &Change::Again);
    assert_eq!(parts(&again), parts(&stage.run));
    let first = again
        .tasks
        .iter()
        .find(|task| task.key.as_str().starts_with("work/"))
        .unwrap();
    assert_eq!(first.agent_kind, Some(AgentKind::Specialist));
    assert_eq!(
        (first.status, first.agent.is_some()),
        (TaskStatus::Completed, true)
    );
    assert_eq!(parts(&fork(&stage.events, "analyse", &Change::Again)), 0);
    let staffed_anew = fork(&stage.events, "staff", &Change::Again);
    assert!(parts(&staffed_anew) > 0 && staffed_anew.staffings.is_empty());
}
