//! The ways that text takes from run to run and from model to model.

use super::{Desk, HARMLESS, PLANTED, QUERY, echo, reads, tells, told, waits};
use crate::common::TASK;
use crate::templates::{UID, completed, document, keep, over, questions, reply, start, statuses, uid};
use serde_json::{Value, json};
use wheelhouse_contract::{
    CancelWorkflow, EditTask, ForkWorkflow, GetWorkflow, Operations, RetryTask, RunAgain, SaveSettings,
    WorkflowDetail,
};
use wheelhouse_domain::{
    CallKind, CallStatus, DefaultModels, Fallbacks, ForkEdit, TaskStatus, WorkflowId, WorkflowStatus,
};
use wheelhouse_orchestrator::World as _;
use wheelhouse_testkit::fake_models::{Asked, Fault, Reply, crew};

const CHILD: &str = "01920000-0000-7000-8000-00000000eeee";

/// Keeps a template that can be run below another: it is given a topic and gives what its last step says.
async fn keep_below(desk: &Desk, steps: Value) {
    let mut below = document(steps);
    below["uid"] = json!(CHILD);
    below["name"] = json!("below");
    // What agents say has many lines.
    below["inputs"][0]["type"] = json!("long_text");
    below["output"] = json!({"gave": "steps.last.text"});
    keep(&desk.bench, &below, 0).await;
}

fn inner(topic: &str, needs: &[&str]) -> Value {
    json!({"id": "inner", "title": "inner", "kind": "workflow", "template": CHILD, "needs": needs,
        "inputs": {"topic": topic}})
}

async fn child_of(desk: &Desk, id: WorkflowId) -> WorkflowId {
    let detail = desk.bench.detail(id).await;
    detail.children.first().expect("a sub-workflow").id
}

#[tokio::test]
async fn a_sub_workflow_that_is_given_it_keeps_it() {
    let desk = Desk::open().await;
    let mut last = tells("last", "far", &[]);
    last["prompt"] = json!("Go on with {{ inputs.topic }}.");
    keep_below(&desk, json!([last])).await;
    let steps = json!([reads("read", "near", &[]), inner("steps.read.text", &["read"])]);
    let id = waits(&desk.run(steps).await);
    let child = child_of(&desk, id).await;
    let below = desk.bench.detail(child).await;
    assert!(!below.workflow.stays_here.is_empty());
    assert!(below.workflow.description.contains(PLANTED), "it was handed on");
    completed(&desk.answer(id, "here").await);
    desk.assert_kept(&[id, child]).await;
    desk.assert_nothing_told();
}

#[tokio::test]
async fn what_a_sub_workflow_gives_keeps_the_run_above_here() {
    let desk = Desk::open().await;
    keep_below(&desk, json!([reads("last", "near", &[])])).await;
    let mut after = tells("after", "far", &["inner"]);
    after["prompt"] = json!("Go on with {{ steps.inner.data.gave }}.");
    let id = waits(&desk.run(json!([inner("inputs.topic", &[]), after])).await);
    let above = desk.bench.detail(id).await;
    assert!(!above.workflow.stays_here.is_empty());
    let child = child_of(&desk, id).await;
    completed(&desk.answer(id, "here").await);
    desk.assert_kept(&[id, child]).await;
    desk.assert_nothing_told();
}

#[tokio::test]
async fn a_sub_workflow_that_is_run_again_by_itself_still_keeps_it() {
    let desk = Desk::open().await;
    let mut last = tells("last", "far", &[]);
    last["prompt"] = json!("Go on with {{ inputs.topic }}.");
    keep_below(&desk, json!([last])).await;
    let steps = json!([reads("read", "near", &[]), inner("steps.read.text", &["read"])]);
    let id = waits(&desk.run(steps).await);
    let child = child_of(&desk, id).await;
    desk.answer(id, "skip").await;
    let again = RunAgain {
        request_key: desk.bench.key(),
        id: child,
    };
    let again = desk.bench.api().run_again(again).await.expect("a run").id;
    waits(&over(&desk.bench, again).await);
    desk.question().await;
    desk.assert_kept(&[id, child, again]).await;
    desk.assert_nothing_told();
}

