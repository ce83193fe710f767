//! An agent asks another one: begun once, told once, bounded, and stopped, paused and told from outside like any sub-workflow.

use crate::common::*;
use std::collections::BTreeSet;
use uuid::Uuid;
use wheelhouse_domain::{
    ASK_AGENT, CallKey, CallKind, ChildEnd, Event, EventBody, Help, Outside, Setup, SourceUid, StaysHere,
    TaskOf, TaskStatus, WaitsFor, WorkflowStatus, WorkflowUid,
};
use wheelhouse_engine::help::{MOST_ASKERS, MOST_HELP};
use wheelhouse_engine::{CallState, Effect, Fact, Input, Refusal, Run, origins, replay};

fn helping(number: u128) -> WorkflowUid {
    WorkflowUid(Uuid::from_u128(700 + number))
}

/// A call that asks another agent, at that place.
fn asks(turn: u32, index: u32) -> Fact {
    let kind = CallKind::Tool {
        tool: ASK_AGENT.to_owned(),
        call_id: format!("c{turn}.{index}"),
        repeatable: true,
    };
    match call_started(turn, index) {
        Fact::CallStarted {
            place,
            reserved,
            elsewhere,
            holds,
            sees,
            leave,
            ..
        } => Fact::CallStarted {
            place,
            kind,
            request: hash(&format!("ask {turn}.{index}")),
            reserved,
            elsewhere,
            holds,
            sees,
            leave,
        },
        other => other,
    }
}

fn begins(number: u128, turn: u32, index: u32) -> Fact {
    Fact::ChildStarted {
        child: helping(number),
        call: Some(place(turn, index)),
    }
}

fn end(number: u128, report: Option<&str>) -> ChildEnd {
    ChildEnd {
        workflow: helping(number),
        report: report.map(hash),
        failure: report.is_none().then(lasting),
        stays_here: Vec::new(),
        seen: Vec::new(),
    }
}

fn ended(number: u128, report: Option<&str>) -> Input {
    Input::ChildEnded {
        task: "a".into(),
        end: end(number, report),
    }
}

/// A run whose step `a` has asked another agent in its first turn of tools.
fn asking() -> Bench {
    let mut bench = Bench::started(vec![agent_step("a", &[]), agent_step("b", &["a"])]);
    bench.report("a", [call_started(0, 0), call_finished(0, 0)]);
    bench.report("a", [asks(1, 0), begins(1, 1, 0)]);
    bench
}

fn looks_after(number: u128, paused: bool) -> Effect {
    Effect::RunChild {
        task: "a".into(),
        attempt: 1,
        child: Some(helping(number)),
        paused,
    }
}

fn is_same_again(events: &[Event]) {
    let replayed = replay::replay(events).expect("it folds");
    assert_eq!(replayed.differences, []);
}

#[test]
fn what_came_of_it_is_the_result_of_the_call_and_the_agent_goes_on() {
    let mut bench = asking();
    assert_eq!(bench.effects(), [looks_after(1, false)]);
    assert_eq!(bench.task("a").calls[1].help, Some(helping(1)));
    let early = bench.report_of("a", [call_finished(1, 0)]);
    assert!(
        matches!(bench.refusal(early), Refusal::Unusable(_)),
        "it has not ended"
    );
    let told = bench.input(ended(1, Some("found")));
    assert_eq!(kinds(&told), ["child_ended"], "the task goes on");
    assert_eq!(bench.effects(), [work("a", 1, 0)]);
    assert_eq!(bench.input(ended(1, Some("found"))), [], "it is told once");
    bench.report(
        "a",
        [
            call_finished(1, 0),
            call_started(2, 0),
            call_finished(2, 0),
            answered("done"),
        ],
    );
    assert_eq!(bench.task_status("a"), TaskStatus::Completed);
    is_same_again(&bench.events);
}

#[test]
fn what_failed_is_told_to_the_agent_and_fails_nothing() {
    let mut bench = asking();
    bench.input(ended(1, None));
    assert_eq!(bench.task_status("a"), TaskStatus::Running);
    assert_eq!(bench.effects(), [work("a", 1, 0)]);
    is_same_again(&bench.events);
}

#[test]
fn one_is_asked_at_a_time_and_others_after_it() {
    let mut bench = asking();
    let second = bench.report_of("a", [asks(1, 1), begins(2, 1, 1)]);
    assert!(matches!(bench.refusal(second.clone()), Refusal::Unusable(_)));
    bench.input(ended(1, Some("found")));
    let untaken = bench.report_of("a", [asks(1, 1), begins(2, 1, 1)]);
    assert!(
        matches!(bench.refusal(untaken), Refusal::Unusable(_)),
        "its result comes first"
    );
    bench.report("a", [call_finished(1, 0)]);
    bench.input(second);
    assert_eq!(bench.effects(), [looks_after(2, false)]);
    let late = Refusal::Stale {
        task: "a".into(),
        attempt: 1,
    };
    assert_eq!(bench.refusal(ended(1, Some("found"))), late);
    let both: BTreeSet<WorkflowUid> = [helping(1), helping(2)].into();
    assert_eq!(bench.task("a").children(), both);
    is_same_again(&bench.events);
}

