//! Which backend the window talks to: this machine, or one of the servers that it was paired with.
//!
//! This machine's backend is open all the time and its runs go on; what is chosen here is only where the commands and the
//! events of the window go. The choice is kept, so that the next start begins where this one ended.
//!
//! Deliberately absent: how a server is spoken to (`wheelhouse_api::remote`), and where tokens are kept (the key ring of
//! this machine's backend).

mod device;
mod names;
mod saved;

pub(crate) use device::device_name;
pub(crate) use names::{given_name, wanted_name};
pub(crate) use saved::{BackendId, Saved, SavedBackend};

#[cfg(test)]
pub(crate) use saved::tests::backend as a_backend;
use saved::{Found, SavedError};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tracing::{error, warn};
use wheelhouse_api::remote::{Address, Fingerprint, Patience, Remote, RemoteAddress};
use wheelhouse_api::{Local, Reached};
use wheelhouse_contract::domain::Millis;
use wheelhouse_contract::{ApiError, ErrorCode};

/// The servers that the window was paired with, and which one it talks to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct BackendsView {
    /// The server that the window talks to; none for this machine.
    pub(crate) chosen: Option<BackendId>,
    /// In the order in which they were added.
    pub(crate) backends: Vec<SavedBackend>,
    /// What the operator should know of the list, for example that it could not be read.
    pub(crate) notice: Option<String>,
}

struct Held {
    saved: Saved,
    notice: Option<String>,
    /// Why the list can't be changed: writing would destroy what a newer program or nobody here can read.
    fixed: Option<ApiError>,
    /// The way to the chosen server, once it was opened.
    way: Option<(BackendId, Remote)>,
}

/// Shared by all commands.
pub(crate) struct Backends {
    data_folder: PathBuf,
    held: Mutex<Held>,
    /// One change at a time, from reading what is there to having written what is new.
    changing: tokio::sync::Mutex<()>,
}

impl Backends {
    /// Reads the list in the data folder. One that can't be used gives a notice, and this machine.
    pub(crate) fn open(data_folder: &Path) -> Self {
        let (saved, notice, fixed) = match saved::read(data_folder) {
            Ok(Found::Whole(saved)) => (saved, None, None),
            Ok(Found::PutAside(path)) => {
                warn!(path = %path.display(), "the list of servers made no sense and was put aside");
                (Saved::default(), Some(put_aside_words(&path)), None)
            }
            Err(cause) => {
                error!(%cause, "the list of servers can't be used");
                let error = from_saved(&cause);
                (Saved::default(), Some(unusable_words(&cause)), Some(error))
            }
        };
        let way = None;
        Self {
            data_folder: data_folder.to_owned(),
            held: Mutex::new(Held {
                saved,
                notice,
                fixed,
                way,
            }),
            changing: tokio::sync::Mutex::new(()),
        }
    }

    /// What the window shows of it.
    pub(crate) fn view(&self) -> BackendsView {
        let held = self.held();
        BackendsView {
            chosen: held.saved.chosen().map(|backend| backend.id),
            backends: held.saved.backends.clone(),
            notice: held.notice.clone(),
        }
    }

    /// The servers as they are saved now.
    pub(crate) fn saved(&self) -> Saved {
        self.held().saved.clone()
    }

    /// The server that the window talks to; none for this machine.
    pub(crate) fn chosen(&self) -> Option<SavedBackend> {
        self.held().saved.chosen().cloned()
    }

    /// One saved server.
    ///
    /// # Errors
    /// Where there is none with this id.
    pub(crate) fn get(&self, id: BackendId) -> Result<SavedBackend, ApiError> {
        self.held().saved.get(id).cloned().ok_or_else(gone)
    }

    /// Whether the list can be changed, asked before something is done that can't be done twice.
    ///
    /// # Errors
    /// Why it can't.
    pub(crate) fn can_change(&self) -> Result<(), ApiError> {
        self.held().fixed.clone().map_or(Ok(()), Err)
    }

    /// Changes the list, on disk first. The way to the chosen server is opened anew afterwards.
    ///
    /// # Errors
    /// What `work` says, or that the list can't be written. Then it is as it was.
    pub(crate) async fn change<T>(
        &self,
        work: impl FnOnce(&mut Saved) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let _one = self.changing.lock().await;
        self.can_change()?;
        let mut saved = self.saved();
        let done = work(&mut saved)?;
        let (folder, list) = (self.data_folder.clone(), saved.clone());
        let written = tokio::task::spawn_blocking(move || saved::write(&folder, &list)).await;
        written
            .map_err(|_| broken_off())?
            .map_err(|error| from_saved(&error))?;
        let mut held = self.held();
        held.saved = saved;
        held.notice = None;
        held.way = None;
        Ok(done)
    }

