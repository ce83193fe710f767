//! Logs: one file a day in the data folder, the last fourteen kept, with workflow and task in each span.

use std::io;
use std::path::Path;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

const KEPT_FILES: usize = 14;

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    /// The folder can't be made.
    #[error("{0}")]
    Folder(#[from] io::Error),
    /// The file can't be opened.
    #[error("{0}")]
    File(#[from] InitError),
}

/// Begins to log. Lines are written until the guard is dropped.
pub(crate) fn start(data_folder: &Path) -> Result<WorkerGuard, LogError> {
    let folder = data_folder.join("logs");
    std::fs::create_dir_all(&folder)?;
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("wheelhouse")
        .filename_suffix("log")
        .max_log_files(KEPT_FILES)
        .build(folder)?;
    let (writer, guard) = tracing_appender::non_blocking(appender);
    let wanted = std::env::var("WHEELHOUSE_LOG").unwrap_or_else(|_| "info,sqlx=warn".to_owned());
    // Last, so that nothing lifts it: what these write may repeat a key that a provider sent back.
    let filter = EnvFilter::new(format!("{wanted},genai=off,hyper=warn,h2=warn,reqwest=warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(false)
        .with_env_filter(filter)
        .finish();
    // Only a second call in one process fails, and then the first one's log goes on.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(guard)
}
