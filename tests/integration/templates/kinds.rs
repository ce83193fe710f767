//! Each kind of step by itself.

use super::{
    UID, completed, data, document, keep, over, questions, reply, run, start, statuses, transform, uid,
};
use serde_json::{Value, json};
use wheelhouse_domain::{
    FailureCode, Json, ModelMessage, QuestionKind, TaskStatus, ToolCall, ToolResponse, WhySkipped,
    WorkflowStatus,
};
use wheelhouse_testkit::{Play, ScriptedModel, Workbench};

#[tokio::test]
async fn a_transform_makes_a_value_and_the_outputs_are_named() {
    let bench = Workbench::open().await;
    let mut trial = document(json!([
        transform("count", "inputs.items | length", &[]),
        transform("shout", "inputs.topic | upper", &["count"])
    ]));
    trial["output"] = json!({"loud": "steps.shout.output", "many": "steps.count.data > 2"});
    keep(&bench, &trial, 0).await;
    let run = start(&bench, uid(UID), json!({"topic": "boats"})).await;
    assert_eq!(run.name, "Trial: boats");
    assert_eq!(run.inputs.0["items"], json!(["one", "two", "three"]));
    let detail = over(&bench, run.id).await;
    completed(&detail);
    assert_eq!(detail.output.0, json!({"loud": "BOATS", "many": true}));
    assert_eq!(data(&bench, run.id, "count").await, json!(3));
    assert_eq!(detail.tasks[0].step_kind, "transform");
}

#[tokio::test]
async fn a_step_whose_condition_does_not_hold_is_skipped_and_the_next_goes_on() {
    let bench = Workbench::open().await;
    let mut maybe = transform("maybe", "1", &[]);
    maybe["when"] = json!("not inputs.wanted");
    let steps = json!([maybe, transform("after", "steps.maybe.status", &["maybe"])]);
    let detail = run(&bench, steps, json!({})).await;
    completed(&detail);
    assert_eq!(detail.tasks[0].skipped, Some(WhySkipped::Condition));
    assert_eq!(data(&bench, detail.workflow.id, "after").await, json!("skipped"));
}

#[tokio::test]
async fn where_all_is_skipped_the_report_says_so() {
    let bench = Workbench::open().await;
    let mut maybe = transform("maybe", "1", &[]);
    maybe["when"] = json!("not inputs.wanted");
    let detail = run(&bench, json!([maybe]), json!({})).await;
    completed(&detail);
    assert!(detail.report.expect("a report").text.contains("skipped"));
}

#[tokio::test]
async fn a_map_keeps_the_order_of_its_list_and_labels_its_scopes() {
    let bench = Workbench::open().await;
    let map = json!({"id": "each", "title": "Each", "kind": "map", "over": "inputs.items", "parallel": 2,
        "steps": [transform("shout", "item | upper", &[]), transform("place", "steps.shout.data ~ index", &["shout"])]});
    let detail = run(&bench, json!([map]), json!({})).await;
    completed(&detail);
    let id = detail.workflow.id;
    assert_eq!(data(&bench, id, "each").await, json!(["ONE0", "TWO1", "THREE2"]));
    let task = bench.task(id, "each/1/shout").await;
    assert_eq!(
        task.container.map(|container| container.0).as_deref(),
        Some("each")
    );
    let scope = task.scope.expect("a scope");
    assert_eq!(
        (scope.index, scope.label.as_str(), scope.block.as_str()),
        (1, "two", "each")
    );
}

#[tokio::test]
async fn a_map_over_nothing_gives_an_empty_list() {
    let bench = Workbench::open().await;
    let map = json!({"id": "each", "title": "Each", "kind": "map", "over": "inputs.items",
        "steps": [transform("shout", "item", &[])]});
    let detail = run(&bench, json!([map]), json!({"items": []})).await;
    completed(&detail);
    assert_eq!(data(&bench, detail.workflow.id, "each").await, json!([]));
}

/// A map whose second item fails.
fn failing_map(on_failure: &str) -> Value {
    json!([{"id": "each", "title": "Each", "kind": "map", "over": "[1, 0, 4]", "on_failure": on_failure,
        "steps": [{"id": "divide", "title": "Divide", "kind": "transform", "value": "8 // item",
            "retry": {"attempts": 1}}]}])
}

