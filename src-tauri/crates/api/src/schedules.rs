//! When workflows start by themselves.

use crate::check;
use crate::error::{Wrapped, not_found};
use crate::local::{Local, wish};
use wheelhouse_contract::{
    ApiError, DismissScheduleNotices, ErrorCode, GetSchedule, PreviewSchedule, RemoveSchedule, Removed,
    RunSchedule, SaveSchedule, ScheduleDetail, ScheduleNotice, SchedulePreview, ScheduleRunView,
    ScheduleView, ScheduledWorkflow, SetSchedulePaused,
};
use wheelhouse_domain::{Millis, ScheduleForm, ScheduleId, ScheduleUid};
use wheelhouse_orchestrator::store::{DueRow, NewSchedule, ScheduleRow, ScheduleWatch};
use wheelhouse_orchestrator::{Timetable, TimetableError, WINDOW_MOST_MINUTES};

/// Due times that are told ahead.
const AHEAD: usize = 5;
/// Due times that a schedule's page shows.
const HISTORY: u32 = 100;
/// Things gone wrong that are told of at a time.
const NOTICES: u32 = 50;

impl Local {
    pub(crate) async fn schedules(&self) -> Result<Vec<ScheduleView>, ApiError> {
        let store = self.handle().store();
        let watched = store.schedule_watch().await.map_err(Wrapped::from)?;
        let rows = store.schedules().await.map_err(Wrapped::from)?;
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            let watch = watched.iter().find(|watch| watch.row.id == row.id);
            let last = store.schedule_history(row.id, 1).await.map_err(Wrapped::from)?;
            views.push(self.schedule_view(row, watch, last.into_iter().next()));
        }
        Ok(views)
    }

    pub(crate) async fn schedule_detail(&self, request: GetSchedule) -> Result<ScheduleDetail, ApiError> {
        let store = self.handle().store();
        let row = self.schedule_row(request.id).await?;
        let watched = store.schedule_watch().await.map_err(Wrapped::from)?;
        let history = store
            .schedule_history(request.id, HISTORY)
            .await
            .map_err(Wrapped::from)?;
        let watch = watched.iter().find(|watch| watch.row.id == request.id);
        let last = history.first().cloned();
        Ok(ScheduleDetail {
            schedule: self.schedule_view(row, watch, last),
            history: history.into_iter().map(run_view).collect(),
        })
    }

    pub(crate) async fn keep_schedule(&self, request: SaveSchedule) -> Result<ScheduleView, ApiError> {
        let wish = wish(&request.request_key, "save_schedule")?;
        let form = checked(request.form)?;
        self.check_what_runs(&form).await?;
        if let Some(id) = request.id {
            self.schedule_row(id).await?;
        }
        let new = NewSchedule {
            id: request.id,
            uid: ScheduleUid(self.handle().options().world.new_uid()),
            form,
        };
        let row = self
            .handle()
            .save_schedule(wish, new)
            .await
            .map_err(Wrapped::from)?;
        Ok(self.schedule_detail(GetSchedule { id: row.id }).await?.schedule)
    }

    pub(crate) async fn drop_schedule(&self, request: RemoveSchedule) -> Result<Removed, ApiError> {
        let wish = wish(&request.request_key, "remove_schedule")?;
        let removed = self
            .handle()
            .remove_schedule(wish, request.id)
            .await
            .map_err(Wrapped::from)?;
        Ok(Removed { removed })
    }

    pub(crate) async fn hold_schedule(&self, request: SetSchedulePaused) -> Result<ScheduleView, ApiError> {
        let wish = wish(&request.request_key, "set_schedule_paused")?;
        self.handle()
            .pause_schedule(wish, request.id, request.paused)
            .await
            .map_err(Wrapped::from)?;
        Ok(self
            .schedule_detail(GetSchedule { id: request.id })
            .await?
            .schedule)
    }

    pub(crate) async fn start_schedule(&self, request: RunSchedule) -> Result<ScheduleView, ApiError> {
        let wish = wish(&request.request_key, "run_schedule")?;
        self.handle()
            .run_schedule(wish, request.id)
            .await
            .map_err(Wrapped::from)?;
        Ok(self
            .schedule_detail(GetSchedule { id: request.id })
            .await?
            .schedule)
    }

    pub(crate) fn schedule_preview(&self, request: &PreviewSchedule) -> Result<SchedulePreview, ApiError> {
        let table = timetable(&request.cron, &request.zone)?;
        Ok(SchedulePreview {
            words: table.describe(),
            next: table.next(self.now(), AHEAD),
        })
    }

    pub(crate) async fn schedule_notices(&self) -> Result<Vec<ScheduleNotice>, ApiError> {
        let notices = self.handle().store().schedule_notices(NOTICES).await;
        let view = |notice: wheelhouse_orchestrator::store::ScheduleNotice| ScheduleNotice {
            schedule_id: notice.row.schedule,
            name: notice.name,
            at: notice.at,
            run: run_view(notice.row),
        };
        Ok(notices.map_err(Wrapped::from)?.into_iter().map(view).collect())
    }

    pub(crate) async fn see_notices(&self, request: DismissScheduleNotices) -> Result<Removed, ApiError> {
        let wish = wish(&request.request_key, "dismiss_schedule_notices")?;
        self.handle()
            .see_schedule(wish, request.id, request.until)
            .await
            .map_err(Wrapped::from)?;
        Ok(Removed { removed: true })
    }

    /// That the template is there and takes these inputs.
    async fn check_what_runs(&self, form: &ScheduleForm) -> Result<(), ApiError> {
        let problems = self
            .handle()
            .check_inputs(form.template, form.template_version, &form.inputs)
            .await
            .map_err(Wrapped::from)?;
        match problems.first() {
            Some(problem) => Err(
                wrong(&format!("inputs.{}", problem.field), problem.message.clone())
                    .next_step(problem.next_step.clone()),
            ),
            None => Ok(()),
        }
    }

    async fn schedule_row(&self, id: ScheduleId) -> Result<ScheduleRow, ApiError> {
        let row = self.handle().store().schedule(id).await.map_err(Wrapped::from)?;
        row.ok_or_else(|| not_found(&format!("There is no schedule {id}.")))
    }

    fn schedule_view(
        &self,
        row: ScheduleRow,
        watch: Option<&ScheduleWatch>,
        last: Option<DueRow>,
    ) -> ScheduleView {
        let table = Timetable::parse(&row.form.cron, &row.form.zone);
        let next = match &table {
            Ok(table) if !row.paused => table.next(self.now().max(row.considered_at), AHEAD),
            _ => Vec::new(),
        };
        ScheduleView {
            id: row.id,
            uid: row.uid,
            words: table.as_ref().map(Timetable::describe).unwrap_or_default(),
            problem: table.err().map(|error| error.to_string()),
            paused: row.paused,
            next,
            running: watch.map(|watch| watch.running.clone()).unwrap_or_default(),
            waiting: watch
                .and_then(|watch| u32::try_from(watch.waiting.len()).ok())
                .unwrap_or_default(),
            last: last.map(run_view),
            created_at: row.created_at,
            form: row.form,
        }
    }

    fn now(&self) -> Millis {
        self.handle().options().world.now()
    }
}

