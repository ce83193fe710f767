//! By whose leave calls are made: an answer allows the very call that was asked about, once, here, and in time.

use crate::common::*;
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;
use wheelhouse_domain::{
    CallKind, Event, EventBody, ExactCall, FETCH_PAGE, Fingerprint, Form, FormAbout, KNOWLEDGE_SEARCH, Leave,
    Millis, MoveUid, Outcome, Outside, QuestionKey, QuestionKind, StoreUid, TaskStatus, ToolApproval,
    ToolEffect, Usage, WRITE_FILE,
};
use wheelhouse_engine::leave::{BY_AGENT, EXPIRED, IN_RUN, NEVER, ONCE, REFUSE};
use wheelhouse_engine::{Fact, Input, Refusal, Run, origins, replay};

/// How many tampered leaves are tried; `WHEELHOUSE_TAMPERED` says how many else.
const TAMPERED: u32 = 2_000;
const EXPIRES: Millis = Millis(START.0 + 1_000);

fn tool(name: &str) -> CallKind {
    CallKind::Tool {
        tool: name.to_owned(),
        call_id: "call".to_owned(),
        repeatable: false,
    }
}

fn print(text: &str) -> Fingerprint {
    Fingerprint(text.to_owned())
}

fn begins(turn: u32, kind: CallKind, leave: Option<Leave>) -> Fact {
    Fact::CallStarted {
        place: place(turn, 0),
        kind,
        request: hash("request"),
        reserved: None,
        elsewhere: false,
        holds: Vec::new(),
        sees: Vec::new(),
        leave,
    }
}

fn ends(turn: u32) -> Fact {
    Fact::CallFinished {
        place: place(turn, 0),
        response: hash(&format!("response {turn}")),
        usage: Usage::default(),
        spent: None,
        gist: None,
        stays_here: Vec::new(),
    }
}

fn asks(turn: u32) -> Fact {
    let outcome = |name: &str| Outcome {
        name: name.to_owned(),
        title: name.to_owned(),
    };
    Fact::Asked {
        kind: QuestionKind::Approval,
        text: "It wants to write a file.".to_owned(),
        form: Some(Form {
            outcomes: [ONCE, IN_RUN, BY_AGENT, REFUSE, NEVER].map(outcome).to_vec(),
            expires_at: Some(EXPIRES),
            expired_outcome: Some(EXPIRED.to_owned()),
            about: Some(FormAbout::Tool {
                approval: Box::new(ToolApproval {
                    turn,
                    index: 0,
                    tool: WRITE_FILE.to_owned(),
                    fingerprint: print("right"),
                    effect: ToolEffect::Compute,
                    exact: ExactCall {
                        hash: "exact".to_owned(),
                        shown: "project/a.md".to_owned(),
                    },
                    exactly: false,
                    why: Vec::new(),
                }),
            }),
            ..Form::default()
        }),
    }
}

fn approval(question: &str, fingerprint: &str) -> Leave {
    Leave::Approval {
        question: question.into(),
        fingerprint: print(fingerprint),
    }
}

/// A run of two steps that are at work.
fn at_work() -> Bench {
    Bench::started(vec![agent_step("a", &[]), agent_step("b", &[])])
}

/// One whose step `a` asked about a call in turn 1.
fn asking() -> Bench {
    let mut bench = at_work();
    let facts = vec![call_started(0, 0), ends(0), asks(1)];
    bench.tell_facts("a", facts).expect("asked");
    bench
}

/// The same, and it was answered.
fn answered(outcome: &str) -> Bench {
    let mut bench = asking();
    bench.reply(outcome, Value::Null).expect("answered");
    bench
}

fn begin(bench: &mut Bench, leave: Leave) -> Result<(), Refusal> {
    bench.tell_facts("a", vec![begins(1, tool(WRITE_FILE), Some(leave))])
}

fn refused(outcome: &Result<(), Refusal>) -> bool {
    matches!(outcome, Err(Refusal::NotAllowed { .. }))
}

#[test]
fn an_answer_allows_the_call_once() {
    for outcome in [ONCE, IN_RUN, BY_AGENT] {
        let mut bench = answered(outcome);
        assert_eq!(bench.task_status("a"), TaskStatus::Running);
        let task = bench.task("a");
        assert_eq!(task.first_turn, 0, "the conversation goes on");
        begin(&mut bench, approval("a?1", "right")).expect("allowed");
        bench
            .tell_facts("a", vec![Fact::CallInterrupted { place: place(1, 0) }])
            .expect("interrupted");
        assert!(
            refused(&begin(&mut bench, approval("a?1", "right"))),
            "{outcome} is used up"
        );
        // Folded anew, it is used up still.
        bench.run = Run::fold(&bench.events).expect("it folds");
        assert!(refused(&begin(&mut bench, approval("a?1", "right"))));
    }
}