#[tokio::test]
async fn the_three_ways_of_a_map_with_a_failed_item() {
    let bench = Workbench::open().await;
    let skipped = run(&bench, failing_map("skip"), json!({})).await;
    completed(&skipped);
    assert_eq!(data(&bench, skipped.workflow.id, "each").await, json!([8, 2]));

    keep(&bench, &document(failing_map("collect")), 1).await;
    let id = start(&bench, uid(UID), json!({})).await.id;
    completed(&over(&bench, id).await);
    let collected = data(&bench, id, "each").await;
    assert_eq!((&collected[0], &collected[2]), (&json!(8), &json!(2)));
    assert_eq!(collected[1]["error"]["code"], json!("expression_failed"));

    keep(&bench, &document(failing_map("stop")), 2).await;
    let id = start(&bench, uid(UID), json!({})).await.id;
    let stopped = over(&bench, id).await;
    assert_eq!(stopped.workflow.status, WorkflowStatus::Failed);
    let failure = stopped.workflow.failure.expect("a reason");
    assert_eq!(failure.failure.code, FailureCode::StepInsideFailed);
}

#[tokio::test]
async fn a_branch_takes_the_first_case_that_holds_or_else() {
    let bench = Workbench::open().await;
    let branch = json!({"id": "way", "title": "Way", "kind": "branch", "cases": [
        {"name": "boats", "when": "inputs.topic == 'boats'", "steps": [transform("row", "'row'", &[])]},
        {"name": "also", "when": "inputs.topic == 'boats'", "steps": [transform("sail", "'sail'", &[])]}
    ], "else": {"steps": [transform("walk", "'walk'", &[])]}});
    let steps = json!([branch, transform("went", "steps.way.output", &["way"])]);
    let boats = run(&bench, steps, json!({"topic": "boats"})).await;
    completed(&boats);
    assert_eq!(data(&bench, boats.workflow.id, "went").await, json!("row"));
    assert!(!statuses(&boats).contains_key("way/0/sail"));
    let id = start(&bench, uid(UID), json!({"topic": "hills"})).await.id;
    completed(&over(&bench, id).await);
    assert_eq!(data(&bench, id, "went").await, json!("walk"));
}

#[tokio::test]
async fn a_loop_ends_when_its_condition_holds_or_after_its_most_rounds() {
    let bench = Workbench::open().await;
    let steps = |max: u32| {
        json!([{"id": "again", "title": "Again", "kind": "loop", "max": max,
            "until": "steps.grow.data | length >= 3",
            "steps": [transform("grow", "(previous or '') ~ round", &[])]}])
    };
    let ended = run(&bench, steps(9), json!({})).await;
    completed(&ended);
    assert_eq!(data(&bench, ended.workflow.id, "again").await, json!("123"));
    keep(&bench, &document(steps(2)), 1).await;
    let id = start(&bench, uid(UID), json!({})).await.id;
    completed(&over(&bench, id).await);
    assert_eq!(data(&bench, id, "again").await, json!("12"));
}

#[tokio::test]
async fn an_approval_is_answered_with_an_outcome_and_values() {
    let bench = Workbench::open().await;
    let steps = json!([
        {"id": "ask", "title": "Ask", "kind": "approval", "text": "Publish {{ inputs.topic }}?",
            "show": "# {{ inputs.topic }}", "fields": [{"name": "note", "title": "Note", "type": "text"}]},
        transform("said", "steps.ask.data.outcome ~ ': ' ~ steps.ask.data.fields.note", &["ask"])
    ]);
    let waiting = run(&bench, steps, json!({})).await;
    assert_eq!(waiting.workflow.status, WorkflowStatus::Waiting);
    let question = questions(&bench).await.remove(0);
    assert_eq!(
        (question.kind, question.text.as_str()),
        (QuestionKind::Approval, "Publish ferries?")
    );
    let form = question.form.clone().expect("a form");
    assert_eq!(form.show.as_deref(), Some("# ferries"));
    let outcomes: Vec<&str> = form
        .outcomes
        .iter()
        .map(|outcome| outcome.name.as_str())
        .collect();
    assert_eq!(outcomes, ["approved", "rejected"]);
    reply(&bench, &question, Some("rejected"), json!({"note": "not yet"})).await;
    let detail = over(&bench, waiting.workflow.id).await;
    completed(&detail);
    assert_eq!(
        data(&bench, detail.workflow.id, "said").await,
        json!("rejected: not yet")
    );
}

