//! A second start with the same data folder hands its wish to the first.
//!
//! The wish is a small file in the data folder's `inbox`; the owner of the folder takes it out. So it works
//! wherever files work, and a wish that was written when the owner just ended is found at the next start.

use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use thiserror::Error;
use tracing::warn;

const LOOK_EVERY: Duration = Duration::from_millis(400);
const PATIENCE: Duration = Duration::from_secs(8);

/// What a second start wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wish {
    /// Makes sure that it is carried out once.
    pub(crate) request_key: String,
    /// A task to start.
    pub(crate) task: Option<String>,
    /// A folder or file to add to the knowledge.
    pub(crate) knowledge: Option<PathBuf>,
}

/// Why a wish was not handed over.
#[derive(Debug, Error)]
pub(crate) enum HandoverError {
    #[error("the wish could not be written into the data folder: {0}")]
    Io(#[from] io::Error),
    #[error("the wish could not be written down: {0}")]
    Form(#[from] serde_json::Error),
    #[error("the Wheelhouse that is open did not answer")]
    NoAnswer,
}

fn inbox(data_folder: &Path) -> PathBuf {
    data_folder.join("inbox")
}

/// Hands `wish` to the owner of the folder and waits until it was taken.
pub(crate) fn send(data_folder: &Path, wish: &Wish) -> Result<(), HandoverError> {
    let inbox = inbox(data_folder);
    fs::create_dir_all(&inbox)?;
    let ready = inbox.join(format!("{}.json", wish.request_key));
    let draft = ready.with_extension("draft");
    fs::write(&draft, serde_json::to_vec(wish)?)?;
    fs::rename(&draft, &ready)?;
    let begun = Instant::now();
    while ready.exists() {
        if begun.elapsed() > PATIENCE {
            fs::remove_file(&ready)?;
            return Err(HandoverError::NoAnswer);
        }
        std::thread::sleep(LOOK_EVERY / 4);
    }
    Ok(())
}

/// Takes out what second starts have written. A file that is no wish is put aside, not thrown away.
pub(crate) fn take(data_folder: &Path) -> Vec<Wish> {
    let Ok(entries) = fs::read_dir(inbox(data_folder)) else {
        return Vec::new();
    };
    let files = entries.flatten().map(|entry| entry.path());
    files
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .filter_map(|path| take_one(&path))
        .collect()
}

fn take_one(path: &Path) -> Option<Wish> {
    let read = fs::read(path).map_err(HandoverError::from);
    let wish = read.and_then(|bytes| serde_json::from_slice(&bytes).map_err(HandoverError::from));
    let moved = match &wish {
        Ok(_) => fs::remove_file(path),
        Err(error) => {
            warn!(%error, path = %path.display(), "a file in the inbox is no wish");
            fs::rename(path, path.with_extension("unreadable"))
        }
    };
    if let Err(error) = moved {
        warn!(%error, path = %path.display(), "a file in the inbox could not be moved");
    }
    wish.ok()
}

/// The next wishes of second starts. Waits until there are some.
pub(crate) async fn next(data_folder: &Path) -> Vec<Wish> {
    loop {
        let wishes = take(data_folder);
        if !wishes.is_empty() {
            return wishes;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_taken_once_and_a_broken_file_is_put_aside() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let wish = Wish {
            request_key: "key-00000001".to_owned(),
            task: Some("Do it".to_owned()),
            knowledge: None,
        };
        let (data, sent) = (folder.path().to_owned(), wish.clone());
        let sender = std::thread::spawn(move || send(&data, &sent));
        let taken = std::iter::repeat_with(|| take(folder.path())).find(|wishes| !wishes.is_empty());
        assert_eq!(taken, Some(vec![wish]));
        sender
            .join()
            .expect("the sender ended")
            .expect("the wish was taken");

        fs::write(inbox(folder.path()).join("x.json"), "{").expect("written");
        assert_eq!(take(folder.path()), []);
        assert!(
            inbox(folder.path()).join("x.unreadable").exists(),
            "nothing is thrown away"
        );
    }
}
