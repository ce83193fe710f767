//! How a window subscribes to changes, on whichever backend it talks to.

use crate::backends::Backends;
use crate::channels::Subscriptions;
use crate::moves::Moves;
use crate::state::Backend;
use tauri::ipc::Channel;
use tauri::{Manager, State, WebviewWindow};
use wheelhouse_api::Reached;
use wheelhouse_contract::{AckFrames, ApiError, ErrorCode, Frame, Signal, Subscribe, Subscription};

/// Begins to send frames and signals. Ends an earlier subscription of the same window.
#[tauri::command]
#[specta::specta]
pub(crate) async fn subscribe_events(
    window: WebviewWindow,
    backend: State<'_, Backend>,
    backends: State<'_, Backends>,
    subscriptions: State<'_, Subscriptions>,
    request: Subscribe,
    frames: Channel<Frame>,
    signals: Channel<Vec<Signal>>,
) -> Result<Subscription, ApiError> {
    let resume = request.resume;
    let id = match backends.reached(backend.local().await?).await? {
        Reached::Local(local) => {
            subscriptions.begin(window.label(), &local, resume.as_ref(), frames, signals)
        }
        Reached::Remote(remote) => {
            let begun = subscriptions.begin_remote(window.label(), &remote, resume, frames, signals);
            let id = begun.await.map_err(from_server)?;
            if let Some(chosen) = backends.chosen() {
                backends.seen(chosen.id).await;
            }
            window.state::<Moves>().try_again();
            id
        }
    };
    Ok(Subscription { id })
}

/// Where this machine's data is unreadable or in use, the window shows how to mend it. A server's is not mended here.
fn from_server(error: ApiError) -> ApiError {
    match error.code {
        ErrorCode::Unreadable | ErrorCode::Conflict => ApiError {
            code: ErrorCode::Unavailable,
            ..error
        },
        _ => error,
    }
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
