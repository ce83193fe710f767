//! Text that stays on this machine: no call to another one begins once it is on record that the run holds such text.

use crate::common::*;
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;
use wheelhouse_domain::{
    Event, EventBody, Form, Json, Outcome, QuestionKind, Reply, Setup, SourceUid, StaysHere, TaskStatus,
    Usage, WorkflowStatus,
};
use wheelhouse_engine::stays::{ALL_HERE, HERE, MODEL, SKIP, STOP};
use wheelhouse_engine::{Fact, Input, Refusal, Run, decide};

fn source(number: u128) -> StaysHere {
    StaysHere {
        source: SourceUid(Uuid::from_u128(number)),
        name: format!("source {number}"),
    }
}

fn begins(turn: u32, elsewhere: bool, holds: Vec<StaysHere>) -> Fact {
    Fact::CallStarted {
        place: place(turn, 0),
        kind: model(),
        request: hash("request"),
        reserved: None,
        elsewhere,
        holds,
        sees: Vec::new(),
        leave: None,
    }
}

fn ends(turn: u32, stays_here: Vec<StaysHere>) -> Fact {
    Fact::CallFinished {
        place: place(turn, 0),
        response: hash(&format!("response {turn}")),
        usage: Usage::default(),
        spent: None,
        gist: None,
        stays_here,
    }
}

/// A run of steps that are all at work at once.
fn at_work(steps: &[&str]) -> (Run, Vec<Event>) {
    let template = template(steps.iter().map(|id| agent_step(id, &[])).collect());
    let mut events = vec![created(&template, template.document.limits)];
    let mut run = Run::fold(&events).expect("a run");
    tell(&mut run, &mut events, Input::Start).expect("it starts");
    (run, events)
}

fn tell(run: &mut Run, events: &mut Vec<Event>, input: Input) -> Result<(), Refusal> {
    for event in decide(run, input, START)? {
        run.apply(&event).expect("it folds");
        events.push(event);
    }
    Ok(())
}

fn report(task: &str, facts: Vec<Fact>) -> Input {
    Input::Report {
        task: task.into(),
        attempt: 1,
        facts,
    }
}

fn asked() -> Fact {
    let outcome = |name: &str| Outcome {
        name: name.to_owned(),
        title: name.to_owned(),
    };
    Fact::Asked {
        kind: QuestionKind::StaysHere,
        text: "How shall it go on?".to_owned(),
        form: Some(Form {
            outcomes: [HERE, ALL_HERE, SKIP, STOP].map(outcome).to_vec(),
            fields: serde_json::from_value(json!([
                {"name": MODEL, "title": "Model", "type": "choice", "choices": ["here/small"], "default": "here/small"}
            ]))
            .expect("fields"),
            ..Form::default()
        }),
    }
}

fn answer(run: &Run, outcome: &str) -> Input {
    Input::Answer {
        question: run.questions.last().expect("a question").key.clone(),
        answer: outcome.to_owned(),
        reply: Some(Reply {
            outcome: Some(outcome.to_owned()),
            fields: Json(json!({ MODEL: "here/small" })),
            expired: false,
        }),
    }
}

#[test]
fn a_result_that_stays_here_and_the_next_call_elsewhere_are_refused_together() {
    let (mut run, mut events) = at_work(&["a"]);
    tell(&mut run, &mut events, report("a", vec![begins(0, false, vec![])])).expect("a call here");
    let both = report("a", vec![ends(0, vec![source(1)]), begins(1, true, vec![])]);
    let refused = tell(&mut run, &mut events, both).expect_err("it would leave");
    assert_eq!(
        refused,
        Refusal::Confined {
            sources: vec![source(1)]
        }
    );
    assert!(!run.is_confined(), "nothing of it was taken");
    let kept = report("a", vec![ends(0, vec![source(1)]), asked()]);
    tell(&mut run, &mut events, kept).expect("the result and a question");
    assert!(run.is_confined());
    assert_eq!(run.status(), WorkflowStatus::Waiting);
}

#[test]
fn what_another_task_was_shown_keeps_every_task_here() {
    let (mut run, mut events) = at_work(&["a", "b"]);
    tell(&mut run, &mut events, report("a", vec![begins(0, false, vec![])])).expect("a call here");
    tell(&mut run, &mut events, report("b", vec![begins(0, true, vec![])])).expect("nothing is known of yet");
    tell(&mut run, &mut events, report("a", vec![ends(0, vec![source(1)])])).expect("its result");
    // What was in flight had nothing of it, and its result is taken.
    tell(&mut run, &mut events, report("b", vec![ends(0, vec![])])).expect("its result");
    let next = report("b", vec![begins(1, true, vec![])]);
    assert!(matches!(
        tell(&mut run, &mut events, next),
        Err(Refusal::Confined { .. })
    ));
    tell(&mut run, &mut events, report("b", vec![begins(1, false, vec![])])).expect("here it may");
}

