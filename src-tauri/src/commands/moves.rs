//! Moving runs between the backends that this window can reach.

use crate::backends::{BackendId, Backends};
use crate::moves::{self, MoveOutcome, MoveProgress, Moves, UnfinishedMove};
use crate::state::Backend;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;
use tauri::ipc::Channel;
use tracing::debug;
use wheelhouse_contract::ApiError;
use wheelhouse_contract::domain::{MoveUid, WorkflowId};

/// Moves a run that the window shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct MoveWorkflow {
    /// Which one, on the backend that the window talks to.
    pub(crate) workflow: WorkflowId,
    /// Where to; none for this machine.
    pub(crate) to: Option<BackendId>,
}

/// Moves a run with its sub-workflows to another backend. Goes on when the window is loaded anew.
#[tauri::command]
#[specta::specta]
pub(crate) async fn move_workflow(
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    moves: State<'_, Moves>,
    request: MoveWorkflow,
    progress: Channel<MoveProgress>,
) -> Result<MoveOutcome, ApiError> {
    let local = backend.local().await?;
    let wanted = (request.workflow, request.to);
    moves::move_run(&local, &backends, &moves, wanted, |told| {
        if let Err(error) = progress.send(told) {
            // A window that was loaded anew does not listen any more; the run is moved all the same.
            debug!(%error, "nobody follows the move");
        }
    })
    .await
}

/// The moves that are not finished, and what they wait for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unfinished_moves(
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    moves: State<'_, Moves>,
) -> Result<Vec<UnfinishedMove>, ApiError> {
    let local = backend.local().await?;
    moves::unfinished(&local, &backends, &moves).await
}

/// Tries at once to go on with the moves that wait. They are tried again by themselves, too.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_moves(moves: State<'_, Moves>) -> Result<(), ApiError> {
    moves.try_again();
    Ok(())
}

/// Keeps a run where it was that was to be moved. Where it is there already, the outcome says so.
#[tauri::command]
#[specta::specta]
pub(crate) async fn call_off(
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    moves: State<'_, Moves>,
    uid: MoveUid,
) -> Result<MoveOutcome, ApiError> {
    let local = backend.local().await?;
    moves::call_off(&local, &backends, &moves, uid).await
}
