//! Failures: what passes is tried again, what stays ends the run with a reason, and a retry goes on from what is there.

use crate::common::{
    TASK, assert_calls_made_once, assert_completed, count, lasting, outputs, passing, status_of,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wheelhouse_contract::{ExecuteWorkflow, GetAgent, ListAgents, Operations, RetryWorkflow};
use wheelhouse_domain::{
    AgentStatus, CallStatus, Event, EventBody, Failure, FailureCode, Json, KNOWLEDGE_SEARCH, Millis,
    ModelMessage, TaskStatus, ToolCall, ToolResponse, WorkflowId, WorkflowStatus,
};
use wheelhouse_testkit::{Play, ScriptedModel, Setup, Workbench, parts, plan, within};

async fn retry(bench: &Workbench, id: WorkflowId) {
    let request = RetryWorkflow {
        request_key: bench.key(),
        id,
    };
    bench.api().retry_workflow(request).await.expect("taken up again");
}

/// The waits between attempts that a journal tells of, in milliseconds.
fn waits(events: &[Event]) -> Vec<i64> {
    let wait = |event: &Event| match &event.body {
        EventBody::TaskAttemptFailed {
            retry_at: Millis(at), ..
        } => Some(at - event.at.0),
        _ => None,
    };
    events.iter().filter_map(wait).collect()
}

#[tokio::test]
async fn a_passing_failure_is_tried_again_after_a_growing_wait() {
    let model = ScriptedModel::except(|asked| {
        (asked.step() == "research" && asked.nth <= 2).then(|| Play::fail(passing()).after_saying("Half an "))
    });
    let bench = Setup::default()
        .model(model.clone())
        .limits(|limits| limits.retry_base_ms = 8)
        .open()
        .await;
    let done = bench.run(TASK).await;
    assert_completed(&done);
    let task = bench.task_detail(done.workflow.id, "research").await;
    assert_eq!(
        (task.task.attempt, task.task.failure, task.task.retry_at),
        (3, None, None)
    );
    let failed: Vec<u32> = task
        .calls
        .iter()
        .filter(|call| call.status == CallStatus::Failed)
        .map(|call| call.attempt)
        .collect();
    assert_eq!(failed, [1, 2]);
    let events = bench.events(done.workflow.id).await;
    let waits = waits(&events);
    assert!(
        (8..=10).contains(&waits[0]) && (16..=20).contains(&waits[1]) && waits.len() == 2,
        "{waits:?}"
    );
    assert_calls_made_once(&events);
}

#[tokio::test]
async fn what_a_provider_asks_to_wait_is_waited() {
    let model = ScriptedModel::except(|asked| {
        let busy = Failure {
            retry_after_ms: Some(15),
            code: FailureCode::ModelRateLimited,
            ..passing()
        };
        (asked.step() == "research" && asked.nth == 1).then(|| Play::fail(busy))
    });
    let bench = Workbench::with(model).await;
    let done = bench.run(TASK).await;
    assert_completed(&done);
    assert_eq!(waits(&bench.events(done.workflow.id).await), [15]);
}

#[tokio::test]
async fn a_stream_that_breaks_off_and_a_fault_in_the_code_are_tried_again() {
    let model = ScriptedModel::except(|asked| match (asked.step(), asked.nth) {
        ("research", 1) => Some(Play::break_off().after_saying("It begins well and")),
        ("staff", 1) => Some(Play::panic()),
        _ => None,
    });
    let bench = Workbench::with(model).await;
    let done = bench.run(TASK).await;
    assert_completed(&done);
    let (research, staff) = (
        bench.task(done.workflow.id, "research").await,
        bench.task(done.workflow.id, "staff").await,
    );
    assert_eq!((research.attempt, staff.attempt), (2, 2));
    let codes: Vec<FailureCode> = bench
        .events(done.workflow.id)
        .await
        .into_iter()
        .filter_map(|event| match event.body {
            EventBody::TaskAttemptFailed { failure, .. } => Some(failure.code),
            _ => None,
        })
        .collect();
    assert_eq!(codes, [FailureCode::ModelUnavailable, FailureCode::Internal]);
}

#[tokio::test]
async fn a_failure_that_does_not_pass_in_time_fails_the_workflow() {
    let model = ScriptedModel::except(|asked| (asked.step() == "research").then(|| Play::fail(passing())));
    let bench = Workbench::with(model.clone()).await;
    let request = ExecuteWorkflow {
        request_key: bench.key(),
        task: TASK.to_owned(),
    };
    let execution = within("the end", bench.api().execute_workflow(request))
        .await
        .expect("executed");
    assert_eq!(
        (execution.status, execution.steps.len()),
        (WorkflowStatus::Failed, 1),
        "the steps so far are told"
    );
    assert_eq!(model.asked_by("research"), 3);

    let failed = bench.detail(execution.workflow_id).await;
    let failure = failed.workflow.failure.clone().expect("a reason");
    assert_eq!(
        (failure.task.as_str(), failure.task_title.as_str()),
        ("research", "Research the knowledge")
    );
    assert_eq!(failure.failure, passing());
    assert_eq!(status_of(&failed, "analyse"), TaskStatus::Completed);
    assert_eq!(status_of(&failed, "research"), TaskStatus::Failed);
    assert!(
        ["staff", "aggregate", "report"]
            .iter()
            .all(|key| status_of(&failed, key) == TaskStatus::Skipped)
    );
    assert!(
        failed.report.is_none() && failed.plan.is_some(),
        "what there is, is kept"
    );
    let agents = bench.api().list_agents(ListAgents {}).await.expect("agents");
    let creator = bench
        .api()
        .get_agent(GetAgent { id: agents[1].id })
        .await
        .expect("the creator")
        .agent;
    assert_eq!((creator.status, creator.tasks_failed), (AgentStatus::Error, 1));
}

#[tokio::test]
async fn one_failing_part_lets_the_others_finish_and_a_retry_repeats_only_what_failed() {
    let broken = Arc::new(AtomicBool::new(true));
    let is_broken = Arc::clone(&broken);
    let model = ScriptedModel::except(move |asked| match asked.step() {
        "analyse" => Some(Play::answer(plan(parts(3)))),
        "work" if asked.request.brief.title == "Part part-2" && is_broken.load(Ordering::SeqCst) => {
            Some(Play::fail(lasting()))
        }
        _ => None,
    });
    let bench = Workbench::with(model.clone()).await;
    let failed = bench.run(TASK).await;
    let id = failed.workflow.id;
    assert_eq!(failed.workflow.status, WorkflowStatus::Failed);
    let failure = failed.workflow.failure.clone().expect("a reason");
    assert_eq!(
        (failure.task.as_str(), failure.task_title.as_str()),
        ("work/part-2", "Part part-2")
    );
    assert_eq!(
        (failure.failure.message, failure.failure.next_step),
        (lasting().message, lasting().next_step)
    );
    for key in ["work/part-1", "work/part-3"] {
        assert_eq!(
            status_of(&failed, key),
            TaskStatus::Completed,
            "what was at work may finish"
        );
        assert!(bench.task_detail(id, key).await.answer.is_some());
    }
    let before = bench.events(id).await;
    let kept = outputs(&before);
    let asked = model.requests().len();

    broken.store(false, Ordering::SeqCst);
    retry(&bench, id).await;
    let done = bench.ended(id).await;
    assert_completed(&done);
    let after = bench.events(id).await;
    assert_eq!(after[..before.len()], before[..], "the journal only grows");
    assert_calls_made_once(&after);
    let now = outputs(&after);
    assert!(
        kept.iter().all(|(task, output)| now[task] == *output),
        "finished tasks keep their outputs"
    );
    let again: Vec<String> = model.requests()[asked..]
        .iter()
        .map(|request| request.brief.title.clone())
        .collect();
    assert!(
        again
            .iter()
            .all(|title| ["Part part-2", "Report back"].contains(&title.as_str())),
        "{again:?}"
    );
    assert_eq!(again.iter().filter(|title| *title == "Report back").count(), 1);
    assert_eq!(count(&after, "workflow_retried"), 1);
    assert_eq!(bench.task(id, "work/part-2").await.attempt, 2);
}

#[tokio::test]
async fn a_retry_has_all_its_attempts_again() {
    let model = ScriptedModel::except(|asked| {
        (asked.step() == "research" && asked.nth <= 5).then(|| Play::fail(passing()))
    });
    let bench = Workbench::with(model.clone()).await;
    let failed = bench.run(TASK).await;
    assert_eq!(failed.workflow.status, WorkflowStatus::Failed);
    retry(&bench, failed.workflow.id).await;
    let done = bench.ended(failed.workflow.id).await;
    assert_completed(&done);
    assert_eq!(bench.task(done.workflow.id, "research").await.attempt, 6);
    assert_eq!(model.asked_by("analyse"), 1);
}

#[tokio::test]
async fn a_result_before_the_failure_is_not_asked_for_again() {
    // The first turn searches; the second fails once.
    let model = ScriptedModel::except(|asked| {
        (asked.step() == "research" && asked.nth == 2).then(|| Play::fail(passing()))
    });
    let bench = Workbench::with(model.clone()).await;
    let done = bench.run(TASK).await;
    assert_completed(&done);
    assert_eq!(
        model.asked_by("research"),
        3,
        "the turn that failed is repeated, the search is not"
    );
    let calls = bench.task_detail(done.workflow.id, "research").await.calls;
    let turns: Vec<u32> = calls
        .iter()
        .filter(|call| matches!(call.kind, wheelhouse_domain::CallKind::Model { .. }))
        .map(|call| call.turn)
        .collect();
    assert_eq!(turns, [0, 2, 2]);
}

#[tokio::test]
async fn a_model_that_is_not_there_is_named_with_those_that_are() {
    let bench = Setup::default()
        .only(ScriptedModel::named("another", |_| Play::rehearsal()))
        .open()
        .await;
    let failed = bench.run(TASK).await;
    let failure = failed.workflow.failure.expect("a reason").failure;
    assert_eq!(failure.code, FailureCode::AgentMissing);
    assert!(
        failure.message.contains("rehearsal") && failure.message.contains("another"),
        "{}",
        failure.message
    );
}

fn search(call_id: &str, tool: &str, arguments: serde_json::Value) -> ToolCall {
    ToolCall {
        call_id: call_id.to_owned(),
        tool: tool.to_owned(),
        arguments: Json(arguments),
    }
}

#[tokio::test]
async fn a_tool_call_that_makes_no_sense_is_refused_and_the_model_reads_why() {
    let model = ScriptedModel::except(|asked| match (asked.step(), asked.nth) {
        ("research", 1) => Some(Play::tools(vec![
            search("a", "delete_everything", serde_json::json!({})),
            search("b", KNOWLEDGE_SEARCH, serde_json::json!({ "query": 7 })),
            search("c", KNOWLEDGE_SEARCH, serde_json::json!({ "query": "rest api" })),
        ])),
        ("research", _) => Some(Play::answer("Nothing that could be said.")),
        _ => None,
    });
    let bench = Workbench::with(model.clone()).await;
    assert_completed(&bench.run(TASK).await);
    let second = model
        .requests()
        .into_iter()
        .filter(|request| request.brief.step == "research")
        .nth(1)
        .expect("asked");
    let answers: Vec<&ToolResponse> = second
        .messages
        .iter()
        .filter_map(|message| match message {
            ModelMessage::Tool { response, .. } => Some(response),
            _ => None,
        })
        .collect();
    assert!(matches!(answers[0], ToolResponse::Refused { reason } if reason.contains("delete_everything")));
    assert!(matches!(answers[1], ToolResponse::Refused { reason } if reason.contains("query")));
    assert!(matches!(answers[2], ToolResponse::Passages { passages, .. } if !passages.is_empty()));
}

#[tokio::test]
async fn an_agent_that_only_calls_tools_is_stopped() {
    let model = ScriptedModel::except(|asked| {
        let call = search(
            "again",
            KNOWLEDGE_SEARCH,
            // Always another, so that it does not go in a circle.
            serde_json::json!({ "query": format!("rest api {}", asked.nth) }),
        );
        (asked.step() == "research").then(|| Play::tools(vec![call]))
    });
    let bench = Workbench::with(model.clone()).await;
    let failed = bench.run(TASK).await;
    let failure = failed.workflow.failure.expect("a reason").failure;
    assert_eq!(
        (failure.code, failure.retryable),
        (FailureCode::TooManyTurns, false)
    );
    assert_eq!(model.asked_by("research"), 8);
}

#[tokio::test]
async fn an_empty_answer_is_sent_back_and_then_fails_the_task() {
    let model = ScriptedModel::except(|asked| (asked.step() == "report").then(|| Play::answer("  \n")));
    let bench = Workbench::with(model.clone()).await;
    let failed = bench.run(TASK).await;
    let failure = failed.workflow.failure.expect("a reason");
    assert_eq!(
        (failure.task.as_str(), failure.failure.code),
        ("report", FailureCode::AnswerInvalid)
    );
    assert_eq!(model.asked_by("report"), 2);
}
