//! What a server knows its callers by.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use wheelhouse_contract::{ApiError, ErrorCode};
use zeroize::Zeroizing;

/// What every token begins with.
const BEGINS: &str = "wh_";

/// Characters after that: 32 bytes in base64url.
const LENGTH: usize = 43;

/// A token. It is never shown by accident, and wiped when it is dropped.
#[derive(Clone)]
pub struct Token(SecretString);

impl Token {
    /// Takes a token as it was kept or typed. `text` is wiped.
    ///
    /// # Errors
    /// `invalid_request` where it does not have the form of one.
    pub fn parse(text: String) -> Result<Self, ApiError> {
        let text = Zeroizing::new(text);
        let token = text.trim();
        let fits = token.strip_prefix(BEGINS).is_some_and(|rest| {
            rest.len() == LENGTH
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        });
        if fits {
            Ok(Self(SecretString::from(token)))
        } else {
            Err(
                ApiError::new(ErrorCode::InvalidRequest, "This is no token of a server.")
                    .field("token")
                    .next_step("Pair with the server again."),
            )
        }
    }

    /// The token in the clear: to be sent to its server or kept in the key ring, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_one_form_and_is_never_shown() {
        let text = format!("wh_{}", "aB3-_".repeat(9).get(..43).expect("long enough"));
        let token = Token::parse(format!(" {text}\n")).expect("a token");
        assert_eq!(token.expose(), text);
        assert_eq!(format!("{token:?}"), "Token(hidden)");
        for wrong in [
            "",
            "wh_",
            &text[1..],
            &format!("{text}x"),
            &text.replace('-', "+"),
            &text.replace("wh_", "WH_"),
        ] {
            let error = Token::parse(wrong.to_owned()).expect_err(wrong);
            assert_eq!(error.details.field.as_deref(), Some("token"));
            assert!(wrong.is_empty() || !error.to_string().contains(wrong));
        }
    }
}
