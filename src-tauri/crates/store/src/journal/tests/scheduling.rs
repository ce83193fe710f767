use uuid::Uuid;
use wheelhouse_domain::{
    CatchUp, Due, DueOutcome, Json, MissReason, Overlap, Position, ScheduleForm, ScheduleId, SchedulePolicy,
    ScheduleUid, SkipReason, TemplateUid, WorkflowStatus,
};

use super::super::{
    DueRecord, DueStart, NewSchedule, SCHEDULE_DUE, SCHEDULE_PAUSED, SCHEDULE_REMOVED, SCHEDULE_SAVED,
    SCHEDULE_SEEN, SCHEDULE_SET_BACK, ScheduleRow,
};
use super::*;
use crate::test_util::{outage, request};

const DUE: Millis = Millis(10_000);

fn schedule(name: &str) -> NewSchedule {
    NewSchedule {
        id: None,
        uid: ScheduleUid(Uuid::now_v7()),
        form: ScheduleForm {
            name: name.to_owned(),
            template: TemplateUid(Uuid::from_u128(1)),
            template_version: None,
            inputs: Json(serde_json::json!({"task": "Sum it up"})),
            cron: "0 7 * * *".to_owned(),
            zone: "Europe/Berlin".to_owned(),
            policy: SchedulePolicy {
                overlap: Overlap::Queue,
                catch_up: CatchUp::Newest,
                window_minutes: 60,
            },
        },
    }
}

impl Place {
    async fn schedule(&self, name: &str) -> ScheduleRow {
        let saved = self
            .store
            .save_schedule(schedule(name), request(&format!("save-{name}")), Millis(5_000));
        saved.await.expect("saved")
    }

    /// Starts a run for a due time, of which nothing more is written.
    async fn start(&self, id: ScheduleId, at: Millis) -> Result<WorkflowId, Error> {
        let mut run = self.run("Digest").await;
        run.started();
        let Commit { runs, contents, .. } = run.commit(Target::New);
        let events = runs.into_iter().flat_map(|run| run.events).collect();
        let late = false;
        let start = DueStart {
            schedule: id,
            at,
            late,
            events,
            contents,
            request: None,
            now: at.plus(1),
        };
        self.store.start_due(start).await
    }

    async fn record(&self, id: ScheduleId, at: Millis, outcome: DueOutcome) -> Result<(), Error> {
        let record = DueRecord {
            schedule: id,
            due: Due::one(at),
            outcome,
            request: None,
            now: at.plus(1),
        };
        self.store.record_due(record).await
    }

    async fn read(&self, id: ScheduleId) -> ScheduleRow {
        self.store.schedule(id).await.expect("read").expect("there")
    }

    async fn words(&self, id: ScheduleId) -> Vec<String> {
        let rows = self.store.schedule_history(id, 100).await.expect("read");
        rows.iter().map(|row| row.outcome.as_str().to_owned()).collect()
    }
}

