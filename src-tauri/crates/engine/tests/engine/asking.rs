//! What agents ask in the middle of their work: asked once, never lost, and answered by nobody but the operator.

use crate::common::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use wheelhouse_domain::{
    AgentQuestion, Event, Field, FieldKind, Form, FormAbout, Json, Millis, Outcome, Outside, QuestionKind,
    Reply, TaskStatus, WorkflowStatus,
};
use wheelhouse_engine::asked::{ANSWER, CHOICE, MOST_QUESTIONS, Told, WITHOUT, WORDS};
use wheelhouse_engine::form::FormProblem;
use wheelhouse_engine::{Fact, Input, Refusal, Run, decide, replay};

fn field(name: &str, kind: FieldKind, choices: &[&str]) -> Field {
    Field {
        name: name.to_owned(),
        title: name.to_owned(),
        kind,
        help: String::new(),
        required: false,
        default: None,
        choices: choices.iter().map(|&choice| choice.to_owned()).collect(),
        min: None,
        max: None,
    }
}

/// A call at that place asks which of two ports to use.
fn asks(turn: u32, index: u32, question: &str, from: &[Outside]) -> Fact {
    let outcome = |name: &str| Outcome {
        name: name.to_owned(),
        title: name.to_owned(),
    };
    let choices = ["8080", "9090"];
    Fact::Asked {
        kind: QuestionKind::Input,
        text: question.to_owned(),
        form: Some(Form {
            outcomes: [ANSWER, WITHOUT].map(outcome).to_vec(),
            fields: vec![
                field(CHOICE, FieldKind::Choice, &choices),
                field(WORDS, FieldKind::LongText, &[]),
            ],
            about: Some(FormAbout::Asked {
                asked: Box::new(AgentQuestion {
                    turn,
                    index,
                    question: question.to_owned(),
                    choices: choices.map(str::to_owned).to_vec(),
                    from: from.to_vec(),
                }),
            }),
            ..Form::default()
        }),
    }
}

fn reply(outcome: &str, fields: Value) -> Reply {
    Reply {
        outcome: Some(outcome.to_owned()),
        fields: Json(fields),
        expired: false,
    }
}

struct Stage {
    run: Run,
    events: Vec<Event>,
    now: Millis,
}

impl Stage {
    fn new() -> Self {
        let template = template(vec![agent_step("a", &[]), agent_step("b", &["a"])]);
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

    /// One whose step asks in its first turn of tools, as if its model had seen `from`.
    fn asking(from: &[Outside]) -> Self {
        let mut stage = Self::new();
        stage
            .report(vec![
                call_started(0, 0),
                call_finished(0, 0),
                asks(1, 0, "Which?", from),
            ])
            .expect("asked");
        stage
    }

    fn tell(&mut self, input: Input) -> Result<(), Refusal> {
        for event in decide(&self.run, input, self.now)? {
            self.run.apply(&event).expect("it folds");
            self.events.push(event);
        }
        Ok(())
    }

    fn report(&mut self, facts: Vec<Fact>) -> Result<(), Refusal> {
        let attempt = self.run.task(&"a".into()).expect("a task").attempt;
        self.tell(Input::Report {
            task: "a".into(),
            attempt,
            facts,
        })
    }

    fn reply(&mut self, outcome: &str, fields: Value) -> Result<(), Refusal> {
        let question = self.run.questions.last().expect("a question").key.clone();
        self.tell(Input::Answer {
            question,
            answer: outcome.to_owned(),
            reply: Some(reply(outcome, fields)),
        })
    }

    /// What the operator said for the task, beside the task itself.
    fn said(&self) -> Vec<&str> {
        let task = self.run.task(&"a".into()).expect("a task");
        self.run.said(task).into_iter().skip(1).collect()
    }
}

#[test]
fn the_task_waits_and_goes_on_in_the_same_exchange() {
    let mut stage = Stage::asking(&[]);
    assert_eq!(stage.run.status(), WorkflowStatus::Waiting);
    stage.reply(ANSWER, json!({ CHOICE: "9090" })).expect("answered");
    let task = stage.run.task(&"a".into()).expect("a task");
    assert_eq!((task.status, task.first_turn), (TaskStatus::Running, 0));
    assert_eq!(task.exchange().count(), 1, "what was said before stays");
    let question = stage.run.questions.last().expect("a question");
    assert_eq!(
        question.told(),
        Some(Told::Answer {
            choice: Some("9090"),
            words: None
        })
    );
    assert_eq!(stage.run.answers().count(), 0, "it is no part of anybody's brief");
    let replayed = replay::replay(&stage.events).expect("it folds");
    assert_eq!(replayed.differences, []);
    assert_eq!(Run::fold(&stage.events).expect("it folds"), stage.run);
}

#[test]
fn an_answer_says_something() {
    let mut stage = Stage::asking(&[]);
    for fields in [json!({}), json!({ WORDS: " \n" }), Value::Null] {
        let refused = stage.reply(ANSWER, fields).expect_err("nothing was said");
        assert_eq!(refused, Refusal::Form(FormProblem::NothingSaid));
    }
    assert!(
        stage.reply(ANSWER, json!({ CHOICE: "80" })).is_err(),
        "not offered"
    );
    stage
        .reply(WITHOUT, json!({ WORDS: "no" }))
        .expect("without an answer");
    let question = stage.run.questions.last().expect("a question");
    assert_eq!(question.told(), Some(Told::Nothing));
    assert!(stage.said().is_empty());
}

#[test]
fn the_same_is_asked_once_and_a_task_asks_no_more_than_it_may() {
    let mut stage = Stage::asking(&[]);
    stage.reply(ANSWER, json!({ WORDS: "9090" })).expect("answered");
    let again = [asks(1, 0, "Another?", &[]), asks(3, 0, "Which?", &[Outside::Web])];
    for fact in again {
        assert!(matches!(
            stage.report(vec![fact]),
            Err(Refusal::AskedBefore { .. })
        ));
    }
    for number in 1..MOST_QUESTIONS {
        let turn = 1 + 2 * u32::try_from(number).expect("few");
        stage
            .report(vec![asks(turn, 0, &format!("Number {number}?"), &[])])
            .expect("asked");
        stage.reply(WITHOUT, json!({})).expect("answered");
    }
    let one_more = stage.report(vec![asks(99, 0, "One more?", &[])]);
    assert!(matches!(one_more, Err(Refusal::AskedBefore { .. })));
}

#[test]
fn a_question_that_a_cancel_withdrew_is_asked_anew_and_counts_for_nothing() {
    let mut stage = Stage::asking(&[]);
    stage.tell(Input::Cancel).expect("cancelled");
    assert!(stage.reply(ANSWER, json!({ WORDS: "9090" })).is_err());
    stage.tell(Input::Retry).expect("taken up");
    // The exchange goes on where it was.
    stage.report(vec![asks(1, 0, "Which?", &[])]).expect("asked anew");
    stage.reply(ANSWER, json!({ WORDS: "9090" })).expect("answered");
    assert_eq!(stage.said(), ["9090"]);
}

#[test]
fn while_it_is_paused_an_answer_is_kept() {
    let mut stage = Stage::asking(&[]);
    stage.tell(Input::Pause).expect("paused");
    stage.reply(ANSWER, json!({ WORDS: "9090" })).expect("answered");
    assert_eq!(stage.run.status(), WorkflowStatus::Paused);
    stage.tell(Input::Resume).expect("it goes on");
    assert_eq!(stage.run.task(&"a".into()).expect("a task").first_turn, 0);
    assert_eq!(stage.said(), ["9090"]);
}

#[test]
fn a_choice_is_the_operators_only_where_nothing_from_outside_can_have_worded_it() {
    for (from, choice_counts) in [(&[][..], true), (&[Outside::Web][..], false)] {
        let mut stage = Stage::asking(from);
        stage
            .reply(ANSWER, json!({ CHOICE: "9090", WORDS: "in `web.toml`" }))
            .expect("answered");
        let expected: &[&str] = if choice_counts {
            &["9090", "in `web.toml`"]
        } else {
            &["in `web.toml`"]
        };
        assert_eq!(stage.said(), expected);
    }
}

/// What happens to a run with questions.
#[derive(Debug, Clone)]
enum Happens {
    Asks(u8),
    Answers(bool),
    Restarts,
    Pauses,
    Resumes,
    Cancels,
    Retries,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (0_u8..6).prop_map(Happens::Asks),
        4 => any::<bool>().prop_map(Happens::Answers),
        2 => Just(Happens::Restarts),
        1 => Just(Happens::Pauses),
        1 => Just(Happens::Resumes),
        1 => Just(Happens::Cancels),
        1 => Just(Happens::Retries),
    ]
}

