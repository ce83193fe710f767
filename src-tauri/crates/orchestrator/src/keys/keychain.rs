//! The operating system's keychain. Every call here may block; the ring makes them on threads apart.

use super::error::{KeyError, KeychainFault};
use super::options::KeychainChoice;
use super::secret::Secret;
use super::thread::apart;
use keyring_core::{CredentialStore, Entry, Error};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;
use zeroize::Zeroizing;

const SERVICE: &str = "wheelhouse";

pub(crate) struct Keychain {
    backing: Arc<CredentialStore>,
    /// The store's uid: two data folders never read each other's keys.
    owner: Uuid,
}

impl Keychain {
    /// The keychain, if there is one that answers within `limit`.
    pub(crate) async fn find(
        choice: KeychainChoice,
        owner: Uuid,
        limit: Duration,
    ) -> Result<Option<Self>, KeyError> {
        if matches!(choice, KeychainChoice::Without) {
            return Ok(None);
        }
        let found = match timeout(limit, apart(move || probe(choice, owner))).await {
            Ok(found) => found?,
            Err(_) => Err(KeychainFault::Silent),
        };
        match found {
            Ok(keychain) => Ok(Some(keychain)),
            Err(fault) => {
                tracing::info!(%fault, "no keychain of the system: keys are kept in the encrypted file");
                Ok(None)
            }
        }
    }

    pub(crate) fn get(&self, provider: Uuid) -> Result<Option<Secret>, KeyError> {
        match self.entry(provider).and_then(|entry| entry.get_secret()) {
            Ok(bytes) => secret(&Zeroizing::new(bytes)).map(Some),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(KeyError::Keychain(fault(error))),
        }
    }

    pub(crate) fn set(&self, provider: Uuid, key: &Secret) -> Result<(), KeyError> {
        self.entry(provider)
            .and_then(|entry| entry.set_secret(key.expose().as_bytes()))
            .map_err(|error| KeyError::Keychain(fault(error)))
    }

    /// Removes a key; that there is none is no failure.
    pub(crate) fn remove(&self, provider: Uuid) -> Result<(), KeyError> {
        match self.entry(provider).and_then(|entry| entry.delete_credential()) {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(KeyError::Keychain(fault(error))),
        }
    }

    fn entry(&self, provider: Uuid) -> keyring_core::Result<Entry> {
        let user = format!("{}/{provider}", self.owner);
        self.backing.build(SERVICE, &user, None)
    }
}

/// A keychain works when it can say of an entry that nobody made that there is none.
fn probe(choice: KeychainChoice, owner: Uuid) -> Result<Keychain, KeychainFault> {
    let backing = match choice {
        KeychainChoice::System => system()?,
        KeychainChoice::Given(backing) => backing,
        KeychainChoice::Without => return Err(KeychainFault::Silent),
    };
    let keychain = Keychain { backing, owner };
    match keychain.entry(Uuid::nil()).and_then(|entry| entry.get_secret()) {
        Ok(_) | Err(Error::NoEntry) => Ok(keychain),
        Err(error) => Err(fault(error)),
    }
}

fn system() -> Result<Arc<CredentialStore>, KeychainFault> {
    if let Err(error) = keyring::Entry::store_status() {
        return Err(KeychainFault::Failed(error.to_string()));
    }
    keyring_core::get_default_store().ok_or_else(|| fault(Error::NoDefaultStore))
}

fn secret(bytes: &[u8]) -> Result<Secret, KeyError> {
    str::from_utf8(bytes)
        .ok()
        .and_then(|text| Secret::parse(text.to_owned()).ok())
        .ok_or(KeyError::Keychain(KeychainFault::Malformed))
}

/// The library's error may carry the bytes of an entry, so it is never passed on as it is.
fn fault(error: Error) -> KeychainFault {
    match error {
        Error::NoStorageAccess(reason) => KeychainFault::Refused(reason.to_string()),
        Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            KeychainFault::Malformed
        }
        Error::Ambiguous(_) => KeychainFault::Ambiguous,
        other => KeychainFault::Failed(other.to_string()),
    }
}
