//! One model call or one tool call inside a task: the unit of journaling.

use crate::{ContentHash, ModelResponse};
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
        /// Models that were to answer before it, in order, and why they did not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        passed_over: Vec<PassedOver>,
        /// What was left out of the exchange, so that it fits what the model reads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left_out: Option<LeftOut>,
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

impl CallKind {
    /// The first choice, asked in full.
    #[must_use]
    pub fn model(name: impl Into<String>) -> Self {
        Self::Model {
            model: name.into(),
            passed_over: Vec::new(),
            left_out: None,
        }
    }
}

/// A model that was to answer, and why another one was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PassedOver {
    /// Name of the model.
    pub model: String,
    /// Why it did not answer, in plain words.
    pub why: String,
    /// Whether a part of its answer was shown before it broke off.
    #[serde(default)]
    pub shown: bool,
}

/// What was left out of a request. The record of earlier calls still has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LeftOut {
    /// Results of tools.
    pub results: u32,
    /// Whole turns, with the results in them.
    pub turns: u32,
    /// Tokens that this makes, by estimate.
    pub tokens: u32,
    /// Tokens that the model reads and writes in one call.
    pub window: u32,
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
    /// Those of the tokens read that the provider had kept from before, which are cheaper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<u32>,
    /// Those of the tokens read that the provider keeps for later from now on. Some charge more for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_written_tokens: Option<u32>,
}

/// What a model said, so that answers can be compared without reading them. Usage and the names that providers give to
/// calls of tools are not in it, because they differ each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gist {
    /// Address of the words and the wanted calls of tools.
    pub hash: ContentHash,
    /// Length of the words, in characters.
    pub length: u32,
}

impl Gist {
    /// The gist of an answer.
    #[must_use]
    pub fn of(response: &ModelResponse) -> Self {
        let text = response.text.trim();
        let calls: Vec<(&str, String)> = response
            .tool_calls
            .iter()
            .map(|call| (call.tool.as_str(), call.arguments.0.to_string()))
            .collect();
        Self {
            hash: ContentHash::of(&format!("{text}\u{0}{calls:?}")),
            length: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
        }
    }
}