#[tokio::test]
async fn an_approval_that_nobody_answers_takes_its_outcome_or_fails() {
    let bench = Workbench::open().await;
    let ask = |outcome: Option<&str>| {
        json!([{"id": "ask", "title": "Ask", "kind": "approval", "text": "Publish?",
            "expires": {"after_s": 60, "outcome": outcome}}])
    };
    keep(&bench, &document(ask(Some("rejected"))), 0).await;
    let id = start(&bench, uid(UID), json!({})).await.id;
    over(&bench, id).await;
    bench.world().advance(61_000);
    // The clock was moved on; looking at the run again is what a waking machine does.
    let mut bench = bench;
    bench.reopen().await;
    let detail = bench
        .until(id, "the question answers itself", |detail| {
            detail.workflow.status.is_final()
        })
        .await;
    completed(&detail);
    assert_eq!(data(&bench, id, "ask").await["outcome"], json!("rejected"));
    assert_eq!(data(&bench, id, "ask").await["expired"], json!(true));

    keep(&bench, &document(ask(None)), 1).await;
    let id = start(&bench, uid(UID), json!({})).await.id;
    over(&bench, id).await;
    bench.world().advance(61_000);
    bench.reopen().await;
    let failed = bench.until_final(id).await;
    let failure = failed.workflow.failure.expect("a reason");
    assert_eq!(failure.failure.code, FailureCode::QuestionExpired);
}

#[tokio::test]
async fn an_input_gives_its_values_with_defaults_for_what_is_left_out() {
    let bench = Workbench::open().await;
    let steps = json!([{"id": "ask", "title": "Ask", "kind": "input", "text": "Which?", "fields": [
        {"name": "city", "title": "City", "type": "text", "required": true},
        {"name": "days", "title": "Days", "type": "integer", "default": 3}
    ]}]);
    let waiting = run(&bench, steps, json!({})).await;
    let question = questions(&bench).await.remove(0);
    assert_eq!(question.kind, QuestionKind::Input);
    reply(&bench, &question, None, json!({"city": "Oslo"})).await;
    let detail = over(&bench, waiting.workflow.id).await;
    completed(&detail);
    let given = data(&bench, detail.workflow.id, "ask").await;
    assert_eq!(given, json!({"city": "Oslo", "days": 3}));
}

#[tokio::test]
async fn a_wait_ends_by_itself() {
    let bench = Workbench::open().await;
    let steps = json!([
        {"id": "rest", "title": "Rest", "kind": "wait", "for": "0.05"},
        transform("after", "steps.rest.status", &["rest"])
    ]);
    let detail = run(&bench, steps, json!({})).await;
    completed(&detail);
    assert_eq!(
        data(&bench, detail.workflow.id, "after").await,
        json!("completed")
    );
}

#[tokio::test]
async fn a_tool_is_called_with_rendered_arguments_and_its_call_is_on_record() {
    let bench = Workbench::open().await;
    let steps = json!([
        {"id": "find", "title": "Find", "kind": "tool", "tool": "knowledge_search",
            "arguments": {"query": "{{ inputs.topic }} journal"}},
        transform("asked", "steps.find.data.query", &["find"])
    ]);
    let detail = run(&bench, steps, json!({})).await;
    completed(&detail);
    let id = detail.workflow.id;
    assert_eq!(data(&bench, id, "asked").await, json!("ferries journal"));
    let task = bench.task_detail(id, "find").await;
    assert_eq!(task.calls.len(), 1);
    assert_eq!(
        task.calls[0]
            .arguments
            .as_ref()
            .map(|arguments| arguments.0.clone()),
        Some(json!({"query": "ferries journal"}))
    );
}

