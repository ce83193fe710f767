//! The same wish sent twice is carried out once; a key for another wish is refused.

use crate::common::{TASK, count};
use crate::requests::create;
use futures::future::{join, join_all};
use std::collections::BTreeSet;
use wheelhouse_contract::{
    AnswerQuestion, ApiError, CancelWorkflow, DeleteWorkflow, ErrorCode, ExecuteWorkflow, ListQuestions,
    ListWorkflows, Operations, RequestKey, RetryWorkflow, StartWorkflow, WorkflowView,
};
use wheelhouse_domain::WorkflowId;
use wheelhouse_testkit::{Workbench, within};

fn key(text: &str) -> RequestKey {
    RequestKey(format!("request-{text}"))
}

async fn how_many(bench: &Workbench) -> u32 {
    let request = ListWorkflows {
        limit: 1,
        ..ListWorkflows::default()
    };
    bench
        .api()
        .list_workflows(request)
        .await
        .expect("a list")
        .matching
}

fn reused<T: std::fmt::Debug>(outcome: Result<T, ApiError>) {
    let error = outcome.expect_err("the key was used for another wish");
    assert_eq!(error.code, ErrorCode::RequestKeyReused, "{error:?}");
    assert_eq!(error.details.field.as_deref(), Some("request_key"));
    assert!(error.details.next_step.is_some());
}

#[tokio::test]
async fn the_same_wish_at_the_same_time_and_later_is_one_workflow() {
    let mut bench = Workbench::open().await;
    let at_once = join_all((0..16).map(|_| bench.api().create_workflow(create(key("create"), TASK)))).await;
    let ids: BTreeSet<WorkflowId> = at_once
        .into_iter()
        .map(|made| made.expect("the same for all").id)
        .collect();
    assert_eq!(ids.len(), 1);
    bench.reopen().await;
    let later = bench
        .api()
        .create_workflow(create(key("create"), TASK))
        .await
        .expect("the same after a restart");
    assert!(ids.contains(&later.id));
    assert_eq!(how_many(&bench).await, 1);
}

#[tokio::test]
async fn an_execution_sent_again_joins_the_first() {
    let bench = Workbench::open().await;
    let request = || ExecuteWorkflow {
        request_key: key("execute"),
        task: TASK.to_owned(),
    };
    let at_once = within(
        "all executions",
        join_all((0..16).map(|_| bench.api().execute_workflow(request()))),
    )
    .await;
    let first = at_once[0].clone().expect("executed");
    assert!(at_once.into_iter().all(|one| one.expect("executed") == first));
    let later = bench
        .api()
        .execute_workflow(request())
        .await
        .expect("known already");
    assert_eq!((later, how_many(&bench).await), (first, 1));
}

#[tokio::test]
async fn a_key_is_for_one_wish_only() {
    let bench = Workbench::open().await;
    let api = bench.api();
    let id = api
        .create_workflow(create(key("create"), TASK))
        .await
        .expect("created")
        .id;
    let other = bench.create("Write a text about ferries").await;
    reused(
        api.create_workflow(create(key("create"), "Write a text about ferries"))
            .await,
    );
    reused(
        api.execute_workflow(ExecuteWorkflow {
            request_key: key("create"),
            task: TASK.to_owned(),
        })
        .await,
    );
    reused(
        api.start_workflow(StartWorkflow {
            request_key: key("create"),
            id,
        })
        .await,
    );
    reused(
        api.delete_workflow(DeleteWorkflow {
            request_key: key("create"),
            id,
        })
        .await,
    );
    assert_eq!(how_many(&bench).await, 2);

    // The same operation on another workflow is another wish, too.
    api.start_workflow(StartWorkflow {
        request_key: key("start"),
        id,
    })
    .await
    .expect("started");
    reused(
        api.start_workflow(StartWorkflow {
            request_key: key("start"),
            id: other,
        })
        .await,
    );
    bench.ended(id).await;
    api.cancel_workflow(CancelWorkflow {
        request_key: key("cancel"),
        id: other,
    })
    .await
    .expect("cancelled");
    reused(
        api.cancel_workflow(CancelWorkflow {
            request_key: key("cancel"),
            id,
        })
        .await,
    );
    api.retry_workflow(RetryWorkflow {
        request_key: key("retry"),
        id: other,
    })
    .await
    .expect("taken up");
    reused(
        api.retry_workflow(RetryWorkflow {
            request_key: key("retry"),
            id,
        })
        .await,
    );
    bench.ended(other).await;
    assert!(
        api.delete_workflow(DeleteWorkflow {
            request_key: key("delete"),
            id
        })
        .await
        .expect("deleted")
        .removed
    );
    reused(
        api.delete_workflow(DeleteWorkflow {
            request_key: key("delete"),
            id: other,
        })
        .await,
    );
    assert_eq!(how_many(&bench).await, 1);
}

