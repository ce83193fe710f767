use super::{HOUR, MINUTE, detail, hourly, look_at, newest, save, saving, until, words, workflows};
use crate::common::{TASK, assert_completed};
use wheelhouse_contract::{
    ErrorCode, ListSchedules, Operations, PreviewSchedule, RemoveSchedule, SetSchedulePaused,
};
use wheelhouse_domain::{CatchUp, Json, Overlap, ScheduleForm, WorkflowStatus};
use wheelhouse_testkit::Workbench;

fn form() -> ScheduleForm {
    hourly(Overlap::Skip, CatchUp::Nothing)
}

#[tokio::test]
async fn a_workflow_starts_when_it_is_due_and_once() {
    let bench = Workbench::open().await;
    let schedule = save(&bench, form()).await;
    assert_eq!(schedule.next.len(), 5);
    assert_eq!(schedule.words, "At minute 0 past every hour");
    let due = schedule.next[0];
    look_at(&bench, due.plus(-MINUTE)).await;
    assert!(
        workflows(&bench).await.is_empty(),
        "nothing starts before its time"
    );

    look_at(&bench, due.plus(10)).await;
    let started = newest(&bench, schedule.id).await;
    let done = bench.ended(started).await;
    assert_completed(&done);
    assert_eq!(
        (done.workflow.name.as_str(), done.workflow.description.as_str()),
        ("Digest", TASK)
    );
    look_at(&bench, due.plus(20 * MINUTE)).await;
    assert_eq!(workflows(&bench).await.len(), 1);

    let seen = detail(&bench, schedule.id).await;
    assert_eq!(seen.history.len(), 1);
    assert_eq!(seen.history[0].due.at, due);
    assert_eq!(
        seen.history[0].workflow.as_ref().map(|found| found.status),
        Some(WorkflowStatus::Completed)
    );
    assert_eq!(seen.schedule.next[0], due.plus(HOUR));
    assert_eq!(seen.schedule.last.as_ref(), seen.history.first());
    assert!(seen.schedule.running.is_empty());
}

#[tokio::test]
async fn it_starts_by_itself() {
    let bench = Workbench::open().await;
    let schedule = save(
        &bench,
        ScheduleForm {
            cron: "* * * * *".to_owned(),
            ..form()
        },
    )
    .await;
    // The clock stands shortly before the due time, and goes on as it is read; whoever waits looks at it.
    let world = bench.world();
    world.advance(schedule.next[0].0 - world.peek().0 - 200);
    let again = saving(
        &bench,
        Some(schedule.id),
        ScheduleForm {
            name: "Soon".to_owned(),
            ..schedule.form
        },
    );
    bench
        .api()
        .save_schedule(again)
        .await
        .expect("saved, which makes it look");
    world.advance(200);
    let seen = until(&bench, schedule.id, "it starts", |seen| !seen.history.is_empty()).await;
    assert!(seen.history[0].outcome.workflow().is_some(), "{:?}", seen.history);
}

#[tokio::test]
async fn a_paused_schedule_starts_nothing_and_makes_up_for_nothing() {
    let bench = Workbench::open().await;
    let schedule = save(&bench, hourly(Overlap::Skip, CatchUp::All)).await;
    let hold = |paused| SetSchedulePaused {
        request_key: bench.key(),
        id: schedule.id,
        paused,
    };
    let held = bench.api().set_schedule_paused(hold(true)).await.expect("paused");
    assert!(held.paused && held.next.is_empty());
    let due = schedule.next[0];
    look_at(&bench, due.plus(1)).await;
    look_at(&bench, due.plus(90 * MINUTE)).await;
    let resumed = bench
        .api()
        .set_schedule_paused(hold(false))
        .await
        .expect("goes on");
    assert_eq!(resumed.next[0], due.plus(2 * HOUR));
    look_at(&bench, due.plus(100 * MINUTE)).await;
    assert!(detail(&bench, schedule.id).await.history.is_empty());
    look_at(&bench, due.plus(2 * HOUR)).await;
    assert_eq!(words(&bench, schedule.id).await, ["started"]);
}

