//! Where models run.

use crate::AgentKind;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Which form a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// Chat completions as OpenAI made them: also LM Studio, llama.cpp, vLLM, OpenRouter and many others.
    OpenAi,
    /// Anthropic messages.
    Anthropic,
    /// Gemini.
    Gemini,
    /// Ollama.
    Ollama,
}

impl ProviderKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::OpenAi, Self::Anthropic, Self::Gemini, Self::Ollama];

    /// The word that code, database and interface use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "open_ai",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
        }
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Model of an agent that uses whatever is set for its kind.
pub const DEFAULT_MODEL: &str = "default";

/// Models that agents use when they name none of their own: `rehearsal`, or `<provider>/<model>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DefaultModels {
    /// For the driver.
    pub driver: String,
    /// For the creator.
    pub creator: String,
    /// For the generator.
    pub generator: String,
    /// For specialists.
    pub specialist: String,
}

impl Default for DefaultModels {
    fn default() -> Self {
        let rehearsal = crate::rehearsal_model();
        Self {
            driver: rehearsal.clone(),
            creator: rehearsal.clone(),
            generator: rehearsal.clone(),
            specialist: rehearsal,
        }
    }
}

impl DefaultModels {
    /// The model of a kind.
    #[must_use]
    pub fn of(&self, kind: AgentKind) -> &str {
        match kind {
            AgentKind::Driver => &self.driver,
            AgentKind::Creator => &self.creator,
            AgentKind::Generator => &self.generator,
            AgentKind::Specialist => &self.specialist,
        }
    }

    /// The model that an agent of `kind` thinks with when it names `own`.
    #[must_use]
    pub fn resolve<'a>(&'a self, kind: AgentKind, own: &'a str) -> &'a str {
        if own == DEFAULT_MODEL { self.of(kind) } else { own }
    }
}
