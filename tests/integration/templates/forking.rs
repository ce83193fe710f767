//! Forks, runs as files, and replay, through the table.

use super::{UID, completed, data, document, keep, over, questions, reply, run, start, transform, uid};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use wheelhouse_contract::{
    ErrorCode, ForkPlanView, ForkWorkflow, GetBudgets, ImportedWorkflow, ListJournal, Operations, PlanFork,
    QuestionView, ReplayWorkflow, RetryTask, WorkflowDetail, WorkflowView,
};
use wheelhouse_domain::{ForkEdit, Json, Seq, Tally, TaskStatus, WorkflowId, WorkflowStatus};
use wheelhouse_orchestrator::World as _;
use wheelhouse_testkit::{Play, ScriptedModel, Workbench};

const CHILD: &str = "01920000-0000-7000-8000-00000000eeee";

async fn plan(bench: &Workbench, id: WorkflowId, task: &str, edit: ForkEdit) -> ForkPlanView {
    let task_id = bench.task(id, task).await.id;
    let request = PlanFork {
        workflow_id: id,
        task_id,
        edit,
    };
    bench.api().plan_fork(request).await.expect("a plan")
}

async fn fork(bench: &Workbench, id: WorkflowId, task: &str, edit: ForkEdit) -> WorkflowView {
    let request = ForkWorkflow {
        request_key: bench.key(),
        workflow_id: id,
        task_id: bench.task(id, task).await.id,
        edit,
        repeat: false,
    };
    let view = bench.api().fork_workflow(request.clone()).await.expect("a fork");
    let again = bench.api().fork_workflow(request).await.expect("the same wish");
    assert_eq!(again.id, view.id);
    view
}

/// A model that counts how often it is asked.
fn counting() -> (Arc<ScriptedModel>, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let model = ScriptedModel::new(move |asked| {
        let number = count.fetch_add(1, Ordering::Relaxed) + 1;
        Play::answer(format!("{number}: {}", asked.request.brief.description))
    });
    (model, asked)
}

fn three() -> Value {
    json!([
        {"id": "first", "title": "First", "kind": "agent", "agent": "driver", "prompt": "Of {{ inputs.topic }}."},
        {"id": "second", "title": "Second", "kind": "agent", "agent": "creator", "prompt": "Go on.", "needs": ["first"]},
        transform("last", "steps.second.text", &["second"])
    ])
}

#[tokio::test]
async fn only_what_the_change_reaches_is_done_anew() {
    let (model, asked) = counting();
    let bench = Workbench::with(model).await;
    let before = run(&bench, three(), json!({})).await;
    completed(&before);
    let id = before.workflow.id;
    let told = asked.load(Ordering::Relaxed);
    let edit = ForkEdit::Prompt {
        text: "Go elsewhere.".to_owned(),
    };
    let ahead = plan(&bench, id, "second", edit.clone()).await;
    let anew: Vec<&str> = ahead.again.iter().map(|task| task.key.as_str()).collect();
    assert_eq!(
        (anew, ahead.reused, ahead.used.calls),
        (vec!["second", "last"], 1, 1)
    );
    let kept: Vec<&str> = ahead.kept.iter().map(|task| task.key.as_str()).collect();
    assert_eq!(kept, ["first"]);
    assert_eq!(asked.load(Ordering::Relaxed), told, "to look ahead costs nothing");
    let made = fork(&bench, id, "second", edit).await;
    let after = over(&bench, made.id).await;
    completed(&after);
    assert_eq!(asked.load(Ordering::Relaxed), told + 1);
    let text =
        |detail: &wheelhouse_contract::TaskDetail| detail.answer.as_ref().map(|answer| answer.text.clone());
    assert_eq!(
        text(&bench.task_detail(made.id, "first").await),
        text(&bench.task_detail(id, "first").await)
    );
    assert!(
        data(&bench, made.id, "last")
            .await
            .as_str()
            .is_some_and(|text| text.contains("Go elsewhere."))
    );
    let origin = made.forked_from.expect("where it comes from");
    assert_eq!((origin.id, origin.task.as_str()), (Some(id), "second"));
}