#[tokio::test]
async fn sums_and_dates_are_worked_out_and_later_steps_read_them_as_data() {
    let bench = Workbench::open().await;
    let steps = json!([
        {"id": "price", "title": "Price", "kind": "tool", "tool": "calculator",
            "arguments": {"expression": "({{ inputs.items | length }} * 19.99) * 1.19"}},
        {"id": "due", "title": "Due", "kind": "tool", "tool": "date",
            "arguments": {"operation": "add", "date": "2024-01-31", "amount": 1, "unit": "months"}},
        transform("both", "steps.price.data.value ~ ' by ' ~ steps.due.data.date", &["price", "due"])
    ]);
    let detail = run(&bench, steps, json!({})).await;
    completed(&detail);
    let id = detail.workflow.id;
    assert_eq!(data(&bench, id, "both").await, json!("71.3643 by 2024-02-29"));
    let call = bench.task_detail(id, "price").await.calls.remove(0);
    assert_eq!(call.text.as_deref(), Some("(3 * 19.99) * 1.19 = 71.3643"));
}

#[tokio::test]
async fn a_sum_that_makes_no_sense_fails_its_step_and_says_why() {
    let bench = Workbench::open().await;
    let steps = json!([{"id": "price", "title": "Price", "kind": "tool", "tool": "calculator",
        "arguments": {"expression": "1 / 0"}}]);
    let detail = run(&bench, steps, json!({})).await;
    let failure = detail.workflow.failure.expect("a reason").failure;
    assert_eq!(failure.code, FailureCode::ToolFailed);
    assert!(failure.message.contains("zero"), "{}", failure.message);
}

#[tokio::test]
async fn an_agent_is_offered_the_tools_that_it_was_given_and_reads_what_they_give() {
    let model = ScriptedModel::new(|asked| match asked.nth {
        1 => Play::tools(vec![
            calling("a", "calculator", json!({"expression": "12 * 12"})),
            calling(
                "b",
                "date",
                json!({"operation": "difference", "from": "2024-02-28", "to": "2024-03-01"}),
            ),
            calling("c", "read_file", json!({"path": "notes.txt"})),
            calling("d", "calculator", json!({"expression": "12 *"})),
        ]),
        _ => Play::answer("144 in two days"),
    });
    let bench = Workbench::with(model.clone()).await;
    let mut trial = document(
        json!([{"id": "count", "title": "Count", "kind": "agent", "agent": "Counter",
        "prompt": "Count."}]),
    );
    trial["agents"] = json!([{"name": "Counter", "role": "Counter", "instructions": "Count with care.",
        "tools": ["calculator", "date"]}]);
    keep(&bench, &trial, 0).await;
    let id = start(&bench, uid(UID), json!({})).await.id;
    completed(&over(&bench, id).await);
    let requests = model.requests();
    let offered: Vec<&str> = requests[0].tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(offered, ["calculator", "date"]);
    let read: Vec<&ToolResponse> = requests[1]
        .messages
        .iter()
        .filter_map(|message| match message {
            ModelMessage::Tool { response, .. } => Some(response),
            _ => None,
        })
        .collect();
    assert!(
        matches!(read[0], ToolResponse::Done { text, untrusted: false, .. } if text == "12 * 12 = 144"),
        "{:?}",
        read[0]
    );
    assert!(
        matches!(read[1], ToolResponse::Done { data, .. } if data.0["days"] == 2),
        "{:?}",
        read[1]
    );
    assert!(matches!(read[2], ToolResponse::Refused { reason } if reason.contains("read_file")));
    assert!(matches!(read[3], ToolResponse::Refused { .. }), "{:?}", read[3]);
}

fn calling(call_id: &str, tool: &str, arguments: Value) -> ToolCall {
    ToolCall {
        call_id: call_id.to_owned(),
        tool: tool.to_owned(),
        arguments: Json(arguments),
    }
}

