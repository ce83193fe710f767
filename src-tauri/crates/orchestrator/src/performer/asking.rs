//! What an agent asks the operator: reading the call, the form of the question, and the answer as the agent is told it.
//!
//! The words of a question are a model's. Letters that nobody sees are taken out of them, and they are shown as plain text.
//!
//! Deliberately absent: how often is asked, and what of an answer counts as the operator's (`wheelhouse_engine::asked`).

use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use thiserror::Error;
use wheelhouse_domain::{
    ASK_OPERATOR, AgentQuestion, Field, FieldKind, Form, FormAbout, Json, Outcome, Outside, QuestionKind,
    ToolResponse,
};
use wheelhouse_engine::asked::{ANSWER, CHOICE, MOST_QUESTIONS, Told, WITHOUT, WORDS};
use wheelhouse_engine::{CallPlace, Fact};
use wheelhouse_tools::is_invisible;

/// Longest question, in characters.
const LONGEST_QUESTION: usize = 1_000;
/// Longest choice, in characters.
const LONGEST_CHOICE: usize = 120;
/// Most choices.
const MOST_CHOICES: usize = 6;
/// Longest answer in words, in characters.
const LONGEST_WORDS: i32 = 4_000;

/// Why a question can't be asked, in words for the model that wants to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Unfit {
    /// The arguments do not have their form.
    #[error("The arguments can't be used: {0}.")]
    Form(String),
    /// There is no question, or too much of it.
    #[error("Give \"question\" as a text of 1 to {LONGEST_QUESTION} characters.")]
    Question,
    /// Too few choices, too many, too long ones, or the same twice.
    #[error(
        "Give \"choices\" as 2 to {MOST_CHOICES} different texts of 1 to {LONGEST_CHOICE} characters, or leave it out."
    )]
    Choices,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    question: String,
    choices: Option<Vec<String>>,
}

/// What a call at `place` asks; `from` is what its model has seen that the operator did not write.
pub(super) fn read(arguments: &Value, place: CallPlace, from: Vec<Outside>) -> Result<AgentQuestion, Unfit> {
    let given = Arguments::deserialize(arguments).map_err(|error| Unfit::Form(error.to_string()))?;
    let question = plain(&given.question, true);
    if question.is_empty() || question.chars().count() > LONGEST_QUESTION {
        return Err(Unfit::Question);
    }
    let choices: Vec<String> = given.choices.unwrap_or_default();
    let choices: Vec<String> = choices.iter().map(|choice| plain(choice, false)).collect();
    let different: BTreeSet<&String> = choices.iter().collect();
    let fits = |choice: &String| (1..=LONGEST_CHOICE).contains(&choice.chars().count());
    let count_fits = choices.is_empty() || (2..=MOST_CHOICES).contains(&choices.len());
    if !count_fits || different.len() != choices.len() || !choices.iter().all(fits) {
        return Err(Unfit::Choices);
    }
    Ok(AgentQuestion {
        turn: place.turn,
        index: place.index,
        question,
        choices,
        from,
    })
}

