use wheelhouse_domain::{ContentHash, EventBody, Position, WorkflowStatus};

use super::super::tidy::LOG_LIMIT;
use super::super::{RequestRecord, Retention, SweepProgress};
use super::*;
use crate::test_util::request;

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Long after every run of these tests.
const LATER: Millis = Millis(1_000 * DAY);

fn keep(max_workflows: u32) -> Retention {
    Retention {
        max_workflows: Some(max_workflows),
        ..Retention::default()
    }
}

fn under(megabytes: u32) -> Retention {
    Retention {
        max_megabytes: Some(megabytes),
        ..Retention::default()
    }
}

impl Place {
    /// An ended run that takes about so many megabytes.
    async fn big_run(&self, name: &str, megabytes: usize) -> WorkflowId {
        let mut run = self.run(name).await;
        run.started();
        let output = run.answer(&format!("{name} {}", "word ".repeat(megabytes * 200_000)), 0);
        run.attempt("analyse", 1).push(EventBody::TaskCompleted {
            task: "analyse".into(),
            output,
        });
        run.push(EventBody::CancelRequested)
            .push(EventBody::WorkflowCancelled);
        self.create(&mut run).await
    }

    async fn sweep(&self, rule: Retention) -> u32 {
        let swept = self.store.sweep(&rule, LATER, |_| ()).await.expect("sweep");
        swept.workflows
    }

    async fn left(&self) -> Vec<u32> {
        let mut left = Vec::new();
        for id in 1..=20 {
            if self.store.workflow(WorkflowId(id)).await.expect("read").is_some() {
                left.push(id);
            }
        }
        left
    }

    fn size(&self, name: &str) -> u64 {
        std::fs::metadata(self.folder.path().join(name)).map_or(0, |found| found.len())
    }
}

#[tokio::test]
async fn a_rule_is_off_until_it_is_set_and_comes_back_with_the_projections() {
    let place = Place::new().await;
    assert!(place.store.retention().await.expect("read").is_off());
    let rule = Retention {
        max_age_days: Some(90),
        ..keep(500)
    };
    for key in ["rule-1", "rule-2"] {
        let saved = place.store.save_retention(rule, request(key), Millis(9)).await;
        saved.expect("saved");
    }
    assert_eq!(
        place.store.position(),
        Position(1),
        "the same rule again is no fact"
    );
    place.store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.store.retention().await.expect("read"), rule);
}

#[tokio::test]
async fn the_oldest_ended_go_and_nothing_else() {
    let place = Place::new().await;
    for name in ["A", "B", "C", "D"] {
        place.whole_run(name).await;
    }
    let mut running = place.run("Running").await;
    running.started();
    place.create(&mut running).await;
    place.create(&mut place.run("Pending").await).await;
    let before = place.everything().await;
    assert_eq!(place.sweep(Retention::default()).await, 0);
    assert_eq!(place.everything().await, before, "off");

    let rule = keep(1);
    let seen = place
        .store
        .preview_retention(&rule, LATER)
        .await
        .expect("preview");
    assert_eq!((seen.workflows, seen.kept), (3, 1));
    assert!(seen.bytes > 0 && seen.bytes < seen.journal, "{seen:?}");
    let position = place.store.position();
    let progress = std::sync::Mutex::new(Vec::new());
    let swept = place
        .store
        .sweep(&rule, LATER, |step| progress.lock().expect("whole").push(step))
        .await
        .expect("sweep");
    assert_eq!(swept.workflows, 3);
    assert_eq!(place.left().await, [4, 5, 6]);
    let last = SweepProgress { done: 3, total: 3 };
    assert_eq!(progress.into_inner().expect("whole").last(), Some(&last));
    let changes = place.store.changes(position, 100).await.expect("changes");
    assert_eq!(changes.removed_workflows, [1, 2, 3].map(WorkflowId));
    let derived = place.derived().await;
    place.store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.derived().await, derived);
    assert_eq!(place.sweep(rule).await, 0, "twice is once");
}

#[tokio::test]
async fn age_counts_from_the_end() {
    let place = Place::new().await;
    let id = place.whole_run("A").await;
    let ended = place.store.workflow(id).await.expect("read").expect("there");
    let ended = ended.completed_at.expect("ended");
    let rule = Retention {
        max_age_days: Some(2),
        ..Retention::default()
    };
    let at = |days: i64, more: i64| ended.plus(days * DAY + more);
    for (now, expected) in [(at(0, 0), 0), (at(2, 0), 0), (at(2, 1), 1)] {
        let swept = place.store.sweep(&rule, now, |_| ()).await.expect("sweep");
        assert_eq!(swept.workflows, expected, "{now:?}");
    }
}

