//! One command for each row of the contract's table.

use crate::state::Backend;
use tauri::State;
use wheelhouse_contract::*;

macro_rules! operation_commands {
    ($($(#[$doc:meta])* $effect:ident $name:ident: $method:ident $path:literal ($request:ty) -> $response:ty;)+) => {
        $(
            $(#[$doc])*
            #[tauri::command]
            #[specta::specta]
            pub(crate) async fn $name(backend: State<'_, Backend>, request: $request) -> Result<$response, ApiError> {
                backend.local().await?.$name(request).await
            }
        )+
    };
}

wheelhouse_contract::operations!(operation_commands);
