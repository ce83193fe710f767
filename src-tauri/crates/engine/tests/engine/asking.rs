//! What agents ask in the middle of their work: asked once, never lost, and answered by nobody but the operator.

use crate::common::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use wheelhouse_domain::{
    AgentQuestion, Field, FieldKind, Form, FormAbout, Json, Limits, Outcome, Outside, QuestionKind, Setup,
    TaskStatus, WorkflowStatus, WorkflowUid,
};
use wheelhouse_engine::asked::{ANSWER, CHOICE, MOST_QUESTIONS, Told, WITHOUT, WORDS};
use wheelhouse_engine::form::FormProblem;
use wheelhouse_engine::{Fact, Input, Refusal, Run, create, replay};

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

/// A run whose step asks in its first turn of tools, as if its model had seen `from`.
fn asking(from: &[Outside]) -> Bench {
    let mut bench = at_work();
    let facts = vec![
        call_started(0, 0),
        call_finished(0, 0),
        asks(1, 0, "Which?", from),
    ];
    bench.tell_facts("a", facts).expect("asked");
    bench
}

/// A run of two steps, of which the first is at work.
fn at_work() -> Bench {
    Bench::started(vec![agent_step("a", &[]), agent_step("b", &["a"])])
}

/// What the operator said for the task, beside the task itself.
fn said(bench: &Bench) -> Vec<&str> {
    bench.run.said().into_iter().skip(1).collect()
}

#[test]
fn the_task_waits_and_goes_on_in_the_same_exchange() {
    let mut bench = asking(&[]);
    assert_eq!(bench.run.status(), WorkflowStatus::Waiting);
    bench.reply(ANSWER, json!({ CHOICE: "9090" })).expect("answered");
    let task = bench.task("a");
    assert_eq!((task.status, task.first_turn), (TaskStatus::Running, 0));
    assert_eq!(task.exchange().count(), 1, "what was said before stays");
    let question = bench.run.questions.last().expect("a question");
    assert_eq!(
        question.told(),
        Some(Told::Answer {
            choice: Some("9090"),
            words: None
        })
    );
    assert_eq!(bench.run.answers().count(), 0, "it is no part of anybody's brief");
    let replayed = replay::replay(&bench.events).expect("it folds");
    assert_eq!(replayed.differences, []);
    assert_eq!(Run::fold(&bench.events).expect("it folds"), bench.run);
}

#[test]
fn an_answer_says_something() {
    let mut bench = asking(&[]);
    for fields in [json!({}), json!({ WORDS: " \n" }), Value::Null] {
        let refused = bench.reply(ANSWER, fields).expect_err("nothing was said");
        assert_eq!(refused, Refusal::Form(FormProblem::NothingSaid));
    }
    assert!(
        bench.reply(ANSWER, json!({ CHOICE: "80" })).is_err(),
        "not offered"
    );
    bench
        .reply(WITHOUT, json!({ WORDS: "no" }))
        .expect("without an answer");
    let question = bench.run.questions.last().expect("a question");
    assert_eq!(question.told(), Some(Told::Nothing));
    assert!(said(&bench).is_empty());
}

#[test]
fn the_same_is_asked_once_and_a_task_asks_no_more_than_it_may() {
    let mut bench = asking(&[]);
    bench.reply(ANSWER, json!({ WORDS: "9090" })).expect("answered");
    let again = [asks(1, 0, "Another?", &[]), asks(3, 0, "Which?", &[Outside::Web])];
    for fact in again {
        assert!(matches!(
            bench.tell_facts("a", vec![fact]),
            Err(Refusal::AskedBefore { .. })
        ));
    }
    for number in 1..MOST_QUESTIONS {
        let turn = 1 + 2 * u32::try_from(number).expect("few");
        bench
            .tell_facts("a", vec![asks(turn, 0, &format!("Number {number}?"), &[])])
            .expect("asked");
        bench.reply(WITHOUT, json!({})).expect("answered");
    }
    let one_more = bench.tell_facts("a", vec![asks(99, 0, "One more?", &[])]);
    assert!(matches!(one_more, Err(Refusal::AskedBefore { .. })));
}

#[test]
fn a_question_that_a_cancel_withdrew_is_asked_anew_and_counts_for_nothing() {
    let mut bench = asking(&[]);
    bench.tell(Input::Cancel).expect("cancelled");
    assert!(bench.reply(ANSWER, json!({ WORDS: "9090" })).is_err());
    bench.tell(Input::Retry).expect("taken up");
    // The exchange goes on where it was.
    bench
        .tell_facts("a", vec![asks(1, 0, "Which?", &[])])
        .expect("asked anew");
    bench.reply(ANSWER, json!({ WORDS: "9090" })).expect("answered");
    assert_eq!(said(&bench), ["9090"]);
}

#[test]
fn while_it_is_paused_an_answer_is_kept() {
    let mut bench = asking(&[]);
    bench.tell(Input::Pause).expect("paused");
    bench.reply(ANSWER, json!({ WORDS: "9090" })).expect("answered");
    assert_eq!(bench.run.status(), WorkflowStatus::Paused);
    bench.tell(Input::Resume).expect("it goes on");
    assert_eq!(bench.task("a").first_turn, 0);
    assert_eq!(said(&bench), ["9090"]);
}