#[tokio::test]
async fn what_was_taken_up_again_stays() {
    let place = Place::new().await;
    let mut failed = place.run("Failed").await;
    failed.started().attempt("analyse", 1);
    failed.failed("analyse", &["research", "staff", "aggregate", "report"]);
    let id = place.create(&mut failed).await;
    let (ended, _) = place.store.ended().await.expect("read");
    assert_eq!(ended.len(), 1);
    failed.push(EventBody::WorkflowRetried {
        tasks: vec!["analyse".into()],
    });
    place.append(id, &mut failed).await.expect("retry");
    let step = super::super::retention::Step::Workflows {
        which: ended,
        above: 0,
        at: LATER,
    };
    let work = super::super::writer::Work::Sweep(step);
    let written = place.store.write(work).await.expect("written");
    assert!(written.workflow_ids.is_empty());
    let row = place.store.workflow(id).await.expect("read").expect("there");
    assert_eq!(row.status, WorkflowStatus::Running);
}

#[tokio::test]
async fn a_run_and_those_that_it_started_go_together_or_stay_together() {
    let place = Place::new().await;
    let mut ids = Vec::new();
    for name in ["Child", "Grandchild", "Parent", "Alone"] {
        ids.push(place.whole_run(name).await);
    }
    let mut open = place.run("Open").await;
    open.started();
    let open = place.create(&mut open).await;
    let adopt = async |child: WorkflowId, parent: WorkflowId| {
        sqlx::query("UPDATE workflows SET parent = (SELECT uid FROM workflows WHERE id = ?2) WHERE id = ?1")
            .bind(child.0)
            .bind(parent.0)
            .execute(&mut place.raw().await)
            .await
            .expect("adopt");
    };
    adopt(ids[0], ids[2]).await;
    adopt(ids[1], ids[0]).await;
    adopt(open, ids[1]).await;
    assert_eq!(place.sweep(keep(0)).await, 1, "only the one without relatives");
    assert_eq!(place.left().await, [1, 2, 3, 5]);

    sqlx::query("UPDATE workflows SET parent = NULL WHERE id = ?1")
        .bind(open.0)
        .execute(&mut place.raw().await)
        .await
        .expect("alone");
    let seen = place.store.preview_retention(&keep(0), LATER).await;
    assert_eq!(seen.expect("preview").workflows, 3);
    assert_eq!(place.sweep(keep(0)).await, 3);
    assert_eq!(place.left().await, [5]);
}

#[tokio::test]
async fn size_deletes_no_more_than_it_must_and_the_file_gets_smaller() {
    let place = Place::new().await;
    for name in ["A", "B", "C", "D", "E"] {
        place.big_run(name, 4).await;
    }
    place.store.tidy().await.expect("tidy");
    let before = place.size("journal.db");
    assert!(before > 20_000_000, "{before}");
    let rule = under(10);
    let seen = place
        .store
        .preview_retention(&rule, LATER)
        .await
        .expect("preview");
    assert_eq!(seen.workflows, 3);
    assert!((11_000_000..13_000_000).contains(&seen.bytes), "{seen:?}");
    let swept = place.store.sweep(&rule, LATER, |_| ()).await.expect("sweep");
    assert_eq!(swept.workflows, 3);
    assert_eq!(place.left().await, [4, 5]);
    let after = place.size("journal.db");
    assert!(after < 9_000_000, "{before} bytes became {after}");
    assert_eq!(swept.bytes, before - after);
    assert!(place.size("journal.db-wal") <= LOG_LIMIT);
    assert_eq!(place.left().await, [4, 5]);
}

#[tokio::test]
async fn a_text_that_stays_is_counted_for_nobody() {
    let place = Place::new().await;
    let shared = "shared ".repeat(500_000);
    let mut running = place.run("Running").await;
    running.started();
    let mut ended = place.run("Ended").await;
    ended.started();
    for run in [&mut running, &mut ended] {
        let output = run.answer(&shared, 0);
        run.attempt("analyse", 1).push(EventBody::TaskCompleted {
            task: "analyse".into(),
            output,
        });
    }
    ended
        .push(EventBody::CancelRequested)
        .push(EventBody::WorkflowCancelled);
    place.create(&mut running).await;
    place.create(&mut ended).await;
    let seen = place.store.preview_retention(&keep(0), LATER).await;
    let seen = seen.expect("preview");
    assert_eq!(seen.workflows, 1);
    assert!(seen.bytes < 100_000, "{seen:?}");
    assert!(seen.journal > 3_000_000, "{seen:?}");
}

