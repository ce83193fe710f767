//! Which machine a model runs on, as far as an address and a name can tell.
//!
//! Deliberately absent: looking names up. Only what can't be anywhere else is on this machine. A door on this machine that
//! leads elsewhere, as a tunnel does, can't be told from a model that runs here.

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Whether an address is this machine's own.
#[must_use]
pub fn is_on_this_machine(base_url: &str) -> bool {
    let Ok(url) = Url::parse(base_url.trim()) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => bare == "localhost" || bare.ends_with(".localhost"),
    }
}

/// Whether a model at that address runs on this machine. Ollama passes models that it calls `cloud` on to its maker.
#[must_use]
pub fn runs_here(base_url: &str, model: &str) -> bool {
    is_on_this_machine(base_url) && !is_passed_on(model)
}

fn is_passed_on(model: &str) -> bool {
    let tag = model.rsplit_once(':').map(|(_, tag)| tag).unwrap_or_default();
    tag == "cloud" || tag.ends_with("-cloud") || model.ends_with("-cloud")
}

/// Names of this machine lead to it, whoever answers for names; every other name leads nowhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct OnlyHere;

impl Resolve for OnlyHere {
    fn resolve(&self, _: Name) -> Resolving {
        let here = [
            IpAddr::from(Ipv4Addr::LOCALHOST),
            IpAddr::from(Ipv6Addr::LOCALHOST),
        ];
        let addresses: Addrs = Box::new(here.into_iter().map(|address| SocketAddr::new(address, 0)));
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_be_elsewhere_is_on_this_machine() {
        for here in [
            "http://localhost:1234/v1",
            "http://127.0.0.1",
            "http://127.1.2.3:8080",
            "http://[::1]:8080",
            "https://a.localhost",
        ] {
            assert!(is_on_this_machine(here), "{here}");
        }
        for elsewhere in [
            "https://api.example.com",
            "http://192.168.0.7",
            "http://0.0.0.0:1234",
            "http://[::ffff:127.0.0.1]:1234",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://127.0.0.1@example.com",
            "no",
        ] {
            assert!(!is_on_this_machine(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn models_that_are_passed_on_do_not_run_here() {
        let here = "http://localhost:11434";
        for own in ["llama3", "qwen3:8b", "cloudy:latest"] {
            assert!(runs_here(here, own), "{own}");
        }
        for passed_on in ["gpt-oss:120b-cloud", "glm:cloud", "kimi-cloud"] {
            assert!(!runs_here(here, passed_on), "{passed_on}");
        }
        assert!(!runs_here("https://ollama.example.com", "llama3"));
    }
}
