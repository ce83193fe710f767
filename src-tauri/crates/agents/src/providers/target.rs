//! The complete target of a call, so that the library has nothing to guess.
//!
//! The library is given an address as an override, which it uses as it is, and no header. It would otherwise join
//! addresses loosely, demand a key from servers that want none, and look for keys in the environment.

use super::endpoint::{Endpoint, below};
use super::relay::Carried;
use genai::adapter::AdapterKind;
use genai::resolver::{AuthData, Endpoint as Address};
use genai::{Headers, ModelIden, ServiceTarget};
use reqwest::Url;
use wheelhouse_domain::{Failure, ProviderKind};

/// The library takes what stands before the first `::` of a model's name for a namespace and drops it. With one
/// of our own in front, names that contain `::` arrive whole.
const NAMESPACE: &str = "wheelhouse::";

/// The target of a streaming call of `model`, which is carried on from there.
pub(super) fn target(kind: ProviderKind, model: &str, carried: &Carried) -> ServiceTarget {
    ServiceTarget {
        endpoint: Address::from_owned(carried.address()),
        auth: AuthData::RequestOverride {
            url: carried.address().to_owned(),
            headers: Headers::default(),
        },
        model: ModelIden::new(adapter(kind), format!("{NAMESPACE}{model}")),
    }
}

/// Where a provider is asked for a streaming answer of `model`.
///
/// # Errors
/// Those of [`Endpoint::root`].
pub(super) fn address(endpoint: &Endpoint, model: &str) -> Result<Url, Failure> {
    Ok(below_root(&endpoint.root()?, endpoint.kind, model))
}

fn adapter(kind: ProviderKind) -> AdapterKind {
    match kind {
        ProviderKind::OpenAi => AdapterKind::OpenAI,
        ProviderKind::Anthropic => AdapterKind::Anthropic,
        ProviderKind::Gemini => AdapterKind::Gemini,
        ProviderKind::Ollama => AdapterKind::Ollama,
    }
}

fn below_root(root: &Url, kind: ProviderKind, model: &str) -> Url {
    match kind {
        ProviderKind::OpenAi => below(root, &["chat", "completions"]),
        ProviderKind::Anthropic => below(root, &["messages"]),
        ProviderKind::Ollama => below(root, &["api", "chat"]),
        ProviderKind::Gemini => {
            let (family, name) = model.split_once('/').unwrap_or(("models", model));
            let mut url = below(root, &[family, &format!("{name}:streamGenerateContent")]);
            url.set_query(Some("alt=sse"));
            url
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gemini_has_the_model_in_its_address() {
        let root = Url::parse("http://localhost/v1beta").expect("an address");
        for (model, path) in [
            (
                "gemini-x-high",
                "/v1beta/models/gemini-x-high:streamGenerateContent",
            ),
            (
                "tunedModels/mine",
                "/v1beta/tunedModels/mine:streamGenerateContent",
            ),
        ] {
            let url = below_root(&root, ProviderKind::Gemini, model);
            assert_eq!((url.path(), url.query()), (path, Some("alt=sse")));
        }
    }
}
