//! Numbers of things that are not there, for every operation that takes one.

use super::{NOBODY, refused};
use crate::requests::{
    answer, cancel, delete, document, documents, journal, remove, rescan, retry, start, task,
};
use uuid::Uuid;
use wheelhouse_contract::{ErrorCode, GetAgent, GetWorkflow, GetWorkflowStatus, Operations};
use wheelhouse_domain::{AgentId, QuestionId, SourceId, SourceUid, TaskId};
use wheelhouse_testkit::Workbench;

const NONE: ErrorCode = ErrorCode::NotFound;

pub(super) async fn things_that_are_read(bench: &Workbench) {
    let api = bench.api();
    refused(api.get_agent(GetAgent { id: AgentId(99) }).await, NONE);
    refused(api.get_workflow(GetWorkflow { id: NOBODY }).await, NONE);
    refused(
        api.get_workflow_status(GetWorkflowStatus { id: NOBODY }).await,
        NONE,
    );
    refused(api.get_task(task(NOBODY, TaskId(1))).await, NONE);
    refused(api.list_journal(journal(NOBODY, 0, 10)).await, NONE);
    refused(api.list_documents(documents(SourceId(99), 10)).await, NONE);
    let stranger = SourceUid(Uuid::from_u128(9));
    refused(api.read_document(document(stranger, "a.md")).await, NONE);
}

pub(super) async fn things_that_are_changed(bench: &Workbench) {
    let api = bench.api();
    refused(api.start_workflow(start(bench.key(), NOBODY)).await, NONE);
    refused(api.cancel_workflow(cancel(bench.key(), NOBODY)).await, NONE);
    refused(api.retry_workflow(retry(bench.key(), NOBODY)).await, NONE);
    refused(
        api.answer_question(answer(bench.key(), QuestionId(9), "yes"))
            .await,
        NONE,
    );
    refused(api.rescan_source(rescan(bench.key(), SourceId(99))).await, NONE);
    // What is gone already is as it should be: the answer says so.
    let deleted = api.delete_workflow(delete(bench.key(), NOBODY)).await;
    assert!(!deleted.expect("no error").removed);
    let removed = api.remove_source(remove(bench.key(), SourceId(99))).await;
    assert!(!removed.expect("no error").removed);
}
