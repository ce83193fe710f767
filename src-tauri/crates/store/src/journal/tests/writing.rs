use futures::future::join_all;
use sqlx::AssertSqlSafe;
use wheelhouse_domain::{EventBody, Position, Seq};

use super::super::{RequestRecord, WriteCounts, open};
use super::*;
use crate::test_util::request;

async fn positions(place: &Place) -> Vec<i64> {
    sqlx::query_scalar("SELECT position FROM events ORDER BY position")
        .fetch_all(&mut place.raw().await)
        .await
        .expect("positions")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn positions_are_gap_free_under_many_writers() {
    let place = Place::new().await;
    let crew = place.crew().await;
    let writers = (0..64).map(|number| {
        let (store, crew) = (place.store.clone(), crew.clone());
        tokio::spawn(async move {
            let mut run = RunBuilder::new(&format!("Run {number}"), &crew);
            let id = store
                .commit(run.commit(Target::New))
                .await
                .expect("create")
                .workflow_ids[0];
            run.started();
            for (next, (events, contents)) in (2..).zip(run.commits()) {
                assert_eq!(events[0].seq, Seq(next));
                store
                    .commit(one(Target::Existing(id), (events, contents)))
                    .await
                    .expect("append");
            }
            id
        })
    });
    let mut ids: Vec<WorkflowId> = join_all(writers)
        .await
        .into_iter()
        .map(|id| id.expect("join"))
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=64).map(WorkflowId).collect::<Vec<_>>());
    let all = positions(&place).await;
    assert_eq!(all, (1..=64 * 7).collect::<Vec<i64>>());
    assert_eq!(place.store.position(), Position(64 * 7));
    for id in ids {
        let seqs: Vec<u32> = place
            .store
            .all_events(id)
            .await
            .expect("read")
            .iter()
            .map(|e| e.seq.0)
            .collect();
        assert_eq!(seqs, (1..=7).collect::<Vec<u32>>());
    }
}

/// On one thread every commit is queued before the writer runs, so what it does with them is certain.
#[tokio::test]
async fn commits_that_wait_share_a_transaction() {
    let place = Place::new().await;
    let crew = place.crew().await;
    let mut runs: Vec<RunBuilder> = (0..64)
        .map(|n| RunBuilder::new(&format!("Run {n}"), &crew))
        .collect();
    let written = join_all(
        runs.iter_mut()
            .map(|run| place.store.commit(run.commit(Target::New))),
    )
    .await;
    assert!(written.iter().all(Result::is_ok));
    assert_eq!(
        place.store.write_counts(),
        WriteCounts {
            transactions: 1,
            commits: 64
        }
    );
}

#[tokio::test]
async fn a_bad_commit_fails_alone_in_its_group() {
    let place = Place::new().await;
    let crew = place.crew().await;
    let (mut good, mut bad, mut after) = (
        RunBuilder::new("Good", &crew),
        RunBuilder::new("Bad", &crew),
        RunBuilder::new("After", &crew),
    );
    bad.started().push(EventBody::WorkflowStarted);
    let results =
        join_all([&mut good, &mut bad, &mut after].map(|run| place.store.commit(run.commit(Target::New))))
            .await;
    assert_eq!(
        place.store.write_counts(),
        WriteCounts {
            transactions: 1,
            commits: 3
        }
    );
    assert_eq!(results[0].as_ref().expect("good").last, Position(1));
    assert!(
        matches!(
            results[1],
            Err(Error::Integrity {
                table: "workflows",
                ..
            })
        ),
        "{:?}",
        results[1]
    );
    let last = results[2].as_ref().expect("after");
    assert_eq!(
        (last.first, last.last),
        (Position(2), Position(2)),
        "no gap is left behind"
    );
    assert_eq!(last.workflow_ids, [WorkflowId(2)]);
    assert_eq!(positions(&place).await, [1, 2]);
}

#[tokio::test]
async fn the_head_moves_only_with_what_is_durable() {
    let place = Place::new().await;
    let mut head = place.store.head();
    assert_eq!(*head.borrow_and_update(), Position(0));
    let mut run = place.run("Run").await;
    run.started();
    place.create(&mut run).await;
    head.changed().await.expect("a move");
    assert_eq!(*head.borrow(), Position(7));
    assert_eq!(positions(&place).await.len(), 7);
}