/// Text as a person sees it: without letters that take no place or turn the direction of writing, and on one line unless
/// `lines` are kept.
pub(super) fn plain(text: &str, lines: bool) -> String {
    let seen = text.chars().filter(|letter| !is_invisible(*letter));
    let flat: String = seen
        .map(|letter| match letter {
            '\n' if lines => '\n',
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .collect();
    flat.trim().to_owned()
}

/// The question as the operator is asked it.
pub(super) fn question(asked: AgentQuestion) -> Fact {
    let words = Field {
        max: Some(LONGEST_WORDS),
        ..field(WORDS, "Your words", FieldKind::LongText)
    };
    let choice = (!asked.choices.is_empty()).then(|| Field {
        choices: asked.choices.clone(),
        ..field(CHOICE, "Answer", FieldKind::Choice)
    });
    let outcome = |name: &str, title: &str| Outcome {
        name: name.to_owned(),
        title: title.to_owned(),
    };
    Fact::Asked {
        kind: QuestionKind::Input,
        text: asked.question.clone(),
        form: Some(Form {
            outcomes: vec![
                outcome(ANSWER, "Answer"),
                outcome(WITHOUT, "Go on without an answer"),
            ],
            fields: choice.into_iter().chain([words]).collect(),
            about: Some(FormAbout::Asked {
                asked: Box::new(asked),
            }),
            ..Form::default()
        }),
    }
}

/// What the operator said, as the result of the call.
pub(super) fn response(told: Told<'_>) -> ToolResponse {
    let (text, data) = match told {
        Told::Nothing => (
            "The operator wants you to go on without an answer. Decide as well as you can, and say in your result what \
             you assumed."
                .to_owned(),
            json!({ "answered": false }),
        ),
        Told::Answer { choice, words } => {
            let text = match (choice, words) {
                (Some(choice), None) => format!("The operator chose: {choice}"),
                (Some(choice), Some(words)) => {
                    format!("The operator chose: {choice}\n\nThe operator added: {words}")
                }
                (None, words) => format!("The operator answered: {}", words.unwrap_or_default()),
            };
            (text, json!({ "answered": true, CHOICE: choice, WORDS: words }))
        }
    };
    ToolResponse::Done {
        tool: ASK_OPERATOR.to_owned(),
        text,
        data: Json(data),
        untrusted: false,
        checkpoint: None,
        stays: Vec::new(),
    }
}

/// Why nothing more is asked.
pub(super) fn enough() -> String {
    format!(
        "You have asked the operator {MOST_QUESTIONS} questions in this task, which is as many as you may. Go on without \
         an answer, and say in your result what you assumed."
    )
}

/// A field that need not be given.
fn field(name: &str, title: &str, kind: FieldKind) -> Field {
    Field {
        name: name.to_owned(),
        title: title.to_owned(),
        kind,
        help: String::new(),
        required: false,
        default: None,
        choices: Vec::new(),
        min: None,
        max: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: CallPlace = CallPlace { turn: 1, index: 0 };

    fn read_here(arguments: &Value) -> Result<AgentQuestion, Unfit> {
        read(arguments, PLACE, Vec::new())
    }

    #[test]
    fn a_question_is_read_as_a_person_sees_it() {
        let asked = read_here(&json!({
            "question": " Which\u{202e} port?\u{0}\nThe old one is used. ", "choices": ["8080", "80\n90\u{200b}"]
        }))
        .unwrap();
        assert_eq!(asked.question, "Which port? \nThe old one is used.");
        assert_eq!(asked.choices, ["8080", "80 90"]);
    }

    #[test]
    fn what_makes_no_sense_is_sent_back() {
        let long = "x".repeat(1_001);
        let unfit = [
            json!({}),
            json!({ "question": "" }),
            json!({ "question": "\u{200b}" }),
            json!({ "question": long }),
            json!({ "question": "Which?", "choices": ["one"] }),
            json!({ "question": "Which?", "choices": ["one", "one"] }),
            json!({ "question": "Which?", "choices": ["one", "one\u{200b}"] }),
            json!({ "question": "Which?", "choices": ["one", ""] }),
            json!({ "question": "Which?", "choices": [1, 2] }),
            json!({ "question": "Which?", "choices": ["a", "b", "c", "d", "e", "f", "g"] }),
            json!({ "question": "Which?", "url": "https://example.org" }),
        ];
        for arguments in unfit {
            assert!(read_here(&arguments).is_err(), "{arguments}");
        }
        assert!(read_here(&json!({ "question": "Which?", "choices": null })).is_ok());
    }

    #[test]
    fn an_agent_is_told_what_the_operator_said() {
        let told = |choice, words| match response(Told::Answer { choice, words }) {
            ToolResponse::Done { text, untrusted, .. } => (text, untrusted),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            told(Some("8080"), None),
            ("The operator chose: 8080".to_owned(), false)
        );
        assert!(
            told(Some("8080"), Some("for now"))
                .0
                .ends_with("The operator added: for now")
        );
        assert!(told(None, Some("9000")).0.ends_with("answered: 9000"));
    }
}
