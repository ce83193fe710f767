//! Tauri commands. The operations come from the contract's table; only what concerns the window itself is
//! written by hand.

pub(crate) mod backends;
pub(crate) mod closed;
pub(crate) mod events;
pub(crate) mod files;
pub(crate) mod moves;
pub(crate) mod operations;
pub(crate) mod outlook;
pub(crate) mod window;

/// Every command that the webview can call.
macro_rules! all_commands {
    () => {
        wheelhouse_contract::operations!(collect_all)
    };
}

macro_rules! collect_all {
    ($($(#[$doc:meta])* $effect:ident $name:ident: $method:ident $path:literal ($request:ty) -> $response:ty;)+) => {
        tauri_specta::collect_commands![
            $($crate::commands::operations::$name,)+
            $crate::commands::events::subscribe_events,
            $crate::commands::events::ack_frames,
            $crate::commands::backends::list_backends,
            $crate::commands::backends::pair_backend,
            $crate::commands::backends::test_backend,
            $crate::commands::backends::rename_backend,
            $crate::commands::backends::remove_backend,
            $crate::commands::backends::switch_backend,
            $crate::commands::backends::own_store,
            $crate::commands::backends::own_keys,
            $crate::commands::backends::unlock_own_keys,
            $crate::commands::outlook::look_ahead_of_move,
            $crate::commands::moves::move_workflow,
            $crate::commands::moves::unfinished_moves,
            $crate::commands::moves::resume_moves,
            $crate::commands::moves::call_off,
            $crate::commands::files::pick_folder,
            $crate::commands::files::pick_files,
            $crate::commands::files::pick_backup,
            $crate::commands::files::save_run,
            $crate::commands::files::open_run,
            $crate::commands::files::stop_carrying,
            $crate::commands::files::save_template_file,
            $crate::commands::files::open_template_file,
            $crate::commands::files::save_spending_file,
            $crate::commands::files::save_agent_file,
            $crate::commands::files::open_agent_file,
            $crate::commands::closed::closed_copies,
            $crate::commands::closed::restore_closed,
            $crate::commands::window::reopen_backend,
            $crate::commands::window::open_folder,
            $crate::commands::window::open_notices,
            $crate::commands::window::launch_options,
            $crate::commands::window::window_ready,
            $crate::commands::window::close_window,
            $crate::updates::update_policy,
            $crate::updates::look_for_update,
            $crate::updates::install_update,
        ]
    };
}

/// The commands with their types.
pub(crate) fn all() -> tauri_specta::Commands<tauri::Wry> {
    all_commands!()
}
