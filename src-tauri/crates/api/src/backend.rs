//! The backend of this machine: opened once by a process, closed once.

use crate::error::from_orchestrator;
use crate::local::Local;
use std::path::PathBuf;
use std::time::Duration;
use wheelhouse_contract::ApiError;
use wheelhouse_orchestrator::{FolderLock, Options, Orchestrator};

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
        Self::own(settings)?.open().await
    }

    /// Takes the data folder, which is quick, so that opening it can wait or go on beside something else.
    ///
    /// # Errors
    /// [`ApiError`] where another process owns the folder or it can't be written.
    pub fn own(settings: Settings) -> Result<OwnedFolder, ApiError> {
        let lock = FolderLock::acquire(&settings.data_folder);
        let lock = lock.map_err(|error| from_orchestrator(error.into()))?;
        Ok(OwnedFolder { lock, settings })
    }

    /// The same with every setting of the orchestrator.
    ///
    /// # Errors
    /// As [`LocalBackend::open`].
    pub async fn start(options: Options) -> Result<Self, ApiError> {
        let started = Orchestrator::start(options).await;
        Ok(Self::of(started.map_err(from_orchestrator)?))
    }

    fn of(orchestrator: Orchestrator) -> Self {
        let local = Local::new(orchestrator.handle());
        Self { orchestrator, local }
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

/// A data folder that is taken and not open yet.
#[derive(Debug)]
pub struct OwnedFolder {
    lock: FolderLock,
    settings: Settings,
}

impl OwnedFolder {
    /// Opens what is in it and goes on with every unfinished workflow.
    ///
    /// # Errors
    /// [`ApiError`] where it can't be opened. Then the folder is free again.
    pub async fn open(self) -> Result<LocalBackend, ApiError> {
        let pace = self.settings.rehearsal_pace.unwrap_or(REHEARSAL_PACE);
        let options = Options::with_rehearsal(self.settings.data_folder, pace);
        let started = Orchestrator::start_in(self.lock, options).await;
        Ok(LocalBackend::of(started.map_err(from_orchestrator)?))
    }
}
