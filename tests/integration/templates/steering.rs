//! What the operator does to runs under way and to single tasks.

use super::{UID, completed, data, document, keep, over, run, start, statuses, transform, uid};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wheelhouse_contract::{
    BulkAct, BulkWorkflows, EditTask, ErrorCode, Operations, OverrideTask, PauseWorkflow, ResumeWorkflow,
    RetryTask, RunAgain, Signal, SkipTask,
};
use wheelhouse_domain::{Json, KNOWLEDGE_SEARCH, TaskStatus, ToolCall, WorkflowId, WorkflowStatus};
use wheelhouse_testkit::{Gate, Play, ScriptedModel, Workbench, within};

/// A run whose first step fails until it is told otherwise, and one that builds on it.
fn shaky() -> Value {
    json!([
        {"id": "first", "title": "First", "kind": "agent", "agent": "driver", "prompt": "Do {{ inputs.topic }}.",
            "retry": {"attempts": 1}},
        transform("second", "steps.first.text ~ '.'", &["first"])
    ])
}

/// A model that refuses until the switch is thrown, and then says what it was told.
fn shaky_model() -> (Arc<ScriptedModel>, Arc<AtomicBool>) {
    let mended = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&mended);
    let model = ScriptedModel::new(move |asked| {
        if seen.load(Ordering::Relaxed) {
            Play::answer(format!("done: {}", asked.request.brief.description))
        } else {
            Play::fail(crate::common::lasting())
        }
    });
    (model, mended)
}

#[tokio::test]
async fn a_failed_task_is_retried_alone_with_what_it_made_impossible() {
    let (model, mended) = shaky_model();
    let bench = Workbench::with(model).await;
    let failed = run(&bench, shaky(), json!({})).await;
    let id = failed.workflow.id;
    assert_eq!(failed.workflow.status, WorkflowStatus::Failed);
    assert_eq!(statuses(&failed).get("second"), Some(&TaskStatus::Skipped));
    mended.store(true, Ordering::Relaxed);
    let task_id = bench.task(id, "first").await.id;
    let request_key = bench.key();
    bench
        .api()
        .retry_task(RetryTask {
            request_key,
            workflow_id: id,
            task_id,
        })
        .await
        .expect("taken up");
    completed(&over(&bench, id).await);
    assert_eq!(data(&bench, id, "second").await, json!("done: Do ferries.."));
}

#[tokio::test]
async fn a_failed_task_is_skipped_and_the_run_goes_on() {
    let (model, _) = shaky_model();
    let bench = Workbench::with(model).await;
    let steps = json!([shaky()[0], transform("second", "steps.first.status", &["first"])]);
    let failed = run(&bench, steps, json!({})).await;
    let id = failed.workflow.id;
    let task_id = bench.task(id, "first").await.id;
    let request_key = bench.key();
    bench
        .api()
        .skip_task(SkipTask {
            request_key,
            workflow_id: id,
            task_id,
        })
        .await
        .expect("skipped");
    completed(&over(&bench, id).await);
    assert_eq!(data(&bench, id, "second").await, json!("skipped"));
}

#[tokio::test]
async fn the_operator_answers_for_a_failed_task() {
    let (model, _) = shaky_model();
    let bench = Workbench::with(model).await;
    let failed = run(&bench, shaky(), json!({})).await;
    let id = failed.workflow.id;
    let task_id = bench.task(id, "first").await.id;
    let answer = |text: &str| OverrideTask {
        request_key: bench.key(),
        workflow_id: id,
        task_id,
        text: text.to_owned(),
        data: Json(Value::Null),
    };
    let empty = bench.api().override_task(answer("  ")).await;
    assert_eq!(empty.expect_err("no answer").code, ErrorCode::InvalidRequest);
    let task = bench.api().override_task(answer("mine")).await.expect("taken");
    assert!(task.overridden);
    completed(&over(&bench, id).await);
    assert_eq!(data(&bench, id, "second").await, json!("mine."));
    let late = bench.api().override_task(answer("too late")).await;
    assert_eq!(late.expect_err("built upon").code, ErrorCode::Conflict);
}

