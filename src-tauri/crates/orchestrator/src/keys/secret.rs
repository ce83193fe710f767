//! Keys and passphrases in memory. Neither can be printed or written by accident; both are wiped when dropped.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// Fewest characters of a new passphrase.
pub const MIN_PASSPHRASE: usize = 8;
/// Most bytes of a key: what every keychain takes, and far more than any provider gives out.
const MAX_KEY_BYTES: usize = 2048;

/// Why a text can't be a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitSecret {
    /// Nothing but space.
    #[error("It is empty.")]
    Empty,
    /// Longer than any key.
    #[error("It is longer than {MAX_KEY_BYTES} characters.")]
    TooLong,
    /// Line breaks, or characters that a header can't carry.
    #[error("It contains a line break or a character that keys do not have.")]
    UnfitCharacter,
}

/// The key of a provider.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a key as it was typed or read; space around it is cut off. `text` is wiped.
    ///
    /// # Errors
    /// [`UnfitSecret`] where the text can't be sent as a key.
    pub fn parse(text: String) -> Result<Self, UnfitSecret> {
        let text = Zeroizing::new(text);
        let key = text.trim();
        if key.is_empty() {
            Err(UnfitSecret::Empty)
        } else if key.len() > MAX_KEY_BYTES {
            Err(UnfitSecret::TooLong)
        } else if !key.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            Err(UnfitSecret::UnfitCharacter)
        } else {
            Ok(Self(SecretString::from(key)))
        }
    }

    /// The key in the clear: for the request to the provider, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<Secret> for SecretString {
    fn from(secret: Secret) -> Self {
        secret.0
    }
}

/// What the key file is encrypted with.
#[derive(Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// Takes a passphrase exactly as it was typed. `text` is wiped.
    #[must_use]
    pub fn new(text: String) -> Self {
        let text = Zeroizing::new(text);
        Self(SecretString::from(text.as_str()))
    }

    /// Whether it is long enough for a new passphrase.
    pub(crate) fn is_long_enough(&self) -> bool {
        self.0.expose_secret().chars().count() >= MIN_PASSPHRASE
    }

    pub(crate) fn to_secret_string(&self) -> SecretString {
        self.0.clone()
    }
}
