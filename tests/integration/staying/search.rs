//! What searches show to whom, and what becomes of a run that was shown what stays here.

use super::{Desk, HARMLESS, PLANTED, QUERY, reads, tells, waits};
use crate::templates::{completed, data, questions, statuses};
use serde_json::json;
use wheelhouse_domain::{TaskStatus, WorkflowStatus};

#[tokio::test]
async fn a_model_elsewhere_is_shown_the_rest_and_told_that_there_is_more() {
    let desk = Desk::open().await;
    let detail = desk.run(json!([reads("read", "far", &[])])).await;
    completed(&detail);
    let id = detail.workflow.id;
    assert!(detail.workflow.stays_here.is_empty());
    let sent = desk.sent_away();
    assert!(sent.contains(HARMLESS));
    assert!(sent.contains("confidential and was left out"), "{sent}");
    let task = desk.bench.task_detail(id, "read").await;
    let search = task.calls.iter().find(|call| call.left_out > 0);
    assert_eq!(
        search.map(|call| (call.left_out, call.passages.len())),
        Some((1, 1))
    );
    desk.assert_kept(&[id]).await;
}

#[tokio::test]
async fn a_model_of_this_machine_is_shown_everything() {
    let desk = Desk::open().await;
    let steps = json!([reads("read", "near", &[]), tells("tell", "near", &["read"])]);
    let detail = desk.run(steps).await;
    completed(&detail);
    let names: Vec<&str> = detail
        .workflow
        .stays_here
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["secret"]);
    let report = detail.report.expect("a report");
    assert!(report.text.contains(PLANTED) && report.text.contains(HARMLESS));
    let task = desk.bench.task_detail(detail.workflow.id, "read").await;
    let marks: Vec<(&str, bool)> = task
        .calls
        .iter()
        .flat_map(|call| &call.passages)
        .map(|passage| (passage.source_name.as_str(), passage.stays_here))
        .collect();
    assert!(
        marks.contains(&("secret", true)) && marks.contains(&("open", false)),
        "{marks:?}"
    );
    desk.assert_kept(&[detail.workflow.id]).await;
    desk.assert_nothing_told();
}

#[tokio::test]
async fn who_would_tell_it_elsewhere_asks_and_goes_on_with_a_model_here() {
    let desk = Desk::open().await;
    let steps = json!([reads("read", "near", &[]), tells("tell", "far", &["read"])]);
    let id = waits(&desk.run(steps).await);
    let question = desk.question().await;
    assert!(question.text.contains("far/fake-large"), "{}", question.text);
    let form = question.form.expect("a form");
    let names: Vec<&str> = form
        .outcomes
        .iter()
        .map(|outcome| outcome.name.as_str())
        .collect();
    assert_eq!(names, ["here", "all_here", "skip", "stop_run"]);
    assert!(form.fields[0].choices.contains(&"rehearsal".to_owned()));
    desk.assert_nothing_told();
    completed(&desk.answer(id, "here").await);
    desk.assert_kept(&[id]).await;
    desk.assert_nothing_told();
}

#[tokio::test]
async fn the_choice_may_hold_for_the_whole_run() {
    let desk = Desk::open().await;
    let steps = json!([
        reads("read", "near", &[]),
        tells("tell", "far", &["read"]),
        tells("again", "far", &["tell"]),
        tells("end", "far", &["again"])
    ]);
    let id = waits(&desk.run(steps).await);
    completed(&desk.answer(id, "all_here").await);
    desk.assert_kept(&[id]).await;
    desk.assert_nothing_told();
}

#[tokio::test]
async fn the_task_may_be_skipped_or_the_run_be_stopped() {
    let desk = Desk::open().await;
    let steps = json!([reads("read", "near", &[]), tells("tell", "far", &["read"])]);
    let id = waits(&desk.run(steps).await);
    let detail = desk.answer(id, "skip").await;
    assert_eq!(statuses(&detail)["tell"], TaskStatus::Skipped);
    assert_eq!(detail.workflow.status, WorkflowStatus::Completed);

    let other = crate::templates::start(
        &desk.bench,
        crate::templates::uid(crate::templates::UID),
        json!({}),
    )
    .await;
    let other = waits(&crate::templates::over(&desk.bench, other.id).await);
    let detail = desk.answer(other, "stop_run").await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Cancelled);
    desk.assert_kept(&[id, other]).await;
    desk.assert_nothing_told();
}

#[tokio::test]
async fn tasks_side_by_side_never_pass_it_on() {
    let desk = Desk::open().await;
    let side = |number: usize| {
        let model = if number.is_multiple_of(2) { "near" } else { "far" };
        let first = format!("first_{number}");
        [
            reads(&first, model, &[]),
            tells(&format!("second_{number}"), "far", &[&first]),
        ]
    };
    let steps: Vec<_> = (0..6).flat_map(side).collect();
    let detail = desk.run(json!(steps)).await;
    let id = detail.workflow.id;
    // Whoever had not begun its call when the first search ended asks; the operator skips them all.
    let mut detail = detail;
    while !detail.workflow.status.is_final() {
        for question in questions(&desk.bench).await {
            crate::templates::reply(&desk.bench, &question, Some("skip"), json!({})).await;
        }
        detail = crate::templates::over(&desk.bench, id).await;
    }
    desk.assert_kept(&[id]).await;
}

#[tokio::test]
async fn a_step_that_is_a_search_leaves_it_out_where_the_run_goes_elsewhere() {
    let desk = Desk::open().await;
    let search = json!({"id": "look", "title": "look", "kind": "tool", "tool": "knowledge_search",
        "arguments": {"query": QUERY}});
    let steps = json!([search, tells("tell", "far", &["look"])]);
    let detail = desk.run(steps).await;
    completed(&detail);
    let id = detail.workflow.id;
    assert!(detail.workflow.stays_here.is_empty());
    assert_eq!(
        data(&desk.bench, id, "look").await["passages"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let told = desk.bench.task_detail(id, "look").await;
    let answer = serde_json::to_string(&told).expect("plain data");
    assert!(answer.contains("left out, because its source stays on this machine"));
    assert!(desk.sent_away().contains(HARMLESS));
    desk.assert_kept(&[id]).await;
}

#[tokio::test]
async fn a_step_that_is_a_search_finds_it_where_all_is_done_here() {
    let desk = Desk::open().await;
    let search = json!({"id": "look", "title": "look", "kind": "tool", "tool": "knowledge_search",
        "arguments": {"query": QUERY}});
    let detail = desk.run(json!([search, tells("tell", "near", &["look"])])).await;
    completed(&detail);
    assert!(!detail.workflow.stays_here.is_empty());
    assert!(detail.report.is_some_and(|report| report.text.contains(PLANTED)));
    desk.assert_nothing_told();
}