#[tokio::test]
async fn an_answer_of_the_operator_keeps_the_sources_that_it_names() {
    let model = ScriptedModel::new(|asked| {
        if asked.nth > 1 {
            return Play::fail(crate::common::lasting());
        }
        Play::tools(vec![ToolCall {
            call_id: "search-1".to_owned(),
            tool: KNOWLEDGE_SEARCH.to_owned(),
            arguments: Json(json!({"query": "backups"})),
        }])
    });
    let bench = Workbench::with(model).await;
    let mut trial = document(json!([
        {"id": "look", "title": "Look", "kind": "tool", "tool": KNOWLEDGE_SEARCH, "arguments": {"query": "schedules"}},
        {"id": "write", "title": "Write", "kind": "agent", "agent": "Scribe", "prompt": "Write.", "needs": ["look"],
            "retry": {"attempts": 1}},
        {"id": "after", "title": "After", "kind": "transform", "value": "steps.write.citations | length",
            "needs": ["write"]}
    ]));
    trial["agents"] = json!([{"name": "Scribe", "role": "Writer", "instructions": "Write plainly.",
        "tools": [KNOWLEDGE_SEARCH]}]);
    keep(&bench, &trial, 0).await;
    let id = start(&bench, uid(UID), json!({})).await.id;
    assert_eq!(over(&bench, id).await.workflow.status, WorkflowStatus::Failed);
    let looked = bench
        .task_detail(id, "look")
        .await
        .answer
        .expect("an answer")
        .citations;
    let other = looked.first().expect("the handbook has something").label.clone();
    let written = bench.task_detail(id, "write").await;
    let searched = written
        .calls
        .iter()
        .flat_map(|call| &call.passages)
        .map(|passage| passage.label.clone());
    let own = searched
        .into_iter()
        .find(|label| *label != other)
        .expect("a passage of its own");
    let text = format!("First [{own}], then [{other}], and [{own}] again. Nobody knows [s0000000].");
    let request = OverrideTask {
        request_key: bench.key(),
        workflow_id: id,
        task_id: written.task.id,
        text: text.clone(),
        data: Json(Value::Null),
    };
    let task = bench.api().override_task(request).await.expect("taken");
    assert_eq!(task.citations, 2);
    completed(&over(&bench, id).await);
    let answer = bench.task_detail(id, "write").await.answer.expect("an answer");
    assert_eq!(answer.text, text);
    let labels: Vec<_> = answer
        .citations
        .iter()
        .map(|source| source.label.clone())
        .collect();
    assert_eq!(labels, [own, other], "in the order of their first mention");
    assert!(answer.citations.iter().all(|source| !source.quote.is_empty()));
    assert_eq!(data(&bench, id, "after").await, json!(2));
}

#[tokio::test]
async fn a_task_is_told_something_else_and_tried_again() {
    let (model, mended) = shaky_model();
    let bench = Workbench::with(model).await;
    let id = run(&bench, shaky(), json!({})).await.workflow.id;
    mended.store(true, Ordering::Relaxed);
    let task_id = bench.task(id, "first").await.id;
    let edited = bench
        .api()
        .edit_task(EditTask {
            request_key: bench.key(),
            workflow_id: id,
            task_id,
            prompt: Some("Do otherwise".to_owned()),
            model: None,
        })
        .await
        .expect("edited");
    assert_eq!(edited.told.as_deref(), Some("Do otherwise"));
    let request_key = bench.key();
    bench
        .api()
        .retry_task(RetryTask {
            request_key,
            workflow_id: id,
            task_id,
        })
        .await
        .expect("taken up");
    completed(&over(&bench, id).await);
    assert_eq!(data(&bench, id, "second").await, json!("done: Do otherwise."));
}

async fn pause(bench: &Workbench, id: WorkflowId) {
    let request_key = bench.key();
    let paused = bench
        .api()
        .pause_workflow(PauseWorkflow { request_key, id })
        .await;
    assert!(paused.expect("paused").paused);
}

