//! The loop's specification.

use super::*;
use proptest::prelude::*;
use serde_json::json;
use std::hash::{DefaultHasher, Hash, Hasher};
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
        terms: None,
        answer: None,
        sources: Vec::new(),
        talk: None,
    };
    crate::prompt::request(brief, "rehearsal", &[], expects)
}

fn says(text: &str) -> Recorded {
    Recorded::Model(ModelResponse {
        text: text.to_owned(),
        tool_calls: Vec::new(),
        usage: Usage::default(),
        thoughts: None,
    })
}

fn calls(ids: &[&str]) -> Recorded {
    Recorded::Model(ModelResponse {
        text: String::new(),
        tool_calls: ids.iter().map(|id| call(id)).collect(),
        usage: Usage::default(),
        thoughts: None,
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

/// A model that says the same whenever it is asked the same.
fn thinks(seed: u64, request: &ModelRequest) -> Recorded {
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    serde_json::to_string(request)
        .expect("plain data")
        .hash(&mut hasher);
    match hasher.finish() % 6 {
        0 => says(PLAN),
        1 => says("chat"),
        2 => calls(&["a"]),
        3 => calls(&["a", "a", ""]),
        4 => calls(&["a", "b", "c", "d"]),
        _ => calls(&["b", "c"]),
    }
}

/// Goes on from a record to the end of the exchange. Results of one turn come in either order.
fn go_on(seed: u64, expects: Expects, mut recorded: Vec<Recorded>, backwards: bool) -> (Vec<Recorded>, Turn) {
    loop {
        match next(expects, &recorded) {
            Turn::Model(request) => recorded.push(thinks(seed, &request)),
            Turn::Tools(open) => {
                let mut results: Vec<Recorded> = open.iter().map(|call| gave(&call.call_id)).collect();
                if backwards {
                    results.reverse();
                }
                recorded.extend(results);
            }
            end => return (recorded, end),
        }
    }
}

fn answers_of(recorded: &[Recorded]) -> Vec<&ModelResponse> {
    fn answer(record: &Recorded) -> Option<&ModelResponse> {
        match record {
            Recorded::Model(response) => Some(response),
            Recorded::Tool { .. } => None,
        }
    }
    recorded.iter().filter_map(answer).collect()
}

proptest! {
    #[test]
    fn an_exchange_that_was_broken_off_anywhere_ends_as_it_would_have(seed: u64, backwards: bool) {
        for expects in [Expects::Markdown, Expects::Plan, Expects::Staffing] {
            let (whole, end) = go_on(seed, expects, Vec::new(), false);
            let bound = usize::try_from(LoopLimits::default().model_turns).expect("small");
            prop_assert!(answers_of(&whole).len() <= bound);
            for cut in 0..=whole.len() {
                let (again, same) = go_on(seed, expects, whole[..cut].to_vec(), backwards);
                prop_assert_eq!(&same, &end, "cut at {}", cut);
                prop_assert_eq!(answers_of(&again), answers_of(&whole), "no call is made that was not, and none twice");
            }
        }
    }
}

/// A token for each character of what is said, so that lengths can be read off.
fn characters(request: &ModelRequest) -> u32 {
    let of = |message: &ModelMessage| match message {
        ModelMessage::User { text } | ModelMessage::Assistant { text, .. } => text.len(),
        ModelMessage::Tool { response, .. } => crate::prompt::tool_text(response).len(),
    };
    let all = request.system.len() + request.messages.iter().map(of).sum::<usize>();
    u32::try_from(all).expect("small")
}

/// An exchange of turns with two searches each, of this many characters.
fn long_exchange(turns: usize, length: usize) -> ModelRequest {
    let mut request = request(Expects::Markdown);
    for turn in 0..turns {
        let ids = [format!("{turn}a"), format!("{turn}b")];
        request.messages.push(ModelMessage::Assistant {
            text: format!("Turn {turn}."),
            tool_calls: ids.iter().map(|id| call(id)).collect(),
            thoughts: None,
        });
        for id in ids {
            request.messages.push(ModelMessage::Tool {
                call_id: id.clone(),
                tool: "knowledge_search".to_owned(),
                response: ToolResponse::Refused {
                    reason: "x".repeat(length),
                },
            });
        }
    }
    request
}

fn results_kept(request: &ModelRequest) -> Vec<&str> {
    let kept = |message| match message {
        &ModelMessage::Tool {
            ref call_id,
            response: ToolResponse::Refused { ref reason },
            ..
        } if reason.starts_with('x') => Some(call_id.as_str()),
        _ => None,
    };
    request.messages.iter().filter_map(kept).collect()
}

/// Every call that is left has its result right after it, as providers want it.
fn is_whole(request: &ModelRequest) -> bool {
    let mut open: Vec<&str> = Vec::new();
    request.messages.iter().all(|message| match message {
        ModelMessage::Tool { call_id, .. } => {
            let known = open.iter().position(|id| id == call_id);
            known.map(|place| open.remove(place)).is_some()
        }
        ModelMessage::Assistant { tool_calls, .. } => {
            let before = open.is_empty();
            open = tool_calls.iter().map(|call| call.call_id.as_str()).collect();
            before
        }
        ModelMessage::User { .. } => open.is_empty(),
    })
}

#[test]
fn what_fits_is_sent_as_it_is() {
    let long = long_exchange(3, 1_000);
    let window = characters(&long) + 100;
    assert_eq!(fit(long.clone(), window, 100, &characters), Ok((long, None)));
}

#[test]
fn the_oldest_results_go_first_and_no_more_than_needed() {
    let long = long_exchange(3, 1_000);
    let before = characters(&long);
    let (short, left_out) = fit(long, before - 1_500 + 100, 100, &characters).expect("it fits");
    let left_out = left_out.expect("something had to go");
    assert_eq!((left_out.results, left_out.turns), (2, 0));
    assert_eq!(left_out.tokens, before - characters(&short));
    assert_eq!(results_kept(&short), ["1a", "1b", "2a", "2b"]);
    assert!(is_whole(&short));
}

#[test]
fn then_whole_turns_go_and_the_model_is_told() {
    let long = long_exchange(6, 300);
    let first = long.messages.first().cloned();
    let rest = characters(&request(Expects::Markdown));
    let (short, left_out) = fit(long, rest + 1_300, 100, &characters).expect("it fits");
    let left_out = left_out.expect("something had to go");
    assert!(
        left_out.turns > 0 && left_out.results + 2 * left_out.turns == 10,
        "{left_out:?}"
    );
    assert_eq!(results_kept(&short), ["5a", "5b"], "the newest turn stays");
    assert!(short.system.contains("left out"));
    assert_eq!(short.messages.first().cloned(), first, "the task stays");
    assert!(is_whole(&short));
}

#[test]
fn the_last_result_is_never_left_out_and_what_is_too_long_says_how_long_it_is() {
    let rest = characters(&request(Expects::Markdown));
    let (short, _) = fit(long_exchange(1, 2_000), rest + 2_500, 100, &characters).expect("it fits");
    assert_eq!(results_kept(&short), ["0b"]);
    let long = fit(long_exchange(1, 9_000), rest + 2_500, 100, &characters).expect_err("it does not fit");
    assert!(long.needed > long.room && long.room == rest + 2_400, "{long:?}");
    let task = fit(request(Expects::Markdown), 100, 50, &characters).expect_err("it does not fit");
    assert_eq!(
        (task.needed, task.room),
        (rest, 75),
        "a small window leaves three quarters"
    );
}

proptest! {
    #[test]
    fn what_was_made_to_fit_does(turns in 0_usize..8, length in 0_usize..800, window in 200_u32..9_000) {
        let long = long_exchange(turns, length);
        let task = long.messages.first().cloned();
        match fit(long.clone(), window, 500, &characters) {
            Ok((short, left_out)) => {
                prop_assert!(characters(&short) <= window - 500.min(window / 4));
                prop_assert_eq!(left_out.is_none(), short == long);
                prop_assert_eq!(short.messages.first().cloned(), task);
                prop_assert!(short.system.starts_with(&long.system));
                prop_assert!(is_whole(&short));
            }
            Err(long) => prop_assert!(long.needed > long.room),
        }
    }
}
