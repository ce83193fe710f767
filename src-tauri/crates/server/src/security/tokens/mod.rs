//! Who may ask: named tokens, kept as hashes in one file that the command line and a running server share.
//!
//! A running server has the rows in memory and looks at the file four times a second, so that a token that was revoked
//! in the terminal is refused within a second, and whoever holds a connection of its can await that.
//!
//! Deliberately absent: when a token was last used, which would be a write for each request, and revoked tokens, which
//! are as if they had never been.

mod file;
mod name;
mod row;
mod state;
#[cfg(test)]
mod tests;

use super::clock::Clock;
use super::error::AccessError;
use super::folder::{Folder, Locked};
use super::secret::{Token, TokenHash, random};
use file::TokenFile;
pub(crate) use name::fit_name;
use row::Stored;
pub use row::{Caller, Scope, TokenId, TokenRow};
pub(crate) use row::{hex, unhex};
use state::State;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use wheelhouse_contract::domain::Millis;

/// Most characters of a token's name.
pub const NAME_MOST: usize = 64;
/// Most tokens. Each check compares with all of them.
pub const MOST: usize = 1000;

/// How often a running server looks at the file.
const LOOK: Duration = Duration::from_millis(250);

/// Why a token is not accepted. Missing, wrong, expired and revoked are one and the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckRefusal {
    /// No token that is good now.
    #[error("no token that is good now")]
    Unknown,
    /// The file is damaged, so that nobody is known.
    #[error("the list of tokens can't be read")]
    Unreadable,
}

/// A new token, and what is kept of it.
#[derive(Debug)]
pub struct Issued {
    /// The token. It can't be had a second time.
    pub token: Token,
    /// What is kept.
    pub row: TokenRow,
}

/// The tokens of one data folder. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tokens {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: Folder,
    clock: Clock,
    state: watch::Sender<State>,
    /// Held while the file is read or written and the state follows, so that an older reading never goes over a newer.
    turn: Mutex<()>,
}

