//! What does more than read is asked about, and an answer allows what it says and nothing else.

use super::scene::leaves;
use super::{Scene, directive, obeying};
use serde_json::json;
use wheelhouse_contract::{Operations, UndoWrite};
use wheelhouse_domain::{Leave, QuestionKind, Standing, ToolEffect, WRITE_FILE, WhyAsked, WorkflowStatus};
use wheelhouse_engine::replay;

const DAY: i64 = 24 * 60 * 60 * 1_000;

fn write(path: &str, text: &str) -> String {
    directive(WRITE_FILE, &json!({ "path": path, "text": text }))
}

#[tokio::test]
async fn a_write_shows_what_it_would_change_and_is_done_once_allowed() {
    let scene = Scene::with(obeying(), &[]).await;
    scene.put("a.md", "one\ntwo\n");
    let id = scene
        .say(&format!("Change it. {}", write("project/a.md", "one\nthree\n")))
        .await;
    assert_eq!(scene.status(id).await, WorkflowStatus::Waiting);
    let question = scene.question(id).await;
    assert_eq!(question.kind, QuestionKind::Approval);
    assert_eq!(question.text, "Creator wants to change the file “project/a.md”.");
    let form = question.form.expect("a form");
    let approval = form.approval().expect("about a call");
    assert_eq!(approval.why, [WhyAsked::NotAllowed]);
    let ToolEffect::Write {
        path,
        diff,
        added,
        removed,
        ..
    } = &approval.effect
    else {
        panic!("{:?}", approval.effect);
    };
    assert_eq!((path.as_str(), *added, *removed), ("project/a.md", 1, 1));
    assert!(diff.contains("-two\n+three\n"), "{diff}");
    assert_eq!(scene.text("a.md").as_deref(), Some("one\ntwo\n"));

    scene.answer(id, "once").await;
    assert_eq!(scene.status(id).await, WorkflowStatus::Completed);
    assert_eq!(scene.text("a.md").as_deref(), Some("one\nthree\n"));
    let events = scene.bench.events(id).await;
    assert!(matches!(
        leaves(&events).as_slice(),
        [Some(Leave::Approval { .. })]
    ));
    let replayed = replay::replay(&events).expect("it folds");
    assert_eq!(replayed.differences, []);

    // And taken back, as often as one likes, unless somebody changed it since.
    let call = scene.tool_calls(id).await.remove(0);
    assert!(call.checkpoint.is_some());
    let undo = || UndoWrite {
        request_key: scene.bench.key(),
        workflow_id: id,
        task_id: question.task_id,
        call: call.key.clone(),
    };
    for _ in 0..2 {
        let undone = scene.bench.api().undo_write(undo()).await.expect("undone");
        assert_eq!(undone.path, "project/a.md");
        assert_eq!(scene.text("a.md").as_deref(), Some("one\ntwo\n"));
    }
    scene.put("a.md", "mine");
    let refused = scene
        .bench
        .api()
        .undo_write(undo())
        .await
        .expect_err("changed since");
    assert!(refused.message.contains("changed since"), "{}", refused.message);
    assert_eq!(scene.text("a.md").as_deref(), Some("mine"));
}

#[tokio::test]
async fn an_answer_allows_one_call_and_the_next_is_asked_about() {
    let scene = Scene::with(obeying(), &[]).await;
    let two = format!("{} {}", write("project/a.md", "a"), write("project/b.md", "b"));
    let id = scene.say(&format!("Write. {two}")).await;
    scene.answer(id, "once").await;
    assert_eq!(
        (scene.text("a.md").as_deref(), scene.text("b.md")),
        (Some("a"), None)
    );
    scene.answer(id, "refuse").await;
    assert_eq!(scene.status(id).await, WorkflowStatus::Completed);
    assert_eq!(scene.text("b.md"), None);
    let refused = scene.tool_calls(id).await.pop().expect("a call");
    assert!(refused.text.expect("words").contains("did not allow"));
    assert_eq!(scene.granted().await.rules, []);
}

