//! What the engine refuses, and what keeps a run from being started, forked, written to a file or taken in.

use super::{internal, not_found};
use wheelhouse_contract::{ApiError, ErrorCode};
use wheelhouse_domain::{SkipReason, TemplateProblem};
use wheelhouse_orchestrator::fork::ForkProblem;
use wheelhouse_orchestrator::{Refusal, RunFileError};
pub(super) fn from_refusal(refusal: &Refusal) -> ApiError {
    match refusal {
        Refusal::Status { status } => ApiError::new(
            ErrorCode::Conflict,
            format!("The workflow is {}, so this is not possible.", status.as_str()),
        )
        .next_step("Look at the workflow: what is possible now is offered there."),
        Refusal::QuestionNotOpen => ApiError::new(ErrorCode::Conflict, "The question is not open any more.")
            .next_step("Nothing to do."),
        Refusal::Paused => {
            ApiError::new(ErrorCode::Conflict, "The workflow is paused.").next_step("Let it go on first.")
        }
        // Only tasks are told this, and they ask the operator.
        Refusal::Confined { .. } => ApiError::new(
            ErrorCode::Conflict,
            "The workflow holds text that stays on this machine.",
        )
        .next_step("Choose a model of this machine."),
        // Only tasks are told this, and they ask anew.
        Refusal::NotAllowed { .. } => ApiError::new(ErrorCode::Conflict, "Nobody allows this call any more.")
            .next_step("Wait until it is asked about again."),
        // Only tasks are told this, and they go on with what was answered.
        Refusal::AskedBefore { .. } => {
            ApiError::new(ErrorCode::Conflict, "This was asked before.").next_step("Nothing to do.")
        }
        Refusal::Imported => ApiError::new(
            ErrorCode::Conflict,
            "This workflow was imported. It is history and does not go on.",
        )
        .next_step("Fork it from one of its tasks to go on from there."),
        Refusal::UnknownTask { .. } => not_found("There is no such task in this workflow."),
        Refusal::TaskIs { status, .. } => ApiError::new(
            ErrorCode::Conflict,
            format!("The task is {}, so this is not possible.", status.as_str()),
        )
        .next_step("Look at the task: what is possible now is offered there."),
        Refusal::BuiltUpon { .. } => ApiError::new(
            ErrorCode::Conflict,
            "Another task has built on this answer already.",
        )
        .next_step("Fork the workflow from this task instead."),
        Refusal::OthersFailed { .. } => ApiError::new(
            ErrorCode::Conflict,
            "Another task failed too, so the workflow would fail again.",
        )
        .next_step("Retry the whole workflow, or skip the other task first."),
        Refusal::NotThisKind { .. } => ApiError::new(
            ErrorCode::Conflict,
            "This is not possible with a step of this kind.",
        )
        .next_step("Look at the task: what is possible now is offered there."),
        Refusal::Form(problem) => ApiError::new(
            ErrorCode::InvalidRequest,
            format!("The answer does not fit: {problem}."),
        )
        .field("fields")
        .next_step("Fill in what the question asks for."),
        Refusal::Stale { .. } | Refusal::CallNotOpen { .. } | Refusal::Unusable(_) | Refusal::Fold(_) => {
            internal(refusal)
        }
    }
}

/// Why a schedule can't run at once.
pub(super) fn from_busy(reason: SkipReason) -> ApiError {
    let (message, next_step) = match reason {
        SkipReason::Overlap { running } => (
            format!("Workflow {running} of this schedule is still at work, and the schedule skips overlaps."),
            "Wait until it has ended, cancel it, or let the schedule wait in line.",
        ),
        SkipReason::LineFull => (
            "Too many runs of this schedule wait in line already.".to_owned(),
            "Wait until some of them have ended, or pause the schedule to clear the line.",
        ),
        SkipReason::Superseded | SkipReason::Paused => (
            "The schedule was changed in this moment.".to_owned(),
            "Look at the list, then try again.",
        ),
    };
    ApiError::new(ErrorCode::Conflict, message).next_step(next_step)
}

pub(super) fn from_fork_problem(problem: &ForkProblem) -> ApiError {
    match problem {
        ForkProblem::UnknownTask(_) => not_found("There is no such task in this workflow."),
        ForkProblem::NotEnded { status, .. } => ApiError::new(
            ErrorCode::Conflict,
            format!(
                "The task is {}. Only a task that has ended can be forked from.",
                status.as_str()
            ),
        )
        .next_step("Wait until it has ended, or choose another task."),
        ForkProblem::NotThisKind(_) => ApiError::new(
            ErrorCode::Conflict,
            "This can't be changed at a step of this kind.",
        )
        .field("edit")
        .next_step("Choose another change."),
        ForkProblem::Contained(_) => ApiError::new(
            ErrorCode::Conflict,
            "What contains this task would be done anew as a whole.",
        )
        .next_step("Fork from what contains it instead."),
        ForkProblem::Fold(_) => internal(problem),
    }
}

/// The first of several problems, saying that there are more. Who wants all of them asks for a check.
pub(super) fn from_problems(problems: &[TemplateProblem], otherwise: &str) -> ApiError {
    let Some(first) = problems.first() else {
        return ApiError::new(ErrorCode::InvalidRequest, otherwise);
    };
    let place = match &first.step {
        Some(step) => format!("Step {step}: "),
        None => String::new(),
    };
    let more = match problems.len() - 1 {
        0 => String::new(),
        1 => " There is one more problem.".to_owned(),
        more => format!(" There are {more} more problems."),
    };
    ApiError::new(
        ErrorCode::InvalidRequest,
        format!("{place}{}{more}", first.message),
    )
    .field(&first.field)
    .next_step(first.next_step.clone())
}

/// Why a run's file can't be written or taken in. In each case nothing of it is here.
pub(super) fn from_run_file(error: &RunFileError) -> ApiError {
    let (code, next_step) = match error {
        RunFileError::NotEnded(_) => (
            ErrorCode::Conflict,
            "Wait until it has ended, or cancel it first.",
        ),
        RunFileError::PartKnown => (
            ErrorCode::Conflict,
            "Delete the workflow that the part belongs to, then import it again.",
        ),
        RunFileError::Newer { .. } => (ErrorCode::Unreadable, "Install the newer Wheelhouse."),
        RunFileError::Write(_) => (
            ErrorCode::Unavailable,
            "Check that the disk of the backend has room.",
        ),
        RunFileError::File { .. } => (
            ErrorCode::Unreadable,
            "Check that the folder and the file are there and that you may use them.",
        ),
        _ => (
            ErrorCode::InvalidRequest,
            "Ask for the file again, or export it once more.",
        ),
    };
    ApiError::new(code, format!("The file can't be used: {error}."))
        .field("transfer")
        .next_step(next_step)
}