#[test]
fn a_refusal_and_no_answer_allow_nothing() {
    for outcome in [REFUSE, NEVER] {
        let mut bench = answered(outcome);
        assert!(refused(&begin(&mut bench, approval("a?1", "right"))));
        let answer = bench.run.answer_about(&"a".into(), 1, 0).expect("answered");
        assert!(answer.refuses());
    }
    let mut bench = asking();
    assert_eq!(bench.task_status("a"), TaskStatus::Waiting);
    assert!(begin(&mut bench, approval("a?1", "right")).is_err());
}

#[test]
fn a_question_that_nobody_answers_lets_the_task_ask_anew() {
    let mut bench = asking();
    bench.now = EXPIRES;
    bench.tell(Input::Advance).expect("time goes by");
    assert_eq!(bench.task_status("a"), TaskStatus::Running);
    let answer = bench
        .run
        .answer_about(&"a".into(), 1, 0)
        .expect("it answered itself");
    assert!(!answer.refuses());
    assert_eq!(bench.run.leave_of(answer, bench.now), None);
    assert!(refused(&begin(&mut bench, approval("a?1", "right"))));
    // The same question again would be over at once.
    bench.now = START;
    bench.tell_facts("a", vec![asks(1)]).expect("asked anew");
    assert_eq!(bench.task_status("a"), TaskStatus::Waiting);
}

#[test]
fn an_answer_that_came_in_time_counts_only_in_time() {
    let mut bench = answered(ONCE);
    bench.now = EXPIRES;
    assert!(refused(&begin(&mut bench, approval("a?1", "right"))));
    bench.now = Millis(EXPIRES.0 - 1);
    begin(&mut bench, approval("a?1", "right")).expect("in time");
}

#[test]
fn an_answer_for_the_run_holds_for_the_same_agent_and_tool() {
    let mut bench = answered(IN_RUN);
    let leave = Leave::Run {
        question: QuestionKey("a?1".to_owned()),
    };
    begin(&mut bench, leave.clone()).expect("allowed");
    bench.tell_facts("a", vec![ends(1)]).expect("ended");
    bench
        .tell_facts("a", vec![begins(3, tool(WRITE_FILE), Some(leave.clone()))])
        .expect("allowed again");
    assert!(refused(&bench.tell_facts(
        "a",
        vec![begins(5, tool(FETCH_PAGE), Some(leave.clone()))]
    )));
    // Both steps are the creator's.
    bench
        .tell_facts("b", vec![begins(1, tool(WRITE_FILE), Some(leave))])
        .expect("the same agent");
    let task = bench.task("b");
    let allowed = bench.run.allowed_to(task);
    assert_eq!((allowed.len(), allowed[0].only.as_deref()), (1, None));
    let once = answered(ONCE);
    assert!(once.run.allowed_to(once.task("a")).is_empty());
}

#[test]
fn what_was_allowed_elsewhere_is_asked_anew_here() {
    for outcome in [ONCE, IN_RUN] {
        let mut bench = answered(outcome);
        let store = |number| StoreUid(Uuid::from_u128(number));
        let arrived = Event {
            seq: wheelhouse_domain::Seq(bench.run.seq.0 + 1),
            at: START,
            v: wheelhouse_domain::EVENT_VERSION,
            body: EventBody::WorkflowArrived {
                move_uid: MoveUid(Uuid::from_u128(1)),
                from: store(1),
                from_name: "there".to_owned(),
                to: store(2),
                to_name: "here".to_owned(),
                hand: 1,
            },
        };
        bench.run.apply(&arrived).expect("it folds");
        bench.events.push(arrived);
        assert!(refused(&begin(&mut bench, approval("a?1", "right"))));
        let question = QuestionKey("a?1".to_owned());
        assert!(refused(&begin(&mut bench, Leave::Run { question })));
        assert!(bench.run.said().is_empty());
        assert!(bench.run.is_given_by_others() && bench.run.seen.contains(&Outside::Run));
    }
}

