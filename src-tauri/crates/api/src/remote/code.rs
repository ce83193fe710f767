//! The code that a server shows for pairing.

use wheelhouse_contract::{ApiError, ErrorCode};
use zeroize::Zeroizing;

/// Digits of Crockford's base32: no letter that looks like a number, and no `U`.
const DIGITS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters of the secret.
const SECRET: usize = 8;

/// Characters before it that tell the server's certificate.
const CERTIFICATE: usize = 16;

/// A code, taken apart.
pub(super) struct Code {
    /// How the fingerprint of the certificate begins; none where the server speaks no TLS.
    pub(super) certificate: Option<[u8; 10]>,
    /// What the server knows the wish to pair by. Wiped when dropped.
    pub(super) secret: Zeroizing<String>,
}

impl Code {
    /// Takes a code as it was typed: in small letters, without dashes, with an `O` for a zero.
    ///
    /// # Errors
    /// `invalid_request` at the field `code` where it is none.
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        let typed = text
            .chars()
            .filter(|sign| !sign.is_whitespace() && !is_dash(*sign));
        let mut digits = Zeroizing::new(String::with_capacity(CERTIFICATE + SECRET + 1));
        // More than any code has would be a text that was pasted by mistake.
        for sign in typed.take(CERTIFICATE + SECRET + 1) {
            digits.push(digit(sign).ok_or_else(|| unfit(&format!("No code has a “{sign}”.")))?);
        }
        if digits.len() != SECRET && digits.len() != CERTIFICATE + SECRET {
            return Err(unfit("A code has 8 or 24 characters."));
        }
        let (certificate, secret) = digits.split_at(digits.len() - SECRET);
        Ok(Self {
            certificate: (!certificate.is_empty()).then(|| bytes(certificate)),
            secret: Zeroizing::new(secret.to_owned()),
        })
    }
}

fn is_dash(sign: char) -> bool {
    matches!(sign, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The digit that is meant by a sign.
fn digit(sign: char) -> Option<char> {
    let digit = match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    DIGITS.contains(digit).then_some(digit)
}

/// The first 80 bits that 16 digits stand for, the highest first.
fn bytes(digits: &str) -> [u8; 10] {
    let number = digits
        .chars()
        .filter_map(|digit| DIGITS.find(digit))
        .fold(0_u128, |number, digit| number << 5 | digit as u128);
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&number.to_be_bytes()[6..]);
    bytes
}

fn unfit(message: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, message)
        .field("code")
        .next_step("Type the code exactly as the server shows it.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Option<[u8; 10]>, String) {
        let code = Code::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        (code.certificate, code.secret.to_string())
    }

    #[test]
    fn a_short_code_is_the_secret() {
        for text in ["7K3M-01QX", "7k3m01qx", " 7k3m oIqx ", "7K3M–OLQX", "7k3m_0lqx"] {
            assert_eq!(parsed(text), (None, "7K3M01QX".to_owned()), "{text}");
        }
    }

    #[test]
    fn a_long_code_tells_the_certificate_first() {
        let (certificate, secret) = parsed("ZZZZ-ZZZZ-ZZZZ-ZZZZ-7K3M-01QX");
        assert_eq!((certificate, secret.as_str()), (Some([0xff; 10]), "7K3M01QX"));
        let (certificate, _) = parsed("0G00-0000-0000-0001-7K3M-01QX");
        assert_eq!(certificate, Some([0x04, 0, 0, 0, 0, 0, 0, 0, 0, 1]));
        // The first ten digits are 50 bits: six letters and two bits of the next.
        let (certificate, _) = parsed("CSQPYRK1E800-0000-7K3M-01QX");
        assert_eq!(certificate, Some(*b"foobar\0\0\0\0"));
    }

    #[test]
    fn anything_else_is_told_at_the_field() {
        for text in [
            "",
            "7K3M-01Q",
            "7K3M-01QX-7K3M",
            "7K3M-01QU",
            "7K3M-01Q!",
            "7K3M-01QÄ",
            &"7K3M".repeat(7),
        ] {
            let Err(error) = Code::parse(text) else {
                panic!("{text} is no code");
            };
            assert_eq!(error.details.field.as_deref(), Some("code"), "{text}");
        }
    }
}
