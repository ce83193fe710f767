//! What may be shown of the keys.

use serde::{Deserialize, Serialize};

/// Where keys are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// The operating system's keychain.
    Keychain,
    /// The encrypted file in the data folder.
    File,
}

/// Where the key of a provider comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrigin {
    /// A variable of the environment. It goes before a kept key.
    Environment,
    /// Kept in the operating system's keychain.
    Keychain,
    /// Kept in the encrypted file.
    File,
}

impl From<KeyPlace> for KeyOrigin {
    fn from(place: KeyPlace) -> Self {
        match place {
            KeyPlace::Keychain => Self::Keychain,
            KeyPlace::File => Self::File,
        }
    }
}

/// How the keys stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyState {
    /// Where new keys go. It does not change while the application runs.
    pub place: KeyPlace,
    /// Whether a passphrase is needed before keys can be read or changed. Never so with a keychain.
    pub locked: bool,
    /// Whether there is a place for keys already. Always so with a keychain; with the file, once a passphrase was
    /// chosen.
    pub exists: bool,
}