impl Tokens {
    pub(crate) fn open(folder: Folder, clock: Clock) -> Result<Self, AccessError> {
        let rows = TokenFile::read(&folder)?.tokens;
        let state = State::new(rows, clock.now());
        let shared = Shared {
            folder,
            clock,
            state: watch::Sender::new(state),
            turn: Mutex::new(()),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Whether there was ever a token: the file is made with the first one.
    pub(crate) fn is_new(&self) -> Result<bool, AccessError> {
        TokenFile::is_there(&self.shared.folder).map(|is_there| !is_there)
    }

    /// Makes a token. Waits for the disk.
    ///
    /// # Errors
    /// [`AccessError`] where the name is not fit or taken, the time is over already, or the file can't be changed.
    pub fn issue(&self, name: &str, scope: Scope, expires_at: Option<Millis>) -> Result<Issued, AccessError> {
        let locked = self.shared.folder.lock()?;
        let name = fit_name(name)?;
        self.add(&locked, scope, expires_at, |rows| {
            let is_taken = rows.iter().any(|stored| name::are_alike(&stored.row.name, name));
            if is_taken {
                Err(AccessError::NameTaken)
            } else {
                Ok(name.to_owned())
            }
        })
    }

    /// The same where the lock is held, with a number behind the name where it is taken.
    pub(crate) fn issue_numbered(
        &self,
        locked: &Locked,
        name: &str,
        scope: Scope,
    ) -> Result<Issued, AccessError> {
        let name = fit_name(name)?;
        self.add(locked, scope, None, |rows| {
            let taken: Vec<&str> = rows.iter().map(|stored| stored.row.name.as_str()).collect();
            Ok(name::numbered(name, &taken))
        })
    }

    fn add(
        &self,
        locked: &Locked,
        scope: Scope,
        expires_at: Option<Millis>,
        name: impl FnOnce(&[Stored]) -> Result<String, AccessError>,
    ) -> Result<Issued, AccessError> {
        let created_at = self.shared.clock.now();
        if expires_at.is_some_and(|expires_at| expires_at <= created_at) {
            return Err(AccessError::ExpiresBeforeNow);
        }
        let token = Token::new()?;
        let id = TokenId::from_bytes(*random()?);
        self.change(locked, |rows| {
            if rows.len() >= MOST {
                return Err(AccessError::Full);
            }
            let row = TokenRow {
                id,
                name: name(rows)?,
                scope,
                created_at,
                expires_at,
            };
            let hash = token.hash();
            rows.push(Stored {
                row: row.clone(),
                hash,
            });
            Ok(Issued { token, row })
        })
    }

    /// Every token, the oldest first; expired ones too. Reads the file.
    ///
    /// # Errors
    /// [`AccessError`] where the file can't be read.
    pub fn list(&self) -> Result<Vec<TokenRow>, AccessError> {
        let file = TokenFile::read(&self.shared.folder)?;
        Ok(file.tokens.into_iter().map(|stored| stored.row).collect())
    }

    /// Takes a token back, by id or else by name. Waits for the disk.
    ///
    /// # Errors
    /// [`AccessError`] where there is none, or the file can't be changed.
    pub fn revoke(&self, name_or_id: &str) -> Result<TokenRow, AccessError> {
        let wanted = name_or_id.trim();
        let locked = self.shared.folder.lock()?;
        self.change(&locked, |rows| {
            let place = rows
                .iter()
                .position(|stored| stored.row.id.as_str() == wanted)
                .or_else(|| {
                    rows.iter()
                        .position(|stored| name::are_alike(&stored.row.name, wanted))
                });
            let place = place.ok_or(AccessError::NotFound)?;
            Ok(rows.remove(place).row)
        })
    }

    /// Who presents this. Does no I/O, and the same work whatever is presented.
    ///
    /// # Errors
    /// [`CheckRefusal`], the same for everything that is not a good token.
    pub fn check(&self, presented: Option<&str>) -> Result<Caller, CheckRefusal> {
        let hash = TokenHash::of_presented(presented);
        self.shared.state.borrow().find(&hash, self.shared.clock.now())
    }

    /// Follows the file until `stop`. A running server has this going on beside everything else.
    pub async fn follow(&self, stop: CancellationToken) {
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = looks.tick() => {}
            }
            let tokens = self.clone();
            if let Err(error) = tokio::task::spawn_blocking(move || tokens.look()).await {
                tracing::error!(%error, "looking at the list of tokens broke off");
            }
        }
    }

    /// Waits until the caller's token is good no more. Needs [`Tokens::follow`] going on.
    pub fn ended(&self, caller: &Caller) -> impl Future<Output = ()> + Send + use<> {
        let shared = Arc::clone(&self.shared);
        let id = caller.id.clone();
        async move {
            let mut state = shared.state.subscribe();
            // It fails only without a sender, and that is held here.
            let _ = state.wait_for(|state| !state.is_good(&id)).await;
        }
    }

    /// One look at the file and the time.
    pub(crate) fn look(&self) {
        let _turn = self.turn();
        let read = TokenFile::read(&self.shared.folder).map(|file| file.tokens);
        let now = self.shared.clock.now();
        self.shared
            .state
            .send_if_modified(|state| state.follow(read, now));
    }

    fn change<T>(
        &self,
        locked: &Locked,
        change: impl FnOnce(&mut Vec<Stored>) -> Result<T, AccessError>,
    ) -> Result<T, AccessError> {
        let _turn = self.turn();
        let mut file = TokenFile::read(&self.shared.folder)?;
        let changed = change(&mut file.tokens)?;
        file.write(&self.shared.folder, locked)?;
        let state = State::new(file.tokens, self.shared.clock.now());
        self.shared.state.send_replace(state);
        Ok(changed)
    }

    /// Nothing that is half done is guarded by it, so that a thread that died while it held it is no matter.
    fn turn(&self) -> std::sync::MutexGuard<'_, ()> {
        self.shared.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
