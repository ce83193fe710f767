//! What a task gives.

use crate::{Citation, Json};
use serde::{Deserialize, Serialize};

/// Output of a task, kept as one content-addressed row (JSON).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskAnswer {
    /// The answer as Markdown. Sources are marked as `[s1a2b3c]`, see [`crate::CitationLabel`].
    pub text: String,
    /// The passages that `text` refers to, in the order of their first mention.
    pub citations: Vec<Citation>,
    /// The answer as a value, where it is one. Expressions read it as `steps.<id>.data`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Json>,
}
