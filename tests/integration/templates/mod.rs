//! Runs of templates other than the crew: every kind of step, every steering act, and the gallery.

mod files;
mod forking;
mod gallery;
mod inside;
mod kinds;
mod limits;
mod nested;
mod places;
mod steering;
mod timing_out;
mod versions;

use serde_json::{Value, json};
use std::collections::BTreeMap;
use wheelhouse_contract::{
    ListQuestions, Operations, QuestionView, ReplyToQuestion, RunTemplate, SaveTemplate, TaskView,
    WorkflowDetail, WorkflowView,
};
use wheelhouse_domain::{Json, TaskStatus, TemplateUid, WorkflowId, WorkflowStatus};
use wheelhouse_testkit::Workbench;

/// Identity of the template that most tests make.
pub(crate) const UID: &str = "01920000-0000-7000-8000-00000000ffff";

pub(crate) fn uid(text: &str) -> TemplateUid {
    TemplateUid(text.parse().expect("a uid"))
}

/// A document of these steps.
#[expect(
    clippy::needless_pass_by_value,
    reason = "callers hand in what they have just made"
)]
pub(crate) fn document(steps: Value) -> Value {
    json!({
        "schema": 1, "uid": UID, "name": "trial", "title": "Trial", "description": "For a test.",
        "inputs": [
            {"name": "topic", "title": "Topic", "type": "text", "default": "ferries"},
            {"name": "items", "title": "Items", "type": "list", "default": ["one", "two", "three"]},
            {"name": "wanted", "title": "Wanted", "type": "boolean", "default": true}
        ],
        "limits": {"parallel_tasks": 4, "attempts": 2, "sub_tasks": 12, "retry_base_ms": 1},
        "steps": steps
    })
}

/// Keeps a document as the next version of its template.
pub(crate) async fn keep(bench: &Workbench, document: &Value, version: u32) {
    let saved = bench
        .api()
        .save_template(SaveTemplate {
            request_key: bench.key(),
            text: document.to_string(),
            expected_version: version,
        })
        .await;
    assert_eq!(saved.expect("a fit template").version, version + 1);
}

/// Starts a run of a template.
pub(crate) async fn start(bench: &Workbench, template: TemplateUid, inputs: Value) -> WorkflowView {
    let request = RunTemplate {
        request_key: bench.key(),
        uid: template,
        version: None,
        inputs: Json(inputs),
        name: String::new(),
        start: true,
    };
    bench.api().run_template(request).await.expect("a run")
}

/// Keeps a document of these steps, runs it and waits until it has ended or waits for the operator.
pub(crate) async fn run(bench: &Workbench, steps: Value, inputs: Value) -> WorkflowDetail {
    keep(bench, &document(steps), 0).await;
    let id = start(bench, uid(UID), inputs).await.id;
    over(bench, id).await
}

/// Waits until a workflow has ended or asks something.
pub(crate) async fn over(bench: &Workbench, id: WorkflowId) -> WorkflowDetail {
    loop {
        let detail = bench
            .until(id, "the run ends or waits", |detail| {
                detail.workflow.status.is_final() || detail.workflow.status == WorkflowStatus::Waiting
            })
            .await;
        if detail.workflow.status.is_final() || !questions(bench).await.is_empty() {
            return detail;
        }
        // It waits for a time.
        bench
            .until(id, "the time comes", |detail| {
                detail.workflow.status != WorkflowStatus::Waiting
            })
            .await;
    }
}

pub(crate) async fn questions(bench: &Workbench) -> Vec<QuestionView> {
    bench
        .api()
        .list_questions(ListQuestions {})
        .await
        .expect("questions")
}

/// Answers a question that has a form.
pub(crate) async fn reply(bench: &Workbench, question: &QuestionView, outcome: Option<&str>, fields: Value) {
    let request = ReplyToQuestion {
        request_key: bench.key(),
        id: question.id,
        outcome: outcome.map(str::to_owned),
        fields: Json(fields),
    };
    bench.api().reply_to_question(request).await.expect("taken");
}

pub(crate) fn completed(detail: &WorkflowDetail) {
    assert_eq!(
        (detail.workflow.status, &detail.workflow.failure),
        (WorkflowStatus::Completed, &None),
        "{:#?}",
        detail
            .tasks
            .iter()
            .map(|task| (&task.key, task.status, &task.failure))
            .collect::<Vec<_>>()
    );
}

/// Where each task stands, by its key.
pub(crate) fn statuses(detail: &WorkflowDetail) -> BTreeMap<&str, TaskStatus> {
    let status = |task: &'_ TaskView| task.status;
    detail
        .tasks
        .iter()
        .map(|task| (task.key.as_str(), status(task)))
        .collect()
}

/// What a task gave as a value.
pub(crate) async fn data(bench: &Workbench, id: WorkflowId, key: &str) -> Value {
    bench.task_detail(id, key).await.data.0
}

/// A step that makes a value from values.
pub(crate) fn transform(id: &str, value: &str, needs: &[&str]) -> Value {
    json!({"id": id, "title": id, "kind": "transform", "value": value, "needs": needs})
}
