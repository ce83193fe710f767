//! Where models run.

use crate::{AgentKind, Millis};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

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

/// What the operator set about the calls of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct ProviderLimits {
    /// Calls at the same time; none for what is usual, see [`usual_parallel`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallel: Option<u32>,
    /// Tokens that a model reads and writes in one call, by its name at the provider, where the provider does not say.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub windows: BTreeMap<String, u32>,
}

impl ProviderLimits {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Most calls at the same time that can be set for a provider.
pub const MOST_PARALLEL: u32 = 64;

/// Calls at the same time of a provider that nothing is set for. A server on this machine shares its processor and memory
/// with everything else.
#[must_use]
pub fn usual_parallel(on_this_machine: bool) -> u32 {
    if on_this_machine { 4 } else { 8 }
}

/// Why a task waits before a model is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProviderWait {
    /// Name of the provider.
    pub provider: String,
    /// The model as agents name it.
    pub model: String,
    /// Why.
    pub why: WhyWaiting,
    /// Until when at least; none where that depends on other calls.
    pub until: Option<Millis>,
}

/// Why nothing is asked of a provider now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum WhyWaiting {
    /// As many calls are at work there as may be, or others came before.
    Busy,
    /// The provider asked for a pause.
    Paused,
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
    /// Models that are asked where one of these can't answer.
    #[serde(default, skip_serializing_if = "Fallbacks::is_empty")]
    pub fallbacks: Fallbacks,
}

/// Models that are asked in order where the one that is set can't answer. They take part only where an agent uses what is
/// set for its kind, and names none itself: what names a model of its own is sent to those that it names beside it, and to
/// nobody else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Fallbacks {
    /// For the driver.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub driver: Vec<String>,
    /// For the creator.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub creator: Vec<String>,
    /// For the generator.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub generator: Vec<String>,
    /// For specialists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub specialist: Vec<String>,
}

/// Models that can be set behind one at most.
pub const MOST_FALLBACKS: usize = 5;

impl Fallbacks {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Those of a kind.
    #[must_use]
    pub fn of(&self, kind: AgentKind) -> &[String] {
        match kind {
            AgentKind::Driver => &self.driver,
            AgentKind::Creator => &self.creator,
            AgentKind::Generator => &self.generator,
            AgentKind::Specialist => &self.specialist,
        }
    }
}

impl Default for DefaultModels {
    fn default() -> Self {
        let rehearsal = crate::rehearsal_model();
        Self {
            driver: rehearsal.clone(),
            creator: rehearsal.clone(),
            generator: rehearsal.clone(),
            specialist: rehearsal,
            fallbacks: Fallbacks::default(),
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

    /// The models that are asked in order for an agent of `kind` that names `own` and, for where that can't answer,
    /// `behind`. Each once.
    #[must_use]
    pub fn chain(&self, kind: AgentKind, own: &str, behind: &[String]) -> Vec<String> {
        let mut chain = vec![self.resolve(kind, own).to_owned()];
        let behind = match behind {
            [] if own == DEFAULT_MODEL => self.fallbacks.of(kind),
            behind => behind,
        };
        for model in behind {
            let model = self.resolve(kind, model);
            if !chain.iter().any(|known| known == model) {
                chain.push(model.to_owned());
            }
        }
        chain
    }

    /// The model that an agent of `kind` thinks with when it names `own`.
    #[must_use]
    pub fn resolve<'a>(&'a self, kind: AgentKind, own: &'a str) -> &'a str {
        if own == DEFAULT_MODEL { self.of(kind) } else { own }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_falls_back_on_its_own_models_or_on_those_of_its_kind_and_never_on_both() {
        let fallbacks = Fallbacks {
            creator: vec!["one/small".to_owned(), "one/large".to_owned()],
            ..Fallbacks::default()
        };
        let defaults = DefaultModels {
            creator: "one/large".to_owned(),
            fallbacks,
            ..DefaultModels::default()
        };
        let own = ["two/a".to_owned(), DEFAULT_MODEL.to_owned(), "two/a".to_owned()];
        let chain = |own: &str, behind: &[String]| defaults.chain(AgentKind::Creator, own, behind);
        assert_eq!(chain(DEFAULT_MODEL, &[]), ["one/large", "one/small"]);
        assert_eq!(chain(DEFAULT_MODEL, &own), ["one/large", "two/a"]);
        assert_eq!(chain("two/b", &[]), ["two/b"]);
        assert_eq!(chain("two/b", &own), ["two/b", "two/a", "one/large"]);
    }
}
