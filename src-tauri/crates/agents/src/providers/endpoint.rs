//! Where a provider is: from what the operator typed to exact addresses and headers.

use super::Secret;
use reqwest::Url;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;
use wheelhouse_domain::{Failure, FailureCode, ProviderKind};

/// Version of Anthropic's interface that is spoken here.
const ANTHROPIC_VERSION: &str = "2023-06-01";

/// Where and how to reach a provider. It has no `Debug`, so that a key can't end in a log.
#[derive(Clone)]
pub struct Endpoint {
    /// Form that it speaks.
    pub kind: ProviderKind,
    /// Address as the operator typed it; the usual ways to write it are all understood.
    pub base_url: String,
    /// Its key, where it wants one.
    pub key: Option<Secret>,
}

impl Endpoint {
    /// The address below which everything is.
    ///
    /// # Errors
    /// A lasting `ModelUnavailable` when it is no `http` or `https` address, or carries a password.
    pub(super) fn root(&self) -> Result<Url, Failure> {
        let url = Url::parse(self.base_url.trim()).map_err(|_| unusable("is no web address"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(unusable("does not begin with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(unusable("contains a name or a password"));
        }
        Ok(completed(url, self.kind))
    }

    /// The headers of every request.
    ///
    /// # Errors
    /// A lasting `ModelRefused` when the key has characters that no header can have.
    pub(super) fn headers(&self) -> Result<Vec<(&'static str, String)>, Failure> {
        let mut headers = Vec::new();
        if let Some(key) = self.key_text()? {
            headers.push(match self.kind {
                ProviderKind::OpenAi | ProviderKind::Ollama => ("authorization", format!("Bearer {key}")),
                ProviderKind::Anthropic => ("x-api-key", key.to_owned()),
                ProviderKind::Gemini => ("x-goog-api-key", key.to_owned()),
            });
        }
        if self.kind == ProviderKind::Anthropic {
            headers.push(("anthropic-version", ANTHROPIC_VERSION.to_owned()));
        }
        Ok(headers)
    }

    fn key_text(&self) -> Result<Option<&str>, Failure> {
        let Some(key) = self.key.as_ref().map(|key| key.expose_secret().trim()) else {
            return Ok(None);
        };
        if HeaderValue::from_str(key).is_err() {
            return Err(Failure::lasting(
                FailureCode::ModelRefused,
                "The provider's key has characters that a key can't have.",
                "Enter the key again in Settings.",
            ));
        }
        Ok(Some(key).filter(|key| !key.is_empty()))
    }
}

fn unusable(what: &str) -> Failure {
    Failure::lasting(
        FailureCode::ModelUnavailable,
        format!("The provider's base URL {what}."),
        "Correct the base URL in Settings.",
    )
}

/// `url` as the provider's root: without what people paste behind it, with the version that they leave out.
fn completed(mut url: Url, kind: ProviderKind) -> Url {
    url.set_query(None);
    url.set_fragment(None);
    let mut path = url.path().trim_end_matches('/').to_owned();
    for tail in pasted(kind) {
        if let Some(shorter) = path.strip_suffix(tail) {
            path = shorter.to_owned();
            break;
        }
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let version = match kind {
        ProviderKind::OpenAi if path.is_empty() => "/v1",
        ProviderKind::Anthropic if last != "v1" => "/v1",
        ProviderKind::Gemini if !last.starts_with("v1") => "/v1beta",
        _ => "",
    };
    url.set_path(&format!("{path}{version}"));
    url
}

/// Ends of addresses that belong to one request, not to the provider.
fn pasted(kind: ProviderKind) -> &'static [&'static str] {
    match kind {
        ProviderKind::OpenAi => &["/chat/completions", "/completions", "/models"],
        ProviderKind::Anthropic => &["/messages", "/models"],
        ProviderKind::Gemini => &["/models"],
        ProviderKind::Ollama => &["/api/chat", "/api/tags", "/api", "/v1"],
    }
}

/// `root` with `segments` behind it, each escaped where it must be.
pub(super) fn below(root: &Url, segments: &[&str]) -> Url {
    let mut url = root.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(kind: ProviderKind, base_url: &str) -> Endpoint {
        Endpoint {
            kind,
            base_url: base_url.to_owned(),
            key: None,
        }
    }

    #[test]
    fn the_usual_ways_to_write_an_address_are_understood() {
        use ProviderKind::{Anthropic, Gemini, Ollama, OpenAi};
        for (kind, typed, root) in [
            (OpenAi, "http://localhost:1234", "http://localhost:1234/v1"),
            (OpenAi, " https://a.example/api/v1/ ", "https://a.example/api/v1"),
            (
                OpenAi,
                "https://a.example/v1/chat/completions",
                "https://a.example/v1",
            ),
            (
                OpenAi,
                "https://a.example/openai?x=1#y",
                "https://a.example/openai",
            ),
            (Anthropic, "https://a.example", "https://a.example/v1"),
            (
                Anthropic,
                "https://a.example/anthropic",
                "https://a.example/anthropic/v1",
            ),
            (Anthropic, "https://a.example/v1/messages", "https://a.example/v1"),
            (Gemini, "https://a.example", "https://a.example/v1beta"),
            (Gemini, "https://a.example/v1", "https://a.example/v1"),
            (Ollama, "http://localhost:11434/", "http://localhost:11434/"),
            (Ollama, "http://localhost:11434/v1", "http://localhost:11434/"),
            (
                Ollama,
                "http://localhost/ollama/api/chat",
                "http://localhost/ollama",
            ),
        ] {
            let found = endpoint(kind, typed).root().map(String::from);
            assert_eq!(found.as_deref(), Ok(root), "{typed}");
        }
    }

    #[test]
    fn what_is_no_address_is_said_so() {
        for typed in [
            "",
            "localhost",
            "ftp://a.example",
            "https://me:secret@a.example/v1",
        ] {
            let failure = endpoint(ProviderKind::OpenAi, typed).root().expect_err(typed);
            assert!(
                !failure.retryable && !failure.message.contains("secret"),
                "{failure:?}"
            );
        }
    }

    #[test]
    fn segments_are_escaped() {
        let root = Url::parse("http://localhost/v1beta").expect("an address");
        let url = below(&root, &["models", "a?b/c:streamGenerateContent"]);
        assert_eq!(url.path(), "/v1beta/models/a%3Fb%2Fc:streamGenerateContent");
    }

    #[test]
    fn a_key_that_no_header_can_have_is_not_repeated() {
        let mut endpoint = endpoint(ProviderKind::OpenAi, "http://localhost");
        endpoint.key = Some(Secret::from("canary\nkey".to_owned()));
        let failure = endpoint.headers().expect_err("a line break");
        assert!(!format!("{failure:?}").contains("canary"));
        endpoint.key = Some(Secret::from(" \n".to_owned()));
        assert_eq!(endpoint.headers().expect("no key at all"), Vec::new());
    }
}