#[tokio::test]
async fn other_times_count_from_now_and_a_removed_one_is_silent() {
    let bench = Workbench::open().await;
    let schedule = save(&bench, form()).await;
    let due = schedule.next[0];
    let world = bench.world();
    world.advance(due.0 - world.peek().0 - 5 * MINUTE);
    let changed = ScheduleForm {
        cron: "*/10 * * * *".to_owned(),
        zone: "Asia/Kathmandu".to_owned(),
        ..form()
    };
    let changed = saving(&bench, Some(schedule.id), changed);
    let changed = bench.api().save_schedule(changed).await.expect("changed");
    assert_eq!((changed.id, changed.uid), (schedule.id, schedule.uid));
    // Kathmandu is a quarter of an hour off: its tens are our fives.
    assert_eq!(changed.next[0], due.plus(5 * MINUTE));
    look_at(&bench, due.plus(MINUTE)).await;
    assert!(detail(&bench, schedule.id).await.history.is_empty());

    let remove = || RemoveSchedule {
        request_key: bench.key(),
        id: schedule.id,
    };
    assert!(
        bench
            .api()
            .remove_schedule(remove())
            .await
            .expect("removed")
            .removed
    );
    assert!(
        !bench
            .api()
            .remove_schedule(remove())
            .await
            .expect("removed")
            .removed
    );
    look_at(&bench, due.plus(30 * MINUTE)).await;
    assert!(workflows(&bench).await.is_empty());
    assert!(
        bench
            .api()
            .list_schedules(ListSchedules {})
            .await
            .expect("read")
            .is_empty()
    );
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_the_field_is_named() {
    let bench = Workbench::open().await;
    let api = bench.api();
    let wrong = [
        (
            "name",
            ScheduleForm {
                name: "  ".to_owned(),
                ..form()
            },
        ),
        (
            "cron",
            ScheduleForm {
                cron: "0 25 * * *".to_owned(),
                ..form()
            },
        ),
        (
            "cron",
            ScheduleForm {
                cron: "0 0 31 2 *".to_owned(),
                ..form()
            },
        ),
        (
            "zone",
            ScheduleForm {
                zone: "Mars/Base".to_owned(),
                ..form()
            },
        ),
        (
            "inputs",
            ScheduleForm {
                inputs: Json(serde_json::json!("a task")),
                ..form()
            },
        ),
    ];
    for (field, form) in wrong {
        let refused = api
            .save_schedule(saving(&bench, None, form))
            .await
            .expect_err("refused");
        assert_eq!(refused.details.field.as_deref(), Some(field), "{refused:?}");
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
        assert!(refused.details.next_step.is_some());
    }
    let mut long = form();
    long.policy.window_minutes = 32 * 24 * 60;
    let refused = api
        .save_schedule(saving(&bench, None, long))
        .await
        .expect_err("refused");
    assert_eq!(refused.details.field.as_deref(), Some("window_minutes"));
    save(&bench, form()).await;
    let taken = api
        .save_schedule(saving(&bench, None, form()))
        .await
        .expect_err("refused");
    assert_eq!(
        (taken.code, taken.details.field.as_deref()),
        (ErrorCode::Conflict, Some("name"))
    );
}

#[tokio::test]
async fn an_expression_is_shown_before_it_is_saved() {
    let bench = Workbench::open().await;
    let preview = |cron: &str, zone: &str| PreviewSchedule {
        cron: cron.to_owned(),
        zone: zone.to_owned(),
    };
    let shown = bench
        .api()
        .preview_schedule(preview("30 9 * * MON-FRI", "Europe/Berlin"))
        .await
        .expect("shown");
    assert_eq!(shown.next.len(), 5);
    assert!(shown.words.starts_with("At 09:30"), "{}", shown.words);
    for (cron, zone, field) in [("0 9 * *", "UTC", "cron"), ("0 9 * * *", "", "zone")] {
        let refused = bench
            .api()
            .preview_schedule(preview(cron, zone))
            .await
            .expect_err("refused");
        assert_eq!(refused.details.field.as_deref(), Some(field));
    }
}

#[tokio::test]
async fn the_same_wish_twice_is_one_schedule() {
    let bench = Workbench::open().await;
    let request = saving(&bench, None, form());
    let first = bench.api().save_schedule(request.clone()).await.expect("saved");
    let again = bench.api().save_schedule(request).await.expect("the same");
    assert_eq!(first.uid, again.uid);
    assert_eq!(
        bench
            .api()
            .list_schedules(ListSchedules {})
            .await
            .expect("read")
            .len(),
        1
    );
}
