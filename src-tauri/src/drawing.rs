//! How the webview draws: with the graphics card, or without one.
//!
//! On Linux the webview draws in layers that it puts together through OpenGL. Where no graphics card is there, OpenGL is
//! emulated: every frame then passes through the processor twice, and the emulation alone takes some 80 MB. So there the
//! webview is told to draw straight into the window.
//!
//! Deliberately absent: a setting for it. What suits a machine can be seen from the machine. Only who works on the
//! interface may want the layers of other machines; the environment says so with `WEBKIT_FORCE_COMPOSITING_MODE`.

use tauri::WebviewWindow;

/// Any value but `0` keeps the layers on a machine without a graphics card. The name is the webview's own, which
/// obeys it only where a program has not chosen already.
#[cfg(target_os = "linux")]
const LAYERS: &str = "WEBKIT_FORCE_COMPOSITING_MODE";

/// Tells the webview how to draw on this machine. Call it before the event loop runs, so that nothing is drawn yet.
///
/// # Errors
///
/// The window is gone.
#[cfg(target_os = "linux")]
pub(crate) fn suit_machine(window: &WebviewWindow) -> tauri::Result<()> {
    use std::path::Path;
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

    let layers = std::env::var_os(LAYERS).is_some_and(|value| value != "0");
    let emulated = std::env::var_os("LIBGL_ALWAYS_SOFTWARE");
    if layers || linux::has_graphics_card(Path::new("/dev"), emulated.as_deref()) {
        return Ok(());
    }
    tracing::info!("no graphics card: the webview draws without layers");
    window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Elsewhere the webview belongs to the system and knows the machine.
///
/// # Errors
///
/// None.
#[cfg(not(target_os = "linux"))]
pub(crate) fn suit_machine(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::OsStr;
    use std::path::Path;

    /// Drivers with device files of their own beside the common ones: NVIDIA's, and the one of Windows that WSL passes on.
    const OWN_FILES: [&str; 2] = ["nvidiactl", "dxg"];

    /// What the OpenGL library takes as yes.
    const YES: [&str; 5] = ["1", "t", "true", "y", "yes"];

    /// Whether OpenGL is drawn by a graphics card. `emulated` is the variable by which a person forbids that.
    pub(super) fn has_graphics_card(devices: &Path, emulated: Option<&OsStr>) -> bool {
        let forbidden = emulated
            .and_then(OsStr::to_str)
            .is_some_and(|value| YES.iter().any(|yes| value.eq_ignore_ascii_case(yes)));
        !forbidden && (can_render(devices) || OWN_FILES.iter().any(|name| devices.join(name).exists()))
    }

    /// A card that only shows pictures, as a bare virtual machine has, has no file of this name. A folder that is
    /// missing or can't be read means that no driver is there or may be used.
    fn can_render(devices: &Path) -> bool {
        std::fs::read_dir(devices.join("dri")).is_ok_and(|files| {
            files
                .filter_map(Result::ok)
                .any(|file| file.file_name().to_string_lossy().starts_with("renderD"))
        })
    }

    #[cfg(test)]
    mod tests {
        use super::has_graphics_card;
        use std::ffi::OsStr;
        use std::path::Path;

        fn machine(files: &[&str]) -> tempfile::TempDir {
            let devices = tempfile::tempdir().unwrap();
            std::fs::create_dir(devices.path().join("dri")).unwrap();
            for file in files {
                std::fs::write(devices.path().join(file), "").unwrap();
            }
            devices
        }

        #[test]
        fn finds_a_card_by_the_file_of_its_driver() {
            for file in ["dri/renderD128", "nvidiactl", "dxg"] {
                assert!(has_graphics_card(machine(&[file]).path(), None), "{file}");
            }
        }

        #[test]
        fn finds_none_on_a_machine_without_a_driver() {
            assert!(!has_graphics_card(Path::new("/nonexistent"), None));
            assert!(!has_graphics_card(machine(&[]).path(), None));
        }

        #[test]
        fn takes_a_card_that_only_shows_pictures_for_none() {
            assert!(!has_graphics_card(machine(&["dri/card0"]).path(), None));
        }

        #[test]
        fn leaves_the_card_alone_where_the_person_forbids_it() {
            let devices = machine(&["dri/renderD128"]);
            for (value, card) in [("1", false), ("TRUE", false), ("0", true), ("", true)] {
                assert_eq!(
                    has_graphics_card(devices.path(), Some(OsStr::new(value))),
                    card,
                    "{value}"
                );
            }
        }
    }
}
