//! Schedules through `api`, with a clock that is moved by hand.

mod by_hand;
mod crashing;
mod failing;
mod overlapping;
mod sleeping;
mod starting;

use crate::common::TASK;
use wheelhouse_contract::{
    GetSchedule, ListScheduleNotices, ListWorkflows, Operations, SaveSchedule, ScheduleDetail,
    ScheduleNotice, ScheduleView, WorkflowView,
};
use wheelhouse_domain::{
    CatchUp, Json, Millis, Overlap, ScheduleForm, ScheduleId, SchedulePolicy, TemplateUid, WorkflowId,
};
use wheelhouse_testkit::{Workbench, within};

pub(super) const MINUTE: i64 = 60_000;
pub(super) const HOUR: i64 = 60 * MINUTE;

/// The template `crew`.
pub(super) fn crew() -> TemplateUid {
    wheelhouse_domain::CREW
}

/// A schedule of the crew at every full hour, in UTC.
pub(super) fn hourly(overlap: Overlap, catch_up: CatchUp) -> ScheduleForm {
    ScheduleForm {
        name: "Digest".to_owned(),
        template: crew(),
        template_version: None,
        inputs: Json(serde_json::json!({ "task": TASK })),
        cron: "0 * * * *".to_owned(),
        zone: "UTC".to_owned(),
        policy: SchedulePolicy {
            overlap,
            catch_up,
            window_minutes: 180,
        },
    }
}

pub(super) fn saving(bench: &Workbench, id: Option<ScheduleId>, form: ScheduleForm) -> SaveSchedule {
    SaveSchedule {
        request_key: bench.key(),
        id,
        form,
    }
}

pub(super) async fn save(bench: &Workbench, form: ScheduleForm) -> ScheduleView {
    let request = saving(bench, None, form);
    bench.api().save_schedule(request).await.expect("saved")
}

pub(super) async fn detail(bench: &Workbench, id: ScheduleId) -> ScheduleDetail {
    let request = GetSchedule { id };
    bench.api().get_schedule(request).await.expect("it is there")
}

/// What became of its due times, oldest first.
pub(super) async fn words(bench: &Workbench, id: ScheduleId) -> Vec<&'static str> {
    let history = detail(bench, id).await.history;
    history.iter().rev().map(|run| run.outcome.as_str()).collect()
}

pub(super) async fn notices(bench: &Workbench) -> Vec<ScheduleNotice> {
    let told = bench.api().list_schedule_notices(ListScheduleNotices {}).await;
    told.expect("readable")
}

/// Looks at the clock at this time.
pub(super) async fn look_at(bench: &Workbench, time: Millis) {
    let world = bench.world();
    world.advance(time.0 - world.peek().0);
    look(bench).await;
}

pub(super) async fn look(bench: &Workbench) {
    within(
        "the schedules are looked at",
        bench.api().handle().look_at_schedules(),
    )
    .await
    .expect("they can be");
}

/// Every workflow, oldest first.
pub(super) async fn workflows(bench: &Workbench) -> Vec<WorkflowView> {
    let request = ListWorkflows {
        limit: 200,
        ..ListWorkflows::default()
    };
    let mut page = bench
        .api()
        .list_workflows(request)
        .await
        .expect("readable")
        .workflows;
    page.reverse();
    page
}

/// Waits until a schedule is as `wanted`.
pub(super) async fn until(
    bench: &Workbench,
    id: ScheduleId,
    what: &str,
    wanted: impl Fn(&ScheduleDetail) -> bool,
) -> ScheduleDetail {
    let mut head = bench.api().handle().store().head();
    let watching = async {
        loop {
            head.mark_unchanged();
            let seen = detail(bench, id).await;
            if wanted(&seen) {
                return seen;
            }
            head.changed().await.expect("the store is open");
        }
    };
    within(what, watching).await
}

/// The workflow that was started for the newest due time.
pub(super) async fn newest(bench: &Workbench, id: ScheduleId) -> WorkflowId {
    let history = detail(bench, id).await.history;
    let found = history.iter().find_map(|run| run.outcome.workflow());
    found.expect("one was started")
}