#[test]
fn a_choice_is_the_operators_only_where_nothing_from_outside_can_have_worded_it() {
    for (from, choice_counts) in [(&[][..], true), (&[Outside::Web][..], false)] {
        let mut bench = asking(from);
        bench
            .reply(ANSWER, json!({ CHOICE: "9090", WORDS: "in `web.toml`" }))
            .expect("answered");
        let expected: &[&str] = if choice_counts {
            &["9090", "in `web.toml`"]
        } else {
            &["in `web.toml`"]
        };
        assert_eq!(said(&bench), expected);
    }
}

#[test]
fn what_a_template_says_is_not_the_operators() {
    let run = |inputs, preset: &[&str]| {
        let setup = Setup {
            inputs: Json(inputs),
            preset: preset.iter().map(|name| (*name).to_owned()).collect(),
            ..Setup::default()
        };
        let (name, words) = ("Test".to_owned(), "Write `a.md`.".to_owned());
        let uid = WorkflowUid(Uuid::from_u128(7));
        let steps = template(vec![agent_step("a", &[])]);
        let created = create(uid, name, words, &steps, crew(), Limits::default(), setup, START);
        Run::fold(&[created]).expect("it folds")
    };
    // Where nothing is asked for, what the run is described by are the words of the template.
    assert!(run(json!({}), &[]).said().is_empty());
    let inputs = json!({ "file": "a.md", "also": ["b.md", 3] });
    assert_eq!(run(inputs.clone(), &[]).said(), ["a.md", "b.md"]);
    assert_eq!(run(inputs, &["file"]).said(), ["b.md"]);
    assert_eq!(run(Value::Null, &[]).said(), ["Write `a.md`."]);
}

#[test]
fn a_changed_prompt_is_not_the_operators_because_others_worded_what_it_begins_with() {
    let mut bench = at_work();
    let facts = vec![call_started(0, 0), call_finished(0, 0), Fact::Failed(lasting())];
    bench.tell_facts("a", facts).expect("it fails");
    let edited = Input::Edit {
        task: "a".into(),
        prompt: Some("Write to `notes.md`.".to_owned()),
        model: None,
    };
    bench.tell(edited).expect("edited");
    assert_eq!(bench.task("a").told.as_deref(), Some("Write to `notes.md`."));
    assert!(said(&bench).is_empty());
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
fn ask_next(bench: &mut Bench, number: u8) {
    let task = bench.task("a");
    let turn = task
        .calls
        .iter()
        .map(|call| call.turn + 1)
        .max()
        .unwrap_or(0)
        .max(task.first_turn);
    let question = format!("Number {number}?");
    let said = [call_started(turn, 0), call_finished(turn, 0)];
    if bench.tell_facts("a", said.to_vec()).is_ok() {
        // It may have asked that before, or enough.
        let _ = bench.tell_facts("a", vec![asks(turn + 1, 0, &question, &[])]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_no_question_is_lost_or_asked_twice(all in proptest::collection::vec(happens(), 0..40)) {
        let mut bench = at_work();
        for one in all {
            // What can't happen as things stand is refused and changes nothing.
            let _ = match one {
                Happens::Asks(number) => { ask_next(&mut bench, number); Ok(()) }
                Happens::Answers(true) if !bench.run.questions.is_empty() =>
                    bench.reply(ANSWER, json!({ WORDS: "so" })),
                Happens::Answers(_) if !bench.run.questions.is_empty() => bench.reply(WITHOUT, json!({})),
                Happens::Answers(_) => Ok(()),
                Happens::Restarts => {
                    let folded = Run::fold(&bench.events).expect("it folds");
                    prop_assert_eq!(&folded, &bench.run);
                    bench.run = folded;
                    Ok(())
                }
                Happens::Pauses => bench.tell(Input::Pause),
                Happens::Resumes => bench.tell(Input::Resume),
                Happens::Cancels => bench.tell(Input::Cancel),
                Happens::Retries => bench.tell(Input::Retry),
            };
            let answered: Vec<_> = bench.run.questions.iter().filter(|one| one.told().is_some()).collect();
            prop_assert!(answered.len() <= MOST_QUESTIONS);
            for (at, one) in answered.iter().enumerate() {
                let same = |other: &&std::sync::Arc<wheelhouse_engine::Question>| other.text == one.text;
                prop_assert!(!answered[at + 1..].iter().any(same), "asked twice: {}", one.text);
                // Its answer is found again by whoever asks the same.
                let wanted = one.asked().expect("an agent's");
                prop_assert!(bench.run.asked_before(&"a".into(), wanted).is_some());
            }
            let task = bench.task("a");
            let is_open = bench.run.question_of(task).is_some_and(|one| one.answer.is_none());
            if task.status == TaskStatus::Waiting {
                prop_assert!(is_open, "it waits for a question that is there");
            }
        }
    }
}