    /// Notes that the window is or was connected with a server just now. Only for show, so that a failure is no matter
    /// of the operator's.
    pub(crate) async fn seen(&self, id: BackendId) {
        let way = self.held().way.clone();
        let noted = self.change(|saved| {
            if let Some(backend) = saved.get_mut(id) {
                backend.last_seen = Some(now());
            }
            Ok(())
        });
        match noted.await {
            Ok(()) => self.held().way = way,
            Err(error) => warn!(%error, "when a server was last seen could not be noted"),
        }
    }

    /// What the commands of the window act on.
    ///
    /// # Errors
    /// Where the chosen server's token can't be read.
    pub(crate) async fn reached(&self, local: Local) -> Result<Reached, ApiError> {
        let Some(chosen) = self.chosen() else {
            return Ok(Reached::Local(local));
        };
        if let Some((id, remote)) = &self.held().way
            && *id == chosen.id
        {
            return Ok(Reached::Remote(remote.clone()));
        }
        let remote = way_to(&local, &chosen).await?;
        let mut held = self.held();
        // Something else may have been chosen while the token was read.
        if held.saved.chosen() == Some(&chosen) {
            held.way = Some((chosen.id, remote.clone()));
        }
        Ok(Reached::Remote(remote))
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Every change is whole when its guard is dropped, so a panic elsewhere leaves nothing half done.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A way to a saved server, with its token out of the key ring. Nothing is sent yet.
///
/// # Errors
/// Where the keys are locked or hold no token for it, or what is saved of it makes no sense.
pub(crate) async fn way_to(local: &Local, backend: &SavedBackend) -> Result<Remote, ApiError> {
    way_to_with(local, backend, Patience::default()).await
}

/// The same with other waits.
///
/// # Errors
/// As [`way_to`].
pub(crate) async fn way_to_with(
    local: &Local,
    backend: &SavedBackend,
    patience: Patience,
) -> Result<Remote, ApiError> {
    let token = local
        .token(backend.id.0)
        .await
        .map_err(|error| of(backend, error))?;
    let token = token.ok_or_else(|| no_token(backend))?;
    let pinned = match &backend.fingerprint {
        None => None,
        Some(text) => Some(text.parse::<Fingerprint>().map_err(|_| no_token(backend))?),
    };
    let address = RemoteAddress {
        url: Address::parse(&backend.address)?,
        pinned,
        token,
    };
    Remote::with_patience(address, patience)
}

/// Says whose token it is that can't be read.
fn of(backend: &SavedBackend, error: ApiError) -> ApiError {
    match error.code {
        ErrorCode::KeysLocked => ApiError::new(
            ErrorCode::KeysLocked,
            format!(
                "The token for {} is kept with your keys, which are locked.",
                backend.name
            ),
        )
        .next_step("Unlock the keys of this machine, then connect."),
        _ => error,
    }
}

fn no_token(backend: &SavedBackend) -> ApiError {
    ApiError::new(
        ErrorCode::Unauthorized,
        format!("No token is kept for {} any more.", backend.name),
    )
    .next_step("Pair it again in Settings, under Backends.")
}

fn gone() -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        "There is no such server in the list any more.",
    )
    .next_step("Look at the list in Settings, under Backends.")
}

fn broken_off() -> ApiError {
    ApiError::new(ErrorCode::Internal, "The list of servers could not be written.")
        .next_step("Try again. The log in the data folder has more.")
}

fn from_saved(error: &SavedError) -> ApiError {
    let (message, next_step) = match error {
        SavedError::Newer(_) => (
            "The list of servers was written by a newer Wheelhouse and is left as it is.",
            "Use the newer Wheelhouse.",
        ),
        SavedError::Io { .. } | SavedError::Form(_) => (
            "The list of servers can't be read or written.",
            "Check that you may write to the data folder and that the disk has room.",
        ),
    };
    ApiError::new(ErrorCode::Unavailable, message).next_step(next_step)
}

fn put_aside_words(aside: &Path) -> String {
    let name = aside.file_name().unwrap_or_default().to_string_lossy();
    format!(
        "The list of servers was damaged, so this machine is used. What was in it is kept as {name} in the data folder. \
         Pair the servers again in Settings, under Backends."
    )
}

fn unusable_words(error: &SavedError) -> String {
    let ApiError { message, details, .. } = from_saved(error);
    let next_step = details.next_step.unwrap_or_default();
    format!("{message} This machine is used. {next_step}")
}

/// The time now, as the contract counts it.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