#[tokio::test]
async fn a_given_answer_and_other_inputs_make_other_forks() {
    let bench = Workbench::open().await;
    let steps = json!([
        transform("a", "inputs.topic", &[]),
        transform("b", "inputs.items | length", &[]),
        transform("c", "steps.a.data ~ steps.b.data", &["a", "b"])
    ]);
    let before = run(&bench, steps, json!({})).await;
    completed(&before);
    let id = before.workflow.id;
    let given = ForkEdit::Output {
        text: "given".to_owned(),
        data: Some(Json(json!("trains"))),
    };
    let made = fork(&bench, id, "a", given).await;
    completed(&over(&bench, made.id).await);
    assert_eq!(data(&bench, made.id, "c").await, json!("trains3"));
    let values = ForkEdit::Inputs {
        values: Json(json!({"items": ["one"]})),
    };
    let ahead = plan(&bench, id, "c", values.clone()).await;
    let anew: Vec<&str> = ahead.again.iter().map(|task| task.key.as_str()).collect();
    assert_eq!(anew, ["b", "c"]);
    let made = fork(&bench, id, "c", values).await;
    completed(&over(&bench, made.id).await);
    assert_eq!(data(&bench, made.id, "c").await, json!("ferries1"));
    let wrong = PlanFork {
        workflow_id: id,
        task_id: bench.task(id, "c").await.id,
        edit: ForkEdit::Inputs {
            values: Json(json!({"items": 3})),
        },
    };
    assert_eq!(
        bench.api().plan_fork(wrong).await.expect_err("unfit").code,
        ErrorCode::InvalidRequest
    );
}

/// What the sub-workflow of a run asks, once it does.
async fn asked(bench: &Workbench, id: WorkflowId) -> QuestionView {
    let asks = |detail: &WorkflowDetail| {
        let mut below = detail.children.iter();
        below.any(|child| child.status == WorkflowStatus::Waiting)
    };
    bench.until(id, "the sub-workflow asks", asks).await;
    questions(bench).await.remove(0)
}

/// A run with a sub-workflow that asks something and then gives the answer.
async fn with_child(bench: &Workbench) -> WorkflowDetail {
    let mut below = document(json!([
        {"id": "ask", "title": "Ask", "kind": "approval", "text": "Go on?"},
        transform("last", "steps.ask.data.outcome ~ ' ' ~ inputs.topic", &["ask"])
    ]));
    below["uid"] = json!(CHILD);
    below["name"] = json!("below");
    keep(bench, &below, 0).await;
    let steps = json!([
        transform("before", "'b'", &[]),
        {"id": "aside", "title": "Aside", "kind": "agent", "agent": "creator", "prompt": "Think of {{ inputs.topic }}."},
        {"id": "inner", "title": "Inner", "kind": "workflow", "template": CHILD, "inputs": {"topic": "inputs.topic"},
            "needs": ["before"]},
        transform("after", "steps.inner.text", &["inner"])
    ]);
    keep(bench, &document(steps), 0).await;
    let id = start(bench, uid(UID), json!({})).await.id;
    let question = asked(bench, id).await;
    reply(bench, &question, Some("approved"), json!({})).await;
    let detail = bench.until_final(id).await;
    completed(&detail);
    detail
}

#[tokio::test]
async fn a_fork_inside_a_sub_workflow_forks_what_is_above_and_keeps_answered_questions() {
    let bench = Workbench::open().await;
    let above = with_child(&bench).await;
    let child = above.children[0].id;
    let ahead = plan(&bench, child, "last", ForkEdit::Again).await;
    assert_eq!(ahead.above, [above.workflow.id]);
    let made = fork(&bench, child, "last", ForkEdit::Again).await;
    assert_eq!(
        made.forked_from.as_ref().and_then(|from| from.id),
        Some(above.workflow.id)
    );
    let after = bench.until_final(made.id).await;
    completed(&after);
    assert_eq!(
        questions(&bench).await,
        [],
        "what was answered is not asked again"
    );
    let below = &after.children[0];
    assert_eq!(below.forked_from.as_ref().and_then(|from| from.id), Some(child));
    // Where the question itself is forked, it is asked again.
    let made = fork(&bench, child, "ask", ForkEdit::Again).await;
    let question = asked(&bench, made.id).await;
    reply(&bench, &question, Some("rejected"), json!({})).await;
    completed(&bench.until_final(made.id).await);
    assert_eq!(data(&bench, made.id, "before").await, json!("b"));
}

