//! What models cost, and what may be spent on a day.

use crate::{AgentUid, Millis, Money, ProviderKind};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// What a model costs from a date on, in US dollars for a million tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Price {
    /// Form of the providers that it holds for.
    pub kind: ProviderKind,
    /// The model's name without the provider's; with `*` at its end for all that begin like it.
    pub model: String,
    /// For what is read.
    pub input: Money,
    /// For what is written.
    pub output: Money,
    /// For what is read and was kept from before. None: as for anything that is read.
    #[serde(default)]
    pub cached: Option<Money>,
    /// For what is read and kept for later. None: as for anything that is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<Money>,
    /// Since when it holds. It holds until a newer one for the same name does.
    pub valid_from: Millis,
    /// Where it is from.
    #[serde(default)]
    pub note: String,
}

/// What may be spent in one day. None is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct DayLimit {
    /// Money.
    pub money: Option<Money>,
    /// Tokens read and written together.
    #[specta(type = Option<specta_typescript::Number>)]
    pub tokens: Option<i64>,
}

/// More for one day than its limit says, because the operator allowed it when the limit was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DayExtra {
    /// The beginning of the day, in UTC.
    pub day: Millis,
    /// Whose limit; none for the whole application's.
    pub agent: Option<AgentUid>,
    /// Money on top.
    pub money: Money,
    /// Tokens on top.
    #[specta(type = specta_typescript::Number)]
    pub tokens: i64,
}

/// Limits that hold for the whole application. Days begin at midnight UTC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Budgets {
    /// For everything, on a day.
    pub day: DayLimit,
    /// For each agent, on a day.
    pub agent_day: DayLimit,
    /// For single agents, in place of `agent_day`.
    pub agents: BTreeMap<AgentUid, DayLimit>,
    /// For each new workflow that its template sets no limit for.
    pub workflow: DayLimit,
    /// What was allowed on top.
    pub extras: Vec<DayExtra>,
}