#[tokio::test]
async fn seq_must_follow_what_is_stored() {
    let place = Place::new().await;
    let mut run = place.run("Run").await;
    let id = place.create(&mut run).await;
    run.started();
    let stale = run.clone().commit(Target::Existing(id));
    place.append(id, &mut run).await.expect("append");
    let refused = place.store.commit(stale).await;
    assert!(
        matches!(
            refused,
            Err(Error::SeqConflict {
                stored: Seq(7),
                given: Seq(2),
                ..
            })
        ),
        "{refused:?}"
    );
    let nobody = run.attempt("analyse", 1).commit(Target::Existing(WorkflowId(99)));
    let refused = place.store.commit(nobody).await;
    assert!(
        matches!(refused, Err(Error::WorkflowNotFound(WorkflowId(99)))),
        "{refused:?}"
    );
    let mut headless = RunBuilder::new("Headless", &place.crew().await);
    headless.commits();
    let refused = place.store.commit(headless.started().commit(Target::New)).await;
    assert!(
        matches!(refused, Err(Error::Integrity { table: "events", .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn several_runs_commit_together_or_not_at_all() {
    let place = Place::new().await;
    let (mut parent, mut child) = (place.run("Parent").await, place.run("Child").await);
    let mut both = parent.commit(Target::New);
    both.runs.extend(child.commit(Target::New).runs);
    let written = place.store.commit(both).await.expect("commit");
    assert_eq!(written.workflow_ids, [WorkflowId(1), WorkflowId(2)]);
    parent.started();
    child
        .push(EventBody::WorkflowCancelled)
        .push(EventBody::WorkflowCancelled);
    let mut both = parent.commit(Target::Existing(WorkflowId(1)));
    both.runs
        .extend(child.commit(Target::Existing(WorkflowId(2))).runs);
    assert!(place.store.commit(both).await.is_err());
    assert_eq!(
        place.store.all_events(WorkflowId(1)).await.expect("read").len(),
        1
    );
    assert_eq!(place.store.position(), Position(2));
}

#[tokio::test]
async fn a_wish_is_carried_out_once() {
    let place = Place::new().await;
    let crew = place.crew().await;
    let mut runs: Vec<RunBuilder> = (0..3)
        .map(|n| RunBuilder::new(&format!("Run {n}"), &crew))
        .collect();
    let wishes = runs.iter_mut().map(|run| {
        let mut commit = run.commit(Target::New);
        commit.request = Some(request("wish-0001"));
        place.store.commit(commit)
    });
    let results = join_all(wishes).await;
    let expected = RequestRecord {
        workflow_id: Some(WorkflowId(1)),
        ..request("wish-0001")
    };
    assert!(results[0].is_ok());
    for repeated in &results[1..] {
        assert!(
            matches!(repeated, Err(Error::RequestRepeated(record)) if *record == expected),
            "{repeated:?}"
        );
    }
    assert_eq!(
        place.store.find_request("wish-0001").await.expect("read"),
        Some(expected)
    );
    assert_eq!(place.store.find_request("wish-0002").await.expect("read"), None);
    assert_eq!(place.store.workflow_counts().await.expect("counts").total, 1);
}

#[tokio::test]
async fn a_wish_without_facts_is_remembered_and_a_failed_one_is_not() {
    let place = Place::new().await;
    let mut run = place.run("Run").await;
    let id = place.create(&mut run).await;
    let mut nothing = run.commit(Target::Existing(id));
    nothing.request = Some(request("wish-0001"));
    let written = place.store.commit(nothing).await.expect("commit");
    assert_eq!((written.first, written.last), (Position(2), Position(1)));
    let found = place
        .store
        .find_request("wish-0001")
        .await
        .expect("read")
        .expect("there");
    assert_eq!(found.workflow_id, Some(id));
    let mut wrong = run
        .push(EventBody::WorkflowRetried { tasks: Vec::new() })
        .commit(Target::Existing(id));
    wrong.request = Some(request("wish-0002"));
    assert!(place.store.commit(wrong).await.is_err());
    assert_eq!(place.store.find_request("wish-0002").await.expect("read"), None);
}

#[tokio::test]
async fn a_caller_that_goes_away_undoes_nothing() {
    let place = Place::new().await;
    let mut run = place.run("Run").await;
    let mut head = place.store.head();
    {
        let mut commit = Box::pin(place.store.commit(run.commit(Target::New)));
        assert!(futures::poll!(commit.as_mut()).is_pending());
    }
    head.changed().await.expect("written");
    assert_eq!(place.store.workflow_counts().await.expect("counts").total, 1);
}

#[tokio::test]
async fn a_full_disk_is_told_and_over_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut opened = open::open(&options(folder.path()), &open::MIGRATIONS)
        .await
        .expect("open");
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count")
        .fetch_one(&mut opened.writer)
        .await
        .expect("pages");
    let limit = pages + 64;
    sqlx::query(AssertSqlSafe(format!("PRAGMA max_page_count = {limit}")))
        .execute(&mut opened.writer)
        .await
        .expect("limit");
    let store = Store::start(opened).await.expect("start");
    let place = Place { store, folder };
    let mut run = place.run("Big").await;
    let mut big = run.clone().commit(Target::New);
    big.contents.push("x".repeat(1 << 20));
    let refused = place.store.commit(big).await;
    assert!(
        matches!(refused, Err(Error::Database(_) | Error::NotDurable(_))),
        "{refused:?}"
    );
    assert_eq!(place.store.position(), Position(0));
    assert_eq!(
        place.create(&mut run).await,
        WorkflowId(1),
        "a smaller one still fits"
    );
    assert_eq!(positions(&place).await, [1]);
}

#[tokio::test]
async fn a_lost_transaction_fails_everybody_in_it_and_the_next_one_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut opened = open::open(&options(folder.path()), &open::MIGRATIONS)
        .await
        .expect("open");
    sqlx::query("PRAGMA busy_timeout = 0")
        .execute(&mut opened.writer)
        .await
        .expect("pragma");
    let store = Store::start(opened).await.expect("start");
    let place = Place { store, folder };
    let mut intruder = place.raw().await;
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut intruder)
        .await
        .expect("lock");
    let crew = place.crew().await;
    let mut runs: Vec<RunBuilder> = (0..3)
        .map(|n| RunBuilder::new(&format!("Run {n}"), &crew))
        .collect();
    let commits: Vec<Commit> = runs.iter_mut().map(|run| run.commit(Target::New)).collect();
    let lost = join_all(commits.iter().map(|commit| place.store.commit(commit.clone()))).await;
    assert!(
        lost.iter()
            .all(|result| matches!(result, Err(Error::NotDurable(_)))),
        "{lost:?}"
    );
    assert_eq!(place.store.position(), Position(0));
    sqlx::query("ROLLBACK")
        .execute(&mut intruder)
        .await
        .expect("unlock");
    let written = join_all(commits.into_iter().map(|commit| place.store.commit(commit))).await;
    assert!(written.iter().all(Result::is_ok));
    assert_eq!(positions(&place).await, [1, 2, 3]);
}