#[tokio::test]
async fn a_paused_run_keeps_what_was_in_flight_and_begins_nothing_new() {
    let gate = Gate::closed();
    let held = gate.clone();
    let model = ScriptedModel::new(move |asked| match asked.step() {
        "first" => Play::answer("one").held(&held),
        _ => Play::answer("two"),
    });
    let mut bench = Workbench::with(model.clone()).await;
    let steps = json!([
        {"id": "first", "title": "First", "kind": "agent", "agent": "driver"},
        {"id": "second", "title": "Second", "kind": "agent", "agent": "driver", "needs": ["first"]}
    ]);
    keep(&bench, &document(steps), 0).await;
    let id = start(&bench, uid(UID), json!({})).await.id;
    model
        .counter()
        .until("the model is asked", |tally| tally.asked == 1)
        .await;
    pause(&bench, id).await;
    gate.open();
    let paused = bench
        .until(id, "nothing is in flight", |detail| {
            detail.workflow.status == WorkflowStatus::Paused
        })
        .await;
    assert_eq!(statuses(&paused).get("first"), Some(&TaskStatus::Completed));
    bench.reopen().await;
    assert_eq!(bench.detail(id).await.workflow.status, WorkflowStatus::Paused);
    assert_eq!(model.asked_by("second"), 0);
    let request_key = bench.key();
    bench
        .api()
        .resume_workflow(ResumeWorkflow { request_key, id })
        .await
        .expect("goes on");
    completed(&over(&bench, id).await);
    assert_eq!((model.asked_by("first"), model.asked_by("second")), (1, 1));
}

#[tokio::test]
async fn a_run_is_run_again_with_the_same_inputs() {
    let bench = Workbench::open().await;
    let steps = json!([transform("loud", "inputs.topic | upper", &[])]);
    let first = run(&bench, steps, json!({"topic": "boats"})).await;
    // A newer version does not count: the same version runs again.
    keep(&bench, &document(json!([transform("loud", "'else'", &[])])), 1).await;
    let request_key = bench.key();
    let again = bench
        .api()
        .run_again(RunAgain {
            request_key,
            id: first.workflow.id,
        })
        .await
        .expect("again");
    assert_ne!(again.id, first.workflow.id);
    assert_eq!(
        (again.template.version, &again.inputs),
        (1, &first.workflow.inputs)
    );
    completed(&over(&bench, again.id).await);
    assert_eq!(data(&bench, again.id, "loud").await, json!("BOATS"));
}

#[tokio::test]
async fn many_are_dealt_with_at_once_and_each_is_told_of() {
    let bench = Workbench::open().await;
    let mut signals = wheelhouse_api::signals(bench.api());
    let steps = json!([transform("one", "1", &[])]);
    let done = run(&bench, steps, json!({})).await.workflow.id;
    let pending = bench.create("Only written down").await;
    let request = BulkWorkflows {
        request_key: bench.key(),
        act: BulkAct::Delete,
        ids: vec![done, WorkflowId(999), pending],
    };
    let outcome = bench
        .api()
        .bulk_workflows(request.clone())
        .await
        .expect("dealt with");
    assert_eq!(outcome.items.len(), 3);
    assert!(
        outcome.items.iter().all(|item| item.error.is_none()),
        "{outcome:?}"
    );
    let again = bench
        .api()
        .bulk_workflows(request.clone())
        .await
        .expect("the same wish");
    assert_eq!(again, outcome);
    let mut told = Vec::new();
    while told.len() < 3 {
        if let Signal::BulkProgress {
            request_key,
            done,
            total,
        } = within("progress", signals.recv()).await.expect("signals")
        {
            assert_eq!((request_key.as_str(), total), (request.request_key.0.as_str(), 3));
            told.push(done);
        }
    }
    assert_eq!(told, [1, 2, 3]);
    let cancel = BulkWorkflows {
        request_key: bench.key(),
        act: BulkAct::Cancel,
        ids: vec![done],
    };
    let refused = bench.api().bulk_workflows(cancel).await.expect("told of");
    assert_eq!(
        refused.items[0].error.as_ref().map(|error| error.code),
        Some(ErrorCode::NotFound)
    );
}
