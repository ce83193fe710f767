//! By whose leave calls are made: an answer allows the very call that was asked about, once, here, and in time.

use crate::common::*;
use proptest::prelude::*;
use uuid::Uuid;
use wheelhouse_domain::{
    CallKind, Event, EventBody, ExactCall, FETCH_PAGE, Fingerprint, Form, FormAbout, Json, KNOWLEDGE_SEARCH,
    Leave, Millis, MoveUid, Outcome, Outside, QuestionKey, QuestionKind, Reply, StoreUid, TaskStatus,
    ToolApproval, ToolEffect, Usage, WRITE_FILE,
};
use wheelhouse_engine::leave::{BY_AGENT, EXPIRED, IN_RUN, NEVER, ONCE, REFUSE};
use wheelhouse_engine::{Fact, Input, Refusal, Run, decide, origins, replay};

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

struct Stage {
    run: Run,
    events: Vec<Event>,
    now: Millis,
}

impl Stage {
    /// A run of two steps that are at work.
    fn new() -> Self {
        let template = template(vec![agent_step("a", &[]), agent_step("b", &[])]);
        let events = vec![created(&template, template.document.limits)];
        let run = Run::fold(&events).expect("a run");
        let mut stage = Self {
            run,
            events,
            now: START,
        };
        stage.tell(Input::Start).expect("it starts");
        stage
    }

    /// One whose step `a` asked about a call in turn 1, which was answered.
    fn answered(outcome: &str) -> Self {
        let mut stage = Self::new();
        stage
            .report("a", vec![call_started(0, 0), ends(0), asks(1)])
            .expect("asked");
        stage.answer(outcome).expect("answered");
        stage
    }

    fn tell(&mut self, input: Input) -> Result<(), Refusal> {
        for event in decide(&self.run, input, self.now)? {
            self.run.apply(&event).expect("it folds");
            self.events.push(event);
        }
        Ok(())
    }

    fn report(&mut self, task: &str, facts: Vec<Fact>) -> Result<(), Refusal> {
        self.tell(Input::Report {
            task: task.into(),
            attempt: 1,
            facts,
        })
    }

    fn answer(&mut self, outcome: &str) -> Result<(), Refusal> {
        let question = self.run.questions.last().expect("a question").key.clone();
        self.tell(Input::Answer {
            question,
            answer: outcome.to_owned(),
            reply: Some(Reply {
                outcome: Some(outcome.to_owned()),
                fields: Json(serde_json::Value::Null),
                expired: false,
            }),
        })
    }

    fn status(&self, task: &str) -> TaskStatus {
        self.run.task(&task.into()).expect("a task").status
    }

    fn begin(&mut self, leave: Leave) -> Result<(), Refusal> {
        self.report("a", vec![begins(1, tool(WRITE_FILE), Some(leave))])
    }
}

fn refused(outcome: &Result<(), Refusal>) -> bool {
    matches!(outcome, Err(Refusal::NotAllowed { .. }))
}

#[test]
fn an_answer_allows_the_call_once() {
    for outcome in [ONCE, IN_RUN, BY_AGENT] {
        let mut stage = Stage::answered(outcome);
        assert_eq!(stage.status("a"), TaskStatus::Running);
        let task = stage.run.task(&"a".into()).expect("a task");
        assert_eq!(task.first_turn, 0, "the conversation goes on");
        stage.begin(approval("a?1", "right")).expect("allowed");
        stage
            .report("a", vec![Fact::CallInterrupted { place: place(1, 0) }])
            .expect("interrupted");
        assert!(
            refused(&stage.begin(approval("a?1", "right"))),
            "{outcome} is used up"
        );
        // Folded anew, it is used up still.
        stage.run = Run::fold(&stage.events).expect("it folds");
        assert!(refused(&stage.begin(approval("a?1", "right"))));
    }
}

#[test]
fn a_refusal_and_no_answer_allow_nothing() {
    for outcome in [REFUSE, NEVER] {
        let mut stage = Stage::answered(outcome);
        assert!(refused(&stage.begin(approval("a?1", "right"))));
        let answer = stage.run.answer_about(&"a".into(), 1, 0).expect("answered");
        assert!(answer.refuses());
    }
    let mut stage = Stage::new();
    stage
        .report("a", vec![call_started(0, 0), ends(0), asks(1)])
        .expect("asked");
    assert_eq!(stage.status("a"), TaskStatus::Waiting);
    assert!(stage.begin(approval("a?1", "right")).is_err());
}

#[test]
fn a_question_that_nobody_answers_lets_the_task_ask_anew() {
    let mut stage = Stage::new();
    stage
        .report("a", vec![call_started(0, 0), ends(0), asks(1)])
        .expect("asked");
    stage.now = EXPIRES;
    stage.tell(Input::Advance).expect("time goes by");
    assert_eq!(stage.status("a"), TaskStatus::Running);
    let answer = stage
        .run
        .answer_about(&"a".into(), 1, 0)
        .expect("it answered itself");
    assert!(!answer.refuses());
    assert_eq!(stage.run.leave_of(answer, stage.now), None);
    assert!(refused(&stage.begin(approval("a?1", "right"))));
    // The same question again would be over at once.
    stage.now = START;
    stage.report("a", vec![asks(1)]).expect("asked anew");
    assert_eq!(stage.status("a"), TaskStatus::Waiting);
}

