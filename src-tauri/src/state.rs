//! What commands find: the backend, once it is open, and what this start was asked to do.

use serde::{Deserialize, Serialize};
use specta::Type;
use std::sync::Mutex;
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

/// The backend while it opens, once it is open, or why it can't be.
#[derive(Clone)]
pub(crate) enum Opening {
    Under,
    Open(Local),
    Failed(ApiError),
}

/// Shared by all commands.
pub(crate) struct Backend {
    opening: watch::Sender<Opening>,
    launch: Mutex<LaunchOptions>,
}

impl Default for Backend {
    fn default() -> Self {
        Self {
            opening: watch::channel(Opening::Under).0,
            launch: Mutex::default(),
        }
    }
}

impl Backend {
    pub(crate) fn opened(&self, local: Local, launch: LaunchOptions) {
        *self
            .launch
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = launch;
        self.opening.send_replace(Opening::Open(local));
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

    /// The operations, if the backend is open already.
    pub(crate) fn local_now(&self) -> Option<Local> {
        match &*self.opening.borrow() {
            Opening::Open(local) => Some(local.clone()),
            Opening::Under | Opening::Failed(_) => None,
        }
    }

    pub(crate) fn launch(&self) -> LaunchOptions {
        self.launch
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }
}
