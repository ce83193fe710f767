//! How calls are counted in budgets: one rule for the ledger, the tables that people read, and coming back.

use crate::{Failure, FailureCode, Money, Spend};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A sum of what was spent or reserved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Tally {
    /// Money, as far as it is known.
    pub money: Money,
    /// The part of it that may have been less: what was reserved for calls whose end is not known.
    pub possible: Money,
    /// Calls whose price is not known. Their money is in no sum.
    pub unpriced: u32,
    /// Tokens read and written together.
    #[specta(type = specta_typescript::Number)]
    pub tokens: i64,
}

impl Tally {
    /// What is set aside for a call.
    #[must_use]
    pub fn reserved(estimate: Spend) -> Self {
        Self {
            money: Money(estimate.money.unwrap_or_default().0.max(0)),
            possible: Money::default(),
            unpriced: u32::from(estimate.money.is_none()),
            tokens: estimate.tokens.unwrap_or_default().max(0),
        }
    }

    /// What a call with a result is counted with. What is not known of it is counted as it was reserved. Calls of the
    /// first program and those of tools have neither, and count nothing.
    #[must_use]
    pub fn finished(reserved: Option<Spend>, spent: Option<Spend>) -> Self {
        let Some(spent) = spent else {
            return Self::default();
        };
        let estimate = reserved.unwrap_or_default();
        let tokens = spent.tokens.or(estimate.tokens);
        match spent.money {
            Some(_) => Self::reserved(Spend { tokens, ..spent }),
            None => {
                let possible = Self::lost(Some(estimate));
                Self {
                    tokens: tokens.unwrap_or_default().max(0),
                    ..possible
                }
            }
        }
    }

    /// What a call is counted with whose end is not known: all that was reserved, as a possible cost.
    #[must_use]
    pub fn lost(reserved: Option<Spend>) -> Self {
        reserved.map_or_else(Self::default, |estimate| {
            let all = Self::reserved(estimate);
            Self {
                possible: all.money,
                ..all
            }
        })
    }

    /// What a failed call is counted with. A provider that refuses a request has not worked on it; after any other fault
    /// it may have.
    #[must_use]
    pub fn failed(reserved: Option<Spend>, failure: &Failure) -> Self {
        match failure.code {
            FailureCode::ModelRateLimited | FailureCode::ModelRefused => Self::default(),
            _ => Self::lost(reserved),
        }
    }

    /// Adds `other`.
    pub fn add(&mut self, other: Self) {
        self.money.0 = self.money.0.saturating_add(other.money.0);
        self.possible.0 = self.possible.0.saturating_add(other.possible.0);
        self.unpriced = self.unpriced.saturating_add(other.unpriced);
        self.tokens = self.tokens.saturating_add(other.tokens);
    }

    /// Takes `other` off, which was added before.
    pub fn take(&mut self, other: Self) {
        self.money.0 = self.money.0.saturating_sub(other.money.0);
        self.possible.0 = self.possible.0.saturating_sub(other.possible.0);
        self.unpriced = self.unpriced.saturating_sub(other.unpriced);
        self.tokens = self.tokens.saturating_sub(other.tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spend(money: Option<i64>, tokens: Option<i64>) -> Spend {
        Spend {
            money: money.map(Money),
            tokens,
        }
    }

    fn parts(tally: Tally) -> (i64, i64, u32, i64) {
        (tally.money.0, tally.possible.0, tally.unpriced, tally.tokens)
    }

    #[test]
    fn the_unknown_is_never_counted_as_zero() {
        let reserved = Some(spend(Some(40), Some(900)));
        let all = spend(Some(7), Some(100));
        assert_eq!(parts(Tally::finished(reserved, Some(all))), (7, 0, 0, 100));
        let silent = spend(None, None);
        assert_eq!(parts(Tally::finished(reserved, Some(silent))), (40, 40, 0, 900));
        let unpriced = Some(spend(None, Some(900)));
        assert_eq!(
            parts(Tally::finished(unpriced, Some(spend(None, Some(3))))),
            (0, 0, 1, 3)
        );
        assert_eq!(parts(Tally::lost(reserved)), (40, 40, 0, 900));
        assert_eq!(parts(Tally::lost(unpriced)), (0, 0, 1, 900));
    }

    #[test]
    fn what_a_provider_refused_costs_nothing_and_any_other_fault_may() {
        let reserved = Some(spend(Some(40), Some(900)));
        let failed = |code| Tally::failed(reserved, &Failure::passing(code, "", ""));
        assert_eq!(parts(failed(FailureCode::ModelRateLimited)), (0, 0, 0, 0));
        assert_eq!(parts(failed(FailureCode::ModelUnavailable)), (40, 40, 0, 900));
    }

    #[test]
    fn calls_of_old_journals_count_nothing() {
        assert_eq!(Tally::finished(None, None), Tally::default());
        assert_eq!(Tally::lost(None), Tally::default());
    }
}
