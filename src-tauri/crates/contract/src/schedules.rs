//! When workflows start by themselves.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{
    Due, DueOutcome, Millis, ScheduleForm, ScheduleId, ScheduleUid, WorkflowFailure, WorkflowId,
    WorkflowStatus,
};

/// Asks for every schedule, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListSchedules {}

/// Asks for one schedule and what became of its newest due times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetSchedule {
    /// Which one.
    pub id: ScheduleId,
}

/// Adds a schedule, or changes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SaveSchedule {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one to change; none to add one. Where its times change, they count from now.
    pub id: Option<ScheduleId>,
    /// What it should be. Its name is unlike any other schedule's.
    pub form: ScheduleForm,
}

/// Removes a schedule with its history. Its workflows stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemoveSchedule {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: ScheduleId,
}

/// Pauses a schedule, or lets it go on from now. What is due in between is not made up for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetSchedulePaused {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: ScheduleId,
    /// Whether nothing should start.
    pub paused: bool,
}

/// Starts a run of a schedule at once, at no due time. Its way with overlaps holds, so it may wait in line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RunSchedule {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: ScheduleId,
}

/// Asks when an expression is due. Where it can't be read, the error names the field that is wrong: `cron` or `zone`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PreviewSchedule {
    /// The expression.
    pub cron: String,
    /// Its time zone.
    pub zone: String,
}

/// Asks what went wrong with schedules and was not seen yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListScheduleNotices {}

/// Says that the operator saw what went wrong with a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DismissScheduleNotices {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which schedule.
    pub id: ScheduleId,
    /// The newest that was seen, as its notice says.
    pub until: Millis,
}

/// When an expression is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SchedulePreview {
    /// The expression in words.
    pub words: String,
    /// The next five due times.
    pub next: Vec<Millis>,
}

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ScheduleView {
    /// Number in this store.
    pub id: ScheduleId,
    /// Identity.
    pub uid: ScheduleUid,
    /// What the operator wrote.
    pub form: ScheduleForm,
    /// The expression in words; empty where it can't be read any more.
    pub words: String,
    /// Why nothing can start, where that is so though it is not paused.
    pub problem: Option<String>,
    /// Whether nothing starts for now.
    pub paused: bool,
    /// The next five due times; none while it is paused.
    pub next: Vec<Millis>,
    /// Its workflows that have not ended, oldest first.
    pub running: Vec<WorkflowId>,
    /// Due times that wait in line.
    pub waiting: u32,
    /// What became of the newest due time.
    pub last: Option<ScheduleRunView>,
    /// Since when it is there.
    pub created_at: Millis,
}

/// What became of a due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ScheduleRunView {
    /// The time, or several in a row that were missed.
    pub due: Due,
    /// What became of it.
    pub outcome: DueOutcome,
    /// Since when that is so.
    pub decided_at: Millis,
    /// Where the workflow stands; none where none was started, or it was deleted since.
    pub workflow: Option<ScheduledWorkflow>,
}

/// Where the workflow of a due time stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ScheduledWorkflow {
    /// Its number.
    pub id: WorkflowId,
    /// Where it stands.
    pub status: WorkflowStatus,
    /// When it ended.
    pub completed_at: Option<Millis>,
    /// Which task failed, why, and what to do.
    pub failure: Option<WorkflowFailure>,
}

/// A schedule with what became of its newest due times, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ScheduleDetail {
    /// The schedule.
    pub schedule: ScheduleView,
    /// At most a hundred.
    pub history: Vec<ScheduleRunView>,
}

/// Something that did not go as planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ScheduleNotice {
    /// The schedule.
    pub schedule_id: ScheduleId,
    /// Its name.
    pub name: String,
    /// When it went wrong.
    pub at: Millis,
    /// What became of the due time.
    pub run: ScheduleRunView,
}
