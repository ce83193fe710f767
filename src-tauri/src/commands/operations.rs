//! One command for each row of the contract's table, on whichever backend the window talks to.

use crate::backends::Backends;
use crate::state::Backend;
use tauri::State;
use wheelhouse_contract::*;

macro_rules! operation_commands {
    ($($(#[$doc:meta])* $effect:ident $name:ident: $method:ident $path:literal ($request:ty) -> $response:ty;)+) => {
        $(
            $(#[$doc])*
            #[tauri::command]
            #[specta::specta]
            pub(crate) async fn $name(
                backend: State<'_, Backend>,
                backends: State<'_, Backends>,
                request: $request,
            ) -> Result<$response, ApiError> {
                let reached = backends.reached(backend.local().await?).await?;
                answer!($name, backends, reached.$name(request).await)
            }
        )+
    };
}

/// A server's status bears the name that it has in this window; every other answer is as it came.
macro_rules! answer {
    (get_status, $backends:ident, $answer:expr) => {
        $answer.map(|status| named(status, &$backends))
    };
    ($name:ident, $backends:ident, $answer:expr) => {
        $answer
    };
}

fn named(status: SystemStatus, backends: &Backends) -> SystemStatus {
    match backends.chosen() {
        Some(chosen) => SystemStatus {
            backend: chosen.name,
            ..status
        },
        None => status,
    }
}

wheelhouse_contract::operations!(operation_commands);