#[test]
fn an_answer_that_came_in_time_counts_only_in_time() {
    let mut stage = Stage::answered(ONCE);
    stage.now = EXPIRES;
    assert!(refused(&stage.begin(approval("a?1", "right"))));
    stage.now = Millis(EXPIRES.0 - 1);
    stage.begin(approval("a?1", "right")).expect("in time");
}

#[test]
fn an_answer_for_the_run_holds_for_the_same_agent_and_tool() {
    let mut stage = Stage::answered(IN_RUN);
    let leave = Leave::Run {
        question: QuestionKey("a?1".to_owned()),
    };
    stage.begin(leave.clone()).expect("allowed");
    stage.report("a", vec![ends(1)]).expect("ended");
    stage
        .report("a", vec![begins(3, tool(WRITE_FILE), Some(leave.clone()))])
        .expect("allowed again");
    assert!(refused(
        &stage.report("a", vec![begins(5, tool(FETCH_PAGE), Some(leave.clone()))])
    ));
    // Both steps are the creator's.
    stage
        .report("b", vec![begins(1, tool(WRITE_FILE), Some(leave))])
        .expect("the same agent");
    let task = stage.run.task(&"b".into()).expect("a task");
    let allowed = stage.run.allowed_to(task);
    assert_eq!((allowed.len(), allowed[0].only.as_deref()), (1, None));
    let once = Stage::answered(ONCE);
    assert!(
        once.run
            .allowed_to(once.run.task(&"a".into()).expect("a task"))
            .is_empty()
    );
}

#[test]
fn what_was_allowed_elsewhere_is_asked_anew_here() {
    for outcome in [ONCE, IN_RUN] {
        let mut stage = Stage::answered(outcome);
        let store = |number| StoreUid(Uuid::from_u128(number));
        let arrived = Event {
            seq: wheelhouse_domain::Seq(stage.run.seq.0 + 1),
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
        stage.run.apply(&arrived).expect("it folds");
        stage.events.push(arrived);
        assert!(refused(&stage.begin(approval("a?1", "right"))));
        let question = QuestionKey("a?1".to_owned());
        assert!(refused(&stage.begin(Leave::Run { question })));
        let task = stage.run.task(&"a".into()).expect("a task");
        assert!(stage.run.said(task).is_empty());
        assert!(stage.run.is_given_by_others() && stage.run.seen.contains(&Outside::Run));
    }
}

#[test]
fn what_tools_gave_is_seen_by_all_that_comes_after() {
    let mut stage = Stage::new();
    assert!(stage.run.seen.is_empty());
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
    stage.report("a", vec![sees, ends(0)]).expect("a model");
    assert!(stage.run.seen.iter().eq([&Outside::Design]));
    stage
        .report(
            "b",
            vec![begins(1, tool(WRITE_FILE), Some(Leave::Agent)), ends(1)],
        )
        .expect("a file");
    assert!(
        stage.run.seen.iter().eq([&Outside::Design]),
        "what it wrote itself"
    );
    stage
        .report("b", vec![begins(3, tool(KNOWLEDGE_SEARCH), None)])
        .expect("a search");
    assert!(
        !stage.run.seen.contains(&Outside::Documents),
        "not before it gave something"
    );
    stage
        .report(
            "b",
            vec![ends(3), begins(5, tool("of_somebody_else"), None), ends(5)],
        )
        .expect("tools");
    assert!(
        stage
            .run
            .seen
            .iter()
            .eq([&Outside::Documents, &Outside::Tools, &Outside::Design])
    );
    assert_eq!(Run::fold(&stage.events).expect("it folds"), stage.run);
    assert_eq!(origins::read(&stage.events, None), *stage.run.seen);
    assert_eq!(
        origins::read(&stage.events, Some(&"a".into())),
        *stage.run.seen,
        "it goes on, and what comes now is for it too"
    );
}

#[test]
fn a_replay_makes_the_same_choices() {
    let mut stage = Stage::answered(IN_RUN);
    stage.begin(approval("a?1", "right")).expect("allowed");
    stage.report("a", vec![ends(1)]).expect("ended");
    let replayed = replay::replay(&stage.events).expect("it folds");
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
    let mut stage = Stage::answered(outcome);
    let (mut question, mut fingerprint) = ("a?1".to_owned(), "right".to_owned());
    let (mut task, mut at, mut kind) = ("a", place(1, 0), tool(WRITE_FILE));
    match tampering {
        Tampering::Question(key) => question.clone_from(key),
        Tampering::Fingerprint(text) => fingerprint.clone_from(text),
        Tampering::Turn(turn) => at.turn = *turn,
        Tampering::Index(index) => at.index = *index,
        Tampering::Task => task = "b",
        Tampering::Tool(name) => kind = tool(name),
        Tampering::Late(late) => stage.now = Millis(EXPIRES.0 + late),
        Tampering::Twice => {
            stage.begin(approval("a?1", "right")).expect("the first time");
            let interrupted = Fact::CallInterrupted { place: place(1, 0) };
            stage.report("a", vec![interrupted]).expect("interrupted");
        }
        Tampering::NotAnswered => {
            stage.report("a", vec![asks(1)]).expect("asked anew");
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
    stage.report(task, vec![begun]).is_ok()
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
