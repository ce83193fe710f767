//! The loop's specification.

use super::*;
use proptest::prelude::*;
use serde_json::json;
use wheelhouse_domain::{AgentKind, Brief, Json, Usage};

fn request(expects: Expects) -> ModelRequest {
    let brief = Brief {
        operator_task: "Plan a launch".to_owned(),
        agent_name: "Driver".to_owned(),
        agent_kind: AgentKind::Driver,
        role: "CEO".to_owned(),
        instructions: String::new(),
        step: "analyse".to_owned(),
        title: "Analyse".to_owned(),
        description: String::new(),
        done_when: String::new(),
        inputs: Vec::new(),
        plan: None,
        candidates: Vec::new(),
        clarifications: Vec::new(),
        max_sub_tasks: 12,
        answer: None,
        sources: Vec::new(),
    };
    crate::prompt::request(brief, "rehearsal", &[], expects)
}

fn says(text: &str) -> Recorded {
    Recorded::Model(ModelResponse {
        text: text.to_owned(),
        tool_calls: Vec::new(),
        usage: Usage::default(),
    })
}

fn calls(ids: &[&str]) -> Recorded {
    Recorded::Model(ModelResponse {
        text: String::new(),
        tool_calls: ids.iter().map(|id| call(id)).collect(),
        usage: Usage::default(),
    })
}

fn call(id: &str) -> ToolCall {
    ToolCall {
        call_id: id.to_owned(),
        tool: "knowledge_search".to_owned(),
        arguments: Json(json!({"query": "launch"})),
    }
}

fn gave(id: &str) -> Recorded {
    Recorded::Tool {
        call_id: id.to_owned(),
        tool: "knowledge_search".to_owned(),
        response: ToolResponse::Passages {
            query: id.to_owned(),
            passages: Vec::new(),
            documents: 1,
            left_out: 0,
        },
    }
}

fn next(expects: Expects, recorded: &[Recorded]) -> Turn {
    next_turn(&request(expects), recorded, LoopLimits::default(), &|_| Ok(()))
}

fn asked(turn: Turn) -> ModelRequest {
    match turn {
        Turn::Model(request) => request,
        other => panic!("expected a request to the model, got {other:?}"),
    }
}

const PLAN: &str = r#"{"summary": "s", "research": "r", "sub_tasks": [
    {"id": "a", "title": "A", "description": "d", "role": "Analyst"}]}"#;

#[test]
fn it_begins_with_the_first_request() {
    assert_eq!(
        next(Expects::Markdown, &[]),
        Turn::Model(request(Expects::Markdown))
    );
}

#[test]
fn an_answer_without_tool_calls_is_final() {
    let turn = next(Expects::Markdown, &[says("  Words.\n")]);
    let answer = Answer::Markdown("Words.".to_owned());
    assert_eq!(
        turn,
        Turn::Done {
            answer,
            origin: Origin::Answered
        }
    );
}

#[test]
fn tool_calls_without_a_result_are_to_be_made_in_order() {
    assert_eq!(
        next(Expects::Markdown, &[calls(&["a", "b", "c"]), gave("b")]),
        Turn::Tools(vec![call("a"), call("c")])
    );
}

