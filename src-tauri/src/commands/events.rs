//! How a window subscribes to changes.

use crate::channels::Subscriptions;
use crate::state::Backend;
use tauri::ipc::Channel;
use tauri::{State, WebviewWindow};
use wheelhouse_contract::{AckFrames, ApiError, Frame, Signal, Subscribe, Subscription};

/// Begins to send frames and signals. Ends an earlier subscription of the same window.
#[tauri::command]
#[specta::specta]
pub(crate) async fn subscribe_events(
    window: WebviewWindow,
    backend: State<'_, Backend>,
    subscriptions: State<'_, Subscriptions>,
    request: Subscribe,
    frames: Channel<Frame>,
    signals: Channel<Vec<Signal>>,
) -> Result<Subscription, ApiError> {
    let local = backend.local().await?;
    let id = subscriptions.begin(window.label(), &local, request.resume.as_ref(), frames, signals);
    Ok(Subscription { id })
}

/// Tells that frames were applied, so that more may come.
#[tauri::command]
#[specta::specta]
pub(crate) async fn ack_frames(
    subscriptions: State<'_, Subscriptions>,
    request: AckFrames,
) -> Result<(), ApiError> {
    subscriptions.acknowledge(&request);
    Ok(())
}