#[tokio::test]
async fn an_answer_for_the_run_or_the_agent_holds_as_long_as_it_says() {
    let scene = Scene::with(obeying(), &[]).await;
    let two = format!("{} {}", write("project/a.md", "a"), write("project/b.md", "b"));
    let id = scene.say(&format!("Write. {two}")).await;
    scene.answer(id, "run").await;
    assert_eq!(scene.status(id).await, WorkflowStatus::Completed);
    assert_eq!(scene.text("b.md").as_deref(), Some("b"));
    let given = leaves(&scene.bench.events(id).await);
    assert!(
        matches!(
            given.as_slice(),
            [Some(Leave::Approval { .. }), Some(Leave::Run { .. })]
        ),
        "{given:?}"
    );
    let next = scene.say(&format!("Write. {}", write("project/c.md", "c"))).await;
    assert_eq!(scene.status(next).await, WorkflowStatus::Waiting);
    scene.answer(next, "agent").await;
    assert_eq!(scene.granted().await.standing(WRITE_FILE), Some(Standing::Allow));
    let last = scene.say(&format!("Write. {}", write("project/d.md", "d"))).await;
    assert_eq!(scene.status(last).await, WorkflowStatus::Completed);
    assert_eq!(scene.text("d.md").as_deref(), Some("d"));
    assert_eq!(leaves(&scene.bench.events(last).await), [Some(Leave::Agent)]);
}

#[tokio::test]
async fn never_is_never() {
    let scene = Scene::with(obeying(), &[]).await;
    let id = scene.say(&format!("Write. {}", write("project/a.md", "a"))).await;
    scene.answer(id, "never").await;
    assert_eq!(scene.status(id).await, WorkflowStatus::Completed);
    assert_eq!(scene.granted().await.standing(WRITE_FILE), Some(Standing::Never));
    let next = scene
        .say(&format!("Write `project/a.md`. {}", write("project/a.md", "a")))
        .await;
    assert_eq!(scene.status(next).await, WorkflowStatus::Completed);
    assert_eq!(scene.text("a.md"), None);
    let refused = scene.tool_calls(next).await.remove(0);
    assert!(refused.text.expect("words").contains("does not let you"));
}

#[tokio::test]
async fn what_changed_since_it_was_shown_is_not_done() {
    let scene = Scene::with(obeying(), &[]).await;
    scene.put("a.md", "one\n");
    let id = scene
        .say(&format!("Write. {}", write("project/a.md", "two\n")))
        .await;
    scene.put("a.md", "mine\n");
    scene.answer(id, "once").await;
    assert_eq!(scene.status(id).await, WorkflowStatus::Completed);
    assert_eq!(scene.text("a.md").as_deref(), Some("mine\n"));
    let refused = scene.tool_calls(id).await.remove(0);
    assert!(
        refused
            .text
            .expect("words")
            .contains("changed since it was approved")
    );
}

#[tokio::test]
async fn a_question_outlives_the_process_and_its_answer_counts_once() {
    let mut scene = Scene::with(obeying(), &[]).await;
    let id = scene.say(&format!("Write. {}", write("project/a.md", "a"))).await;
    let before = scene.question(id).await;
    scene.bench.reopen().await;
    assert_eq!(scene.question(id).await, before);
    scene.answer(id, "once").await;
    assert_eq!(scene.status(id).await, WorkflowStatus::Completed);
    assert_eq!(scene.text("a.md").as_deref(), Some("a"));
    scene.bench.reopen().await;
    let events = scene.bench.events(id).await;
    assert_eq!(leaves(&events).len(), 1);
}

#[tokio::test]
async fn what_nobody_answers_for_a_day_is_asked_anew_as_it_would_be_then() {
    let mut scene = Scene::with(obeying(), &[]).await;
    scene.put("a.md", "one\n");
    let id = scene
        .say(&format!("Write. {}", write("project/a.md", "two\n")))
        .await;
    let before = scene.question(id).await;
    scene.put("a.md", "mine\n");
    scene.bench.world().advance(DAY);
    scene.bench.reopen().await;
    scene.settled(id, &before).await;
    let question = scene.question(id).await;
    assert_ne!(question.id, before.id);
    let form = question.form.expect("a form");
    let approval = form.approval().expect("about a call");
    assert!(matches!(&approval.effect, ToolEffect::Write { diff, .. } if diff.contains("-mine\n+two\n")));
    scene.answer(id, "once").await;
    assert_eq!(scene.text("a.md").as_deref(), Some("two\n"));
}
