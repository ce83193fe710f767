//! Files between this machine and a server, over real connections.

use crate::common::TASK;
use std::future::{pending, ready};
use std::path::Path;
use wheelhouse_api::carried::{self, Announced, Carried};
use wheelhouse_contract::{
    BeginTransfer, ErrorCode, ExecuteWorkflow, ExportWorkflow, FinishTransfer, ImportWorkflow, ListWorkflows,
    Operations, ReadTransferPart, RequestKey, WriteTransferPart,
};
use wheelhouse_domain::{ContentHash, TRANSFER_PART, TransferUid, WorkflowId, WorkflowStatus};
use wheelhouse_testkit::{Served, Workbench};

/// Names of files that are on their way in a data folder.
fn on_their_way(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder.join("transfers")) else {
        return Vec::new();
    };
    entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

async fn completed(served: &Served) -> WorkflowId {
    let request = ExecuteWorkflow {
        request_key: RequestKey("transfers-0001".to_owned()),
        task: TASK.to_owned(),
    };
    let done = served.api().execute_workflow(request).await.expect("executed");
    assert_eq!(done.status, WorkflowStatus::Completed);
    done.workflow_id
}

#[tokio::test]
async fn a_run_of_a_server_goes_into_a_file_here_and_from_there_to_another_backend() {
    let (served, here) = (Served::open().await, Workbench::open().await);
    let (id, remote) = (completed(&served).await, served.remote());
    let path = here.folder().join("run.wheelhouse");
    std::fs::write(&path, "what was there before").expect("written");
    let mut seen = Vec::new();
    let kept = carried::keep_run(&remote, id, &path, |carried| seen.push(carried), pending()).await;
    let kept = kept.expect("kept").expect("not stopped");
    let bytes = std::fs::metadata(&path).expect("there").len();
    assert_eq!((kept.bytes, kept.workflows), (bytes, 1));
    assert_eq!(seen.last(), Some(&Carried { done: bytes, bytes }));
    assert_eq!(on_their_way(served.folder()), Vec::<String>::new(), "it is tidied");

    let taken = here.take_run(&path).await.expect("taken in");
    assert!(!taken.known && taken.workflow.imported.is_some());
    let known = carried::take_run(&remote, here.key(), &path, |_| {}, pending()).await;
    let known = known.expect("known").expect("not stopped");
    assert!(
        known.known && known.workflow.id == id,
        "the server has it from the start"
    );
    assert_eq!(on_their_way(here.folder()), Vec::<String>::new());
    assert_eq!(on_their_way(served.folder()), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_stopped_or_breaks_leaves_nothing() {
    let (served, here) = (Served::open().await, Workbench::open().await);
    let (id, remote) = (completed(&served).await, served.remote());
    let path = here.folder().join("run.wheelhouse");
    let stopped = carried::keep_run(&remote, id, &path, |_| {}, ready(())).await;
    // Either may be first; what counts is that nothing is half there.
    let was_kept = stopped.expect("no fault").is_some();
    assert_eq!(path.exists(), was_kept);
    assert_eq!(on_their_way(served.folder()), Vec::<String>::new());

    let large = here.folder().join("large.wheelhouse");
    let file = std::fs::File::create(&large).expect("made");
    file.set_len(100 * 1024 * 1024 + 1).expect("a length");
    let refused = carried::take_run(&remote, here.key(), &large, |_| {}, pending()).await;
    assert_eq!(refused.expect_err("too large").code, ErrorCode::TooLarge);
    let strange = here.folder().join("strange.wheelhouse");
    std::fs::write(&strange, "no run").expect("written");
    let refused = carried::take_run(&remote, here.key(), &strange, |_| {}, pending()).await;
    let refused = refused.expect_err("no run");
    assert!(refused.message.contains("not a run"), "{refused}");
    assert_eq!(on_their_way(served.folder()), Vec::<String>::new());

    let made = remote.export_workflow(ExportWorkflow { id }).await.expect("made");
    let wrong = Announced {
        transfer: made.transfer,
        bytes: made.bytes,
        sum: ContentHash("0".repeat(64)),
    };
    let path = here.folder().join("wrong.wheelhouse");
    std::fs::write(&path, "what was there before").expect("written");
    let other = carried::fetch(&remote, &wrong, &path, |_| {}).await;
    assert_eq!(other.expect_err("another sum").code, ErrorCode::Unreadable);
    let there = std::fs::read_to_string(&path).expect("there");
    assert_eq!(there, "what was there before");
}

#[tokio::test]
async fn each_refusal_has_its_code_its_field_and_a_way_on() {
    let served = Served::open().await;
    let remote = served.remote();
    let key = || RequestKey("transfers-0002".to_owned());
    let begin_as = |key, bytes| {
        let request_key = RequestKey(String::from(key));
        remote.begin_transfer(BeginTransfer { request_key, bytes })
    };
    let begin = |bytes| begin_as("transfers-0003", bytes);
    let begun = begin_as("transfers-0002", 10).await.expect("begun");
    assert_eq!(
        (begun.received, begun.part_bytes, begun.whole),
        (0, TRANSFER_PART, false)
    );
    let uid = begun.uid;
    let unknown = TransferUid(uuid::Uuid::now_v7());
    let part = |uid, number, content: &str| {
        remote.write_transfer_part(WriteTransferPart {
            request_key: key(),
            uid,
            number,
            content: content.to_owned(),
        })
    };
    let finish = |uid| {
        remote.finish_transfer(FinishTransfer {
            request_key: key(),
            uid,
            sum: ContentHash("0".repeat(64)),
        })
    };
    let huge = "A".repeat(4 * TRANSFER_PART as usize);
    let refusals = [
        (begin(0).await.map(|_| ()), ErrorCode::InvalidRequest, "bytes"),
        (
            begin(u64::MAX / 2).await.map(|_| ()),
            ErrorCode::TooLarge,
            "bytes",
        ),
        (
            begin_as("transfers-0002", 11).await.map(|_| ()),
            ErrorCode::RequestKeyReused,
            "request_key",
        ),
        (
            part(unknown, 0, "AA==").await.map(|_| ()),
            ErrorCode::NotFound,
            "uid",
        ),
        (
            part(uid, 7, "AA==").await.map(|_| ()),
            ErrorCode::InvalidRequest,
            "number",
        ),
        (
            part(uid, 0, "AA==").await.map(|_| ()),
            ErrorCode::InvalidRequest,
            "content",
        ),
        (
            part(uid, 0, "not base64").await.map(|_| ()),
            ErrorCode::InvalidRequest,
            "content",
        ),
        (
            part(uid, 0, &huge).await.map(|_| ()),
            ErrorCode::InvalidRequest,
            "content",
        ),
        (finish(uid).await.map(|_| ()), ErrorCode::Conflict, "uid"),
        (
            remote
                .read_transfer_part(ReadTransferPart { uid, number: 0 })
                .await
                .map(|_| ()),
            ErrorCode::Conflict,
            "uid",
        ),
        (
            remote
                .import_workflow(ImportWorkflow {
                    request_key: key(),
                    transfer: uid,
                })
                .await
                .map(|_| ()),
            ErrorCode::Conflict,
            "uid",
        ),
    ];
    for (number, (refused, code, field)) in refusals.into_iter().enumerate() {
        let refused = refused.expect_err("refused");
        assert_eq!(
            (refused.code, refused.details.field.as_deref()),
            (code, Some(field)),
            "{number}: {refused}"
        );
        assert!(refused.details.next_step.is_some(), "{number}");
    }
    let whole = part(uid, 0, "AAAAAAAAAAAAAA==").await.expect("ten bytes");
    assert_eq!(whole.received, 10);
    assert_eq!(
        finish(uid)
            .await
            .expect_err("another sum")
            .details
            .field
            .as_deref(),
        Some("sum")
    );
    let all = ListWorkflows {
        limit: 1,
        ..ListWorkflows::default()
    };
    assert_eq!(remote.list_workflows(all).await.expect("a list").matching, 0);
}
