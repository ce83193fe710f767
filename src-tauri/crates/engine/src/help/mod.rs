//! Help: an agent hands a piece of its work to another one, and goes on with the answer.
//!
//! The piece is a sub-workflow that stands with the call that asked for it (`ChildStarted`), so that it is begun once, and what
//! came of it is told once (`ChildEnded`). Whoever helps reaches nothing that one of those who wait for it does not reach.
//!
//! Deliberately absent: how an agent is asked, and how it is told what came of it (the orchestrator's `helping`).

mod reach;

pub use reach::attenuated;

use crate::state::{Run, Task};
use wheelhouse_domain::AgentUid;

/// How often a task may ask other agents in one conversation.
pub const MOST_HELP: usize = 5;

/// How many agents may wait for one another.
pub const MOST_ASKERS: usize = 3;

impl Task {
    /// Whether it has asked other agents as often as it may. What was asked in a conversation that is over does not count.
    #[must_use]
    pub fn has_had_help_enough(&self) -> bool {
        let asked = self.calls.iter().filter(|call| call.turn >= self.first_turn);
        asked.filter(|call| call.help.is_some()).count() >= MOST_HELP
    }
}

impl Run {
    /// Who waits for what this run gives, the outermost first.
    #[must_use]
    pub fn askers(&self) -> &[AgentUid] {
        self.setup.help.as_ref().map_or(&[], |help| &help.askers)
    }

    /// Whether one more agent may wait for another.
    #[must_use]
    pub fn may_ask_further(&self) -> bool {
        self.askers().len() < MOST_ASKERS
    }

    /// Whether an agent of this run may call a tool, as far as those who wait for it may.
    #[must_use]
    pub fn lets_call(&self, tool: &str) -> bool {
        let help = self.setup.help.as_ref();
        help.is_none_or(|help| help.tools.iter().any(|theirs| theirs == tool))
    }
}