#[tokio::test]
async fn a_fork_keeps_what_the_run_kept() {
    let desk = Desk::open().await;
    let steps = json!([reads("read", "near", &[]), tells("tell", "near", &["read"])]);
    let detail = desk.run(steps).await;
    completed(&detail);
    let forked = fork(&desk, &detail, "tell").await;
    waits(&over(&desk.bench, forked).await);
    completed(&desk.answer(forked, "here").await);
    desk.assert_kept(&[detail.workflow.id, forked]).await;
    desk.assert_nothing_told();
}

/// Forks a run at a task with the model elsewhere.
async fn fork(desk: &Desk, detail: &WorkflowDetail, task: &str) -> WorkflowId {
    let request = ForkWorkflow {
        request_key: desk.bench.key(),
        workflow_id: detail.workflow.id,
        task_id: desk.bench.task(detail.workflow.id, task).await.id,
        edit: ForkEdit::Model {
            model: "far/fake-large".to_owned(),
        },
        repeat: false,
    };
    desk.bench.api().fork_workflow(request).await.expect("a fork").id
}

#[tokio::test]
async fn a_fork_of_an_imported_run_keeps_it_too() {
    let desk = Desk::open().await;
    let steps = json!([reads("read", "near", &[]), tells("tell", "near", &["read"])]);
    let detail = desk.run(steps).await;
    let path = desk.path("run.wheelhouse");
    desk.bench
        .keep_run(detail.workflow.id, &path)
        .await
        .expect("a file");

    let other = Desk::open().await;
    // Both count from the same beginning: what is made here must not be called as what comes.
    for _ in 0..100 {
        other.bench.world().new_uid();
    }
    let imported = other.bench.take_run(&path).await.expect("a run").workflow;
    assert!(!imported.stays_here.is_empty());
    let detail = other.bench.detail(imported.id).await;
    let forked = fork(&other, &detail, "tell").await;
    waits(&over(&other.bench, forked).await);
    other.question().await;
    other.assert_nothing_told();
}

/// Searches, then fails for good.
fn fails_after_the_search(asked: &Asked) -> Reply {
    match asked.results().next() {
        Some(_) => Reply::fault(Fault::Unauthorized),
        None => echo(asked),
    }
}

#[tokio::test]
async fn a_conversation_that_has_it_does_not_go_on_with_another_model_elsewhere() {
    let desk = Desk::with(fails_after_the_search).await;
    let detail = desk.run(json!([reads("read", "near", &[])])).await;
    assert_eq!(detail.workflow.status, WorkflowStatus::Failed);
    let id = detail.workflow.id;
    let task_id = desk.bench.task(id, "read").await.id;
    let edit = EditTask {
        request_key: desk.bench.key(),
        workflow_id: id,
        task_id,
        prompt: None,
        model: Some("far/fake-large".to_owned()),
    };
    desk.bench.api().edit_task(edit).await.expect("edited");
    let retry = RetryTask {
        request_key: desk.bench.key(),
        workflow_id: id,
        task_id,
    };
    desk.bench.api().retry_task(retry).await.expect("taken up");
    waits(&over(&desk.bench, id).await);
    completed(&desk.answer(id, "here").await);
    desk.assert_kept(&[id]).await;
    desk.assert_nothing_told();
}

#[tokio::test]
async fn a_provider_that_moves_away_in_the_middle_is_told_nothing() {
    let desk = Desk::with(fails_after_the_search).await;
    let detail = desk.run(json!([reads("read", "near", &[])])).await;
    let id = detail.workflow.id;
    let providers = desk
        .bench
        .api()
        .list_providers(wheelhouse_contract::ListProviders {});
    let providers = providers.await.expect("providers");
    let near = providers
        .iter()
        .find(|one| one.name == "near")
        .expect("the provider");
    let away = desk.away.elsewhere_url(near.kind);
    desk.provider("near", away, Some(near.id)).await;
    let retry = RetryTask {
        request_key: desk.bench.key(),
        workflow_id: id,
        task_id: desk.bench.task(id, "read").await.id,
    };
    desk.bench.api().retry_task(retry).await.expect("taken up");
    waits(&over(&desk.bench, id).await);
    desk.question().await;
    desk.assert_kept(&[id]).await;
    desk.assert_nothing_told();
}