/// Asks in the next turn that has no call.
fn ask_next(stage: &mut Stage, number: u8) {
    let task = stage.run.task(&"a".into()).expect("a task");
    let turn = task
        .calls
        .iter()
        .map(|call| call.turn + 1)
        .max()
        .unwrap_or(0)
        .max(task.first_turn);
    let question = format!("Number {number}?");
    let said = [call_started(turn, 0), call_finished(turn, 0)];
    if stage.report(said.to_vec()).is_ok() {
        // It may have asked that before, or enough.
        let _ = stage.report(vec![asks(turn + 1, 0, &question, &[])]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_no_question_is_lost_or_asked_twice(all in proptest::collection::vec(happens(), 0..40)) {
        let mut stage = Stage::new();
        for one in all {
            // What can't happen as things stand is refused and changes nothing.
            let _ = match one {
                Happens::Asks(number) => { ask_next(&mut stage, number); Ok(()) }
                Happens::Answers(true) if !stage.run.questions.is_empty() =>
                    stage.reply(ANSWER, json!({ WORDS: "so" })),
                Happens::Answers(_) if !stage.run.questions.is_empty() => stage.reply(WITHOUT, json!({})),
                Happens::Answers(_) => Ok(()),
                Happens::Restarts => {
                    let folded = Run::fold(&stage.events).expect("it folds");
                    prop_assert_eq!(&folded, &stage.run);
                    stage.run = folded;
                    Ok(())
                }
                Happens::Pauses => stage.tell(Input::Pause),
                Happens::Resumes => stage.tell(Input::Resume),
                Happens::Cancels => stage.tell(Input::Cancel),
                Happens::Retries => stage.tell(Input::Retry),
            };
            let answered: Vec<_> = stage.run.questions.iter().filter(|one| one.told().is_some()).collect();
            prop_assert!(answered.len() <= MOST_QUESTIONS);
            for (at, one) in answered.iter().enumerate() {
                let same = |other: &&std::sync::Arc<wheelhouse_engine::Question>| other.text == one.text;
                prop_assert!(!answered[at + 1..].iter().any(same), "asked twice: {}", one.text);
                // Its answer is found again by whoever asks the same.
                let wanted = one.asked().expect("an agent's");
                prop_assert!(stage.run.asked_before(&"a".into(), wanted).is_some());
            }
            let task = stage.run.task(&"a".into()).expect("a task");
            let is_open = stage.run.question_of(task).is_some_and(|one| one.answer.is_none());
            if task.status == TaskStatus::Waiting {
                prop_assert!(is_open, "it waits for a question that is there");
            }
        }
    }
}