#[test]
fn results_go_to_the_model_in_the_order_of_the_calls() {
    let request = asked(next(
        Expects::Markdown,
        &[calls(&["a", "b"]), gave("b"), gave("a")],
    ));
    let ids: Vec<_> = request
        .messages
        .iter()
        .filter_map(|message| match message {
            ModelMessage::Tool { call_id, .. } => Some(call_id.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(ids, ["a", "b"]);
}

#[test]
fn a_refusal_is_a_result_that_the_model_reads() {
    let refused = Recorded::Tool {
        call_id: "a".to_owned(),
        tool: "rm".to_owned(),
        response: ToolResponse::Refused {
            reason: "There is no such tool.".to_owned(),
        },
    };
    let request = asked(next(Expects::Markdown, &[calls(&["a"]), refused]));
    assert!(matches!(
        request.messages.last(),
        Some(ModelMessage::Tool {
            response: ToolResponse::Refused { .. },
            ..
        })
    ));
}

#[test]
fn results_of_unknown_calls_and_second_results_change_nothing() {
    let clean = next(Expects::Markdown, &[calls(&["a"]), gave("a")]);
    let noisy = next(
        Expects::Markdown,
        &[gave("x"), calls(&["a"]), gave("x"), gave("a"), gave("a")],
    );
    assert_eq!(clean, noisy);
}

#[test]
fn calls_without_a_name_of_their_own_get_one() {
    let Turn::Tools(made) = next(Expects::Markdown, &[calls(&["a", "a", "", ""])]) else {
        panic!("tools expected");
    };
    let names: BTreeSet<_> = made.iter().map(|call| call.call_id.as_str()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
}

#[test]
fn at_most_eight_calls_of_one_answer_are_made() {
    let ids: Vec<String> = (0..12).map(|id| id.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let Turn::Tools(made) = next(Expects::Markdown, &[calls(&ids)]) else {
        panic!("tools expected");
    };
    assert_eq!(made.len(), 8);
}

#[test]
fn tools_in_the_last_turn_are_one_turn_too_many() {
    let mut recorded = Vec::new();
    for _ in 0..7 {
        recorded.extend([calls(&["a"]), gave("a")]);
    }
    assert!(matches!(next(Expects::Markdown, &recorded), Turn::Model(_)));
    recorded.push(calls(&["a"]));
    let Turn::Failed(failure) = next(Expects::Markdown, &recorded) else {
        panic!("a failure expected");
    };
    assert_eq!(failure.code, FailureCode::TooManyTurns);
    assert!(!failure.next_step.is_empty());
}

#[test]
fn a_plan_may_stand_in_fences_and_between_words() {
    for text in [
        PLAN.to_owned(),
        format!("```json\n{PLAN}\n```"),
        format!("Use {{name}} like {{}} this:\n{PLAN}\nI hope that helps."),
    ] {
        let turn = next(Expects::Plan, &[says(&text)]);
        assert!(
            matches!(
                turn,
                Turn::Done {
                    answer: Answer::Plan(_),
                    ..
                }
            ),
            "{text} gave {turn:?}"
        );
    }
}

#[test]
fn a_question_may_take_the_place_of_a_plan() {
    let turn = next(Expects::Plan, &[says(r#"{"question": "Which launch?"}"#)]);
    let answer = Answer::Question("Which launch?".to_owned());
    assert_eq!(
        turn,
        Turn::Done {
            answer,
            origin: Origin::Answered
        }
    );
}

#[test]
fn a_question_is_not_a_staffing() {
    let request = asked(next(Expects::Staffing, &[says(r#"{"question": "Which?"}"#)]));
    assert!(matches!(request.messages.last(), Some(ModelMessage::User { text }) if text.contains("summary")));
}

#[test]
fn a_broken_structured_answer_is_sent_back_once_with_the_problem() {
    let request = asked(next(Expects::Plan, &[says("I would rather chat.")]));
    let Some(ModelMessage::User { text }) = request.messages.last() else {
        panic!("the problem goes to the model");
    };
    assert!(text.contains("There is no JSON object in the answer."), "{text}");
    let turn = next(Expects::Plan, &[says("I would rather chat."), says(PLAN)]);
    assert!(matches!(
        turn,
        Turn::Done { answer: Answer::Plan(_), origin: Origin::Repaired { problem } } if problem.contains("no JSON")
    ));
}

#[test]
fn the_second_broken_answer_is_unusable() {
    let turn = next(Expects::Plan, &[says("chat"), says("{\"summary\": 3")]);
    let Turn::Unusable { problem, last_text } = turn else {
        panic!("unusable expected");
    };
    assert!(problem.contains("not valid JSON"), "{problem}");
    assert_eq!(last_text, "{\"summary\": 3");
}

#[test]
fn what_the_check_finds_is_sent_back_in_its_own_words() {
    let check = |_: &Answer| Err(Unfit::because("Sub-task a needs itself."));
    let turn = next_turn(
        &request(Expects::Plan),
        &[says(PLAN)],
        LoopLimits::default(),
        &check,
    );
    assert!(matches!(
        asked(turn).messages.last(),
        Some(ModelMessage::User { text }) if text.contains("Sub-task a needs itself.")
    ));
}

#[test]
fn an_empty_text_is_sent_back_once_and_then_fails() {
    assert!(matches!(next(Expects::Markdown, &[says(" \n")]), Turn::Model(_)));
    let Turn::Failed(failure) = next(Expects::Markdown, &[says(" \n"), says("")]) else {
        panic!("a failure expected");
    };
    assert_eq!(failure.code, FailureCode::AnswerInvalid);
}

#[test]
fn without_a_turn_left_nothing_is_sent_back() {
    let limits = LoopLimits {
        model_turns: 1,
        tool_calls: 8,
    };
    let turn = next_turn(&request(Expects::Plan), &[says("chat")], limits, &|_| Ok(()));
    assert!(matches!(turn, Turn::Unusable { .. }));
}

#[test]
fn tools_may_be_called_while_repairing() {
    let recorded = [says("chat"), calls(&["a"]), gave("a"), says(PLAN)];
    assert!(matches!(
        next(Expects::Plan, &recorded),
        Turn::Done {
            origin: Origin::Repaired { .. },
            ..
        }
    ));
}

fn any_record() -> impl Strategy<Value = Recorded> {
    let id = prop_oneof![Just("a"), Just("b"), Just("")];
    prop_oneof![
        ".{0,40}".prop_map(|text| says(&text)),
        Just(says(PLAN)),
        proptest::collection::vec(id.clone(), 1..4).prop_map(|ids| calls(&ids)),
        id.prop_map(gave),
    ]
}

proptest! {
    #[test]
    fn the_same_records_always_give_the_same_turn(recorded in proptest::collection::vec(any_record(), 0..24)) {
        for expects in [Expects::Markdown, Expects::Plan, Expects::Staffing] {
            let turn = next(expects, &recorded);
            prop_assert_eq!(&turn, &next(expects, &recorded));
            if let Turn::Tools(calls) = turn {
                prop_assert!(!calls.is_empty() && calls.len() <= 8);
            }
        }
    }

    #[test]
    fn a_run_that_always_gets_an_answer_always_ends(records in proptest::collection::vec(any_record(), 64)) {
        let mut recorded = Vec::new();
        let mut ended = false;
        for record in records.iter().chain(std::iter::repeat_n(&says("x"), 16)) {
            match next(Expects::Plan, &recorded) {
                Turn::Model(_) => match record {
                    Recorded::Model(_) => recorded.push(record.clone()),
                    Recorded::Tool { .. } => recorded.push(says("x")),
                },
                Turn::Tools(open) => recorded.extend(open.iter().map(|call| gave(&call.call_id))),
                _ => { ended = true; break; }
            }
        }
        prop_assert!(ended);
    }
}
