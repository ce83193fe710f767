//! From what the operator typed to a path that can be a source.

use super::error::KnowledgeError;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use wheelhouse_domain::SourceKind;
use wheelhouse_knowledge::{Triage, Unreadable, triage};

/// A file or folder that can be a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourcePath {
    /// Absolute, without links, as text.
    pub(super) path: String,
    /// Its last part.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: SourceKind,
}

/// Looks at what `typed` names. Blocks on the file system.
pub(super) fn resolve(typed: &str, home: Option<&Path>) -> Result<SourcePath, KnowledgeError> {
    let wanted = expand(typed.trim(), home)?;
    let path = wanted
        .canonicalize()
        .map_err(|source| not_opened(&wanted, source))?;
    let unfit = || KnowledgeError::UnfitPath { path: path.clone() };
    let text = path.to_str().ok_or_else(unfit)?;
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(unfit)?;
    let about = path.metadata().map_err(|source| not_opened(&path, source))?;
    let kind = if about.is_dir() {
        std::fs::read_dir(&path).map_err(|source| not_opened(&path, source))?;
        SourceKind::Folder
    } else if about.is_file() {
        std::fs::File::open(&path).map_err(|source| not_opened(&path, source))?;
        check_file(&path, name)?;
        SourceKind::File
    } else {
        return Err(unfit());
    };
    Ok(SourcePath {
        name: name.to_owned(),
        path: text.to_owned(),
        kind,
    })
}

fn expand(typed: &str, home: Option<&Path>) -> Result<PathBuf, KnowledgeError> {
    if typed.is_empty() {
        return Err(KnowledgeError::EmptyPath);
    }
    let below_home = if typed == "~" {
        Some("")
    } else {
        typed.strip_prefix("~/")
    };
    let path = match below_home {
        Some(rest) => home.ok_or(KnowledgeError::NoHomeFolder)?.join(rest),
        None => PathBuf::from(typed),
    };
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(KnowledgeError::RelativePath {
            path: typed.to_owned(),
        })
    }
}

fn check_file(path: &Path, name: &str) -> Result<(), KnowledgeError> {
    let reason = match triage(name) {
        Triage::Read(_) => return Ok(()),
        Triage::Skip => Unreadable::Binary,
        Triage::NotYet => Unreadable::FormatNotYet,
    };
    Err(KnowledgeError::UnfitFile {
        path: path.to_owned(),
        reason,
    })
}

fn not_opened(path: &Path, source: std::io::Error) -> KnowledgeError {
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => KnowledgeError::NotThere { path },
        _ => KnowledgeError::CannotOpen { path, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[test]
    fn paths_that_cannot_be_a_source_say_why() {
        let folder = TempDir::new().expect("a folder");
        let home = folder.path();
        std::fs::write(home.join("a.png"), "x").expect("written");
        let refused = |typed: &str| resolve(typed, Some(home)).expect_err("refused");
        assert!(matches!(refused(" "), KnowledgeError::EmptyPath));
        assert!(matches!(refused("docs"), KnowledgeError::RelativePath { .. }));
        assert!(matches!(refused("~/nothing"), KnowledgeError::NotThere { .. }));
        assert!(matches!(refused("~/a.png"), KnowledgeError::UnfitFile { .. }));
        assert!(matches!(refused("/"), KnowledgeError::UnfitPath { .. }));
        assert!(matches!(resolve("~/a", None), Err(KnowledgeError::NoHomeFolder)));
    }

    #[test]
    fn the_home_folder_is_put_in_place_of_the_tilde() {
        let folder = TempDir::new().expect("a folder");
        std::fs::create_dir(folder.path().join("docs")).expect("made");
        let found = resolve("~/docs/", Some(folder.path())).expect("found");
        assert_eq!((found.name.as_str(), found.kind), ("docs", SourceKind::Folder));
        assert!(Path::new(&found.path).is_absolute());
    }
}
