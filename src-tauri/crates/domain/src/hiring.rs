//! When the generator may hire by itself, and when it asks the operator first.

use serde::{Deserialize, Serialize};
use specta::Type;

/// New agents of one staffing that need no question, until the operator says otherwise: as many as a plan has parts.
const USUALLY: u32 = 12;

/// The operator's rule for new agents that the generator designs. Whatever it says, a new agent gets no tool that the crew
/// of its workflow does not have, and none above `read`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum HirePolicy {
    /// Every new agent is asked for.
    AskAlways,
    /// So many new agents of one staffing are hired unasked. More of them are asked for, all together.
    WithinLimits {
        /// How many.
        most: u32,
    },
}

impl Default for HirePolicy {
    fn default() -> Self {
        Self::WithinLimits { most: USUALLY }
    }
}

impl HirePolicy {
    /// Whether the operator is asked before `new` agents are hired together.
    #[must_use]
    pub fn asks_for(self, new: usize) -> bool {
        match self {
            _ if new == 0 => false,
            Self::AskAlways => true,
            Self::WithinLimits { most } => new > most as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_asked_for_nobody() {
        assert!(!HirePolicy::AskAlways.asks_for(0));
        assert!(HirePolicy::AskAlways.asks_for(1));
        let two = HirePolicy::WithinLimits { most: 2 };
        assert!(!two.asks_for(2));
        assert!(two.asks_for(3));
        assert!(!HirePolicy::default().asks_for(12));
    }
}
