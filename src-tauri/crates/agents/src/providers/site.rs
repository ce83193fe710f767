//! What a failure may tell about a call: names and the address, never the key.

use super::endpoint::Endpoint;
use secrecy::ExposeSecret;
use wheelhouse_domain::ProviderKind;

/// Longest quotation of a provider's own words, in characters.
const QUOTED: usize = 240;

/// What a call is about, for people.
pub(super) struct Site<'a> {
    /// The model as agents name it; empty when no model is asked.
    pub(super) name: &'a str,
    /// The model as the provider names it.
    pub(super) model: &'a str,
    endpoint: &'a Endpoint,
}

impl<'a> Site<'a> {
    pub(super) fn new(name: &'a str, model: &'a str, endpoint: &'a Endpoint) -> Self {
        Self {
            name,
            model,
            endpoint,
        }
    }

    pub(super) fn has_key(&self) -> bool {
        self.endpoint
            .key
            .as_ref()
            .is_some_and(|key| !key.expose_secret().trim().is_empty())
    }

    /// The provider's address, without anything that could be secret.
    pub(super) fn place(&self) -> String {
        self.endpoint.root().map_or_else(
            |_| "its address".to_owned(),
            |url| url.as_str().trim_end_matches('/').to_owned(),
        )
    }

    /// Whose answer it is, to begin a sentence with.
    pub(super) fn who(&self) -> String {
        if self.name.is_empty() {
            format!("The server at {}", self.place())
        } else {
            format!("“{}”", self.name)
        }
    }

    /// What the form is called.
    pub(super) fn form(&self) -> &'static str {
        match self.endpoint.kind {
            ProviderKind::OpenAi => "OpenAI-compatible",
            ProviderKind::Anthropic => "Anthropic",
            ProviderKind::Gemini => "Gemini",
            ProviderKind::Ollama => "Ollama",
        }
    }

    /// A provider's own words, on one line, shortened, and without the key should they repeat it.
    pub(super) fn quoted(&self, words: &str) -> String {
        let line = words
            .split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        let line = self.without_key(&line);
        if line.chars().count() <= QUOTED {
            return line;
        }
        let mut short: String = line.chars().take(QUOTED).collect();
        short.push('…');
        short
    }

    fn without_key(&self, line: &str) -> String {
        let Some(key) = self.endpoint.key.as_ref().map(|key| key.expose_secret().trim()) else {
            return line.to_owned();
        };
        if key.is_empty() {
            return line.to_owned();
        }
        line.replace(key, "…")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Secret;
    use super::*;

    #[test]
    fn quotations_are_short_and_never_hold_the_key() {
        let endpoint = Endpoint {
            kind: ProviderKind::OpenAi,
            base_url: "http://localhost:1".to_owned(),
            key: Some(Secret::from("sk-canary".to_owned())),
        };
        let site = Site::new("local/m", "m", &endpoint);
        assert_eq!(site.quoted("bad\n key\tsk-canary"), "bad key …");
        let long = format!("{} sk-canary", "é".repeat(QUOTED - 4));
        assert!(!site.quoted(&long).contains("sk-"));
        assert_eq!(site.quoted(&"é".repeat(500)).chars().count(), QUOTED + 1);
    }
}
