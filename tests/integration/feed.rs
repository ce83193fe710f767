//! Frames: in order, without a gap, never lost, and never more under way than the subscriber can take.

use crate::common::{TASK, assert_completed, passing};
use futures::future::join_all;
use futures::{FutureExt, StreamExt, stream};
use std::collections::BTreeMap;
use wheelhouse_contract::{
    CancelWorkflow, CreateWorkflow, DeleteWorkflow, FrameKind, ListAgents, ListQuestions, ListWorkflows,
    Operations, RequestKey, ResumeFrom, RetryWorkflow, TaskView,
};
use wheelhouse_domain::{Position, QuestionStatus, StoreUid, TaskId, WorkflowId};
use wheelhouse_testkit::{Follower, Play, Rows, ScriptedModel, Workbench, within};

/// That what was put together from frames is what the operations tell.
async fn assert_same_as_operations(bench: &Workbench, rows: &Rows) {
    assert_eq!(
        rows.at,
        bench.api().handle().store().position(),
        "everything was told"
    );
    let listed = bench
        .api()
        .list_workflows(ListWorkflows {
            limit: 200,
            ..ListWorkflows::default()
        })
        .await;
    let workflows = listed.expect("a list").workflows;
    let mut tasks: BTreeMap<TaskId, TaskView> = BTreeMap::new();
    for workflow in &workflows {
        tasks.extend(
            bench
                .detail(workflow.id)
                .await
                .tasks
                .into_iter()
                .map(|task| (task.id, task)),
        );
    }
    let agents = bench.api().list_agents(ListAgents {}).await.expect("agents");
    let open = bench
        .api()
        .list_questions(ListQuestions {})
        .await
        .expect("questions");
    assert_eq!(
        rows.workflows,
        workflows.into_iter().map(|row| (row.id, row)).collect()
    );
    assert_eq!(rows.tasks, tasks);
    assert_eq!(rows.agents, agents.into_iter().map(|row| (row.id, row)).collect());
    let held = rows
        .questions
        .values()
        .filter(|question| question.status == QuestionStatus::Open);
    assert_eq!(held.cloned().collect::<Vec<_>>(), open);
}

/// Applies frames up to where the store is now.
async fn catch_up(bench: &Workbench, follower: &mut Follower) {
    let head = bench.api().handle().store().position();
    follower.until(|rows| rows.at >= head).await;
}

#[tokio::test]
async fn frames_put_together_are_what_the_operations_tell() {
    let model = ScriptedModel::except(|asked| {
        (asked.step() == "staff" && asked.nth == 1).then(|| Play::fail(passing()))
    });
    let bench = Workbench::with(model).await;
    let mut follower = Follower::new(bench.api());
    assert_eq!(follower.next().await.kind, FrameKind::Snapshot);
    assert_same_as_operations(&bench, follower.rows()).await;

    let id = bench.begin(TASK).await;
    let frames = follower
        .until(|rows| rows.workflows.get(&id).is_some_and(|row| row.status.is_final()))
        .await;
    assert!(frames.iter().all(|frame| frame.kind == FrameKind::Changes));
    let facts: usize = frames.iter().map(|frame| frame.events.len()).sum();
    assert_eq!(facts, bench.events(id).await.len(), "each fact is told once");
    catch_up(&bench, &mut follower).await;
    assert_completed(&bench.detail(id).await);
    assert_same_as_operations(&bench, follower.rows()).await;

    // A question, a cancelled run that is taken up again, and one that is deleted.
    let vague = bench.run("Please do it").await.workflow.id;
    catch_up(&bench, &mut follower).await;
    assert_eq!(follower.rows().questions.len(), 1);
    assert_same_as_operations(&bench, follower.rows()).await;
    let cancel = CancelWorkflow {
        request_key: bench.key(),
        id: vague,
    };
    bench.api().cancel_workflow(cancel).await.expect("cancelled");
    let delete = DeleteWorkflow {
        request_key: bench.key(),
        id,
    };
    bench.api().delete_workflow(delete).await.expect("deleted");
    catch_up(&bench, &mut follower).await;
    assert_same_as_operations(&bench, follower.rows()).await;
    assert!(!follower.rows().workflows.contains_key(&id));
    let hired = follower
        .rows()
        .agents
        .values()
        .filter(|agent| agent.hired_in.is_some())
        .count();
    assert_eq!(hired, 0, "agents stay, and forget where they were hired");
}

#[tokio::test]
async fn a_retried_workflow_reaches_a_subscriber_that_began_after_its_end() {
    let model = ScriptedModel::except(|asked| {
        (asked.step() == "report" && asked.nth <= 3).then(|| Play::fail(passing()))
    });
    let bench = Workbench::with(model).await;
    let id = bench.run(TASK).await.workflow.id;
    let mut follower = Follower::new(bench.api());
    follower.next().await;
    assert!(
        follower.rows().tasks.is_empty(),
        "a snapshot leaves out the tasks of what has ended"
    );
    let retry = RetryWorkflow {
        request_key: bench.key(),
        id,
    };
    bench.api().retry_workflow(retry).await.expect("taken up");
    bench.ended(id).await;
    catch_up(&bench, &mut follower).await;
    assert_same_as_operations(&bench, follower.rows()).await;
}

