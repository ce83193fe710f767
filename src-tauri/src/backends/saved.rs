//! The list of servers on disk: `backends.json` in the data folder. Names, addresses and fingerprints; a token is never in
//! it, because it is kept where the keys of providers are.
//!
//! A list that makes no sense is put aside and never written over; this machine is used then, and the operator is told.

use serde::{Deserialize, Serialize};
use specta::Type;
use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;
use wheelhouse_contract::domain::{Millis, StoreUid};

const FILE: &str = "backends.json";
const VERSION: u32 = 1;

/// Names one saved server, for as long as it is saved. Its token is kept under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub(crate) struct BackendId(pub(crate) Uuid);

impl fmt::Display for BackendId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A server that this window was paired with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct SavedBackend {
    /// Names it.
    pub(crate) id: BackendId,
    /// What the operator calls it; unlike any other's.
    pub(crate) name: String,
    /// Where it is: `https://host:port`, or `http://` on this machine.
    pub(crate) address: String,
    /// SHA-256 of its certificate as people read it; none where it speaks without TLS.
    pub(crate) fingerprint: Option<String>,
    /// The store that it served when it was paired.
    pub(crate) store: StoreUid,
    /// Whether its token only lets the window look.
    #[serde(default)]
    pub(crate) looks_only: bool,
    /// What the server calls its token, in a list there; not known of those that were paired earlier.
    #[serde(default)]
    pub(crate) known_as: Option<String>,
    /// When the window was last connected with it; none before the first time.
    pub(crate) last_seen: Option<Millis>,
}

/// What is saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Saved {
    /// The server that the window talks to; none for this machine.
    pub(crate) chosen: Option<BackendId>,
    /// In the order in which they were added.
    pub(crate) backends: Vec<SavedBackend>,
}

impl Saved {
    pub(crate) fn get(&self, id: BackendId) -> Option<&SavedBackend> {
        self.backends.iter().find(|backend| backend.id == id)
    }

    pub(crate) fn get_mut(&mut self, id: BackendId) -> Option<&mut SavedBackend> {
        self.backends.iter_mut().find(|backend| backend.id == id)
    }

    /// The server that the window talks to; none for this machine.
    pub(crate) fn chosen(&self) -> Option<&SavedBackend> {
        self.get(self.chosen?)
    }
}

#[derive(Serialize, Deserialize)]
struct Form {
    version: u32,
    #[serde(flatten)]
    saved: Saved,
}

/// Only its head, to tell a newer form from a damaged one.
#[derive(Deserialize)]
struct Head {
    version: u32,
}

/// Why the list can't be used or changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SavedError {
    /// It can't be read or written.
    #[error("{} can't be used: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    /// It was written by a newer program.
    #[error("{} was written by a newer Wheelhouse", .0.display())]
    Newer(PathBuf),
    /// It could not be written down.
    #[error("the list of servers could not be written down: {0}")]
    Form(#[from] serde_json::Error),
}

/// The list as it was found.
#[derive(Debug)]
pub(crate) enum Found {
    /// It is as it was left, or there is none yet.
    Whole(Saved),
    /// It made no sense, and is kept under another name.
    PutAside(PathBuf),
}

/// Reads the list.
///
/// # Errors
/// Where it is there and can't be read, or was written by a newer program; it is left as it is then.
pub(crate) fn read(data_folder: &Path) -> Result<Found, SavedError> {
    let path = data_folder.join(FILE);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Whole(Saved::default())),
        Err(source) => return Err(SavedError::Io { path, source }),
    };
    match serde_json::from_slice::<Head>(&bytes) {
        Ok(Head { version }) if version > VERSION => Err(SavedError::Newer(path)),
        _ => match serde_json::from_slice::<Form>(&bytes) {
            Ok(form) if form.version == VERSION => Ok(Found::Whole(form.saved)),
            _ => put_aside(&path).map(Found::PutAside),
        },
    }
}

fn put_aside(path: &Path) -> Result<PathBuf, SavedError> {
    let aside = path.with_extension("json.unreadable");
    match std::fs::rename(path, &aside) {
        Ok(()) => Ok(aside),
        Err(source) => Err(SavedError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Writes the list: beside, made durable, then put in place.
///
/// # Errors
/// Where that is not possible. What was there is as it was.
pub(crate) fn write(data_folder: &Path, saved: &Saved) -> Result<(), SavedError> {
    let path = data_folder.join(FILE);
    let form = Form {
        version: VERSION,
        saved: saved.clone(),
    };
    let bytes = serde_json::to_vec_pretty(&form)?;
    replace(&path, &bytes).map_err(|source| SavedError::Io { path, source })
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("json.new");
    let mut file = File::create(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&fresh, path)?;
    sync_folder(path)
}

/// The new name is durable only when its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Other systems have no such call: a rename there is durable by itself.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn backend(name: &str) -> SavedBackend {
        SavedBackend {
            id: BackendId(Uuid::now_v7()),
            name: name.to_owned(),
            address: "https://server.example:7420".to_owned(),
            fingerprint: Some("AB:CD".to_owned()),
            store: StoreUid(Uuid::now_v7()),
            looks_only: false,
            known_as: None,
            last_seen: Some(Millis(1_700_000_000_000)),
        }
    }

    fn whole(folder: &Path) -> Saved {
        match read(folder).expect("readable") {
            Found::Whole(saved) => saved,
            Found::PutAside(path) => panic!("{} was put aside", path.display()),
        }
    }

    #[test]
    fn a_list_comes_back_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(whole(folder.path()), Saved::default(), "there is none at first");
        let (one, two) = (backend("Studio"), backend("Attic"));
        let saved = Saved {
            chosen: Some(two.id),
            backends: vec![one, two.clone()],
        };
        write(folder.path(), &saved).expect("written");
        let read = whole(folder.path());
        assert_eq!(read, saved);
        assert_eq!(read.chosen(), Some(&two));
        assert!(
            !folder.path().join("backends.json.new").exists(),
            "nothing is left beside it"
        );
    }

    #[test]
    fn a_damaged_list_is_put_aside_and_nothing_is_lost() {
        let of_old = format!("{{\"version\":0,\"chosen\":null,\"backends\":[]}}{}", ' ');
        for damaged in ["", "{", "[]", "{\"version\":1}", &of_old] {
            let folder = tempfile::tempdir().expect("a temporary folder");
            std::fs::write(folder.path().join(FILE), damaged).expect("written");
            let Found::PutAside(aside) = read(folder.path()).expect("readable") else {
                panic!("{damaged:?} was taken for a list");
            };
            assert_eq!(std::fs::read_to_string(aside).expect("kept"), damaged);
            assert_eq!(whole(folder.path()), Saved::default(), "then it begins anew");
        }
    }

    #[test]
    fn a_list_of_a_newer_program_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let newer = "{\"version\":2,\"servers\":[]}";
        std::fs::write(folder.path().join(FILE), newer).expect("written");
        assert!(matches!(read(folder.path()), Err(SavedError::Newer(_))));
        let kept = std::fs::read_to_string(folder.path().join(FILE)).expect("there");
        assert_eq!(kept, newer);
    }

    #[test]
    fn what_is_chosen_and_not_there_is_this_machine() {
        let saved = Saved {
            chosen: Some(BackendId(Uuid::now_v7())),
            backends: vec![backend("Studio")],
        };
        assert_eq!(saved.chosen(), None);
    }
}
