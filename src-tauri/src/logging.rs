//! Logs: one file a day in the data folder, the last fourteen kept, with workflow and task in each span.

use std::io;
use std::path::Path;
use tracing::{Level, Metadata};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::{Registry, fmt};

const KEPT_FILES: usize = 14;

/// Of these only warnings and errors are written.
const CAPPED: [&str; 8] = [
    "hyper",
    "hyper_util",
    "h2",
    "reqwest",
    "rustls",
    "tokio_rustls",
    "tungstenite",
    "tokio_tungstenite",
];

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
    // Both must agree, so that no directive of the variable lifts a cap.
    let filter = EnvFilter::new(wanted).and(filter_fn(is_fit));
    let lines = fmt::layer().with_writer(writer).with_ansi(false);
    let subscriber = Registry::default().with(lines.with_filter(filter));
    // Only a second call in one process fails, and then the first one's log goes on.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(guard)
}

/// Libraries that repeat whole messages of strangers, whatever the level.
const SILENT: &[&str] = &["genai", "rmcp"];

/// Whether a line may be written at all. What these libraries say may repeat a key that a provider sent back.
fn is_fit(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let from = |library: &str| {
        target
            .strip_prefix(library)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    if SILENT.iter().any(|library| from(library)) {
        return false;
    }
    let speaks_http = CAPPED.iter().any(|library| from(library));
    !speaks_http || *metadata.level() <= Level::WARN
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("not poisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn no_directive_lifts_the_caps() {
        let lines = Lines::default();
        let writer = lines.clone();
        // One for a library, and one for everything inside a span, which goes before all others.
        let wanted = EnvFilter::new("trace,genai=trace,rmcp=trace,hyper::client=trace,[work]=trace");
        let layer = fmt::layer().with_writer(move || writer.clone());
        let subscriber = Registry::default().with(layer.with_filter(wanted.and(filter_fn(is_fit))));
        tracing::subscriber::with_default(subscriber, || {
            let _inside = tracing::info_span!("work").entered();
            tracing::error!(target: "genai::webc", "sk-library");
            tracing::error!(target: "rmcp::service", "sk-message");
            tracing::debug!(target: "hyper::client", "sk-transport");
            tracing::warn!(target: "hyper::client", "the connection broke");
            tracing::trace!(target: "hypercube", "of somebody else");
        });
        let written = lines.0.lock().expect("not poisoned").clone();
        let written = String::from_utf8(written).expect("text");
        assert!(!written.contains("sk-"), "{written}");
        assert!(written.contains("the connection broke"), "{written}");
        assert!(written.contains("of somebody else"), "{written}");
    }
}
