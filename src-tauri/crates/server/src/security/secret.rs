//! Tokens in memory. None can be printed or written down by accident, and each is wiped when it is dropped.

use super::error::AccessError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

const PREFIX: &str = "wh_";
const RANDOM_BYTES: usize = 32;
/// `wh_` and 32 bytes as base64url.
const LENGTH: usize = 46;
/// Stands in for what has not the form of a token, so that it costs the same work. It is no token's text.
const STAND_IN: &str = "wh_???????????????????????????????????????????";

/// What a client shows to be let in.
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new one, of 256 random bits.
    pub(crate) fn new() -> Result<Self, AccessError> {
        let bytes = random::<RANDOM_BYTES>()?;
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(bytes.as_slice(), &mut text);
        Ok(Self(text))
    }

    /// The token in the clear: to be shown once, to who it is for.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::of(self.expose())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// What is kept of a token: its SHA-256. With 256 random bits in the token no slower hash is of use.
#[derive(Clone)]
pub(crate) struct TokenHash(pub(crate) [u8; 32]);

impl TokenHash {
    fn of(text: &str) -> Self {
        #[cfg(test)]
        work::count_hash();
        Self(Sha256::digest(text).into())
    }

    /// Of whatever was presented. It is one hash of the same number of bytes in every case.
    pub(crate) fn of_presented(presented: Option<&str>) -> Self {
        Self::of(presented.filter(|text| has_form(text)).unwrap_or(STAND_IN))
    }
}

impl ConstantTimeEq for TokenHash {
    fn ct_eq(&self, other: &Self) -> Choice {
        #[cfg(test)]
        work::count_comparison();
        self.0.ct_eq(&other.0)
    }
}

/// Whether a text could be a token. It tells nothing about which tokens there are.
fn has_form(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    text.len() == LENGTH && text.starts_with(PREFIX) && text.bytes().all(fits)
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, AccessError> {
    let mut bytes = Zeroizing::new([0; N]);
    OsRng
        .try_fill_bytes(bytes.as_mut_slice())
        .map_err(AccessError::Random)?;
    Ok(bytes)
}

/// Counts what a check does, so that tests can show that every check does the same.
#[cfg(test)]
pub(crate) mod work {
    use std::cell::Cell;

    thread_local! {
        static DONE: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
    }

    pub(super) fn count_hash() {
        DONE.set((DONE.get().0 + 1, DONE.get().1));
    }

    pub(super) fn count_comparison() {
        DONE.set((DONE.get().0, DONE.get().1 + 1));
    }

    /// Hashes and comparisons of this thread since the last time this was asked.
    pub(crate) fn take() -> (u32, u32) {
        DONE.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_the_agreed_form() {
        let token = Token::new().expect("random numbers");
        assert_eq!(token.expose().len(), LENGTH);
        assert!(has_form(token.expose()));
        let bytes = URL_SAFE_NO_PAD.decode(&token.expose()[PREFIX.len()..]);
        assert_eq!(bytes.expect("base64url").len(), RANDOM_BYTES);
        assert_ne!(token.expose(), Token::new().expect("random numbers").expose());
    }

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new().expect("random numbers");
        assert_eq!(format!("{token:?}"), "Token(hidden)");
    }

    #[test]
    fn the_stand_in_is_as_long_as_a_token_and_none() {
        assert_eq!(STAND_IN.len(), LENGTH);
        assert!(!has_form(STAND_IN));
    }
}
