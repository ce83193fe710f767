//! The application with one schedule and a clock that is told the time: it may stop at a crash point, and otherwise
//! closes when every due time has its outcome and every workflow has ended.
//!
//! As `application`, it is a test that is never run as one.

use crate::inside::{self, say};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;
use wheelhouse_agents::ModelRegistry;
use wheelhouse_agents::rehearsal::{Options as RehearsalOptions, Rehearsal};
use wheelhouse_api::{Local, LocalBackend};
use wheelhouse_contract::{
    GetSchedule, ListWorkflows, Operations, RequestKey, SaveSchedule, SaveTemplate, ScheduleView,
};
use wheelhouse_domain::{
    CatchUp, Json, Millis, Overlap, ScheduleForm, SchedulePolicy, TemplateUid, WorkflowStatus,
};
use wheelhouse_orchestrator::keys::KeychainChoice;
use wheelhouse_orchestrator::{Options, World};

/// The test that is the application.
pub(crate) const NAME: &str = "due::runs_as_a_process";
/// What time it is, in milliseconds since 1970.
pub(crate) const CLOCK: &str = "WHEELHOUSE_CRASH_CLOCK";

const UID: &str = "01920000-0000-7000-8000-00000000dddd";

/// A clock that begins at the time that it is told, and goes on by a millisecond each time it is read.
struct Clock(AtomicI64);

impl World for Clock {
    fn now(&self) -> Millis {
        Millis(self.0.fetch_add(1, Ordering::SeqCst))
    }

    fn new_uid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[test]
#[ignore = "the other tests start it as a process of its own"]
fn runs_as_a_process() {
    if let (Some(folder), Ok(clock)) = (inside::own_folder(), std::env::var(CLOCK)) {
        inside::run(live(&folder, clock.parse().expect("milliseconds")));
    }
}

async fn live(folder: &Path, clock: i64) {
    let rehearsal = Rehearsal::new(RehearsalOptions::instant());
    let models = ModelRegistry::new().with(Arc::new(rehearsal));
    let mut options = Options::new(folder.join("data"), models);
    options.keychain = KeychainChoice::Without;
    options.world = Arc::new(Clock(AtomicI64::new(clock)));
    inside::stop_where_told(&mut options);
    let backend = LocalBackend::start(options).await.expect("the data folder opens");
    let local = backend.local();
    say(&format!("open {}", local.handle().store().position().0));
    let schedule = wish(local).await;
    settled(local, &schedule, clock).await;
    for run in history(local, &schedule).await {
        let workflow = run.outcome.workflow().map_or(0, |id| id.0);
        say(&format!(
            "due {} {} {workflow}",
            run.due.at.0,
            run.outcome.as_str()
        ));
    }
    for workflow in workflows(local).await {
        say(&format!("ended {} {}", workflow.id, workflow.status.as_str()));
    }
    backend.close().await;
    say("closed whole");
}

/// Keeps a template and a schedule of it at every full hour, as often as it is asked: the wish is the same.
async fn wish(local: &Local) -> ScheduleView {
    let document = json!({
        "schema": 1, "uid": UID, "name": "hourly", "title": "Hourly",
        "steps": [
            {"id": "look", "title": "Look", "kind": "transform", "value": "1 + 1"},
            {"id": "say", "title": "Say", "kind": "transform", "value": "steps.look.data", "needs": ["look"]}
        ]
    });
    let save = SaveTemplate {
        request_key: RequestKey("crash-keep-hourly".to_owned()),
        text: document.to_string(),
        expected_version: 0,
    };
    local.save_template(save).await.expect("a fit template");
    let schedule = SaveSchedule {
        request_key: RequestKey("crash-save-schedule".to_owned()),
        id: None,
        form: ScheduleForm {
            name: "Hourly".to_owned(),
            template: TemplateUid(UID.parse().expect("a uid")),
            template_version: None,
            inputs: Json(json!({})),
            cron: "0 * * * *".to_owned(),
            zone: "UTC".to_owned(),
            policy: SchedulePolicy {
                overlap: Overlap::Queue,
                catch_up: CatchUp::Newest,
                window_minutes: 180,
            },
        },
    };
    local.save_schedule(schedule).await.expect("saved")
}

async fn history(local: &Local, schedule: &ScheduleView) -> Vec<wheelhouse_contract::ScheduleRunView> {
    let detail = local
        .get_schedule(GetSchedule { id: schedule.id })
        .await
        .expect("it is there");
    detail.history.into_iter().rev().collect()
}

async fn workflows(local: &Local) -> Vec<wheelhouse_contract::WorkflowView> {
    let all = ListWorkflows {
        limit: 200,
        ..ListWorkflows::default()
    };
    local.list_workflows(all).await.expect("the list").workflows
}

/// Waits until the newest due time before `clock` has its outcome and everything has ended.
async fn settled(local: &Local, schedule: &ScheduleView, clock: i64) {
    const HOUR: i64 = 60 * 60 * 1_000;
    let newest = clock / HOUR * HOUR;
    let mut head = local.handle().store().head();
    loop {
        head.mark_unchanged();
        let runs = history(local, schedule).await;
        let none_due = schedule.created_at.0 > newest;
        let is_used = runs
            .iter()
            .any(|run| run.due.at.0 == newest && run.outcome.as_str() != "waiting");
        let over = workflows(local)
            .await
            .iter()
            .all(|one| one.status == WorkflowStatus::Completed);
        if (none_due || is_used) && over {
            return;
        }
        head.changed().await.expect("the store is open");
    }
}
