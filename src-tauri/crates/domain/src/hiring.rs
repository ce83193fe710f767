//! When the generator may hire by itself, when it asks the operator first, and what whoever is hired may spend.

use crate::Money;
use serde::{Deserialize, Serialize};
use specta::Type;

/// New agents of one staffing that need no question, until the operator says otherwise: as many as a plan has parts.
const USUALLY: u32 = 12;

/// What a new agent may spend on each part that it is hired for. None is no limit of its own: what stands above the part in
/// its workflow holds all the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct PartBudget {
    /// Money.
    pub money: Option<Money>,
    /// Tokens read and written together.
    #[specta(type = Option<specta_typescript::Number>)]
    pub tokens: Option<i64>,
}

impl PartBudget {
    /// Whether it limits nothing.
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it allows no more than `other` does.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        no_more(self.money, other.money) && no_more(self.tokens, other.tokens)
    }

    /// As much of it as `other` allows.
    #[must_use]
    pub fn attenuated(self, other: Self) -> Self {
        Self {
            money: least(self.money, other.money),
            tokens: least(self.tokens, other.tokens),
        }
    }

    /// With the limits of `other` where it has none.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            money: self.money.or(other.money),
            tokens: self.tokens.or(other.tokens),
        }
    }
}

/// Whether one limit allows no more than another. None is no limit.
fn no_more<T: PartialOrd>(mine: Option<T>, theirs: Option<T>) -> bool {
    match (mine, theirs) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(mine), Some(theirs)) => mine <= theirs,
    }
}

/// The smaller of two limits. None is no limit.
fn least<T: Ord>(mine: Option<T>, theirs: Option<T>) -> Option<T> {
    mine.into_iter().chain(theirs).min()
}

/// What whoever staffs a plan may give to new agents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HireTerms {
    /// Models to choose from beside the default one.
    pub models: Vec<String>,
    /// What the workflow has left.
    pub left: PartBudget,
}

/// The operator's rule for new agents that the generator designs. Whatever it says, a new agent gets no tool and no model
/// that the crew of its workflow does not have, no tool above `read`, and no budget above what the workflow has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum HirePolicy {
    /// Every new agent is asked for.
    AskAlways,
    /// So many new agents of one staffing are hired unasked. More of them are asked for, all together.
    WithinLimits {
        /// How many.
        most: u32,
        /// What each of them may spend on a part. Who is designed without a budget gets this one; who wants more is asked
        /// for.
        #[serde(default, skip_serializing_if = "PartBudget::is_unlimited")]
        each: PartBudget,
    },
}

impl Default for HirePolicy {
    fn default() -> Self {
        Self::WithinLimits {
            most: USUALLY,
            each: PartBudget::default(),
        }
    }
}

impl HirePolicy {
    /// Whether the operator is asked before new agents with these budgets are hired together.
    #[must_use]
    pub fn asks_for(self, new: &[PartBudget]) -> bool {
        match self {
            _ if new.is_empty() => false,
            Self::AskAlways => true,
            Self::WithinLimits { most, each } => {
                new.len() > most as usize || new.iter().any(|budget| !budget.is_within(each))
            }
        }
    }

    /// What a new agent may spend on a part where its design says nothing.
    #[must_use]
    pub fn each(self) -> PartBudget {
        match self {
            Self::AskAlways => PartBudget::default(),
            Self::WithinLimits { each, .. } => each,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(tokens: i64) -> PartBudget {
        PartBudget {
            money: None,
            tokens: Some(tokens),
        }
    }

    #[test]
    fn nobody_is_asked_for_nobody() {
        let none = PartBudget::default();
        assert!(!HirePolicy::AskAlways.asks_for(&[]));
        assert!(HirePolicy::AskAlways.asks_for(&[none]));
        let two = HirePolicy::WithinLimits { most: 2, each: none };
        assert!(!two.asks_for(&[none; 2]));
        assert!(two.asks_for(&[none; 3]));
        assert!(!HirePolicy::default().asks_for(&[none; 12]));
    }

    #[test]
    fn who_wants_more_than_each_may_have_is_asked_for() {
        let rule = HirePolicy::WithinLimits {
            most: 2,
            each: tokens(100),
        };
        assert!(!rule.asks_for(&[tokens(100), tokens(5)]));
        assert!(rule.asks_for(&[tokens(5), tokens(101)]));
        assert!(
            rule.asks_for(&[PartBudget::default()]),
            "no limit is more than any"
        );
        let filled = PartBudget::default().or(rule.each());
        assert!(!rule.asks_for(&[filled]));
    }

    #[test]
    fn a_rule_of_an_older_program_limits_no_budget() {
        let old = r#"{"rule":"within_limits","most":3}"#;
        let rule: HirePolicy = serde_json::from_str(old).expect("readable");
        assert!(rule.each().is_unlimited());
        assert_eq!(serde_json::to_string(&rule).expect("words"), old);
    }
}
