//! Which files a source has.

use ignore::{DirEntry, WalkBuilder};
use std::path::{Component, Path, PathBuf};
use wheelhouse_domain::SourceKind;
use wheelhouse_store::knowledge::Problem;

/// Files that are looked at in one source.
const MAX_FILES: usize = 50_000;

/// A file of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourceFile {
    /// Path below the source, with `/`.
    pub(super) path: String,
    /// Where it is.
    pub(super) full: PathBuf,
}

/// The files of a source, by path, and what could not be looked at.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) files: Vec<SourceFile>,
    pub(super) problems: Vec<Problem>,
}

/// Lists the files of a source. Links are not followed, so that nothing outside is read. Blocks on the file system.
///
/// # Errors
/// When the source itself cannot be opened.
pub(super) fn list(kind: SourceKind, root: &Path) -> std::io::Result<Listing> {
    if kind == SourceKind::File {
        std::fs::File::open(root)?;
        let name = root.file_name().map(|name| name.to_string_lossy().into_owned());
        let file = SourceFile {
            path: name.unwrap_or_default(),
            full: root.to_owned(),
        };
        return Ok(Listing {
            files: vec![file],
            problems: Vec::new(),
        });
    }
    std::fs::read_dir(root)?;
    let mut listing = Listing::default();
    for entry in walker(root).build() {
        if listing.files.len() >= MAX_FILES {
            listing.problems.push(Problem {
                path: root.display().to_string(),
                reason: "It holds more than 50,000 files. The rest is not read. Add smaller folders instead."
                    .to_owned(),
            });
            break;
        }
        match entry {
            Ok(entry) => listing.add(root, &entry),
            Err(error) => listing.problems.push(Problem {
                path: root.display().to_string(),
                reason: format!("A part of it could not be read: {error}"),
            }),
        }
    }
    Ok(listing)
}

impl Listing {
    fn add(&mut self, root: &Path, entry: &DirEntry) {
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            return;
        }
        let below = entry.path().strip_prefix(root).unwrap_or_else(|_| entry.path());
        match as_text(below) {
            Some(path) => self.files.push(SourceFile {
                path,
                full: entry.path().to_owned(),
            }),
            None => self.problems.push(Problem {
                path: below.to_string_lossy().into_owned(),
                reason: "Its name is not valid Unicode. Rename it to have it searched.".to_owned(),
            }),
        }
    }
}

fn walker(root: &Path) -> WalkBuilder {
    let mut walker = WalkBuilder::new(root);
    walker
        .follow_links(false)
        .hidden(true)
        .git_ignore(true)
        .git_exclude(true)
        // What the operator added is read, whatever is said above it or for the whole machine.
        .parents(false)
        .git_global(false)
        .require_git(false)
        .sort_by_file_path(Ord::cmp)
        .filter_entry(|entry| !is_made_by_tools(entry));
    walker
}

/// Folders that tools fill: installed packages and what a build leaves.
fn is_made_by_tools(entry: &DirEntry) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    if !is_folder || entry.depth() == 0 {
        return false;
    }
    let path = entry.path();
    match entry.file_name().to_str() {
        Some("node_modules" | "__pycache__") => true,
        // An ordinary folder may be called so too.
        Some("target") => path.join("CACHEDIR.TAG").exists() || path.with_file_name("Cargo.toml").exists(),
        _ => path.join("pyvenv.cfg").exists(),
    }
}

fn as_text(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path
        .components()
        .map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    parts.map(|parts| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    fn paths(root: &Path) -> Vec<String> {
        let listing = list(SourceKind::Folder, root).expect("listed");
        listing.files.into_iter().map(|file| file.path).collect()
    }

    #[test]
    fn hidden_ignored_and_made_files_are_left_out() {
        let folder = TempDir::new().expect("a folder");
        let root = folder.path();
        for path in [
            "b/c.md",
            "a.md",
            ".env",
            ".git/config",
            "node_modules/x.js",
            "skip/me.md",
            "target/notes.md",
        ] {
            write(root, path, "text");
        }
        write(root, "rust/Cargo.toml", "[package]");
        write(root, "rust/target/out.txt", "made");
        write(root, ".gitignore", "skip/\n");
        assert_eq!(
            paths(root),
            ["a.md", "b/c.md", "rust/Cargo.toml", "target/notes.md"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = TempDir::new().expect("a folder");
        let outside = TempDir::new().expect("a folder");
        write(outside.path(), "secret.md", "text");
        write(folder.path(), "sub/a.md", "text");
        let link = |target: &Path, name: &str| {
            std::os::unix::fs::symlink(target, folder.path().join(name)).expect("linked");
        };
        link(folder.path(), "sub/loop");
        link(outside.path(), "elsewhere");
        link(&outside.path().join("secret.md"), "secret.md");
        assert_eq!(paths(folder.path()), ["sub/a.md"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_no_unicode_is_a_problem_and_no_file() {
        use std::os::unix::ffi::OsStrExt;
        let folder = TempDir::new().expect("a folder");
        let name = std::ffi::OsStr::from_bytes(b"caf\xE9.md");
        std::fs::write(folder.path().join(name), "text").expect("written");
        let listing = list(SourceKind::Folder, folder.path()).expect("listed");
        assert!(listing.files.is_empty());
        assert!(listing.problems[0].reason.contains("Unicode"));
    }

    #[test]
    fn a_source_that_is_gone_is_an_error() {
        let folder = TempDir::new().expect("a folder");
        assert!(list(SourceKind::Folder, &folder.path().join("gone")).is_err());
        assert!(list(SourceKind::File, &folder.path().join("gone.md")).is_err());
    }
}
