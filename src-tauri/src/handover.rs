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

/// A wish that was taken out of the inbox. It stays on disk until it was carried out, so that closing in
/// between does not lose what the second start was told is in good hands.
#[derive(Debug)]
pub(crate) struct Taken {
    /// The wish.
    pub(crate) wish: Wish,
    file: PathBuf,
}

impl Taken {
    /// The wish was carried out.
    pub(crate) fn done(self) {
        if let Err(error) = fs::remove_file(&self.file) {
            warn!(%error, path = %self.file.display(), "a wish could not be removed; it is not carried out twice");
        }
    }
}

/// What an earlier owner of the folder took and did not carry out.
pub(crate) fn left_over(data_folder: &Path) -> Vec<Taken> {
    files(data_folder, "taken")
        .iter()
        .filter_map(|path| read(path))
        .collect()
}

/// Takes out what second starts have written. A file that is no wish is put aside, not thrown away.
pub(crate) fn take(data_folder: &Path) -> Vec<Taken> {
    let taken = files(data_folder, "json").into_iter().filter_map(|path| {
        let file = path.with_extension("taken");
        match fs::rename(&path, &file) {
            Ok(()) => read(&file),
            Err(error) => {
                warn!(%error, path = %path.display(), "a wish could not be taken");
                None
            }
        }
    });
    taken.collect()
}

fn files(data_folder: &Path, end: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(inbox(data_folder)) else {
        return Vec::new();
    };
    let paths = entries.flatten().map(|entry| entry.path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == end))
        .collect()
}

fn read(file: &Path) -> Option<Taken> {
    let bytes = fs::read(file).map_err(HandoverError::from);
    match bytes.and_then(|bytes| serde_json::from_slice(&bytes).map_err(HandoverError::from)) {
        Ok(wish) => Some(Taken {
            wish,
            file: file.to_owned(),
        }),
        Err(error) => {
            warn!(%error, path = %file.display(), "a file in the inbox is no wish");
            if let Err(error) = fs::rename(file, file.with_extension("unreadable")) {
                warn!(%error, path = %file.display(), "a file in the inbox could not be put aside");
            }
            None
        }
    }
}

/// The next wishes of second starts. Waits until there are some.
pub(crate) async fn next(data_folder: &Path) -> Vec<Taken> {
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
        let taken = taken.expect("there is one");
        assert_eq!(taken.iter().map(|taken| &taken.wish).collect::<Vec<_>>(), [&wish]);
        sender
            .join()
            .expect("the sender ended")
            .expect("the wish was taken");

        fs::write(inbox(folder.path()).join("x.json"), "{").expect("written");
        assert!(take(folder.path()).is_empty());
        assert!(
            inbox(folder.path()).join("x.unreadable").exists(),
            "nothing is thrown away"
        );
    }
}