#[tokio::test]
async fn a_repeated_delete_says_what_the_first_one_said() {
    let bench = Workbench::open().await;
    let id = bench.create(TASK).await;
    let delete = |name: &str, id| {
        bench.api().delete_workflow(DeleteWorkflow {
            request_key: key(name),
            id,
        })
    };
    for _ in 0..2 {
        assert!(delete("delete", id).await.expect("deleted").removed);
        assert!(!delete("nothing", id).await.expect("nothing there").removed);
    }
}

#[tokio::test]
async fn a_refused_wish_does_not_use_its_key_up() {
    let bench = Workbench::open().await;
    let id = bench.create(TASK).await;
    let retry = || RetryWorkflow {
        request_key: key("once"),
        id,
    };
    assert_eq!(
        bench
            .api()
            .retry_workflow(retry())
            .await
            .expect_err("it is pending")
            .code,
        ErrorCode::Conflict
    );
    let cancel = CancelWorkflow {
        request_key: bench.key(),
        id,
    };
    bench.api().cancel_workflow(cancel).await.expect("cancelled");
    bench
        .api()
        .retry_workflow(retry())
        .await
        .expect("now it is possible");
}

/// What a window does when the operator presses *Run*: two wishes, one after the other.
async fn press_run(bench: &Workbench) -> WorkflowView {
    let created = bench
        .api()
        .create_workflow(create(key("run-create"), TASK))
        .await
        .expect("created");
    let start = StartWorkflow {
        request_key: key("run-start"),
        id: created.id,
    };
    bench.api().start_workflow(start).await.expect("started")
}

#[tokio::test]
async fn a_reload_during_run_gives_one_workflow_that_starts_once() {
    let bench = Workbench::open().await;
    let (first, second) = join(press_run(&bench), press_run(&bench)).await;
    assert_eq!(first.id, second.id);
    let third = press_run(&bench).await;
    assert_eq!((third.id, how_many(&bench).await), (first.id, 1));
    bench.ended(first.id).await;
    let events = bench.events(first.id).await;
    assert_eq!(
        (
            count(&events, "workflow_created"),
            count(&events, "workflow_started")
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn every_wish_may_be_sent_many_times_at_once() {
    let bench = Workbench::open().await;
    let id = bench.create("Please do it").await;
    let api = bench.api();
    let times = 0..8;
    let start = |_| {
        api.start_workflow(StartWorkflow {
            request_key: key("start"),
            id,
        })
    };
    all_well(join_all(times.clone().map(start)).await);
    bench.ended(id).await;
    let question = api
        .list_questions(ListQuestions {})
        .await
        .expect("questions")
        .remove(0);
    let answer = |_| {
        api.answer_question(AnswerQuestion {
            request_key: key("answer"),
            id: question.id,
            answer: TASK.to_owned(),
        })
    };
    all_well(join_all(times.clone().map(answer)).await);
    bench.ended(id).await;

    let other = bench.begin("Please do it").await;
    bench.ended(other).await;
    let cancel = |_| {
        api.cancel_workflow(CancelWorkflow {
            request_key: key("cancel"),
            id: other,
        })
    };
    all_well(join_all(times.clone().map(cancel)).await);
    bench.ended(other).await;
    let retry = |_| {
        api.retry_workflow(RetryWorkflow {
            request_key: key("retry"),
            id: other,
        })
    };
    all_well(join_all(times.clone().map(retry)).await);
    let events = bench.events(other).await;
    assert_eq!(
        (
            count(&events, "cancel_requested"),
            count(&events, "workflow_retried")
        ),
        (1, 1)
    );
    let delete = |_| {
        api.delete_workflow(DeleteWorkflow {
            request_key: key("delete"),
            id,
        })
    };
    all_well(join_all(times.map(delete)).await);
    assert_eq!(how_many(&bench).await, 1);
}

fn all_well<T: std::fmt::Debug>(outcomes: Vec<Result<T, ApiError>>) {
    for outcome in outcomes {
        outcome.expect("the same wish is carried out once and told to all");
    }
}
