//! What does not move, and says why.

use super::{Pair, go_on, place, refusal, shown};
use crate::templates::{UID, document, keep, over, start, uid};
use serde_json::json;
use wheelhouse_contract::{
    CancelWorkflow, CompleteArrival, ConfirmDeparture, CreateWorkflow, DepartWorkflow, ErrorCode, ListMoves,
    Operations, SetSourceStaysHere,
};
use wheelhouse_domain::{MoveUid, WorkflowId};
use wheelhouse_testkit::Workbench;

/// A run that waits for an answer.
pub(super) async fn waiting(bench: &Workbench) -> WorkflowId {
    let steps = json!([
        {"id": "first", "title": "First", "kind": "agent", "agent": "driver", "prompt": "Write.", "tools": []},
        {"id": "ask", "title": "Ask", "kind": "approval", "text": "Publish it?", "needs": ["first"]},
        {"id": "last", "title": "Last", "kind": "agent", "agent": "driver", "prompt": "Write more.", "tools": [],
            "needs": ["ask"]}
    ]);
    keep(bench, &document(steps), 0).await;
    let id = start(bench, uid(UID), json!({})).await.id;
    over(bench, id).await;
    id
}

#[tokio::test]
async fn a_run_that_has_ended_stays_and_says_how_to_take_it_along() {
    let pair = Pair::open().await;
    let id = pair
        .laptop
        .run("Compare two ways to store dates")
        .await
        .workflow
        .id;
    let error = refusal(pair.mover().await.there(id, &mut go_on).await);
    assert_eq!(error.code, ErrorCode::Conflict);
    let next = error.details.next_step.expect("a way on");
    assert!(next.contains("xport"), "{next}");
    assert_eq!(
        (place(&pair.laptop, id).await, shown(&pair.studio).await),
        (None, 0)
    );
}

#[tokio::test]
async fn a_run_that_was_not_started_moves_and_waits_there_to_be_started() {
    let pair = Pair::open().await;
    let id = pair.laptop.create("Compare two ways to store dates").await;
    let there = pair.there(id).await;
    let late = pair
        .laptop
        .api()
        .start_workflow(wheelhouse_contract::StartWorkflow {
            request_key: pair.laptop.key(),
            id,
        });
    assert_eq!(late.await.expect_err("it is not here").code, ErrorCode::Conflict);
    let begun = pair
        .studio
        .api()
        .start_workflow(wheelhouse_contract::StartWorkflow {
            request_key: pair.studio.key(),
            id: there,
        });
    begun.await.expect("started");
    let done = pair.studio.ended(there).await;
    assert!(done.workflow.status.is_final());
}

#[tokio::test]
async fn a_run_that_has_read_what_stays_here_stays_here() {
    let pair = Pair::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("lamp.md"),
        "# Lamp\n\nThe walnut lamp burns with zanzibarite.\n",
    )
    .expect("written");
    let source = pair.laptop.add_source(folder.path()).await;
    let mark = SetSourceStaysHere {
        request_key: pair.laptop.key(),
        id: source.id,
        stays_here: true,
    };
    pair.laptop
        .api()
        .set_source_stays_here(mark)
        .await
        .expect("marked");
    let steps = json!([
        {"id": "find", "title": "Find", "kind": "tool", "tool": "knowledge_search",
            "arguments": {"query": "'walnut lamp'"}},
        {"id": "ask", "title": "Ask", "kind": "approval", "text": "Publish it?", "needs": ["find"]}
    ]);
    keep(&pair.laptop, &document(steps), 0).await;
    let id = start(&pair.laptop, uid(UID), json!({})).await.id;
    over(&pair.laptop, id).await;
    let held = super::view(&pair.laptop, id).await.stays_here;
    assert_eq!(held.len(), 1, "it was shown the passage");
    let error = refusal(pair.mover().await.there(id, &mut go_on).await);
    assert_eq!(error.code, ErrorCode::Conflict);
    assert!(error.message.contains(&held[0].name), "{error}");
    assert!(error.details.next_step.is_some());
    assert_eq!(
        (place(&pair.laptop, id).await, shown(&pair.studio).await),
        (None, 0)
    );
    super::answer(&pair.laptop, "approved").await;
    over(&pair.laptop, id).await;
}

#[tokio::test]
async fn nobody_begins_without_the_receipt_and_a_move_is_one_run_s() {
    let pair = Pair::open().await;
    let id = waiting(&pair.laptop).await;
    let store = |bench: &Workbench| bench.api().handle().store().identity().uid;
    let depart = |move_uid, id| {
        let request = DepartWorkflow {
            request_key: pair.laptop.key(),
            id,
            move_uid,
            other: store(&pair.studio),
            other_name: "studio".to_owned(),
            own_name: "laptop".to_owned(),
        };
        pair.laptop.api().depart_workflow(request)
    };
    let uid = MoveUid(uuid::Uuid::now_v7());
    let departing = depart(uid, id).await.expect("leaves");
    assert!(departing.transfer.is_some());
    let again = depart(uid, id).await.expect("the same again");
    assert_eq!(again.departure, departing.departure);
    assert_eq!(again.bytes, departing.bytes, "the file is the same each time");
    let second = depart(MoveUid(uuid::Uuid::now_v7()), id).await;
    assert_eq!(second.expect_err("one move at a time").code, ErrorCode::Conflict);

    let early = pair.studio.api().complete_arrival(CompleteArrival {
        request_key: pair.studio.key(),
        uid,
        receipt: "guessed".to_owned(),
    });
    let early = early.await.expect_err("it never came");
    assert!(
        matches!(early.code, ErrorCode::NotFound | ErrorCode::Conflict),
        "{early}"
    );
    let unknown = pair.laptop.api().confirm_departure(ConfirmDeparture {
        request_key: pair.laptop.key(),
        uid: MoveUid(uuid::Uuid::now_v7()),
    });
    assert_eq!(unknown.await.expect_err("no such move").code, ErrorCode::NotFound);
    // Whoever carries it goes on from here.
    pair.mover().await.resume(&mut go_on).await.expect("both answer");
    assert_eq!(shown(&pair.studio).await, 1);
    let moves = pair.laptop.api().list_moves(ListMoves {}).await.expect("moves");
    assert!(moves.departures.iter().all(|one| one.finished));
}

#[tokio::test]
async fn a_run_can_t_be_made_anew_or_cancelled_while_it_is_elsewhere() {
    let pair = Pair::open().await;
    let id = waiting(&pair.laptop).await;
    pair.there(id).await;
    let cancel = pair.laptop.api().cancel_workflow(CancelWorkflow {
        request_key: pair.laptop.key(),
        id,
    });
    let error = cancel.await.expect_err("it is elsewhere");
    assert!(error.details.next_step.expect("a way on").contains("studio"));
    // Others are not held up by it.
    let request = CreateWorkflow {
        request_key: pair.laptop.key(),
        task: "Compare two ways to store dates".to_owned(),
        name: String::new(),
        made_of: None,
    };
    pair.laptop.api().create_workflow(request).await.expect("created");
}
