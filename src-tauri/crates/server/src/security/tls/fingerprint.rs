//! By what a certificate is known.

use sha2::{Digest, Sha256};
use std::fmt;

/// SHA-256 of a certificate's DER. It is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of a certificate, as DER.
    #[must_use]
    pub fn of(certificate: &[u8]) -> Self {
        Self(Sha256::digest(certificate).into())
    }

    /// The first 80 bits, which stand in a pairing code.
    pub(crate) fn beginning(&self) -> &[u8] {
        &self.0[..10]
    }

    /// All of it.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// As browsers show it: capital digits, with a colon between bytes.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            let between = if place == 0 { "" } else { ":" };
            write!(f, "{between}{byte:02X}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_as_browsers_do() {
        // The hash of nothing is well known.
        let shown = Fingerprint::of(b"").to_string();
        assert!(shown.starts_with("E3:B0:C4:42:98:FC:1C:14:"), "{shown}");
        assert_eq!(shown.len(), 32 * 3 - 1);
    }
}