async fn import(bench: &Workbench, path: &Path) -> ImportedWorkflow {
    bench.take_run(path).await.expect("taken in")
}

#[tokio::test]
async fn a_run_goes_to_another_place_as_a_file_and_is_history_there() {
    let here = Workbench::open().await;
    let above = with_child(&here).await;
    let id = above.workflow.id;
    let path = here.folder().join("run.wheelhouse");
    let written = here.keep_run(id, &path).await.expect("written");
    assert_eq!(written.workflows, 2);
    let today = here.api().get_budgets(GetBudgets {}).await.expect("today");
    assert!(today.spent.tokens > 0, "{today:?}");
    assert!(import(&here, &path).await.known, "it is here already");

    let mut there = Workbench::open().await;
    // The worlds of tests give the same identities in the same order; these are spent here.
    for _ in 0..100 {
        there.world().new_uid();
    }
    let taken = import(&there, &path).await;
    assert!(!taken.known && taken.workflow.imported.is_some());
    let id = taken.workflow.id;
    let found = there.detail(id).await;
    assert_eq!(found.workflow.uid, above.workflow.uid);
    assert_eq!((found.tasks.len(), found.children.len()), (above.tasks.len(), 1));
    assert_eq!(data(&there, id, "before").await, json!("b"));
    let journal = ListJournal {
        workflow_id: id,
        after: Seq(0),
        limit: 100,
    };
    assert!(
        !there
            .api()
            .list_journal(journal)
            .await
            .expect("a journal")
            .is_empty()
    );
    assert!(import(&there, &path).await.known);

    there.reopen().await;
    let today = there.api().get_budgets(GetBudgets {}).await.expect("today");
    assert_eq!(today.spent, Tally::default(), "what it cost was spent elsewhere");
    let task_id = there.task(id, "before").await.id;
    let retry = RetryTask {
        request_key: there.key(),
        workflow_id: id,
        task_id,
    };
    assert_eq!(
        there.api().retry_task(retry).await.expect_err("history").code,
        ErrorCode::Conflict
    );
    let made = fork(&there, id, "after", ForkEdit::Again).await;
    completed(&over(&there, made.id).await);
    assert_eq!(made.imported, None);
}

#[tokio::test]
async fn a_file_that_was_changed_is_refused_and_nothing_of_it_is_here() {
    let here = Workbench::open().await;
    let done = run(&here, three(), json!({})).await;
    let path = here.folder().join("run.wheelhouse");
    here.keep_run(done.workflow.id, &path).await.expect("written");
    let bytes = std::fs::read(&path).expect("a file");
    std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("a shorter file");
    let there = Workbench::open().await;
    let error = there.take_run(&path).await.expect_err("half a file");
    assert!(error.message.contains("line"), "{}", error.message);
    let stats = there
        .api()
        .get_workflow_stats(wheelhouse_contract::GetWorkflowStats {})
        .await
        .expect("stats");
    assert_eq!(stats.total, 0);
}

#[tokio::test]
async fn a_replay_needs_nothing_but_the_record_and_finds_the_same_choices() {
    let (model, asked) = counting();
    let bench = Workbench::with(model).await;
    let done = run(&bench, three(), json!({})).await;
    let id = done.workflow.id;
    let told = asked.load(Ordering::Relaxed);
    let page = |after: u32| ReplayWorkflow {
        id,
        after: Seq(after),
        limit: 5,
    };
    let first = bench.api().replay_workflow(page(0)).await.expect("a replay");
    assert_eq!((first.positions.len(), &first.differences[..]), (5, &[][..]));
    assert_eq!((first.confirmed + 1, first.unchecked), (first.total, 0));
    assert_eq!(
        first,
        bench.api().replay_workflow(page(0)).await.expect("the same")
    );
    let last = bench
        .api()
        .replay_workflow(page(first.total - 1))
        .await
        .expect("the end");
    assert_eq!(last.positions[0].status, WorkflowStatus::Completed);
    let third = bench
        .api()
        .replay_workflow(page(2))
        .await
        .expect("the third event");
    let added = third.positions[0].changed[0].status;
    assert_eq!(
        (third.positions[0].kind.as_str(), added),
        ("task_added", TaskStatus::Pending)
    );
    assert_eq!(asked.load(Ordering::Relaxed), told);
}
