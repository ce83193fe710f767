//! What stays here and what agents ask each other: it goes along with the question and comes back with the answer, and neither
//! takes it elsewhere.

use super::{Desk, HARMLESS, PLANTED, reads, tells, waits};
use crate::common::assert_completed;
use serde_json::{Value, json};
use wheelhouse_contract::{CreateAgent, Operations};
use wheelhouse_domain::{ASK_AGENT, AgentId, KNOWLEDGE_SEARCH, WorkflowId, WorkflowStatus};

/// The researcher of the permanent crew.
const RESEARCHER: AgentId = AgentId(2);

/// A desk whose researcher asks a finder, which thinks with this model and searches.
async fn desk(finder: &str) -> Desk {
    let desk = Desk::open().await;
    let request = CreateAgent {
        request_key: desk.bench.key(),
        name: "Finder".to_owned(),
        role: "Finder".to_owned(),
        instructions: "Find it.".to_owned(),
        model: format!("{finder}/fake-large"),
        tools: vec![KNOWLEDGE_SEARCH.to_owned()],
        fallbacks: Vec::new(),
    };
    desk.bench.api().create_agent(request).await.expect("added");
    let given = desk.bench.change_agent(RESEARCHER, |update| {
        "near/fake-large".clone_into(&mut update.model);
        update.tools = Some([KNOWLEDGE_SEARCH, ASK_AGENT].map(str::to_owned).to_vec());
        update.fallbacks = Some(vec!["far/fake-large".to_owned()]);
    });
    given.await.expect("given");
    desk
}

/// What the researcher was told when it asked in its step `a`, and the run of whoever it asked.
async fn asked(desk: &Desk, id: WorkflowId) -> (String, Option<WorkflowId>) {
    let task = desk.bench.task_detail(id, "a").await;
    let call = task.calls.into_iter().find(
        |call| matches!(&call.kind, wheelhouse_domain::CallKind::Tool { tool, .. } if tool == ASK_AGENT),
    );
    let call = call.expect("it asked");
    (call.text.unwrap_or_default(), call.help)
}

#[tokio::test]
async fn what_an_agent_found_for_another_keeps_that_ones_run_here() {
    let desk = desk("near").await;
    let detail = desk
        .run(json!([reads("a", "near", &[]), tells("b", "far", &["a"])]))
        .await;
    let id = waits(&detail);
    let (told, below) = asked(&desk, id).await;
    assert!(told.contains(PLANTED), "{told}");
    desk.question().await;
    desk.assert_nothing_told();
    desk.assert_kept(&[id, below.expect("it was asked")]).await;
}

#[tokio::test]
async fn who_works_only_here_asks_nobody_elsewhere() {
    let desk = desk("far").await;
    let detail = desk.run(json!([reads("a", "near", &[])])).await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Completed);
    // It is not even offered the tool, because there is nobody whom it could ask.
    let task = desk.bench.task_detail(detail.workflow.id, "a").await;
    assert!(task.calls.iter().all(|call| call.help.is_none()));
    desk.assert_nothing_told();
}

#[tokio::test]
async fn who_works_elsewhere_is_told_nothing_that_stays_here_by_those_it_asks() {
    let desk = desk("near").await;
    let detail = desk.run(json!([reads("a", "far", &[])])).await;
    assert_completed(&detail);
    let (told, below) = asked(&desk, detail.workflow.id).await;
    assert!(told.contains(HARMLESS) && !told.contains(PLANTED), "{told}");
    desk.assert_kept(&[detail.workflow.id, below.expect("it was asked")])
        .await;
}

/// A step of the researcher as it is: here, and elsewhere where that does not answer.
fn asks(id: &str, needs: &[&str]) -> Value {
    let mut step = reads(id, "near", needs);
    if let Some(step) = step.as_object_mut() {
        step.remove("model");
    }
    step
}

#[tokio::test]
async fn a_run_that_holds_what_stays_here_asks_nobody_elsewhere() {
    let desk = desk("far").await;
    let mut first = reads("b", "near", &[]);
    first["tools"] = json!([KNOWLEDGE_SEARCH]);
    let detail = desk.run(json!([first, asks("a", &["b"])])).await;
    assert_completed(&detail);
    let task = desk.bench.task_detail(detail.workflow.id, "a").await;
    assert!(task.calls.iter().all(|call| call.help.is_none()));
    desk.assert_nothing_told();
}

#[tokio::test]
async fn a_run_that_holds_nothing_of_it_asks_whom_it_likes() {
    let desk = desk("far").await;
    let detail = desk.run(json!([asks("a", &[])])).await;
    assert_completed(&detail);
    let (told, below) = asked(&desk, detail.workflow.id).await;
    assert!(told.contains(HARMLESS) && !told.contains(PLANTED), "{told}");
    desk.assert_kept(&[detail.workflow.id, below.expect("it was asked")])
        .await;
}
