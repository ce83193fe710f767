use wheelhouse_domain::{EventBody, Position, WorkflowStatus};

use super::super::WORKFLOW_DELETED;
use super::*;
use crate::test_util::request;

#[tokio::test]
async fn deleting_removes_what_only_that_workflow_needs() {
    let place = Place::new().await;
    let kept_before = place.whole_run("Kept").await;
    let gone = place.whole_run("Gone").await;
    let mut shared = place.run("Shares a text").await;
    let text = place
        .store
        .workflow(gone)
        .await
        .expect("read")
        .expect("there")
        .report
        .expect("report");
    shared
        .started()
        .attempt("analyse", 1)
        .push(EventBody::TaskCompleted {
            task: "analyse".into(),
            output: text.clone(),
        });
    let sharing = place.create(&mut shared).await;
    let position = place.store.position();
    let before = place.store.all_events(kept_before).await.expect("read");

    assert!(
        place
            .store
            .delete_workflow(gone, request("delete-1"))
            .await
            .expect("delete")
    );
    assert_eq!(place.store.position(), Position(position.0 + 1));
    assert!(place.store.workflow(gone).await.expect("read").is_none());
    assert!(place.store.all_events(gone).await.expect("read").is_empty());
    assert!(place.store.tasks(gone).await.expect("read").is_empty());
    assert_eq!(place.store.all_events(kept_before).await.expect("read"), before);
    assert!(
        place.store.content(&text).await.expect("read").is_some(),
        "another workflow needs it"
    );
    assert!(place.store.workflow(sharing).await.expect("read").is_some());
    let orphans: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM contents WHERE hash NOT IN (SELECT content FROM events WHERE content IS NOT NULL)",
    )
    .fetch_one(&mut place.raw().await)
    .await
    .expect("count");
    assert_eq!(orphans, 0);

    let agents = place.store.agents().await.expect("agents");
    assert_eq!(agents.len(), 5, "whom it hired stays");
    assert_eq!(
        (agents[3].hired_in, agents[4].hired_in),
        (Some(kept_before), None)
    );
    assert_eq!(agents[4].tasks_completed, 0);
    let again = place.store.delete_workflow(gone, request("delete-2")).await;
    assert!(!again.expect("delete"), "it was not there any more");
    let repeated = place.store.delete_workflow(gone, request("delete-1")).await;
    assert!(matches!(repeated, Err(Error::RequestRepeated(_))), "{repeated:?}");
    let next = place.whole_run("Next").await;
    assert_eq!(next, WorkflowId(4), "numbers are not given out again");
}

#[tokio::test]
async fn what_is_at_work_cannot_be_deleted() {
    let place = Place::new().await;
    let mut run = place.run("Running").await;
    let id = place.create(&mut run).await;
    run.started();
    place.append(id, &mut run).await.expect("append");
    let refused = place.store.delete_workflow(id, request("delete-1")).await;
    assert!(
        matches!(
            refused,
            Err(Error::WorkflowActive {
                status: WorkflowStatus::Running,
                ..
            })
        ),
        "{refused:?}"
    );
    assert_eq!(place.store.find_request("delete-1").await.expect("read"), None);
    let never_started = place.create(&mut place.run("Pending").await).await;
    assert!(
        place
            .store
            .delete_workflow(never_started, request("delete-2"))
            .await
            .expect("delete")
    );
}

#[tokio::test]
async fn deleting_tells_subscribers() {
    let place = Place::new().await;
    let id = place.whole_run("Gone").await;
    let before = place.store.position();
    place
        .store
        .delete_workflow(id, request("delete-1"))
        .await
        .expect("delete");
    let changes = place.store.changes(before, 100).await.expect("changes");
    assert_eq!(changes.removed_workflows, [id]);
    assert_eq!(changes.events.len(), 1);
    assert_eq!(
        (changes.events[0].kind.as_str(), changes.events[0].workflow_id),
        (WORKFLOW_DELETED, None)
    );
    assert_eq!(changes.agents.len(), 4, "all four worked in it");
    assert!(changes.workflows.is_empty() && changes.tasks.is_empty());
}

#[tokio::test]
async fn deleting_really_shrinks_the_file() {
    let place = Place::new().await;
    let mut run = place.run("Big").await;
    let output = run.answer(&"word ".repeat(1_000_000), 0);
    run.started()
        .attempt("analyse", 1)
        .push(EventBody::TaskCompleted {
            task: "analyse".into(),
            output,
        });
    run.push(EventBody::CancelRequested)
        .push(EventBody::WorkflowCancelled);
    let id = place.create(&mut run).await;
    let kept = place.whole_run("Kept").await;
    place
        .store
        .delete_workflow(id, request("delete-1"))
        .await
        .expect("delete");
    let free: i64 = sqlx::query_scalar("PRAGMA freelist_count")
        .fetch_one(&mut place.raw().await)
        .await
        .expect("free");
    place.store.close().await.expect("close");
    let size = std::fs::metadata(place.folder.path().join("journal.db"))
        .expect("file")
        .len();
    assert!(
        size < 1_000_000,
        "{size} bytes after deleting 5 MB, {free} pages were free"
    );
    let again = Store::open(options(place.folder.path())).await.expect("open");
    assert!(again.workflow(kept).await.expect("read").is_some());
}