/// Reads with the model that is set for its kind.
fn reads_with_what_is_set(id: &str) -> Value {
    let mut step = reads(id, "near", &[]);
    step.as_object_mut().expect("a step").remove("model");
    step
}

#[tokio::test]
async fn a_model_elsewhere_does_not_take_the_place_of_one_here_that_has_read_it() {
    let desk = Desk::with(fails_after_the_search).await;
    use_in_turn(&desk, "near/fake-large", &["far/fake-large"]).await;
    let id = waits(&desk.run(json!([reads_with_what_is_set("read")])).await);
    let question = desk.question().await;
    for word in ["far/fake-large", "near/fake-large could not do it:"] {
        assert!(question.text.contains(word), "{}", question.text);
    }
    let task = desk.bench.task_detail(id, "read").await;
    let last = task.calls.last().expect("a call");
    assert_eq!(last.status, CallStatus::Failed, "what was tried is on record");
    completed(&desk.answer(id, "here").await);
    desk.assert_kept(&[id]).await;
    desk.assert_nothing_told();
}

#[tokio::test]
async fn one_that_has_read_nothing_is_replaced_without_a_question() {
    let desk = Desk::with(|_| Reply::fault(Fault::Unauthorized)).await;
    use_in_turn(&desk, "near/fake-large", &["far/fake-large"]).await;
    let detail = desk.run(json!([reads_with_what_is_set("read")])).await;
    completed(&detail);
    assert!(detail.workflow.stays_here.is_empty());
    assert!(desk.sent_away().contains(HARMLESS));
    desk.assert_kept(&[detail.workflow.id]).await;
}

#[tokio::test]
async fn who_is_to_stay_here_for_the_whole_run_asks_nobody_else() {
    let desk = Desk::with(fails_after_the_search).await;
    use_in_turn(&desk, "near/fake-large", &["far/fake-large"]).await;
    let mut then = reads_with_what_is_set("then");
    then["needs"] = json!(["read"]);
    let id = waits(&desk.run(json!([reads_with_what_is_set("read"), then])).await);
    completed(&desk.answer(id, "all_here").await);
    let next = desk.bench.task_detail(id, "then").await;
    let asked: Vec<&CallKind> = next.calls.iter().map(|call| &call.kind).collect();
    let last = asked.last().expect("a call");
    assert!(
        matches!(last, CallKind::Model { model, .. } if model == "rehearsal"),
        "{asked:?}"
    );
    desk.assert_kept(&[id]).await;
    desk.assert_nothing_told();
}

#[tokio::test]
async fn a_run_that_kept_it_keeps_it_after_a_restart() {
    let mut desk = Desk::open().await;
    let steps = json!([reads("read", "near", &[]), tells("tell", "far", &["read"])]);
    let id = waits(&desk.run(steps).await);
    desk.bench.reopen().await;
    desk.question().await;
    let detail = desk
        .bench
        .api()
        .get_workflow(GetWorkflow { id })
        .await
        .expect("a run");
    assert!(!detail.workflow.stays_here.is_empty());
    // With another model elsewhere the task only asks again.
    let question = desk.question().await;
    reply(&desk.bench, &question, Some("skip"), json!({})).await;
    let detail = over(&desk.bench, id).await;
    assert_eq!(statuses(&detail)["tell"], TaskStatus::Skipped);
    desk.assert_nothing_told();
}

