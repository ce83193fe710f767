//! What a certificate is known by.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Bytes of a SHA-256.
const BYTES: usize = 32;

/// The SHA-256 of a certificate (DER). People see it as pairs of hexadecimal digits with colons between.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint([u8; BYTES]);

/// Why a text is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 32 pairs of hexadecimal digits")]
pub struct NoFingerprint;

impl Fingerprint {
    /// The fingerprint of a certificate in DER.
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }

    /// Whether it begins with these bytes.
    pub(super) fn begins_with(&self, bytes: &[u8]) -> bool {
        self.0.starts_with(bytes)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let colon = if at == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    /// Takes capital and small letters, with or without colons and spaces.
    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let mut digits = text
            .chars()
            .filter(|sign| *sign != ':' && !sign.is_whitespace())
            .map(|sign| sign.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
        let mut bytes = [0; BYTES];
        for byte in &mut bytes {
            let (Some(Some(high)), Some(Some(low))) = (digits.next(), digits.next()) else {
                return Err(NoFingerprint);
            };
            *byte = high << 4 | low;
        }
        match digits.next() {
            None => Ok(Self(bytes)),
            Some(_) => Err(NoFingerprint),
        }
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = NoFingerprint;

    fn try_from(text: String) -> Result<Self, NoFingerprint> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: &str =
        "2C:F2:4D:BA:5F:B0:A3:0E:26:E8:3B:2A:C5:B9:E2:9E:1B:16:1E:5C:1F:A7:42:5E:73:04:33:62:93:8B:98:24";

    #[test]
    fn is_shown_and_read_in_pairs() {
        let fingerprint = Fingerprint::of(b"hello");
        assert_eq!(fingerprint.to_string(), SHOWN);
        for text in [
            SHOWN.to_owned(),
            SHOWN.to_lowercase(),
            SHOWN.replace(':', ""),
            format!(" {} ", SHOWN.replace(':', " ")),
        ] {
            assert_eq!(text.parse(), Ok(fingerprint), "{text}");
        }
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            &SHOWN[1..],
            &format!("{SHOWN}:00"),
            &SHOWN.replace("2C", "2G"),
        ] {
            assert_eq!(text.parse::<Fingerprint>(), Err(NoFingerprint), "{text}");
        }
    }

    #[test]
    fn knows_how_it_begins() {
        let fingerprint = Fingerprint::of(b"hello");
        assert!(fingerprint.begins_with(&[0x2c, 0xf2, 0x4d]));
        assert!(!fingerprint.begins_with(&[0x2c, 0xf2, 0x4e]));
    }
}
