//! Whose budgets there are, and how they stand.

use wheelhouse_domain::{AgentUid, Budget, Millis, Money, Spend, TaskKey, WorkflowUid};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A day, counted from the beginning of 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// The day that a time is in.
    #[must_use]
    pub fn of(at: Millis) -> Self {
        Self(at.0.div_euclid(DAY_MS))
    }

    /// When it begins.
    #[must_use]
    pub fn begins(self) -> Millis {
        Millis(self.0.saturating_mul(DAY_MS))
    }

    /// The day after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// What has a budget.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// The whole application, on one day.
    Day(Day),
    /// One agent, on one day.
    Agent(AgentUid, Day),
    /// A workflow with everything in it, sub-workflows included.
    Workflow(WorkflowUid),
    /// A task with everything in it, all attempts together.
    Task(WorkflowUid, TaskKey),
}

/// What may be spent at most. None is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Money.
    pub money: Option<Money>,
    /// Tokens read and written together.
    pub tokens: Option<i64>,
}

impl From<Budget> for Allowance {
    fn from(budget: Budget) -> Self {
        Self {
            money: budget.money,
            tokens: budget.tokens,
        }
    }
}

/// A sum of what was spent or reserved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Money, as far as it is known.
    pub money: Money,
    /// The part of it that may have been less: what was reserved for calls whose end is not known.
    pub possible: Money,
    /// Calls whose price is not known. Their money is in no sum.
    pub unpriced: u32,
    /// Tokens.
    pub tokens: i64,
}

impl Tally {
    /// The sum of one amount. `tokens` are never left out: where nobody counted, the caller estimates.
    #[must_use]
    pub fn of(money: Option<Money>, tokens: i64) -> Self {
        Self {
            money: money.unwrap_or_default(),
            possible: Money::default(),
            unpriced: u32::from(money.is_none()),
            tokens,
        }
    }

    /// The sum of one recorded amount, of which nothing may be less.
    #[must_use]
    pub fn of_spend(spend: Spend) -> Self {
        Self::of(spend.money, spend.tokens.unwrap_or_default())
    }

    /// The same, all of it only possible.
    #[must_use]
    pub fn possibly(self) -> Self {
        Self {
            possible: self.money,
            ..self
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.money.0 = self.money.0.saturating_add(other.money.0);
        self.possible.0 = self.possible.0.saturating_add(other.possible.0);
        self.unpriced = self.unpriced.saturating_add(other.unpriced);
        self.tokens = self.tokens.saturating_add(other.tokens);
    }

    pub(super) fn take(&mut self, other: Self) {
        self.money.0 = self.money.0.saturating_sub(other.money.0);
        self.possible.0 = self.possible.0.saturating_sub(other.possible.0);
        self.unpriced = self.unpriced.saturating_sub(other.unpriced);
        self.tokens = self.tokens.saturating_sub(other.tokens);
    }
}

/// How a budget stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// What may be spent.
    pub limit: Allowance,
    /// What was spent.
    pub spent: Tally,
    /// What is reserved for calls in flight.
    pub reserved: Tally,
}

impl Standing {
    /// Whether `more` fits. What costs nothing always does, also where the limit was passed already.
    pub(super) fn has_room_for(&self, more: Tally) -> bool {
        let fits = |limit: i64, spent: i64, reserved: i64, more: i64| {
            more <= 0 || spent.saturating_add(reserved).saturating_add(more) <= limit
        };
        let money = self
            .limit
            .money
            .is_none_or(|limit| fits(limit.0, self.spent.money.0, self.reserved.money.0, more.money.0));
        let tokens = self
            .limit
            .tokens
            .is_none_or(|limit| fits(limit, self.spent.tokens, self.reserved.tokens, more.tokens));
        money && tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight() {
        let day = Day::of(Millis(1_767_225_600_000));
        assert_eq!(day.begins(), Millis(1_767_225_600_000));
        assert_eq!(Day::of(Millis(1_767_225_599_999)).next(), day);
        assert_eq!(Day::of(Millis(-1)), Day(-1));
    }

    #[test]
    fn what_costs_nothing_fits_where_the_limit_was_passed() {
        let standing = Standing {
            limit: Allowance {
                money: Some(Money(10)),
                tokens: None,
            },
            spent: Tally::of(Some(Money(12)), 5),
            reserved: Tally::default(),
        };
        assert!(standing.has_room_for(Tally::of(Some(Money(0)), 100)));
        assert!(!standing.has_room_for(Tally::of(Some(Money(1)), 0)));
    }
}
