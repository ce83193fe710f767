//! The backend of this machine: opened once by a process, closed once.

use crate::error::from_orchestrator;
use crate::local::Local;
use std::path::PathBuf;
use std::time::Duration;
use wheelhouse_contract::ApiError;
use wheelhouse_orchestrator::{Options, Orchestrator};

/// How fast `rehearsal` writes unless told otherwise: slow enough to be followed, fast enough not to be waited for.
const REHEARSAL_PACE: Duration = Duration::from_millis(12);

/// What a backend is opened with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder that holds everything.
    pub data_folder: PathBuf,
    /// Time that `rehearsal` takes for each piece of text; none for the usual one.
    pub rehearsal_pace: Option<Duration>,
}

/// The backend of this machine.
pub struct LocalBackend {
    orchestrator: Orchestrator,
    local: Local,
}

impl LocalBackend {
    /// Takes the data folder and goes on with every unfinished workflow.
    ///
    /// # Errors
    /// [`ApiError`] where another process owns the folder or what is in it can't be opened.
    pub async fn open(settings: Settings) -> Result<Self, ApiError> {
        let pace = settings.rehearsal_pace.unwrap_or(REHEARSAL_PACE);
        Self::start(Options::with_rehearsal(settings.data_folder, pace)).await
    }

    /// The same with every setting of the orchestrator.
    ///
    /// # Errors
    /// As [`LocalBackend::open`].
    pub async fn start(options: Options) -> Result<Self, ApiError> {
        let orchestrator = Orchestrator::start(options).await.map_err(from_orchestrator)?;
        let local = Local::new(orchestrator.handle());
        Ok(Self { orchestrator, local })
    }

    /// The operations.
    #[must_use]
    pub fn local(&self) -> &Local {
        &self.local
    }

    /// Stops what is in flight and closes. Unfinished workflows go on at the next start.
    pub async fn close(self) {
        self.orchestrator.shutdown().await;
    }
}
