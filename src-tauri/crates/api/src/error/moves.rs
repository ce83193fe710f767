//! Why a run does not move, or is not here.

use super::not_found;
use wheelhouse_contract::{ApiError, ErrorCode};
use wheelhouse_domain::WorkflowId;
use wheelhouse_orchestrator::Obstacle;
use wheelhouse_orchestrator::store::{MoveFault, RunPlace};
/// What keeps a run where it is, and what the operator can do.
pub(crate) fn keeps_here(obstacle: &Obstacle) -> (String, String) {
    match obstacle {
        Obstacle::Ended(status) => (
            format!(
                "This workflow is {}. Only what goes on can be moved.",
                status.as_str()
            ),
            "Export it into a file and import that on the other side.".to_owned(),
        ),
        Obstacle::Imported => (
            "This workflow was imported and does not go on.".to_owned(),
            "Import the same file on the other side.".to_owned(),
        ),
        Obstacle::Reply => (
            "This is a reply in a conversation, which stays where it is held.".to_owned(),
            "Turn the message into a workflow, and move that.".to_owned(),
        ),
        Obstacle::Trial => (
            "This is a trial of an agent, which stays where the agent is.".to_owned(),
            "Start a workflow with the same task, and move that.".to_owned(),
        ),
        Obstacle::PartOf { root, name } => (
            format!("This workflow is a part of “{name}” and goes where that one goes."),
            format!("Open workflow {root} and move it."),
        ),
        Obstacle::StaysHere(sources) => {
            let names: Vec<String> = sources.iter().map(|one| format!("“{}”", one.name)).collect();
            (
                format!(
                    "This workflow has read text of {}, which stays on this machine.",
                    names.join(", ")
                ),
                "Let it end here. To work elsewhere, start a new workflow there without that source."
                    .to_owned(),
            )
        }
    }
}

/// Why nothing can be done for a run here.
pub(super) fn not_here(id: WorkflowId, place: RunPlace, other: &str) -> ApiError {
    match place {
        RunPlace::Gone | RunPlace::Here => ApiError::new(
            ErrorCode::Conflict,
            format!("Workflow {id} was moved to {other}. It goes on there."),
        )
        .next_step(format!("Switch to {other} and do it there.")),
        RunPlace::Leaving => ApiError::new(
            ErrorCode::Conflict,
            format!("Workflow {id} is on its way to {other} and rests meanwhile."),
        )
        .next_step("Wait until it has arrived, or call the move off."),
    }
}

/// Why a step of a move was not done.
pub(super) fn from_move(fault: &MoveFault) -> ApiError {
    let conflict = |message: String, next_step: &str| {
        ApiError::new(ErrorCode::Conflict, message).next_step(next_step.to_owned())
    };
    match fault {
        MoveFault::Unknown(_) => not_found("There is no such move."),
        MoveFault::Other(_) => conflict(
            "This move is of another workflow or to another backend.".to_owned(),
            "Begin a new move.",
        ),
        MoveFault::NotRoot { child, root } => conflict(
            format!("Workflow {child} was started by workflow {root} and goes where that one goes."),
            "Move that one.",
        ),
        MoveFault::Ended { id, status } => conflict(
            format!("Workflow {id} is {}, so there is nothing to hand over.", status.as_str()),
            "Export it, and import it there.",
        ),
        MoveFault::Imported(id) => conflict(
            format!("Workflow {id} was imported. It is history and does not go on."),
            "Delete it first where something else is to take its place.",
        ),
        MoveFault::SameStore => conflict(
            "The workflow is there already.".to_owned(),
            "Choose another backend.",
        ),
        MoveFault::RunsHere(id) => conflict(
            format!("Workflow {id} is this backend's own, so there would be two of it."),
            "One of the two was probably restored from a copy. Look at both, and delete the one that is not wanted.",
        ),
        MoveFault::Diverged(id) => conflict(
            format!("Workflow {id} went another way here than what arrives, so the two can't be joined."),
            "A copy was probably restored. Delete the workflow here, then move it again.",
        ),
        MoveFault::Stale => conflict(
            "The workflow has changed hands since.".to_owned(),
            "Look where it is now, and begin a new move there.",
        ),
        MoveFault::CalledOff(_) => conflict(
            "The move was called off. The workflow stayed.".to_owned(),
            "Begin a new move.",
        ),
        MoveFault::Decided(_) => conflict(
            "The move is decided and can't be called off any more.".to_owned(),
            "Move the workflow back from where it is.",
        ),
        MoveFault::Undecided(_) => conflict(
            "The move is not decided yet.".to_owned(),
            "Let it go on, or call it off.",
        ),
        MoveFault::Dropped(_) => conflict(
            "What came with this move was thrown away.".to_owned(),
            "Begin a new move.",
        ),
        MoveFault::Receipt(_) => conflict(
            "The receipt does not fit to this move.".to_owned(),
            "Let the backend that the workflow comes from decide first.",
        ),
        MoveFault::Uncertain(_) => conflict(
            "This journal was restored from a copy since the move began, so the workflow may be gone already.".to_owned(),
            "Connect to the other backend, so that it can be asked.",
        ),
    }
}
