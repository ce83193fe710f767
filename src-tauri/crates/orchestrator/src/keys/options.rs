//! What a key ring is opened with.

use super::environment::Environment;
use super::sealed;
use keyring_core::CredentialStore;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Which keychain is looked for.
#[derive(Clone)]
pub enum KeychainChoice {
    /// The operating system's.
    System,
    /// None: keys go to the encrypted file.
    Without,
    /// This one.
    Given(Arc<CredentialStore>),
}

/// Settings of a key ring.
#[derive(Clone)]
pub struct KeyOptions {
    /// The data folder. It is there, and this process owns it.
    pub folder: PathBuf,
    /// The store's uid; entries of the keychain carry it.
    pub store: Uuid,
    /// Which keychain is looked for.
    pub keychain: KeychainChoice,
    /// The longest that the keychain may take to say that it is there.
    pub probe_limit: Duration,
    /// The longest that one call may take. Long, because a keychain may ask a person first.
    pub call_limit: Duration,
    /// Where overriding keys are read from.
    pub environment: Environment,
    /// The cost of a guess at the passphrase. Not to be chosen outside this module: tests alone go below.
    pub(crate) work_factor: u8,
}

impl KeyOptions {
    /// The settings that the product ships with.
    #[must_use]
    pub fn new(folder: PathBuf, store: Uuid) -> Self {
        Self {
            folder,
            store,
            keychain: KeychainChoice::System,
            probe_limit: Duration::from_secs(2),
            call_limit: Duration::from_secs(60),
            environment: Environment::process(),
            work_factor: sealed::WORK_FACTOR,
        }
    }
}
