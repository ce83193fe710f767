//! Names a wish, so that the same wish sent twice is carried out once.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Chosen by who asks, new for each wish, the same when the wish is sent again. 8 to 64 letters, digits, `-` or `_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct RequestKey(pub String);

impl RequestKey {
    /// Whether the key has the form above.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        (8..=64).contains(&self.0.len())
            && self
                .0
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    }
}
