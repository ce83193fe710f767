//! What commands find: the backend, once it is open, and what this start was asked to do.

use serde::{Deserialize, Serialize};
use specta::Type;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use wheelhouse_api::Local;
use wheelhouse_contract::domain::WorkflowId;
use wheelhouse_contract::{ApiError, ErrorCode};

/// What this start was asked to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct LaunchOptions {
    /// The workflow that was started from the command line.
    pub(crate) started_workflow: Option<WorkflowId>,
    /// Something that the operator should know, for example that the named folder can't be read.
    pub(crate) notice: Option<String>,
}

/// Says where a workflow is that a start began, to a window that talks to a server.
pub(crate) fn begun_here(workflow: WorkflowId) -> String {
    format!("Workflow {workflow} was started on this machine. Switch to this machine to see it.")
}

/// The backend while it opens, once it is open, or why it can't be.
#[derive(Clone)]
pub(crate) enum Opening {
    Under,
    Open(Local),
    Failed(ApiError),
}

/// Shared by all commands.
pub(crate) struct Backend {
    since: Instant,
    opening: watch::Sender<Opening>,
    /// What came of the wish that this start was given; none while it is carried out.
    launch: watch::Sender<Option<LaunchOptions>>,
}

impl Default for Backend {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            opening: watch::channel(Opening::Under).0,
            launch: watch::channel(None).0,
        }
    }
}

impl Backend {
    /// Time since this start took the backend up.
    pub(crate) fn age(&self) -> Duration {
        self.since.elapsed()
    }

    pub(crate) fn opened(&self, local: Local) {
        self.opening.send_replace(Opening::Open(local));
    }

    /// The wish that this start was given was carried out.
    pub(crate) fn launched(&self, launch: LaunchOptions) {
        self.launch.send_replace(Some(launch));
    }

    /// The backend is closed and opened again: whoever asks from now on waits.
    pub(crate) fn reopening(&self) {
        self.opening.send_replace(Opening::Under);
    }

    pub(crate) fn failed(&self, error: ApiError) {
        self.opening.send_replace(Opening::Failed(error));
    }

    /// The operations. Waits while the backend opens.
    pub(crate) async fn local(&self) -> Result<Local, ApiError> {
        let mut opening = self.opening.subscribe();
        let done = opening
            .wait_for(|opening| !matches!(opening, Opening::Under))
            .await;
        match done.as_deref() {
            Ok(Opening::Open(local)) => Ok(local.clone()),
            Ok(Opening::Failed(error)) => Err(error.clone()),
            Ok(Opening::Under) | Err(_) => {
                Err(ApiError::new(ErrorCode::Unavailable, "Wheelhouse is closing."))
            }
        }
    }

    /// Why the backend could not be opened, where that is so.
    pub(crate) fn failure(&self) -> Option<ApiError> {
        match &*self.opening.borrow() {
            Opening::Failed(error) => Some(error.clone()),
            Opening::Under | Opening::Open(_) => None,
        }
    }

    /// The operations, if the backend is open already.
    pub(crate) fn local_now(&self) -> Option<Local> {
        match &*self.opening.borrow() {
            Opening::Open(local) => Some(local.clone()),
            Opening::Under | Opening::Failed(_) => None,
        }
    }

    /// What came of the wish that this start was given. Waits until it was carried out, which may take as long as the
    /// named folder is read.
    pub(crate) async fn launch(&self) -> LaunchOptions {
        let mut launch = self.launch.subscribe();
        // The sender is part of this, so it is there for as long as somebody waits.
        let done = launch.wait_for(Option::is_some).await;
        done.ok().and_then(|launch| launch.clone()).unwrap_or_default()
    }
}