fn run_view(row: DueRow) -> ScheduleRunView {
    ScheduleRunView {
        due: row.due,
        outcome: row.outcome,
        decided_at: row.decided_at,
        workflow: row.workflow.map(|workflow| ScheduledWorkflow {
            id: workflow.id,
            status: workflow.status,
            completed_at: workflow.completed_at,
            failure: workflow.failure,
        }),
    }
}

fn timetable(cron: &str, zone: &str) -> Result<Timetable, ApiError> {
    Timetable::parse(cron, zone).map_err(|error| {
        let (field, next_step) = match error {
            TimetableError::Zone(_) => ("zone", "Choose a time zone from the list."),
            TimetableError::Cron(_) | TimetableError::Never(_) => (
                "cron",
                "Correct the expression, or choose one of the usual times.",
            ),
        };
        wrong(field, error.to_string()).next_step(next_step)
    })
}

/// The form as it is kept, if it makes sense.
fn checked(form: ScheduleForm) -> Result<ScheduleForm, ApiError> {
    let name = check::line(&form.name, "name")?.to_owned();
    timetable(&form.cron, &form.zone)?;
    if !form.inputs.0.is_object() {
        return Err(wrong("inputs", "The inputs must be an object.").next_step("Fill in the form."));
    }
    let window = form.policy.window_minutes;
    if window > WINDOW_MOST_MINUTES {
        return Err(wrong(
            "window_minutes",
            format!("{window} minutes is too long, at most {WINDOW_MOST_MINUTES} (31 days) are possible."),
        )
        .next_step("Choose a shorter time."));
    }
    Ok(ScheduleForm {
        name,
        cron: form.cron.trim().to_owned(),
        zone: form.zone.trim().to_owned(),
        ..form
    })
}

fn wrong(field: &str, message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, message).field(field)
}
