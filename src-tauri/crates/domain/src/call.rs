//! One model call or one tool call inside a task: the unit of journaling.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CallKind {
    /// A model; repeating it may cost money but changes nothing.
    Model {
        /// Name of the model.
        model: String,
    },
    /// A tool.
    Tool {
        /// Name of the tool.
        tool: String,
        /// The model's own name for this call, which pairs the answer with the request.
        call_id: String,
        /// Whether the tool may be called again when its first answer was lost.
        repeatable: bool,
    },
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CallStatus {
    /// The intent is on record, the result is not.
    Started,
    /// The result is on record.
    Finished,
    /// Ended with an error.
    Failed,
    /// The process ended before the result was on record.
    Interrupted,
}

/// Tokens that a call used. `None` is unknown, never zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Usage {
    /// Tokens read.
    pub input_tokens: Option<u32>,
    /// Tokens written.
    pub output_tokens: Option<u32>,
}
