//! A window with an empty page, and nothing else: no command, no plugin, no store.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!())
}
