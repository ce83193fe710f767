//! Anything that waits for the operator. One kind of row.

use crate::Outside;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What an agent asks the operator in the middle of its work. The words are a model's: they are shown as they are, and nothing
/// in them is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentQuestion {
    /// Turn of the agent's loop that the call stands in.
    pub turn: u32,
    /// Place among the calls of the turn.
    pub index: u32,
    /// What is asked.
    pub question: String,
    /// Answers to choose from; none where only words can be given.
    pub choices: Vec<String>,
    /// What the agent's model had seen that the operator did not write: it may have chosen the words.
    pub from: Vec<Outside>,
}

/// What the question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// An agent needs something that only the operator knows.
    Input,
    /// A call was in flight when the process ended, and repeating it may not be safe.
    CallInDoubt,
    /// The key that a model needs is locked.
    KeysLocked,
    /// The operator decides.
    Approval,
    /// A budget is used up.
    BudgetReached,
    /// A model's price is not known, and a budget of money holds.
    PriceUnknown,
    /// A model elsewhere would be told what stays on this machine.
    StaysHere,
}

impl QuestionKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Input,
        Self::CallInDoubt,
        Self::KeysLocked,
        Self::Approval,
        Self::BudgetReached,
        Self::PriceUnknown,
        Self::StaysHere,
    ];

    /// Whether its answer says something to the agents. Others only open the way.
    #[must_use]
    pub fn is_for_agents(self) -> bool {
        matches!(self, Self::Input | Self::CallInDoubt)
    }

    /// The word that code, database and interface use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::CallInDoubt => "call_in_doubt",
            Self::KeysLocked => "keys_locked",
            Self::Approval => "approval",
            Self::BudgetReached => "budget_reached",
            Self::PriceUnknown => "price_unknown",
            Self::StaysHere => "stays_here",
        }
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Where a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum QuestionStatus {
    /// Waits for an answer.
    Open,
    /// Answered.
    Answered,
    /// The workflow ended first.
    Withdrawn,
}

impl QuestionStatus {
    /// The word that code, database and interface use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The status that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Answered, Self::Withdrawn]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}
