//! Whose budgets there are, and how they stand.

use wheelhouse_domain::{AgentUid, Budget, DayLimit, Millis, Money, Tally, TaskKey, WorkflowUid};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// From this many hundredths of a limit on, little is left of it.
const NEARLY: i128 = 80;

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

impl From<DayLimit> for Allowance {
    fn from(limit: DayLimit) -> Self {
        Self {
            money: limit.money,
            tokens: limit.tokens,
        }
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

    /// Whether little is left: four fifths of a limit are spent, or more. What is set aside may be given back and has no
    /// say; of a limit of nothing there was never more.
    #[must_use]
    pub fn is_nearly_spent(&self) -> bool {
        let nearly =
            |limit: i64, spent: i64| limit > 0 && i128::from(spent) * 100 >= i128::from(limit) * NEARLY;
        let money = self
            .limit
            .money
            .is_some_and(|limit| nearly(limit.0, self.spent.money.0));
        let tokens = self
            .limit
            .tokens
            .is_some_and(|limit| nearly(limit, self.spent.tokens));
        money || tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(money: i64, tokens: i64) -> Tally {
        Tally {
            money: Money(money),
            tokens,
            ..Tally::default()
        }
    }

    #[test]
    fn days_begin_at_midnight() {
        let day = Day::of(Millis(1_767_225_600_000));
        assert_eq!(day.begins(), Millis(1_767_225_600_000));
        assert_eq!(Day::of(Millis(1_767_225_599_999)).next(), day);
        assert_eq!(Day::of(Millis(-1)), Day(-1));
    }

    #[test]
    fn little_is_left_from_four_fifths_on() {
        let of = |money: Option<i64>, tokens: Option<i64>, spent| Standing {
            limit: Allowance {
                money: money.map(Money),
                tokens,
            },
            spent,
            reserved: sum(1_000, 1_000),
        };
        assert!(!of(Some(10), None, sum(7, 99)).is_nearly_spent());
        assert!(of(Some(10), None, sum(8, 0)).is_nearly_spent());
        assert!(of(Some(10), Some(5), sum(0, 4)).is_nearly_spent());
        assert!(!of(None, None, sum(99, 99)).is_nearly_spent());
        assert!(!of(Some(0), None, sum(0, 0)).is_nearly_spent());
        assert!(of(Some(i64::MAX), None, sum(i64::MAX, 0)).is_nearly_spent());
    }

    #[test]
    fn what_costs_nothing_fits_where_the_limit_was_passed() {
        let standing = Standing {
            limit: Allowance {
                money: Some(Money(10)),
                tokens: None,
            },
            spent: sum(12, 5),
            reserved: Tally::default(),
        };
        assert!(standing.has_room_for(sum(0, 100)));
        assert!(!standing.has_room_for(sum(1, 0)));
    }
}
