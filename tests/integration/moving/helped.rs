//! A run whose agent has asked another one moves while that one works: both go along, and what was asked is told once.

use super::{Pair, answer, assert_went_on, go_on, open_questions, place, refusal, view};
use crate::common::{TASK, assert_completed};
use serde_json::{Value, json};
use std::sync::Arc;
use wheelhouse_contract::{CreateAgent, MovedPlace, Operations};
use wheelhouse_domain::{
    ASK_AGENT, ASK_OPERATOR, AgentId, CallKind, Event, EventBody, Json, ModelMessage, ToolCall, WorkflowId,
    WorkflowStatus,
};
use wheelhouse_engine::asked::WITHOUT;
use wheelhouse_testkit::{Play, ScriptedModel, Workbench};

/// The researcher of the permanent crew.
const RESEARCHER: AgentId = AgentId(2);
/// What the agent that is asked answers.
const ANSWER: &str = "The journal is one file.";

fn calls(tool: &str, arguments: Value) -> Play {
    Play::tools(vec![ToolCall {
        call_id: tool.to_owned(),
        tool: tool.to_owned(),
        arguments: Json(arguments),
    }])
}

/// The researcher asks the helper, and that one the operator, before either says anything.
fn model() -> Arc<ScriptedModel> {
    ScriptedModel::except(|asked| {
        let mut messages = asked.request.messages.iter();
        let told = messages.any(|message| matches!(message, ModelMessage::Tool { .. }));
        match (asked.step(), told) {
            ("research", false) => Some(calls(
                ASK_AGENT,
                json!({ "agent": "Helper", "task": "Say what it is." }),
            )),
            ("help", false) => Some(calls(
                ASK_OPERATOR,
                json!({ "question": "Which one?", "choices": [] }),
            )),
            ("help", true) => Some(Play::answer(ANSWER)),
            _ => None,
        }
    })
}

/// A run on the laptop whose researcher waits for the helper, which waits for the operator; and the helper's run.
async fn waits(laptop: &Workbench) -> (WorkflowId, WorkflowId) {
    let helper = CreateAgent {
        request_key: laptop.key(),
        name: "Helper".to_owned(),
        role: "Clerk".to_owned(),
        instructions: "Do as you are told.".to_owned(),
        model: "rehearsal".to_owned(),
        tools: vec![ASK_OPERATOR.to_owned()],
        fallbacks: Vec::new(),
    };
    laptop.api().create_agent(helper).await.expect("added");
    let given = laptop.change_agent(RESEARCHER, |update| {
        update.tools = Some([ASK_AGENT, ASK_OPERATOR].map(str::to_owned).to_vec());
    });
    given.await.expect("given");
    let id = laptop.begin(TASK).await;
    let detail = laptop
        .until(id, "the helper asks", |detail| {
            let mut children = detail.children.iter();
            children.any(|child| child.status == WorkflowStatus::Waiting)
        })
        .await;
    (id, detail.children[0].id)
}

/// How often another agent was asked, began and ended.
fn counts(events: &[Event]) -> (usize, usize, usize) {
    let count = |is_it: fn(&EventBody) -> bool| events.iter().filter(|event| is_it(&event.body)).count();
    (
        count(
            |body| matches!(body, EventBody::CallStarted { kind: CallKind::Tool { tool, .. }, .. } if tool == ASK_AGENT),
        ),
        count(|body| matches!(body, EventBody::ChildStarted { .. })),
        count(|body| matches!(body, EventBody::ChildEnded { .. })),
    )
}

/// What the researcher was told, and the run of whoever told it.
async fn told(bench: &Workbench, id: WorkflowId) -> (Option<String>, Option<WorkflowId>) {
    let task = bench.task_detail(id, "research").await;
    let mut calls = task.calls.into_iter();
    let call = calls.find(|call| matches!(&call.kind, CallKind::Tool { tool, .. } if tool == ASK_AGENT));
    let call = call.expect("it asked");
    (call.text, call.help)
}

#[tokio::test]
async fn whoever_helps_goes_along_and_is_asked_once() {
    let pair = Pair::with(|setup| setup.model(model())).await;
    let (id, below) = waits(&pair.laptop).await;
    let alone = pair.mover().await.there(below, &mut go_on).await;
    let alone = refusal(alone);
    assert!(alone.details.next_step.is_some(), "{alone}");

    let there = pair.there(id).await;
    for one in [id, below] {
        assert_eq!(place(&pair.laptop, one).await, Some(MovedPlace::Gone));
    }
    assert!(open_questions(&pair.laptop).await.is_empty());
    let below_there = told(&pair.studio, there).await.1.expect("it went along");
    assert_eq!(
        view(&pair.studio, below_there).await.status,
        WorkflowStatus::Waiting
    );

    // There and back, and there again, before anybody answers.
    let here = pair.back(there).await;
    assert_eq!(here, id);
    let there = pair.there(here).await;

    answer(&pair.studio, WITHOUT).await;
    let done = pair.studio.until_final(there).await;
    assert_completed(&done);
    let (text, helped) = told(&pair.studio, there).await;
    assert!(text.is_some_and(|text| text.contains(ANSWER)));
    assert_eq!(helped, Some(below_there));
    assert_eq!(counts(&pair.studio.events(there).await), (1, 1, 1));
    for (one, other) in [(id, there), (below, below_there)] {
        assert_went_on(&pair.laptop.events(one).await, &pair.studio.events(other).await);
    }
}