async fn kinds_after(place: &Place, after: Position) -> Vec<String> {
    let changes = place.store.changes(after, 100).await.expect("changes");
    changes.events.into_iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn a_schedule_is_added_changed_paused_and_removed() {
    let place = Place::new().await;
    let store = &place.store;
    let row = place.schedule("Digest").await;
    assert_eq!(
        (row.id, row.considered_at, row.paused),
        (ScheduleId(1), Millis(5_000), false)
    );
    assert_eq!(row.form, schedule("Digest").form);

    // Another name: its times count on. Other times: they count from now.
    let mut changed = NewSchedule {
        id: Some(row.id),
        ..schedule("News")
    };
    let saved = store.save_schedule(changed.clone(), request("change-1"), Millis(6_000));
    assert_eq!(saved.await.expect("saved").considered_at, Millis(5_000));
    changed.form.cron = "0 8 * * *".to_owned();
    let saved = store
        .save_schedule(changed.clone(), request("change-2"), Millis(7_000))
        .await
        .expect("saved");
    assert_eq!(saved.considered_at, Millis(7_000));
    assert_eq!(
        (saved.uid, saved.created_at),
        (row.uid, Millis(5_000)),
        "it stays what it was"
    );
    let same = store.save_schedule(changed, request("change-3"), Millis(8_000));
    assert_eq!(
        same.await.expect("saved").considered_at,
        Millis(7_000),
        "what is the same is no fact"
    );

    for (paused, key, at) in [
        (true, "pause-1", 8_000),
        (true, "pause-2", 8_500),
        (false, "resume-1", 9_000),
    ] {
        store
            .pause_schedule(row.id, paused, request(key), Millis(at))
            .await
            .expect("paused");
        assert_eq!(place.read(row.id).await.paused, paused);
    }
    assert_eq!(
        place.read(row.id).await.considered_at,
        Millis(9_000),
        "it goes on from now"
    );
    assert!(
        store
            .remove_schedule(row.id, request("remove-1"), Millis(9_500))
            .await
            .expect("removed")
    );
    assert!(
        !store
            .remove_schedule(row.id, request("remove-2"), Millis(9_600))
            .await
            .expect("removed")
    );
    assert_eq!(
        kinds_after(&place, Position(0)).await,
        [
            SCHEDULE_SAVED,
            SCHEDULE_SAVED,
            SCHEDULE_SAVED,
            SCHEDULE_PAUSED,
            SCHEDULE_PAUSED,
            SCHEDULE_REMOVED
        ]
    );
    assert_eq!(
        place.schedule("Digest again").await.id,
        ScheduleId(2),
        "numbers are not given out again"
    );
}

#[tokio::test]
async fn schedules_need_names_of_their_own_and_must_be_there() {
    let place = Place::new().await;
    let store = &place.store;
    place.schedule("Digest").await;
    let taken = store
        .save_schedule(schedule("Digest"), request("taken-1"), Millis(1))
        .await;
    assert!(matches!(taken, Err(Error::ScheduleNameTaken(_))), "{taken:?}");
    let gone = NewSchedule {
        id: Some(ScheduleId(9)),
        ..schedule("Other")
    };
    let gone = store.save_schedule(gone, request("gone-1"), Millis(1)).await;
    assert!(matches!(gone, Err(Error::ScheduleNotFound(_))), "{gone:?}");
    let gone = store
        .pause_schedule(ScheduleId(9), true, request("gone-2"), Millis(1))
        .await;
    assert!(matches!(gone, Err(Error::ScheduleNotFound(_))), "{gone:?}");
    let repeated = store
        .save_schedule(schedule("Third"), request("save-Digest"), Millis(1))
        .await;
    assert!(matches!(repeated, Err(Error::RequestRepeated(_))), "{repeated:?}");
}

#[tokio::test]
async fn a_due_time_and_its_workflow_are_kept_together_and_once() {
    let place = Place::new().await;
    let id = place.schedule("Digest").await.id;
    let workflow = place.start(id, DUE).await.expect("started");
    let rows = place.store.schedule_history(id, 10).await.expect("read");
    assert_eq!(
        rows[0].outcome,
        DueOutcome::Started {
            workflow,
            late: false,
            by_hand: false
        }
    );
    assert_eq!(
        rows[0].workflow.as_ref().map(|found| found.status),
        Some(WorkflowStatus::Running)
    );
    assert_eq!(place.read(id).await.considered_at, DUE);

    let before = place.everything().await;
    let again = place.start(id, DUE).await;
    assert!(matches!(again, Err(Error::ScheduleMoved(_))), "{again:?}");
    let again = place
        .record(
            id,
            DUE,
            DueOutcome::Missed {
                because: MissReason::NoCatchUp,
            },
        )
        .await;
    assert!(matches!(again, Err(Error::ScheduleMoved(_))), "{again:?}");
    let nobody = place.start(ScheduleId(9), DUE).await;
    assert!(matches!(nobody, Err(Error::ScheduleMoved(_))), "{nobody:?}");
    assert_eq!(
        place.everything().await,
        before,
        "no workflow is left without its due time"
    );

    // Events that don't begin a run take the due time back with them.
    let wrong = DueStart {
        schedule: id,
        at: DUE.plus(1),
        late: false,
        events: Vec::new(),
        contents: vec!["left over".to_owned()],
        request: None,
        now: DUE,
    };
    let wrong = place.store.start_due(wrong).await;
    assert!(matches!(wrong, Err(Error::Integrity { .. })), "{wrong:?}");
    assert_eq!(place.everything().await, before);
}

#[tokio::test]
async fn a_line_is_kept_started_and_let_go_when_paused() {
    let place = Place::new().await;
    let id = place.schedule("Digest").await.id;
    let running = place.start(id, DUE).await.expect("started");
    for (after, late) in [(1_000, false), (2_000, true)] {
        place
            .record(id, DUE.plus(after), DueOutcome::Waiting { late, by_hand: false })
            .await
            .expect("recorded");
    }
    let watch = place.store.schedule_watch().await.expect("read");
    assert_eq!(watch.len(), 1);
    assert_eq!(watch[0].running, [running]);
    assert_eq!(
        watch[0].waiting,
        [(DUE.plus(1_000), false), (DUE.plus(2_000), true)]
    );
    assert!(watch[0].used.is_empty());

    place
        .start(id, DUE.plus(1_000))
        .await
        .expect("what waits may start");
    place
        .store
        .pause_schedule(id, true, request("pause-1"), Millis(20_000))
        .await
        .expect("paused");
    assert_eq!(place.words(id).await, ["skipped", "started", "started"]);
    let watch = place.store.schedule_watch().await.expect("read");
    assert!(watch[0].row.paused && watch[0].waiting.is_empty(), "{watch:?}");
    let paused = place.start(id, DUE.plus(3_000)).await;
    assert!(matches!(paused, Err(Error::ScheduleMoved(_))), "{paused:?}");

    let kept = place.derived().await;
    place.store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.derived().await, kept);
}

