//! Updates of the program itself. They are off unless `plugins.updater` in `tauri.conf.json` names a public key and an
//! address: without the key nothing could be trusted, without the address nobody could be asked. Then the plugin is not
//! even registered.
//!
//! Deliberately absent: anything that happens by itself. The operator asks, and the operator installs; the webview
//! has no permission of the plugin and comes here.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;
use std::sync::{Mutex, PoisonError};
use tauri::{App, AppHandle, Config, Manager, State};
use tauri_plugin_updater::{Error, Update, UpdaterExt};
use wheelhouse_contract::{ApiError, ErrorCode};

/// What was found and not installed yet.
#[derive(Default)]
pub(crate) struct Updates {
    found: Mutex<Option<Update>>,
}

/// How this build is updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct UpdatePolicy {
    /// Whether it can look for an update when the operator asks.
    pub(crate) can_look: bool,
}

/// A newer version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct NewVersion {
    /// Its number.
    pub(crate) version: String,
    /// What its makers say of it.
    pub(crate) notes: Option<String>,
}

/// Makes updates possible where the build was set up for them.
pub(crate) fn register(app: &App) -> tauri::Result<()> {
    app.manage(Updates::default());
    if is_set_up(app.config()) {
        app.handle()
            .plugin(tauri_plugin_updater::Builder::new().build())?;
    }
    Ok(())
}

/// Whether the build has a key and an address for updates.
fn is_set_up(config: &Config) -> bool {
    let Some(updater) = config.plugins.0.get("updater") else {
        return false;
    };
    let key = updater.get("pubkey").and_then(Value::as_str);
    let endpoints = updater.get("endpoints").and_then(Value::as_array);
    key.is_some_and(|key| !key.trim().is_empty()) && endpoints.is_some_and(|all| !all.is_empty())
}

/// How this build is updated. Asks nobody.
#[tauri::command]
#[specta::specta]
pub(crate) async fn update_policy(app: AppHandle) -> Result<UpdatePolicy, ApiError> {
    Ok(UpdatePolicy {
        can_look: is_set_up(app.config()),
    })
}

/// Asks the address that the build names whether there is a newer version. None where there is none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_for_update(
    app: AppHandle,
    updates: State<'_, Updates>,
) -> Result<Option<NewVersion>, ApiError> {
    if !is_set_up(app.config()) {
        return Err(off());
    }
    let updater = app.updater().map_err(|error| failed(&error))?;
    let found = updater.check().await.map_err(|error| failed(&error))?;
    let told = found.as_ref().map(|update| NewVersion {
        version: update.version.clone(),
        notes: update.body.clone(),
    });
    *updates.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
    Ok(told)
}

/// Fetches what was found, checks its signature, installs it and starts the program again. Work under way goes on then.
#[tauri::command]
#[specta::specta]
pub(crate) async fn install_update(app: AppHandle, updates: State<'_, Updates>) -> Result<(), ApiError> {
    let found = updates
        .found
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let update = found.ok_or_else(off)?;
    let installed = update.download_and_install(|_, _| {}, || {}).await;
    installed.map_err(|error| failed(&error))?;
    app.request_restart();
    Ok(())
}

fn off() -> ApiError {
    ApiError::new(ErrorCode::Unavailable, "This build does not update itself.")
        .next_step("Install a newer package over this one.")
}

fn failed(error: &Error) -> ApiError {
    tracing::warn!(%error, "updating");
    ApiError::new(
        ErrorCode::Unavailable,
        format!("The update did not work: {error}."),
    )
    .next_step("Nothing was changed. Try again later, or install a newer package over this one.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config(updater: &Value) -> Config {
        let config = json!({ "identifier": "app.test", "plugins": { "updater": updater } });
        serde_json::from_value(config).expect("a configuration")
    }

    #[test]
    fn updates_need_a_key_and_an_address() {
        let address = "https://updates.example/latest";
        assert!(is_set_up(&config(
            &json!({ "pubkey": "key", "endpoints": [address] })
        )));
        assert!(!is_set_up(&config(
            &json!({ "pubkey": "", "endpoints": [address] })
        )));
        assert!(!is_set_up(&config(&json!({ "pubkey": "key", "endpoints": [] }))));
        let without: Config =
            serde_json::from_value(json!({ "identifier": "app.test" })).expect("a configuration");
        assert!(!is_set_up(&without));
    }

    #[test]
    fn the_shipped_configuration_asks_nobody() {
        let shipped = include_str!("../../tauri.conf.json");
        let shipped: Config = serde_json::from_str(shipped).expect("a configuration");
        assert!(
            !is_set_up(&shipped),
            "the project has no signing key yet; see CONTRIBUTING.md"
        );
    }
}
