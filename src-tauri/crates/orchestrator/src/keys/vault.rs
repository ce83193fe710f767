//! The key file: locked until its passphrase is given, then held in memory and written anew with each change.

use super::disk;
use super::error::{Damage, KeyError};
use super::sealed::{self, Keys};
use super::secret::{Passphrase, Secret};
use std::io;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const KEY_FILE: &str = "keys.age";
/// Far more than any number of keys.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

pub(crate) struct Vault {
    path: PathBuf,
    work_factor: u8,
    exists: bool,
    open: Option<Open>,
}

/// The passphrase is kept beside the keys, because every change seals them anew.
struct Open {
    passphrase: Passphrase,
    keys: Keys,
}

impl Vault {
    /// Finds the key file, locked. There may be none yet.
    pub(crate) fn find(folder: &Path, work_factor: u8) -> Result<Self, KeyError> {
        let path = folder.join(KEY_FILE);
        disk::clear_leftover(&path)?;
        Ok(Self {
            exists: disk::exists(&path)?,
            path,
            work_factor,
            open: None,
        })
    }

    pub(crate) fn exists(&self) -> bool {
        self.exists
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Opens the file with its passphrase, or makes it with this one.
    pub(crate) fn unlock(&mut self, passphrase: Passphrase) -> Result<(), KeyError> {
        match self.read(&passphrase)? {
            Some(keys) => {
                self.exists = true;
                self.open = Some(Open { passphrase, keys });
                Ok(())
            }
            // Taken away while the application runs: a new file in its place would seem to have lost the keys.
            None if self.exists => Err(KeyError::File {
                path: self.path.clone(),
                source: io::ErrorKind::NotFound.into(),
            }),
            None => self.write(Keys::new(), checked(passphrase)?),
        }
    }

    /// Forgets passphrase and keys.
    pub(crate) fn lock(&mut self) {
        self.open = None;
    }

    /// Seals the keys with another passphrase. Leaves the file locked if it was.
    pub(crate) fn change_passphrase(&mut self, old: &Passphrase, new: Passphrase) -> Result<(), KeyError> {
        let new = checked(new)?;
        let keys = self.read(old)?.ok_or(KeyError::NotSetUp)?;
        let was_open = self.is_open();
        self.write(keys, new)?;
        if !was_open {
            self.lock();
        }
        Ok(())
    }

    /// The providers that have a key here; none while locked.
    pub(crate) fn providers(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.open.iter().flat_map(|open| open.keys.keys().copied())
    }

    pub(crate) fn get(&self, provider: Uuid) -> Result<Option<Secret>, KeyError> {
        Ok(self.opened()?.keys.get(&provider).cloned())
    }

    pub(crate) fn set(&mut self, provider: Uuid, key: Secret) -> Result<(), KeyError> {
        self.rewrite(|keys| {
            keys.insert(provider, key);
        })
    }

    pub(crate) fn remove(&mut self, provider: Uuid) -> Result<(), KeyError> {
        if self.opened()?.keys.contains_key(&provider) {
            self.rewrite(|keys| {
                keys.remove(&provider);
            })?;
        }
        Ok(())
    }

    fn opened(&self) -> Result<&Open, KeyError> {
        match (&self.open, self.exists) {
            (Some(open), _) => Ok(open),
            (None, true) => Err(KeyError::Locked),
            (None, false) => Err(KeyError::NotSetUp),
        }
    }

    /// What is in memory changes only after the file has.
    fn rewrite(&mut self, change: impl FnOnce(&mut Keys)) -> Result<(), KeyError> {
        let open = self.opened()?;
        let (mut keys, passphrase) = (open.keys.clone(), open.passphrase.clone());
        change(&mut keys);
        self.write(keys, passphrase)
    }

    fn read(&self, passphrase: &Passphrase) -> Result<Option<Keys>, KeyError> {
        match disk::read(&self.path, MAX_BYTES)? {
            None => Ok(None),
            Some(bytes) if bytes.len() as u64 > MAX_BYTES => Err(KeyError::Damaged {
                path: self.path.clone(),
                damage: Damage::TooLarge,
            }),
            Some(bytes) => sealed::open(&bytes, passphrase, &self.path).map(Some),
        }
    }

    fn write(&mut self, keys: Keys, passphrase: Passphrase) -> Result<(), KeyError> {
        let bytes = sealed::seal(&keys, &passphrase, self.work_factor)?;
        disk::replace(&self.path, &bytes)?;
        self.exists = true;
        self.open = Some(Open { passphrase, keys });
        Ok(())
    }
}

fn checked(new: Passphrase) -> Result<Passphrase, KeyError> {
    if new.is_long_enough() {
        Ok(new)
    } else {
        Err(KeyError::PassphraseTooShort)
    }
}
