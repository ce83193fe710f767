//! What is there, but not in a state for what is asked.

use super::refused;
use crate::common::TASK;
use crate::requests::{answer, cancel, delete, retry, start, task};
use futures::future::join;
use wheelhouse_contract::{ErrorCode, GetAgent, GetWorkflow, ListQuestions, Operations};
use wheelhouse_domain::{AgentId, WorkflowId};
use wheelhouse_testkit::{Play, ScriptedModel, Workbench};

const WRONG: ErrorCode = ErrorCode::Conflict;

pub(super) async fn wrong_for_what_is_asked(bench: &Workbench) {
    let api = bench.api();
    let id = bench.create(TASK).await;
    refused(api.retry_workflow(retry(bench.key(), id)).await, WRONG);
    api.start_workflow(start(bench.key(), id)).await.expect("started");
    refused(api.start_workflow(start(bench.key(), id)).await, WRONG);
    refused(api.retry_workflow(retry(bench.key(), id)).await, WRONG);
    bench.ended(id).await;
    refused(api.start_workflow(start(bench.key(), id)).await, WRONG);
    refused(api.cancel_workflow(cancel(bench.key(), id)).await, WRONG);
    refused(api.retry_workflow(retry(bench.key(), id)).await, WRONG);
    // A task of one workflow is not found in another.
    let task_id = bench.task(id, "report").await.id;
    let other = WorkflowId(id.0 + 1);
    refused(api.get_task(task(other, task_id)).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn what_runs_is_not_deleted_and_what_ended_is() {
    let model = ScriptedModel::except(|asked| (asked.step() == "research").then(Play::hang));
    let bench = Workbench::with(model.clone()).await;
    let api = bench.api();
    let id = bench.begin(TASK).await;
    let hangs = |tally: &wheelhouse_testkit::Tally| tally.asked == 2 && tally.in_flight == 1;
    model.counter().until("the hanging call", hangs).await;
    let error = refused(api.delete_workflow(delete(bench.key(), id)).await, WRONG);
    assert_eq!(error.details.next_step.as_deref(), Some("Cancel it first."));

    api.cancel_workflow(cancel(bench.key(), id))
        .await
        .expect("cancelled");
    bench.ended(id).await;
    let driver = api
        .get_agent(GetAgent { id: AgentId(1) })
        .await
        .expect("the driver");
    assert_eq!(driver.work.len(), 2, "its tasks are on its page");
    assert!(
        api.delete_workflow(delete(bench.key(), id))
            .await
            .expect("deleted")
            .removed
    );
    assert!(
        !api.delete_workflow(delete(bench.key(), id))
            .await
            .expect("no error")
            .removed
    );
    assert!(bench.events(id).await.is_empty(), "its journal is gone with it");
    let driver = api
        .get_agent(GetAgent { id: AgentId(1) })
        .await
        .expect("the driver stays");
    assert_eq!(driver.work.len(), 0);
    assert!(bench.create(TASK).await > id, "its number is not given again");
}

#[tokio::test]
async fn what_was_just_deleted_is_not_found_by_anything() {
    let bench = Workbench::open().await;
    let api = bench.api();
    let none = ErrorCode::NotFound;
    let (ended, asked, pending) = (
        bench.run(TASK).await.workflow.id,
        bench.run("Please do it").await.workflow.id,
        bench.create(TASK).await,
    );
    let question = api
        .list_questions(ListQuestions {})
        .await
        .expect("questions")
        .remove(0);
    api.cancel_workflow(cancel(bench.key(), asked))
        .await
        .expect("cancelled");
    bench.ended(asked).await;
    for id in [ended, asked, pending] {
        assert!(
            api.delete_workflow(delete(bench.key(), id))
                .await
                .expect("deleted")
                .removed
        );
        refused(api.get_workflow(GetWorkflow { id }).await, none);
        refused(api.start_workflow(start(bench.key(), id)).await, none);
        refused(api.cancel_workflow(cancel(bench.key(), id)).await, none);
        refused(api.retry_workflow(retry(bench.key(), id)).await, none);
    }
    refused(
        api.answer_question(answer(bench.key(), question.id, TASK)).await,
        none,
    );
}

#[tokio::test]
async fn starting_and_deleting_at_the_same_time_ends_in_one_of_the_two() {
    for _ in 0..5 {
        let bench = Workbench::open().await;
        let id = bench.create(TASK).await;
        let starting = bench.api().start_workflow(start(bench.key(), id));
        let deleting = bench.api().delete_workflow(delete(bench.key(), id));
        match join(starting, deleting).await {
            (Ok(_), Err(error)) => {
                assert_eq!(error.code, WRONG);
                bench.ended(id).await;
            }
            (started, Ok(deleted)) => {
                assert!(deleted.removed);
                refused(started, ErrorCode::NotFound);
                refused(
                    bench.api().get_workflow(GetWorkflow { id }).await,
                    ErrorCode::NotFound,
                );
            }
            (Err(one), Err(other)) => panic!("{one:?} {other:?}"),
        }
    }
}