#[test]
fn a_task_asks_so_often_and_no_more() {
    let mut bench = Bench::started(vec![agent_step("a", &[])]);
    let most = u32::try_from(MOST_HELP).unwrap();
    for turn in 0..most {
        let number = u128::from(turn);
        bench.report("a", [asks(turn, 0), begins(number, turn, 0)]);
        bench.input(ended(number, Some("found")));
        bench.report("a", [call_finished(turn, 0)]);
    }
    assert!(bench.task("a").has_had_help_enough());
    let more = bench.report_of("a", [asks(most, 0), begins(99, most, 0)]);
    assert!(matches!(bench.refusal(more), Refusal::Unusable(_)));
}

#[test]
fn nothing_but_the_call_of_that_tool_asks_an_agent() {
    let bench = Bench::started(vec![agent_step("a", &[])]);
    let of_a_model = bench.report_of("a", [call_started(0, 0), begins(1, 0, 0)]);
    assert!(matches!(bench.refusal(of_a_model), Refusal::Unusable(_)));
    let of_none = bench.report_of("a", [begins(1, 0, 0)]);
    assert!(matches!(bench.refusal(of_none), Refusal::Unusable(_)));
}

#[test]
fn a_cancel_stops_it_first_and_a_pause_rests_it() {
    let mut bench = asking();
    bench.input(Input::Pause);
    assert_eq!(bench.effects(), [looks_after(1, true)]);
    assert_eq!(bench.status(), WorkflowStatus::Paused);
    bench.input(Input::Resume);
    assert_eq!(bench.effects(), [looks_after(1, false)]);
    bench.input(Input::Cancel);
    assert_eq!(bench.effects(), [stop("a")]);
    bench.input(ended(1, None));
    assert_eq!(bench.status(), WorkflowStatus::Cancelled);
    assert_eq!(bench.task("a").calls[1].state, CallState::Interrupted);
    is_same_again(&bench.events);
}

#[test]
fn what_ended_while_the_run_was_paused_is_taken_up_when_it_goes_on() {
    let mut bench = asking();
    bench.input(Input::Pause);
    bench.input(ended(1, Some("found")));
    assert_eq!(
        (bench.effects(), bench.status()),
        (vec![], WorkflowStatus::Paused)
    );
    bench.input(Input::Resume);
    assert_eq!(bench.effects(), [work("a", 1, 0)]);
}

#[test]
fn the_run_waits_where_the_other_agent_waits() {
    let mut bench = asking();
    let waits = |waits_for| Input::ChildWaits {
        task: "a".into(),
        child: helping(1),
        waits_for,
    };
    bench.input(waits(Some(WaitsFor::Operator)));
    assert_eq!(bench.status(), WorkflowStatus::Waiting);
    bench.input(waits(None));
    assert_eq!(bench.status(), WorkflowStatus::Running);
}

#[test]
fn what_was_seen_and_stays_here_comes_along_with_what_it_gave() {
    let mut bench = asking();
    assert!(bench.run.seen.is_empty() && !bench.run.is_confined());
    let staying = StaysHere {
        source: SourceUid(Uuid::from_u128(3)),
        name: "secret".to_owned(),
    };
    bench.input(Input::ChildEnded {
        task: "a".into(),
        end: ChildEnd {
            stays_here: vec![staying],
            seen: vec![Outside::Web],
            ..end(1, Some("found"))
        },
    });
    let seen: BTreeSet<Outside> = [Outside::Web, Outside::Run].into();
    assert_eq!(*bench.run.seen, seen);
    assert_eq!(origins::read(&bench.events, None), seen);
    assert!(bench.run.is_confined());
}

/// The first event of a run that helps.
fn helps(askers: usize, seen: Vec<Outside>) -> Event {
    let template = template(vec![agent_step("a", &[])]);
    let mut event = created(&template, template.document.limits);
    if let EventBody::WorkflowCreated { setup, .. } = &mut event.body {
        **setup = Setup {
            parent: Some(TaskOf {
                workflow: helping(0),
                task: "x".into(),
            }),
            help: Some(Help {
                call: CallKey("x#1.1.0".to_owned()),
                asker: "Asker".to_owned(),
                askers: (0..askers).map(|number| agent_uid(number as u128 + 50)).collect(),
                tools: vec!["calculator".to_owned()],
                here: false,
                told_elsewhere: false,
                seen,
            }),
            ..Setup::default()
        };
    }
    event
}

#[test]
fn nothing_that_it_is_given_is_the_operators_and_what_the_asker_saw_was_seen() {
    let event = helps(1, vec![Outside::Files]);
    let run = Run::fold([&event]).unwrap();
    assert!(run.is_given_by_others());
    let seen: BTreeSet<Outside> = [Outside::Files, Outside::Run].into();
    assert_eq!(*run.seen, seen);
    assert!(run.lets_call("calculator") && !run.lets_call("write_file"));
}

#[test]
fn so_many_wait_for_one_another_and_no_more() {
    for (askers, may) in [(MOST_ASKERS - 1, true), (MOST_ASKERS, false)] {
        let event = helps(askers, Vec::new());
        let mut bench = Bench::of(event);
        bench.input(Input::Start);
        assert_eq!(bench.run.may_ask_further(), may);
        let further = bench.report_of("a", [asks(0, 0), begins(1, 0, 0)]);
        assert_eq!(
            wheelhouse_engine::decide(&bench.run, further, bench.now).is_ok(),
            may
        );
    }
}
