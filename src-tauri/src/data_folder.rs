//! Where everything is kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Names the folder that holds everything.
const FOLDER: &str = "WHEELHOUSE_DATA_DIR";

/// Time in milliseconds that `rehearsal` takes for each piece of text: for tests and demonstrations.
const PACE: &str = "WHEELHOUSE_REHEARSAL_PACE_MS";

/// Why there is no data folder.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataFolderError {
    /// The system names no place for data.
    #[error(
        "This account has no folder for application data. Set {FOLDER} to a folder that Wheelhouse may use."
    )]
    NoPlace,
    /// The named folder is not absolute and the current one is not known.
    #[error("{FOLDER} names a folder that can't be found: {0}. Set it to an absolute path.")]
    NotAbsolute(std::io::Error),
}

/// The folder that holds everything: what the environment names, or the account's place for application data.
pub(crate) fn find() -> Result<PathBuf, DataFolderError> {
    match std::env::var_os(FOLDER).filter(|value| !value.is_empty()) {
        Some(named) => std::path::absolute(Path::new(&named)).map_err(DataFolderError::NotAbsolute),
        None => dirs::data_dir()
            .map(|place| place.join("wheelhouse"))
            .ok_or(DataFolderError::NoPlace),
    }
}

/// How fast `rehearsal` writes, where the environment says so.
pub(crate) fn rehearsal_pace() -> Option<Duration> {
    std::env::var(PACE).ok()?.parse().ok().map(Duration::from_millis)
}