#[tokio::test]
async fn what_went_wrong_is_told_until_it_was_seen() {
    let place = Place::new().await;
    let id = place.schedule("Digest").await.id;
    let failure = outage();
    let outcomes = [
        DueOutcome::Skipped {
            reason: SkipReason::LineFull,
        },
        DueOutcome::Missed {
            because: MissReason::OutsideWindow,
        },
        DueOutcome::Failed { failure },
    ];
    for (number, outcome) in (0..).zip(outcomes) {
        place
            .record(id, DUE.plus(number * 1_000), outcome)
            .await
            .expect("recorded");
    }
    place.start(id, DUE.plus(3_000)).await.expect("started");
    let notices = place.store.schedule_notices(10).await.expect("read");
    let words: Vec<_> = notices.iter().map(|notice| notice.row.outcome.as_str()).collect();
    assert_eq!(words, ["failed", "missed", "skipped"], "what runs is no news");
    assert_eq!(
        (notices[0].name.as_str(), notices[0].at),
        ("Digest", DUE.plus(2_001))
    );
    assert_eq!(place.store.schedule_notices(1).await.expect("read").len(), 1);

    let seen = |to: i64, key: &str| {
        place
            .store
            .see_schedule(id, DUE.plus(to), request(key), Millis(30_000))
    };
    seen(1_001, "seen-1").await.expect("seen");
    assert_eq!(place.store.schedule_notices(10).await.expect("read").len(), 1);
    seen(2_001, "seen-2").await.expect("seen");
    assert!(place.store.schedule_notices(10).await.expect("read").is_empty());
    assert_eq!(
        kinds_after(&place, Position(0))
            .await
            .iter()
            .filter(|kind| *kind == SCHEDULE_SEEN)
            .count(),
        2
    );
}

