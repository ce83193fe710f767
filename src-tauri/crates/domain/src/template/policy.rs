//! What holds for any step: when it is tried again, what it may spend, what follows when it fails.

use super::Block;
use crate::{Json, PartBudget};
use serde::{Deserialize, Serialize};
use specta::Type;

/// An amount of money in millionths of a US dollar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct Money(#[specta(type = specta_typescript::Number)] pub i64);

/// How the wait grows from attempt to attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Backoff {
    /// Always the same.
    Fixed,
    /// Doubles each time.
    #[default]
    Doubling,
}

/// When a failed attempt is followed by another. In place of the workflow's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// Attempts, the first included.
    pub attempts: u32,
    /// Wait before the second attempt, in milliseconds.
    #[serde(default = "base_ms")]
    pub base_ms: u32,
    /// Longest wait, in milliseconds.
    #[serde(default = "max_ms")]
    pub max_ms: u32,
    /// How the wait grows.
    #[serde(default)]
    pub backoff: Backoff,
}

fn base_ms() -> u32 {
    1_000
}

fn max_ms() -> u32 {
    60_000
}

/// What may be spent at most. None is no limit of its own; what is above in the tree holds all the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Budget {
    /// Money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
    /// Tokens read and written together.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(type = Option<specta_typescript::Number>)]
    pub tokens: Option<i64>,
    /// Tasks that may begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<u32>,
    /// Wall time from the start, in seconds; waiting for the operator and pauses do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// How deep sub-workflows may nest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    /// Items or sub-tasks that one step may expand into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fan_out: Option<u32>,
}

impl Budget {
    /// Whether it limits nothing.
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
        *self == Self::default()
    }

    /// The same, with no more to spend than `part` allows.
    #[must_use]
    pub fn held_to(self, part: PartBudget) -> Self {
        let own = PartBudget {
            money: self.money,
            tokens: self.tokens,
        };
        let PartBudget { money, tokens } = own.attenuated(part);
        Self {
            money,
            tokens,
            ..self
        }
    }
}

/// What follows when a step has failed for good.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum OnError {
    /// What contains the step fails too: its map, loop or branch, in the end the workflow.
    #[default]
    Stop,
    /// The step ends with this value.
    Default {
        /// The value.
        value: Json,
    },
    /// These steps are done; what they give is the step's answer. They can read `error.message` and `error.code`.
    Branch {
        /// The steps.
        block: Block,
    },
}

impl OnError {
    /// Whether it is the one that needs not be written down.
    #[must_use]
    pub fn is_stop(&self) -> bool {
        *self == Self::Stop
    }
}
