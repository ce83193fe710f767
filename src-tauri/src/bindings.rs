//! The TypeScript side of the commands, made from their Rust types.

use crate::commands;
use specta_typescript::Typescript;
use std::path::{Path, PathBuf};
use tauri_specta::Builder;

/// Where the bindings are kept, below the repository's root. They are committed and never edited.
#[must_use]
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/bindings/bindings.ts")
}

pub(crate) fn builder() -> Builder<tauri::Wry> {
    // One TypeScript type for each Rust type: boundary types read as they write.
    Builder::new().commands(commands::all()).disable_serde_phases()
}

/// Writes the bindings to `file`.
///
/// # Errors
/// Where a type has no honest TypeScript form, or the file can't be written.
pub fn write(file: &Path) -> Result<(), specta_typescript::Error> {
    builder().export(Typescript::default(), file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The committed file is what the types say now. To bring it up to date: `UPDATE_BINDINGS=1 cargo nextest run -p wheelhouse bindings`.
    #[test]
    fn the_committed_bindings_are_fresh() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = folder.path().join("bindings.ts");
        write(&made).expect("every type has an honest TypeScript form");
        let fresh = std::fs::read_to_string(&made).expect("just written");
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            std::fs::write(path(), &fresh).expect("the bindings can be written");
        }
        let committed = std::fs::read_to_string(path()).expect("the bindings are committed");
        assert!(
            committed == fresh,
            "ui/src/bindings/bindings.ts is not what the types say; see this test's comment"
        );
    }
}
