//! The key ring in both its places, and what must never leave it.

mod bus;
mod canary;
mod environment;
mod file;
mod keychain;
mod places;

use super::{Environment, KeyOptions, KeyRing, KeychainChoice, Passphrase, Secret};
use keyring_core::CredentialStore;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

/// Cheap, because tests seal often. One test uses the product's.
const TEST_WORK_FACTOR: u8 = 4;
pub(super) const STORE: Uuid = Uuid::from_u128(0x0192_eeee_0000_7000_8000_0000_0000_0001);
pub(super) const OPENAI: Uuid = Uuid::from_u128(0x0192_eeee_0000_7000_8000_0000_0000_0002);
pub(super) const GEMINI: Uuid = Uuid::from_u128(0x0192_eeee_0000_7000_8000_0000_0000_0003);
pub(super) const PHRASE: &str = "correct horse battery";

/// A data folder that rings are opened on, one after the other.
pub(super) struct Desk {
    folder: TempDir,
    pub(super) options: KeyOptions,
}

impl Desk {
    pub(super) fn new(keychain: KeychainChoice) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut options = KeyOptions::new(folder.path().to_owned(), STORE);
        options.keychain = keychain;
        options.environment = Environment::of([]);
        options.work_factor = TEST_WORK_FACTOR;
        Self { folder, options }
    }

    /// No keychain.
    pub(super) fn with_file() -> Self {
        Self::new(KeychainChoice::Without)
    }

    /// A keychain in memory, to be passed on to other desks.
    pub(super) fn with_keychain() -> (Self, Arc<CredentialStore>) {
        let backing: Arc<CredentialStore> = keyring_core::mock::Store::new().expect("a keychain in memory");
        (Self::new(KeychainChoice::Given(Arc::clone(&backing))), backing)
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn key_file(&self) -> PathBuf {
        self.folder().join("keys.age")
    }

    pub(super) fn index_file(&self) -> PathBuf {
        self.folder().join("keys.index.json")
    }

    /// A ring as the next start of the application has it.
    pub(super) async fn open(&self) -> KeyRing {
        KeyRing::open(self.options.clone()).await.expect("a key ring")
    }

    /// A ring whose key file is unlocked, and made where there was none.
    pub(super) async fn open_unlocked(&self) -> KeyRing {
        let ring = self.open().await;
        ring.unlock(phrase(PHRASE)).await.expect("unlocks");
        ring
    }
}

pub(super) fn phrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

pub(super) fn key(text: &str) -> Secret {
    Secret::parse(text.to_owned()).expect("a key")
}

/// The kept key in the clear. A secret itself can't be compared or shown.
pub(super) async fn kept(ring: &KeyRing, provider: Uuid) -> Option<String> {
    let key = ring.get(provider).await.expect("the key can be asked for");
    key.map(|key| key.expose().to_owned())
}
