//! What others hold of the keys.

use super::environment::Environment;
use super::error::KeyError;
use super::held::{Held, Shown};
use super::keychain::Keychain;
use super::options::{KeyOptions, KeychainChoice};
use super::secret::{Passphrase, Secret};
use super::state::{KeyOrigin, KeyPlace, KeyState};
use super::thread::apart;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;
use uuid::Uuid;

/// The keys of providers. Clones share them. Providers are named by their uids.
///
/// Calls are made one after the other. A caller that goes away stops nothing: what was begun comes to its end.
#[derive(Clone)]
pub struct KeyRing {
    inner: Arc<Inner>,
}

struct Inner {
    place: KeyPlace,
    environment: Environment,
    call_limit: Duration,
    held: Arc<Mutex<Held>>,
    /// What can be said without waiting for a call that is under way.
    shown: watch::Sender<Shown>,
    changed: watch::Sender<u64>,
}

impl KeyRing {
    /// Looks for the keychain and the key file of a data folder. Must be called by the process that owns the folder.
    ///
    /// A key file that is there already stays in use, also where a keychain has come since.
    ///
    /// # Errors
    /// When the data folder can't be read. That no keychain answers is none.
    pub async fn open(options: KeyOptions) -> Result<Self, KeyError> {
        let choice = if options.environment.wants_file() {
            KeychainChoice::Without
        } else {
            options.keychain
        };
        let keychain = Keychain::find(choice, options.store, options.probe_limit).await?;
        let held = apart(move || Held::find(&options.folder, options.work_factor, keychain)).await??;
        tracing::info!(place = ?held.place, keys = held.shown().places.len(), "keys of providers");
        let inner = Inner {
            place: held.place,
            environment: options.environment,
            call_limit: options.call_limit,
            shown: watch::Sender::new(held.shown()),
            held: Arc::new(Mutex::new(held)),
            changed: watch::Sender::new(0),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// How the keys stand.
    #[must_use]
    pub fn state(&self) -> KeyState {
        let shown = self.inner.shown.borrow();
        let in_file = self.inner.place == KeyPlace::File;
        KeyState {
            place: self.inner.place,
            locked: in_file && !shown.is_open,
            exists: !in_file || shown.exists,
        }
    }

    /// Opens the key file. The first passphrase makes it, and has at least [`super::MIN_PASSPHRASE`] characters.
    ///
    /// # Errors
    /// [`KeyError::WrongPassphrase`], [`KeyError::PassphraseTooShort`] for the first one, [`KeyError::Damaged`] where
    /// the file makes no sense (it is left as it is), [`KeyError::NothingToUnlock`] with a keychain.
    pub async fn unlock(&self, passphrase: Passphrase) -> Result<(), KeyError> {
        self.change(|held| held.unlock(passphrase)).await
    }

    /// Forgets passphrase and keys of the key file. Does nothing with a keychain.
    ///
    /// # Errors
    /// When the keys can't be reached.
    pub async fn lock(&self) -> Result<(), KeyError> {
        self.change(|held| {
            held.lock();
            Ok(())
        })
        .await
    }

    /// Seals the key file with another passphrase. Works while locked too, and leaves it locked then.
    ///
    /// # Errors
    /// As [`KeyRing::unlock`], and [`KeyError::NotSetUp`] where there is no key file.
    pub async fn change_passphrase(&self, old: Passphrase, new: Passphrase) -> Result<(), KeyError> {
        self.perform(false, move |held| held.change_passphrase(&old, new))
            .await
    }

    /// Keeps the key of a provider, in place of an earlier one.
    ///
    /// # Errors
    /// [`KeyError::Locked`] or [`KeyError::NotSetUp`] before the passphrase was given; when the place fails.
    pub async fn set(&self, provider: Uuid, key: Secret) -> Result<(), KeyError> {
        self.change(move |held| held.set(provider, key)).await
    }

    /// Removes the key of a provider, if there is one.
    ///
    /// # Errors
    /// [`KeyError::Locked`] where it is in the locked key file; [`KeyError::KeychainAbsent`] where it is in a keychain
    /// that can't be reached now; when the place fails.
    pub async fn remove(&self, provider: Uuid) -> Result<(), KeyError> {
        self.change(move |held| held.remove(provider)).await
    }

    /// The key that is kept for a provider.
    ///
    /// # Errors
    /// [`KeyError::Locked`] where it is in the locked key file; [`KeyError::KeychainAbsent`] where it is in a keychain
    /// that can't be reached now; when the place fails.
    pub async fn get(&self, provider: Uuid) -> Result<Option<Secret>, KeyError> {
        self.perform(false, move |held| held.get(provider)).await
    }

    /// The key for a call to the provider with this name and uid: from the environment, or the kept one.
    ///
    /// # Errors
    /// As [`KeyRing::get`]; [`KeyError::UnfitVariable`] or [`KeyError::VariableFile`] where the environment names a key
    /// that can't be used: the kept one is not taken silently in its place.
    pub async fn get_for(&self, name: &str, provider: Uuid) -> Result<Option<Secret>, KeyError> {
        let named = timeout(self.inner.call_limit, self.inner.environment.key(name));
        match named.await.map_err(|_| KeyError::NoAnswer)?? {
            Some(key) => Ok(Some(key)),
            None => self.get(provider).await,
        }
    }

    /// Whether a key of the provider is kept. Known while locked too.
    #[must_use]
    pub fn has(&self, provider: Uuid) -> bool {
        self.inner.shown.borrow().places.contains_key(&provider)
    }

    /// Where [`KeyRing::get_for`] would take the key from; none where there is no key.
    #[must_use]
    pub fn origin_for(&self, name: &str, provider: Uuid) -> Option<KeyOrigin> {
        if self.inner.environment.has(name) {
            return Some(KeyOrigin::Environment);
        }
        let shown = self.inner.shown.borrow();
        shown.places.get(&provider).copied().map(KeyOrigin::from)
    }

    /// Counts the changes: unlocked, locked, a key kept or removed. Who waits for a key looks again at each.
    #[must_use]
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.inner.changed.subscribe()
    }

    async fn change(
        &self,
        work: impl FnOnce(&mut Held) -> Result<(), KeyError> + Send + 'static,
    ) -> Result<(), KeyError> {
        self.perform(true, work).await
    }

    /// The lock goes along to the thread: where the caller goes away or has waited long enough, the next call still
    /// begins only after this one has ended.
    async fn perform<T: Send + 'static>(
        &self,
        tells: bool,
        work: impl FnOnce(&mut Held) -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, KeyError> {
        let inner = Arc::clone(&self.inner);
        let done = async move {
            let mut held = Arc::clone(&inner.held).lock_owned().await;
            apart(move || {
                let done = work(&mut held);
                inner.shown.send_replace(held.shown());
                if tells && done.is_ok() {
                    inner.changed.send_modify(|count| *count += 1);
                }
                done
            })
            .await?
        };
        timeout(self.inner.call_limit, done)
            .await
            .map_err(|_| KeyError::NoAnswer)?
    }
}

/// How the keys stand, and nothing of them.
impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
