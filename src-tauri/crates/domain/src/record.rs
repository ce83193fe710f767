//! What agents did in workflows, and what the operator says of it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What the operator says of what a task gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is what was wanted.
    Good,
    /// It is not.
    Poor,
}

impl Verdict {
    /// The word that code, database and interface use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Poor => "poor",
        }
    }

    /// The verdict that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Good, Self::Poor]
            .into_iter()
            .find(|verdict| verdict.as_str() == word)
    }
}

/// What an agent did in workflows. Trials, replies in conversations, what was taken over from another workflow and what the
/// operator answered in its place are no work of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WorkRecord {
    /// Tasks that it completed.
    pub completed: u32,
    /// Tasks that it failed.
    pub failed: u32,
    /// Results that the operator called good.
    pub good: u32,
    /// Results that the operator called poor.
    pub poor: u32,
}

impl WorkRecord {
    /// Whether it did nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the operator may want to do without whoever has this record: it speaks against them, or most of several tasks
    /// failed.
    #[must_use]
    pub fn is_poor(&self) -> bool {
        self.speaks_against() || (self.failed >= 3 && self.failed > self.completed)
    }

    /// Whether the operator was let down more than once, and more often than not.
    #[must_use]
    pub fn speaks_against(&self) -> bool {
        self.poor >= 2 && self.poor > self.good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_poor_result_speaks_against_nobody() {
        let record = |good, poor| WorkRecord {
            good,
            poor,
            ..WorkRecord::default()
        };
        assert!(!record(0, 1).speaks_against());
        assert!(!record(2, 2).speaks_against());
        assert!(record(1, 2).speaks_against());
    }

    #[test]
    fn most_of_several_tasks_must_have_failed() {
        let record = |completed, failed| WorkRecord {
            completed,
            failed,
            ..WorkRecord::default()
        };
        assert!(!record(0, 2).is_poor());
        assert!(!record(3, 3).is_poor());
        assert!(record(2, 3).is_poor());
        let poor = WorkRecord {
            poor: 2,
            ..record(9, 0)
        };
        assert!(poor.is_poor());
    }
}