#[tokio::test]
async fn a_deleted_workflow_is_told_as_removed() {
    let bench = Workbench::open().await;
    let id = bench.create(TASK).await;
    let mut follower = Follower::new(bench.api());
    follower.next().await;
    let delete = DeleteWorkflow {
        request_key: bench.key(),
        id,
    };
    bench.api().delete_workflow(delete).await.expect("deleted");
    let frame = follower.next().await;
    assert_eq!(
        (frame.kind, frame.removed_workflows.as_slice()),
        (FrameKind::Changes, [id].as_slice())
    );
    assert_same_as_operations(&bench, follower.rows()).await;
}

#[tokio::test]
async fn a_reloaded_window_goes_on_where_it_was_and_misses_nothing() {
    let mut bench = Workbench::open().await;
    let id = bench.begin(TASK).await;
    let mut follower = Follower::new(bench.api());
    let mut kinds = Vec::new();
    while !follower
        .rows()
        .workflows
        .get(&id)
        .is_some_and(|row| row.status.is_final())
    {
        kinds.push(follower.next().await.kind);
        // A reload after every single frame.
        follower = Follower::resume(bench.api(), follower.into_rows());
    }
    assert!(
        kinds[1..].iter().all(|kind| *kind == FrameKind::Changes),
        "only the first was a snapshot: {kinds:?}"
    );
    catch_up(&bench, &mut follower).await;
    assert_same_as_operations(&bench, follower.rows()).await;

    // The same across a restart, with what happened in between.
    let rows = follower.into_rows();
    bench.run(TASK).await;
    bench.reopen().await;
    let mut follower = Follower::resume(bench.api(), rows);
    assert_eq!(follower.next().await.kind, FrameKind::Changes);
    catch_up(&bench, &mut follower).await;
    assert_same_as_operations(&bench, follower.rows()).await;
}

#[tokio::test]
async fn who_comes_from_elsewhere_or_from_the_future_begins_anew() {
    let bench = Workbench::open().await;
    bench.run(TASK).await;
    let identity = bench.api().handle().store().identity();
    let at = bench.api().handle().store().position();
    let here = ResumeFrom {
        store: identity.uid,
        epoch: identity.epoch,
        position: Position(1),
    };
    let elsewhere = [
        ResumeFrom {
            store: StoreUid(uuid::Uuid::from_u128(1)),
            ..here.clone()
        },
        ResumeFrom {
            epoch: identity.epoch + 1,
            ..here.clone()
        },
        ResumeFrom {
            position: Position(at.0 + 100),
            ..here
        },
    ];
    for from in elsewhere {
        let rows = Rows {
            at: from.position,
            ..Rows::default()
        };
        let mut follower = Follower::start(bench.api(), Some(&from), rows);
        let frame = follower.next().await;
        assert_eq!((frame.kind, frame.to), (FrameKind::Snapshot, at), "{from:?}");
        assert_eq!((frame.store, frame.epoch), (identity.uid, identity.epoch));
    }
}

#[tokio::test]
async fn frames_that_nobody_applied_are_bounded() {
    let bench = Workbench::open().await;
    let mut follower = Follower::new(bench.api());
    follower.next_unacknowledged().await;
    for _ in 0..3 {
        bench.create(TASK).await;
        follower.next_unacknowledged().await;
    }
    for _ in 0..20 {
        bench.create(TASK).await;
    }
    assert!(
        follower.feed().next().now_or_never().is_none(),
        "four are under way: nothing more is sent"
    );
    follower.acknowledge();
    let frame = follower.next().await;
    assert_eq!(frame.events.len(), 20, "what gathered meanwhile comes at once");
    assert_same_as_operations(&bench, follower.rows()).await;
}

#[tokio::test]
async fn who_is_far_behind_gets_a_snapshot_instead_of_a_long_tail() {
    let bench = Workbench::open().await;
    let mut follower = Follower::new(bench.api());
    follower.next().await;
    let created: Vec<WorkflowId> = stream::iter(0..2_010)
        .map(|number| {
            let request = CreateWorkflow {
                request_key: RequestKey(format!("many-{number:05}")),
                task: TASK.to_owned(),
                name: String::new(),
                made_of: None,
            };
            async { bench.api().create_workflow(request).await.expect("created").id }
        })
        .buffer_unordered(256)
        .collect()
        .await;
    assert_eq!(created.len(), 2_010);
    let frame = follower.next().await;
    assert_eq!((frame.kind, frame.to), (FrameKind::Snapshot, Position(2_010)));
    // Unfinished workflows are in it, however many.
    assert_eq!(frame.workflows.len(), 2_010);
}

#[tokio::test]
async fn a_feed_ends_with_the_application() {
    let mut bench = Workbench::open().await;
    let mut follower = Follower::new(bench.api());
    follower.next().await;
    bench.close().await;
    let ended = within("the end", follower.feed().next()).await;
    assert!(matches!(ended, Err(wheelhouse_api::FeedEnd::Closed)), "{ended:?}");
}

#[tokio::test]
async fn several_subscribers_of_several_runs_see_the_same() {
    let bench = Workbench::open().await;
    let mut early = Follower::new(bench.api());
    early.next().await;
    let tasks = (1..=3).map(|number| format!("{TASK}, version {number}"));
    let ids = join_all(tasks.map(|task| {
        let bench = &bench;
        async move { bench.begin(&task).await }
    }))
    .await;
    let mut late = Follower::new(bench.api());
    late.next().await;
    for id in ids {
        assert_completed(&bench.ended(id).await);
    }
    catch_up(&bench, &mut early).await;
    assert_same_as_operations(&bench, early.rows()).await;
    catch_up(&bench, &mut late).await;
    assert_eq!(early.rows(), late.rows());
}