#[tokio::test]
async fn old_wishes_and_texts_that_nobody_needs_go_also_without_a_rule() {
    let place = Place::new().await;
    place.whole_run("A").await;
    let remember = |key: String, at: Millis| Commit {
        request: Some(RequestRecord { at, ..request(&key) }),
        ..Commit::default()
    };
    for number in 0..5_000 {
        // Not awaited one by one: they share transactions, as in life.
        let commit = remember(format!("old-{number}"), Millis(number));
        place.store.commit(commit).await.expect("commit");
    }
    place
        .store
        .commit(remember("new".to_owned(), LATER))
        .await
        .expect("commit");
    let lonely = "nobody points at this".to_owned();
    let hash = ContentHash::of(&lonely);
    let commit = Commit {
        contents: vec![lonely],
        ..Commit::default()
    };
    place.store.commit(commit).await.expect("commit");
    let facts = place.tables(&["events", "tasks", "calls"]).await;

    assert_eq!(place.sweep(Retention::default()).await, 0);
    assert_eq!(place.store.find_request("old-4999").await.expect("read"), None);
    assert!(place.store.find_request("new").await.expect("read").is_some());
    assert_eq!(place.store.content(&hash).await.expect("read"), None);
    assert_eq!(place.tables(&["events", "tasks", "calls"]).await, facts);
    let missing: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM events WHERE content IS NOT NULL AND content NOT IN (SELECT hash FROM contents)",
    )
    .fetch_one(&mut place.raw().await)
    .await
    .expect("count");
    assert_eq!(missing, 0);
}

#[tokio::test]
async fn the_log_is_short_after_a_burst() {
    let place = Place::new().await;
    // A reader that began before the burst keeps everything in the log.
    let mut reader = place.raw().await;
    sqlx::query("BEGIN").execute(&mut reader).await.expect("begin");
    sqlx::query("SELECT count(*) FROM events")
        .fetch_one(&mut reader)
        .await
        .expect("read");
    for name in ["A", "B", "C", "D", "E", "F"] {
        place.big_run(name, 4).await;
    }
    let long = place.size("journal.db-wal");
    assert!(long > 2 * LOG_LIMIT, "{long}");
    sqlx::query("ROLLBACK").execute(&mut reader).await.expect("end");
    place.sweep(keep(2)).await;
    let short = place.size("journal.db-wal");
    assert!(short <= LOG_LIMIT, "{short}");
    assert!(place.size("journal.db") < 9_000_000);
}

#[tokio::test]
async fn a_copy_that_is_under_way_holds_nothing_back_afterwards() {
    let place = Place::new().await;
    place.big_run("A", 4).await;
    let (copy, ()) = tokio::join!(place.store.back_up(LATER), async {
        for name in ["B", "C", "D", "E"] {
            place.big_run(name, 4).await;
        }
    });
    copy.expect("back up");
    assert!(place.size("journal.db-wal") <= LOG_LIMIT);
}

#[tokio::test]
async fn writing_goes_on_while_the_file_shrinks() {
    let place = Place::new().await;
    for name in ["A", "B", "C", "D", "E"] {
        place.big_run(name, 4).await;
    }
    let rule = keep(0);
    let (swept, written) = tokio::join!(place.store.sweep(&rule, LATER, |_| ()), async {
        let mut written = 0;
        while place.left().await.iter().any(|id| *id <= 5) {
            place.create(&mut place.run("Meanwhile").await).await;
            written += 1;
        }
        written
    });
    assert_eq!(swept.expect("sweep").workflows, 5);
    assert!(written > 0);
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut place.raw().await)
        .await
        .expect("check");
    assert_eq!(sound, "ok");
    assert!(place.size("journal.db") < 2_000_000);
}

#[tokio::test]
async fn what_a_killed_process_left_free_goes_back_at_the_next_start() {
    let place = Place::new().await;
    let id = place.big_run("A", 4).await;
    place.store.close().await.expect("close");
    let mut conn = place.raw().await;
    for sql in [
        "PRAGMA foreign_keys = OFF",
        "DELETE FROM contents WHERE length(content) > 1000000",
        "UPDATE events SET content = NULL",
    ] {
        sqlx::query(sql).execute(&mut conn).await.expect(sql);
    }
    drop(conn);
    assert!(place.size("journal.db") > 4_000_000);
    let again = Store::open(options(place.folder.path())).await.expect("open");
    again.tidy().await.expect("tidy");
    assert!(place.size("journal.db") < 1_000_000);
    assert!(again.workflow(id).await.expect("read").is_some());
}