/// The crew, whose designs of specialists repeat what their designer was told.
fn crew_that_repeats(asked: &Asked) -> Reply {
    if asked.system.contains("the crew's researcher") && asked.results().next().is_none() {
        return Reply::calls([("knowledge_search", json!({ "query": QUERY }))]);
    }
    if asked.system.contains("the crew's researcher") {
        return Reply::text(told(asked));
    }
    let reply = crew(asked);
    if !asked.system.contains("you staff the crew") {
        return reply;
    }
    let mut staffing: Value = serde_json::from_str(&reply.pieces.concat()).expect("a staffing");
    for assignment in staffing["assignments"].as_array_mut().expect("assignments") {
        if assignment["design"].is_object() {
            assignment["design"]["instructions"] = json!(told(asked));
        }
    }
    Reply::text(staffing.to_string())
}

pub(super) async fn use_for_all(desk: &Desk, model: &str) {
    use_in_turn(desk, model, &[]).await;
}

/// The model that agents use who name none, and those that are asked where it can't answer.
async fn use_in_turn(desk: &Desk, model: &str, then: &[&str]) {
    let then: Vec<String> = then.iter().map(|name| (*name).to_owned()).collect();
    let default_models = DefaultModels {
        driver: model.to_owned(),
        creator: model.to_owned(),
        generator: model.to_owned(),
        specialist: model.to_owned(),
        fallbacks: Fallbacks {
            driver: then.clone(),
            creator: then.clone(),
            generator: then.clone(),
            specialist: then,
        },
    };
    let request = SaveSettings {
        request_key: desk.bench.key(),
        default_models,
    };
    desk.bench.api().save_settings(request).await.expect("settings");
}

#[tokio::test]
async fn whoever_was_hired_because_of_it_is_not_shown_to_models_elsewhere() {
    let desk = Desk::with(crew_that_repeats).await;
    use_for_all(&desk, "near/fake-large").await;
    let first = desk.bench.run(TASK).await;
    assert_eq!(
        first.workflow.status,
        WorkflowStatus::Completed,
        "{:?}",
        first.workflow.failure
    );
    let agents = desk.bench.api().list_agents(wheelhouse_contract::ListAgents {});
    let agents = agents.await.expect("agents");
    let hired: Vec<_> = agents
        .iter()
        .filter(|agent| !agent.stays_here.is_empty())
        .collect();
    assert!(!hired.is_empty(), "somebody was hired");

    use_for_all(&desk, "far/fake-large").await;
    let second = desk.bench.begin("Say something about a walnut lamp").await;
    let second = over(&desk.bench, second).await;
    assert!(questions(&desk.bench).await.is_empty());
    let sent = desk.sent_away();
    assert!(!sent.is_empty());
    for agent in hired {
        assert!(!sent.contains(&agent.uid.to_string()), "{} was shown", agent.name);
    }
    desk.assert_kept(&[first.workflow.id, second.workflow.id]).await;
}

#[tokio::test]
async fn harmless_text_goes_every_way_without_a_question() {
    let desk = Desk::open().await;
    let remove = wheelhouse_contract::RemoveSource {
        request_key: desk.bench.key(),
        id: desk.secret.id,
    };
    desk.bench.api().remove_source(remove).await.expect("removed");
    let mut last = tells("last", "far", &[]);
    last["prompt"] = json!("Go on with {{ inputs.topic }}.");
    keep_below(&desk, json!([last])).await;
    let steps = json!([
        reads("read", "near", &[]),
        tells("tell", "far", &["read"]),
        inner("steps.tell.text", &["tell"])
    ]);
    let detail = desk.run(steps).await;
    completed(&detail);
    assert!(detail.workflow.stays_here.is_empty());
    let forked = fork(&desk, &detail, "read").await;
    completed(&over(&desk.bench, forked).await);
    assert!(desk.sent_away().matches(HARMLESS).count() >= 3);
    let cancel = CancelWorkflow {
        request_key: desk.bench.key(),
        id: start(&desk.bench, uid(UID), json!({})).await.id,
    };
    // One more in the middle of its way: cancelling it is no matter of where it is.
    let _ = desk.bench.api().cancel_workflow(cancel).await;
}
