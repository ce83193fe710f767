//! A pairing code: what is typed, and what is shown.

use crate::security::crockford;
use crate::security::error::AccessError;
use crate::security::secret::random;
use crate::security::tls::Fingerprint;
use crate::security::tokens::Scope;
use std::fmt;
use wheelhouse_contract::domain::Millis;
use zeroize::Zeroizing;

/// 40 random bits.
const RANDOM_BYTES: usize = 5;
const LENGTH: usize = 8;
/// Characters that people put between groups.
const BETWEEN: [char; 4] = ['-', ' ', '\u{2010}', '\u{2013}'];

/// Cost of a hash: 2^14 rounds of 8 blocks, some 16 MB and some 50 ms. All 2^40 codes would take more than a thousand
/// years, and a code is good for ten minutes.
const COST: (u8, u32, u32) = (14, 8, 1);

/// The secret part of a code.
pub(super) struct Secret(Zeroizing<String>);

impl Secret {
    pub(super) fn new() -> Result<Self, AccessError> {
        let bytes = random::<RANDOM_BYTES>()?;
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        crockford::encode(bytes.as_slice(), &mut text);
        Ok(Self(text))
    }

    /// What was typed; none where it has not the form of a code.
    pub(super) fn parse(typed: &str) -> Option<Self> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        for character in typed
            .trim()
            .chars()
            .filter(|character| !BETWEEN.contains(character))
        {
            if text.len() == LENGTH {
                return None;
            }
            text.push(crockford::meant(character)?);
        }
        (text.len() == LENGTH).then_some(Self(text))
    }

    /// What is kept of it.
    pub(super) fn stretched(&self, salt: &[u8; 16]) -> Result<[u8; 32], AccessError> {
        #[cfg(test)]
        work::count();
        let (rounds, block, lanes) = COST;
        let cost = scrypt::Params::new(rounds, block, lanes, 32).map_err(|_| AccessError::Stretch)?;
        let mut hash = [0; 32];
        scrypt::scrypt(self.0.as_bytes(), salt, &cost, &mut hash).map_err(|_| AccessError::Stretch)?;
        Ok(hash)
    }
}

/// A code that was just made. It can't be had a second time.
pub struct NewCode {
    pub(super) secret: Secret,
    /// What a device that uses it may do.
    pub scope: Scope,
    /// From when on it is refused.
    pub expires_at: Millis,
}

impl NewCode {
    /// The code as it is shown: before the secret part the beginning of the certificate's fingerprint, by which the
    /// device knows that it speaks to this server and to nobody between. Without TLS there is none.
    #[must_use]
    pub fn shown(&self, certificate: Option<&Fingerprint>) -> Zeroizing<String> {
        // With room for everything, so that it never moves and leaves a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(32));
        let mut shown = Zeroizing::new(String::with_capacity(32));
        if let Some(certificate) = certificate {
            crockford::encode(certificate.beginning(), &mut text);
        }
        text.push_str(&self.secret.0);
        crockford::grouped(&text, &mut shown);
        shown
    }
}

impl fmt::Debug for NewCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewCode(hidden)")
    }
}

/// Counts hashes, so that tests can show that every try costs the same.
#[cfg(test)]
pub(super) mod work {
    use std::cell::Cell;

    thread_local! {
        static DONE: Cell<u32> = const { Cell::new(0) };
    }

    pub(super) fn count() {
        DONE.set(DONE.get() + 1);
    }

    /// Hashes of this thread since the last time this was asked.
    pub(crate) fn take() -> u32 {
        DONE.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> NewCode {
        NewCode {
            secret: Secret::parse("ABCD-2345").expect("a code"),
            scope: Scope::Operator,
            expires_at: Millis(0),
        }
    }

    #[test]
    fn typing_is_forgiven() {
        for typed in ["abcd2345", " ABCD 2345 ", "ab-cd-23-45", "ABCD\u{2013}2345"] {
            let secret = Secret::parse(typed).unwrap_or_else(|| panic!("{typed}"));
            assert_eq!(secret.0.as_str(), "ABCD2345");
        }
        let secret = Secret::parse("oil0-1OIL").expect("a code");
        assert_eq!(secret.0.as_str(), "01101011");
    }

    #[test]
    fn what_is_no_code_is_not_taken_for_one() {
        let long = "A".repeat(100_000);
        for typed in [
            "",
            "ABCD-234",
            "ABCD-23456",
            "ABCD-234U",
            "ABCD_2345",
            "ABCD\n2345x",
            &long,
        ] {
            assert!(Secret::parse(typed).is_none());
        }
    }

    #[test]
    fn the_certificate_stands_before_the_secret() {
        assert_eq!(code().shown(None).as_str(), "ABCD-2345");
        let shown = code().shown(Some(&Fingerprint::of(b"a certificate")));
        assert_eq!(shown.len(), 29);
        assert!(shown.ends_with("-ABCD-2345"));
        assert!(shown.split('-').all(|group| group.len() == 4));
    }

    #[test]
    fn a_code_is_never_printed() {
        assert_eq!(format!("{:?}", code()), "NewCode(hidden)");
    }
}