#[test]
fn whoever_carries_such_text_is_sent_nowhere_and_brings_it_along() {
    let (mut run, mut events) = at_work(&["a"]);
    let leaving = report("a", vec![begins(0, true, vec![source(2)])]);
    let refused = tell(&mut run, &mut events, leaving).expect_err("it would leave");
    assert_eq!(
        refused,
        Refusal::Confined {
            sources: vec![source(2)]
        }
    );
    tell(
        &mut run,
        &mut events,
        report("a", vec![begins(0, false, vec![source(2)])]),
    )
    .expect("here it may");
    assert!(run.is_confined());
}

#[test]
fn the_operator_chooses_a_model_of_this_machine_once_or_for_all() {
    for (outcome, for_all) in [(HERE, None), (ALL_HERE, Some("here/small"))] {
        let (mut run, mut events) = at_work(&["a"]);
        tell(&mut run, &mut events, report("a", vec![asked()])).expect("a question");
        let reply = answer(&run, outcome);
        tell(&mut run, &mut events, reply).expect("an answer");
        let task = run.task(&"a".into()).expect("the task");
        assert_eq!(task.model.as_deref(), Some("here/small"));
        assert_eq!(task.status, TaskStatus::Running);
        assert_eq!(run.model_here(), for_all);
    }
}

#[test]
fn the_operator_skips_the_task_or_stops_the_run() {
    let (mut run, mut events) = at_work(&["a"]);
    tell(&mut run, &mut events, report("a", vec![asked()])).expect("a question");
    let skip = answer(&run, SKIP);
    tell(&mut run, &mut events, skip).expect("an answer");
    tell(&mut run, &mut events, Input::Stopped { task: "a".into() }).expect("nothing is in flight");
    let skipped = run.task(&"a".into()).map(|task| task.status);
    assert_eq!(skipped, Some(TaskStatus::Skipped));

    let (mut run, mut events) = at_work(&["a"]);
    tell(&mut run, &mut events, report("a", vec![asked()])).expect("a question");
    let stop = answer(&run, STOP);
    tell(&mut run, &mut events, stop).expect("an answer");
    assert!(run.cancelling);
}

#[test]
fn what_a_run_is_given_keeps_it_here_from_the_beginning() {
    let template = template(vec![agent_step("a", &[])]);
    let mut first = created(&template, template.document.limits);
    if let EventBody::WorkflowCreated { setup, .. } = &mut first.body {
        **setup = Setup {
            stays_here: vec![source(3)],
            ..Setup::default()
        };
    }
    let mut events = vec![first];
    let mut run = Run::fold(&events).expect("a run");
    tell(&mut run, &mut events, Input::Start).expect("it starts");
    let leaving = report("a", vec![begins(0, true, vec![])]);
    assert!(tell(&mut run, &mut events, leaving).is_err());
}

/// What may happen to a task next.
#[derive(Debug, Clone)]
struct Act {
    task: usize,
    elsewhere: bool,
    holds: bool,
    shown: bool,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = (
        0..3_usize,
        any::<bool>(),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.2),
    );
    let act = act.prop_map(|(task, elsewhere, holds, shown)| Act {
        task,
        elsewhere,
        holds,
        shown,
    });
    prop::collection::vec(act, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// In whatever order tasks ask and are answered: after the first fact that tells of such text no call leaves, and a
    /// journal tells the same when it is folded anew.
    #[test]
    fn nothing_leaves_after_confinement_is_on_record(acts in acts()) {
        let names = ["a", "b", "c"];
        let (mut run, mut events) = at_work(&names);
        let mut turns = [0_u32; 3];
        let mut open = [false; 3];
        for act in acts {
            let (name, turn) = (names[act.task], turns[act.task]);
            let holds = if act.holds { vec![source(1)] } else { Vec::new() };
            let shown = if act.shown { vec![source(2)] } else { Vec::new() };
            let facts = if open[act.task] {
                vec![ends(turn, shown)]
            } else {
                vec![begins(turn, act.elsewhere, holds)]
            };
            match tell(&mut run, &mut events, report(name, facts)) {
                Ok(()) => {
                    turns[act.task] += u32::from(open[act.task]);
                    open[act.task] = !open[act.task];
                }
                Err(refusal) => {
                    let confined = matches!(refusal, Refusal::Confined { .. });
                    prop_assert!(confined, "{refusal}");
                }
            }
        }
        let mut confined = false;
        for event in &events {
            match &event.body {
                EventBody::CallStarted { elsewhere, holds, .. } => {
                    prop_assert!(!(*elsewhere && (confined || !holds.is_empty())));
                    confined |= !holds.is_empty();
                }
                EventBody::CallFinished { stays_here, .. } => confined |= !stays_here.is_empty(),
                _ => {}
            }
        }
        let again = Run::fold(&events).expect("it folds");
        prop_assert_eq!(again.is_confined(), confined);
        prop_assert_eq!(again, run);
    }
}
