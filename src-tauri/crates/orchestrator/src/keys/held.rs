//! Keychain, key file and the list of what is in them, as one: which place a key is read from and written to.

use super::error::KeyError;
use super::index::{Index, Places};
use super::keychain::Keychain;
use super::secret::{Passphrase, Secret};
use super::state::KeyPlace;
use super::vault::Vault;
use std::path::Path;
use uuid::Uuid;

/// What can be said without asking the places again.
pub(crate) struct Shown {
    pub(crate) is_open: bool,
    pub(crate) exists: bool,
    pub(crate) places: Places,
}

/// The places of keys. One call at a time has it.
pub(crate) struct Held {
    pub(crate) place: KeyPlace,
    keychain: Option<Keychain>,
    vault: Vault,
    index: Index,
}

impl Held {
    pub(crate) fn find(folder: &Path, work_factor: u8, keychain: Option<Keychain>) -> Result<Self, KeyError> {
        let vault = Vault::find(folder, work_factor)?;
        let mut index = Index::open(folder)?;
        if !vault.exists() {
            index.forget_file();
        }
        let place = if keychain.is_some() && !vault.exists() {
            KeyPlace::Keychain
        } else {
            KeyPlace::File
        };
        Ok(Self {
            place,
            keychain,
            vault,
            index,
        })
    }

    pub(crate) fn shown(&self) -> Shown {
        Shown {
            is_open: self.vault.is_open(),
            exists: self.vault.exists(),
            places: self.index.places().clone(),
        }
    }

    fn expect_file(&self) -> Result<(), KeyError> {
        match self.place {
            KeyPlace::File => Ok(()),
            KeyPlace::Keychain => Err(KeyError::NothingToUnlock),
        }
    }

    pub(crate) fn unlock(&mut self, passphrase: Passphrase) -> Result<(), KeyError> {
        self.expect_file()?;
        self.vault.unlock(passphrase)?;
        self.index.set_file(self.vault.providers())
    }

    pub(crate) fn lock(&mut self) {
        self.vault.lock();
    }

    pub(crate) fn change_passphrase(&mut self, old: &Passphrase, new: Passphrase) -> Result<(), KeyError> {
        self.expect_file()?;
        self.vault.change_passphrase(old, new)
    }

    pub(crate) fn get(&mut self, provider: Uuid) -> Result<Option<Secret>, KeyError> {
        match (self.index.place(provider), &self.keychain) {
            (Some(KeyPlace::File), _) => self.vault.get(provider),
            (Some(KeyPlace::Keychain), Some(keychain)) => keychain.get(provider),
            (Some(KeyPlace::Keychain), None) => Err(KeyError::KeychainAbsent),
            (None, Some(_)) if self.place == KeyPlace::Keychain => self.rediscover(provider),
            (None, _) if self.index.is_lost() => self.vault.get(provider),
            (None, _) => Ok(None),
        }
    }

    /// The keychain outlives the data folder's list of what is in it.
    fn rediscover(&mut self, provider: Uuid) -> Result<Option<Secret>, KeyError> {
        let found = self.keychain.as_ref().map(|keychain| keychain.get(provider));
        let found = found.transpose()?.flatten();
        if found.is_some() {
            self.index.insert(provider, KeyPlace::Keychain)?;
        }
        Ok(found)
    }

    pub(crate) fn set(&mut self, provider: Uuid, key: Secret) -> Result<(), KeyError> {
        match (self.place, &self.keychain) {
            (KeyPlace::Keychain, Some(keychain)) => keychain.set(provider, &key)?,
            (KeyPlace::Keychain, None) => return Err(KeyError::KeychainAbsent),
            (KeyPlace::File, _) => self.vault.set(provider, key)?,
        }
        let earlier = self.index.place(provider);
        self.index.insert(provider, self.place)?;
        match (earlier, self.place, &self.keychain) {
            // The key it replaces must not stay behind.
            (Some(KeyPlace::Keychain), KeyPlace::File, Some(keychain)) => keychain.remove(provider),
            _ => Ok(()),
        }
    }

    /// The list forgets a key last: a key that is named and gone is harmless, one that is there and unnamed is not.
    pub(crate) fn remove(&mut self, provider: Uuid) -> Result<(), KeyError> {
        match (self.index.place(provider), &self.keychain) {
            (Some(KeyPlace::Keychain), None) => return Err(KeyError::KeychainAbsent),
            (Some(KeyPlace::File), _) => self.vault.remove(provider)?,
            (None, _) if self.index.is_lost() && self.vault.exists() => self.vault.remove(provider)?,
            (_, Some(keychain)) => keychain.remove(provider)?,
            (None, None) => {}
        }
        self.index.remove(provider)
    }
}