#[test]
fn what_tools_gave_is_seen_by_all_that_comes_after() {
    let mut bench = at_work();
    assert!(bench.run.seen.is_empty());
    let sees = Fact::CallStarted {
        place: place(0, 0),
        kind: model(),
        request: hash("request"),
        reserved: None,
        elsewhere: false,
        holds: Vec::new(),
        sees: vec![Outside::Design],
        leave: None,
    };
    bench.tell_facts("a", vec![sees, ends(0)]).expect("a model");
    assert!(bench.run.seen.iter().eq([&Outside::Design]));
    bench
        .tell_facts(
            "b",
            vec![begins(1, tool(WRITE_FILE), Some(Leave::Agent)), ends(1)],
        )
        .expect("a file");
    assert!(
        bench.run.seen.iter().eq([&Outside::Design]),
        "what it wrote itself"
    );
    bench
        .tell_facts("b", vec![begins(3, tool(KNOWLEDGE_SEARCH), None)])
        .expect("a search");
    assert!(
        !bench.run.seen.contains(&Outside::Documents),
        "not before it gave something"
    );
    bench
        .tell_facts(
            "b",
            vec![ends(3), begins(5, tool("of_somebody_else"), None), ends(5)],
        )
        .expect("tools");
    assert!(
        bench
            .run
            .seen
            .iter()
            .eq([&Outside::Documents, &Outside::Tools, &Outside::Design])
    );
    assert_eq!(Run::fold(&bench.events).expect("it folds"), bench.run);
    assert_eq!(origins::read(&bench.events, None), *bench.run.seen);
    assert_eq!(
        origins::read(&bench.events, Some(&"a".into())),
        *bench.run.seen,
        "it goes on, and what comes now is for it too"
    );
}

#[test]
fn a_replay_makes_the_same_choices() {
    let mut bench = answered(IN_RUN);
    begin(&mut bench, approval("a?1", "right")).expect("allowed");
    bench.tell_facts("a", vec![ends(1)]).expect("ended");
    let replayed = replay::replay(&bench.events).expect("it folds");
    assert_eq!(replayed.differences, []);
}

/// Something that a leave says wrongly, or that is not so any more.
#[derive(Debug, Clone)]
enum Tampering {
    Question(String),
    Fingerprint(String),
    Turn(u32),
    Index(u32),
    Task,
    Tool(String),
    Late(i64),
    Twice,
    NotAnswered,
    Refused(bool),
    Model,
}

fn tampering() -> impl Strategy<Value = Tampering> {
    prop_oneof![
        "[ab]\\?[02-9]|b\\?1|[a-z]{0,4}|a\\?1 ".prop_map(Tampering::Question),
        "[a-z]{0,6}|right |Right"
            .prop_filter("another", |text| text != "right")
            .prop_map(Tampering::Fingerprint),
        (2_u32..50).prop_map(Tampering::Turn),
        (1_u32..50).prop_map(Tampering::Index),
        Just(Tampering::Task),
        prop_oneof![Just(FETCH_PAGE.to_owned()), "[a-z_]{1,10}"]
            .prop_filter("another", |name| name != WRITE_FILE)
            .prop_map(Tampering::Tool),
        (0_i64..1_000_000_000).prop_map(Tampering::Late),
        Just(Tampering::Twice),
        Just(Tampering::NotAnswered),
        any::<bool>().prop_map(Tampering::Refused),
        Just(Tampering::Model),
    ]
}

fn is_accepted(tampering: &Tampering) -> bool {
    let outcome = match tampering {
        Tampering::Refused(true) => NEVER,
        Tampering::Refused(false) => REFUSE,
        _ => ONCE,
    };
    let mut bench = answered(outcome);
    let (mut question, mut fingerprint) = ("a?1".to_owned(), "right".to_owned());
    let (mut task, mut at, mut kind) = ("a", place(1, 0), tool(WRITE_FILE));
    match tampering {
        Tampering::Question(key) => question.clone_from(key),
        Tampering::Fingerprint(text) => fingerprint.clone_from(text),
        Tampering::Turn(turn) => at.turn = *turn,
        Tampering::Index(index) => at.index = *index,
        Tampering::Task => task = "b",
        Tampering::Tool(name) => kind = tool(name),
        Tampering::Late(late) => bench.now = Millis(EXPIRES.0 + late),
        Tampering::Twice => {
            begin(&mut bench, approval("a?1", "right")).expect("the first time");
            let interrupted = Fact::CallInterrupted { place: place(1, 0) };
            bench.tell_facts("a", vec![interrupted]).expect("interrupted");
        }
        Tampering::NotAnswered => {
            bench.tell_facts("a", vec![asks(1)]).expect("asked anew");
        }
        Tampering::Refused(_) => {}
        Tampering::Model => kind = model(),
    }
    let begun = Fact::CallStarted {
        place: at,
        kind,
        request: hash("request"),
        reserved: None,
        elsewhere: false,
        holds: Vec::new(),
        sees: Vec::new(),
        leave: Some(approval(&question, &fingerprint)),
    };
    bench.tell_facts(task, vec![begun]).is_ok()
}

#[test]
fn no_tampered_leave_is_accepted() {
    let number = std::env::var("WHEELHOUSE_TAMPERED")
        .ok()
        .and_then(|text| text.parse().ok());
    let cases = number.unwrap_or(TAMPERED);
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let tried = runner.run(&tampering(), |tampering| {
        prop_assert!(!is_accepted(&tampering), "{tampering:?}");
        Ok(())
    });
    tried.expect("none is accepted");
    println!("{cases} tampered leaves, none accepted");
}