#[tokio::test]
async fn a_tool_that_refuses_fails_its_step() {
    let bench = Workbench::open().await;
    let steps = json!([{"id": "find", "title": "Find", "kind": "tool", "tool": "knowledge_search",
        "arguments": {"query": ""}}]);
    let detail = run(&bench, steps, json!({})).await;
    let failure = detail.workflow.failure.expect("a reason");
    assert_eq!(failure.failure.code, FailureCode::ToolFailed);
}

#[tokio::test]
async fn an_agent_of_the_template_is_hired_once_and_told_the_rendered_prompt() {
    let model =
        ScriptedModel::new(|asked| Play::answer(format!("I read: {}", asked.request.brief.description)));
    let bench = Workbench::with(model).await;
    let mut trial = document(
        json!([{"id": "write", "title": "Write", "kind": "agent", "agent": "Scribe",
        "prompt": "About {{ inputs.topic }}."}]),
    );
    trial["agents"] = json!([{"name": "Scribe", "role": "Writer", "instructions": "Write plainly."}]);
    keep(&bench, &trial, 0).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let id = start(&bench, uid(UID), json!({})).await.id;
        completed(&over(&bench, id).await);
        let task = bench.task_detail(id, "write").await;
        assert_eq!(task.answer.expect("an answer").text, "I read: About ferries.");
        ids.push(task.task.assigned_to);
        assert_eq!(task.task.agent_name.as_deref(), Some("Scribe"));
    }
    assert_eq!(ids[0], ids[1], "the same agent works again");
}

#[tokio::test]
async fn an_answer_after_a_schema_is_checked_and_sent_back_once() {
    let model = ScriptedModel::new(|asked| {
        Play::answer(if asked.is_repair() {
            r#"{"score": 4}"#
        } else {
            r#"{"score": "high"}"#
        })
    });
    let bench = Workbench::with(model.clone()).await;
    let steps = json!([
        {"id": "rate", "title": "Rate", "kind": "agent", "agent": "driver", "prompt": "Rate it.", "answer":
            {"type": "object", "properties": {"score": {"type": "integer"}}, "required": ["score"]}},
        transform("more", "steps.rate.data.score + 1", &["rate"])
    ]);
    let detail = run(&bench, steps, json!({})).await;
    completed(&detail);
    assert_eq!(data(&bench, detail.workflow.id, "more").await, json!(5));
    assert_eq!(model.asked_by("rate"), 2);
}

#[tokio::test]
async fn rehearsal_answers_after_a_schema() {
    let bench = Workbench::open().await;
    let steps = json!([
        {"id": "rate", "title": "Rate", "kind": "agent", "agent": "driver", "prompt": "Rate it.", "answer":
            {"type": "object", "required": ["score", "kind", "why"], "properties": {
                "score": {"type": "integer", "minimum": 1, "maximum": 5},
                "kind": {"enum": ["good", "bad"]}, "why": {"type": "string"}}}}
    ]);
    let detail = run(&bench, steps, json!({})).await;
    completed(&detail);
    let value = data(&bench, detail.workflow.id, "rate").await;
    assert!((1..=5).contains(&value["score"].as_i64().expect("a number")));
}

#[tokio::test]
async fn a_failure_is_caught_by_a_default_or_by_other_steps() {
    let bench = Workbench::open().await;
    let divide = |on_error: Value| {
        json!([
            {"id": "divide", "title": "Divide", "kind": "transform", "value": "1 // 0", "retry": {"attempts": 1},
                "on_error": on_error},
            transform("after", "steps.divide.output", &["divide"])
        ])
    };
    let default = run(&bench, divide(json!({"do": "default", "value": 7})), json!({})).await;
    completed(&default);
    assert_eq!(data(&bench, default.workflow.id, "after").await, json!(7));
    let branch = json!({"do": "branch", "block": {"steps": [transform("mend", "error.code", &[])]}});
    keep(&bench, &document(divide(branch)), 1).await;
    let id = start(&bench, uid(UID), json!({})).await.id;
    let mended = over(&bench, id).await;
    completed(&mended);
    assert_eq!(data(&bench, id, "after").await, json!("expression_failed"));
    assert!(bench.task(id, "divide").await.caught.is_some());
    assert_eq!(
        statuses(&mended).get("divide/0/mend"),
        Some(&TaskStatus::Completed)
    );
}