#[tokio::test]
async fn a_failed_workflow_is_told_of_from_the_moment_that_it_failed() {
    let place = Place::new().await;
    let row = place.schedule("Digest").await;
    let mut run = place.run("Digest").await;
    run.started()
        .attempt("analyse", 1)
        .failed("analyse", &["research", "staff", "aggregate", "report"]);
    let Commit { runs, contents, .. } = run.commit(Target::New);
    let events: Vec<_> = runs.into_iter().flat_map(|run| run.events).collect();
    let failed_at = events.last().expect("an event").at;
    assert!(failed_at > row.created_at);
    let start = DueStart {
        schedule: row.id,
        at: Millis(4_000),
        late: false,
        events,
        contents,
        request: None,
        now: Millis(4_001),
    };
    place.store.start_due(start).await.expect("started");
    let notices = place.store.schedule_notices(10).await.expect("read");
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].at, failed_at);
    let workflow = notices[0].row.workflow.as_ref().expect("it is there");
    assert_eq!(workflow.status, WorkflowStatus::Failed);
    assert!(workflow.failure.is_some());
}

#[tokio::test]
async fn a_clock_that_was_set_back_is_kept_and_used_times_stay_used() {
    let place = Place::new().await;
    let id = place.schedule("Digest").await.id;
    place.start(id, Millis(900_000)).await.expect("started");
    place
        .store
        .set_schedule_back(id, Millis(100_000))
        .await
        .expect("set back");
    assert_eq!(place.read(id).await.considered_at, Millis(100_000));
    let watch = place.store.schedule_watch().await.expect("read");
    assert!(watch[0].used.contains(&Millis(900_000)));
    assert_eq!(
        kinds_after(&place, Position(0)).await.last().map(String::as_str),
        Some(SCHEDULE_SET_BACK)
    );
}

#[tokio::test]
async fn old_due_times_leave_the_table_but_not_the_journal() {
    let place = Place::new().await;
    let id = place.schedule("Digest").await.id;
    let running = place.start(id, DUE).await.expect("started");
    place
        .record(
            id,
            DUE.plus(1),
            DueOutcome::Waiting {
                late: false,
                by_hand: false,
            },
        )
        .await
        .expect("recorded");
    for number in 2..510 {
        let outcome = DueOutcome::Skipped {
            reason: SkipReason::Overlap { running },
        };
        place
            .record(id, DUE.plus(number), outcome)
            .await
            .expect("recorded");
    }
    let rows = place.store.schedule_history(id, 1_000).await.expect("read");
    assert_eq!(rows.len(), 502);
    assert_eq!(rows[501].outcome.workflow(), Some(running), "what runs is kept");
    assert_eq!(
        rows[500].outcome,
        DueOutcome::Waiting {
            late: false,
            by_hand: false
        },
        "and what waits"
    );
    let watch = place.store.schedule_watch().await.expect("read");
    assert_eq!((watch[0].running.len(), watch[0].waiting.len()), (1, 1));
    let changes = place.store.changes(Position(0), 1_000).await.expect("changes");
    assert_eq!(
        changes
            .events
            .iter()
            .filter(|event| event.kind == SCHEDULE_DUE)
            .count(),
        510
    );
}

#[tokio::test]
async fn a_deleted_workflow_leaves_its_due_time() {
    let place = Place::new().await;
    let id = place.schedule("Digest").await.id;
    let mut run = place.run("Digest").await;
    run.whole_run();
    let Commit { runs, contents, .. } = run.commit(Target::New);
    let events = runs.into_iter().flat_map(|run| run.events).collect();
    let start = DueStart {
        schedule: id,
        at: DUE,
        late: true,
        events,
        contents,
        request: None,
        now: DUE,
    };
    let workflow = place.store.start_due(start).await.expect("started");
    place
        .store
        .delete_workflow(workflow, request("delete-1"))
        .await
        .expect("deleted");
    let kept = place.store.schedule_history(id, 10).await.expect("read");
    assert_eq!(
        kept[0].outcome,
        DueOutcome::Started {
            workflow,
            late: true,
            by_hand: false
        }
    );
    assert_eq!(kept[0].workflow, None);
    place.store.rebuild_projections().await.expect("rebuild");
    assert_eq!(place.store.schedule_history(id, 10).await.expect("read"), kept);
}
