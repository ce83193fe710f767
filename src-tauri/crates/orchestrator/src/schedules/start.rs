//! The workflow of a due time.

use crate::error::Error;
use crate::handle::{Lineage, NewRun, sub_workflow};
use crate::points::Point;
use crate::service::Inner;
use std::sync::Arc;
use tracing::{error, warn};
use wheelhouse_domain::{Due, DueOutcome, Failure, FailureCode, Millis, ScheduleForm, WorkflowId};
use wheelhouse_store::{DueRecord, DueStart, RequestRecord, ScheduleRow};

/// What came of a due time.
pub(super) enum Begun {
    /// A workflow runs.
    Workflow(WorkflowId),
    /// None could be made, and that is on record.
    Nothing,
}

/// Starts a workflow, together with the fact that the due time was used for it. Where what the schedule says can't be
/// run, that is its outcome.
///
/// # Errors
/// Where nothing could be written; then the due time is as it was, and its turn comes again.
pub(super) async fn begin(
    inner: &Arc<Inner>,
    row: &ScheduleRow,
    at: Millis,
    late: bool,
    now: Millis,
) -> Result<Begun, Error> {
    let events = match sub_workflow(inner, &run_of(&row.form), Lineage::default(), now).await {
        Ok(events) => events,
        Err(error) => {
            let failure = unfit(error)?;
            warn!(schedule = row.id.0, message = %failure.message, "a workflow could not be made");
            let record = DueRecord {
                schedule: row.id,
                due: Due::one(at),
                outcome: DueOutcome::Failed { failure },
                request: None,
                now,
            };
            inner.store.record_due(record).await?;
            return Ok(Begun::Nothing);
        }
    };
    let start = DueStart {
        schedule: row.id,
        at,
        late,
        events,
        contents: Vec::new(),
        request: None,
        now,
    };
    Ok(Begun::Workflow(take_up(inner, start).await?))
}

/// Starts a workflow that the operator wants now.
///
/// # Errors
/// Where what the schedule says can't be run, and those of [`begin`].
pub(super) async fn begin_by_hand(
    inner: &Arc<Inner>,
    row: &ScheduleRow,
    request: RequestRecord,
    now: Millis,
) -> Result<WorkflowId, Error> {
    let events = sub_workflow(inner, &run_of(&row.form), Lineage::default(), now).await?;
    let start = DueStart {
        schedule: row.id,
        at: now,
        late: false,
        events,
        contents: Vec::new(),
        request: Some(request),
        now,
    };
    take_up(inner, start).await
}

/// Writes the workflow down and lets it run.
async fn take_up(inner: &Arc<Inner>, start: DueStart) -> Result<WorkflowId, Error> {
    inner.options.points.reach(Point::DueMade);
    let workflow = inner.store.start_due(start).await?;
    inner.options.points.reach(Point::DueWritten);
    if let Err(error) = inner.registry.wake(inner, workflow).await {
        // It is on record as running, so it is taken up at the next start at the latest.
        error!(workflow = workflow.0, %error, "a started workflow could not be taken up");
    }
    inner.options.points.reach(Point::DueTakenUp);
    Ok(workflow)
}

fn run_of(form: &ScheduleForm) -> NewRun {
    NewRun {
        template: form.template,
        version: form.template_version,
        inputs: form.inputs.clone(),
        name: form.name.clone(),
    }
}

/// What is wrong with what the schedule says; an error where it is something else that is wrong.
fn unfit(error: Error) -> Result<Failure, Error> {
    let message = match &error {
        Error::TemplateNotFound { version: None, .. } => "The template is not here any more.".to_owned(),
        Error::TemplateNotFound {
            version: Some(version),
            ..
        } => {
            format!("Version {version} of the template is not here.")
        }
        Error::Inputs(problems) => {
            let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
            format!(
                "What the schedule gives does not fit the template. {}",
                said.join(" ")
            )
        }
        Error::CrewIncomplete(kind) => format!("The {kind} is missing in the crew."),
        Error::Refused(refusal) => format!("The template can't be started: {refusal}."),
        _ => return Err(error),
    };
    Ok(Failure::lasting(
        FailureCode::Internal,
        message,
        "Open the schedule, choose what it should run, and save it.",
    ))
}
