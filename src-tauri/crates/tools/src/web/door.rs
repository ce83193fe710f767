//! The one door that every address goes through.

use super::address::why_not_public;
use super::error::WebError;
use super::resolve::Resolve;
use std::net::IpAddr;
use url::{Host, Url};
use wheelhouse_domain::{Hosts, WebGrant};

/// Names that are known only on a machine or in a network.
const PRIVATE_ENDINGS: &[&str] = &[
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "home",
    "home.arpa",
    "corp",
    "private",
    "test",
    "example",
    "invalid",
    "onion",
    "alt",
    "arpa",
];

/// What the door lets through, and how names are looked up.
#[derive(Clone, Copy)]
pub(crate) struct Door<'a> {
    pub(crate) grant: &'a WebGrant,
    pub(crate) resolver: &'a dyn Resolve,
}

/// An address that was let through: where to connect, and nowhere else.
#[derive(Debug)]
pub(super) struct Let {
    pub(super) url: Url,
    pub(super) host: String,
    pub(super) addresses: Vec<IpAddr>,
}

impl Door<'_> {
    /// Reads an address and checks all that can be checked without asking anyone.
    pub(crate) fn read(&self, text: &str) -> Result<Url, WebError> {
        let no_address = || WebError::NoAddress(text.chars().take(200).collect());
        let url = Url::parse(text.trim()).map_err(|_| no_address())?;
        self.check(url)
    }

    /// The same for an address that was read already.
    pub(super) fn check(&self, mut url: Url) -> Result<Url, WebError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(WebError::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(WebError::SignIn);
        }
        let no_address = |url: &Url| WebError::NoAddress(url.as_str().chars().take(200).collect());
        let port = url.port_or_known_default().ok_or_else(|| no_address(&url))?;
        if !matches!(port, 80 | 443) && !self.grant.ports.contains(&port) {
            return Err(WebError::Port(port));
        }
        let host = url
            .host()
            .map(|host| host.to_owned())
            .ok_or_else(|| no_address(&url))?;
        let literal = match host {
            Host::Domain(name) => {
                self.check_name(&name)?;
                // With and without the dot at the end it is the same name, but not to everyone who compares names.
                if let Some(plain) = name.strip_suffix('.') {
                    url.set_host(Some(plain)).map_err(|_| no_address(&url))?;
                }
                None
            }
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
        };
        if let Some(address) = literal {
            self.check_listed(&plain_host(&url))?;
            self.check_address(&plain_host(&url), address)?;
        }
        url.set_fragment(None);
        Ok(url)
    }

    /// Looks the name up, once, and checks every address that it has.
    pub(super) async fn pass(&self, url: Url) -> Result<Let, WebError> {
        let url = self.check(url)?;
        let host = plain_host(&url);
        let addresses = match url.host() {
            Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
            Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
            _ => self
                .resolver
                .resolve(&host)
                .await
                .map_err(|_| WebError::NotFound(host.clone()))?,
        };
        if addresses.is_empty() {
            return Err(WebError::NotFound(host));
        }
        for address in &addresses {
            self.check_address(&host, *address)?;
        }
        Ok(Let { url, host, addresses })
    }

    fn check_name(&self, name: &str) -> Result<(), WebError> {
        let name = name.strip_suffix('.').unwrap_or(name);
        self.check_listed(name)?;
        let is_private = PRIVATE_ENDINGS.iter().any(|ending| {
            name == *ending || name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.'))
        });
        let is_this_machine = name == "localhost" || name.ends_with(".localhost");
        if is_this_machine && self.grant.loopback {
            return Ok(());
        }
        // A name without a dot is completed by the network that it is asked in.
        if is_private || !name.contains('.') {
            return Err(WebError::PrivateName(name.to_owned()));
        }
        Ok(())
    }

    fn check_listed(&self, host: &str) -> Result<(), WebError> {
        match &self.grant.hosts {
            Hosts::Public => Ok(()),
            Hosts::Only(patterns) if patterns.iter().any(|pattern| fits(pattern, host)) => Ok(()),
            Hosts::Only(_) => Err(WebError::HostNotGranted(host.to_owned())),
        }
    }

    fn check_address(&self, host: &str, address: IpAddr) -> Result<(), WebError> {
        if self.grant.loopback && address.is_loopback() {
            return Ok(());
        }
        match why_not_public(address) {
            None => Ok(()),
            Some(what) => Err(WebError::NotPublic {
                host: host.to_owned(),
                address: address.to_string(),
                what,
            }),
        }
    }
}

/// The host of `url` without the brackets of an IPv6 address.
pub(crate) fn plain_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    host.trim_start_matches('[').trim_end_matches(']').to_owned()
}

/// Whether `host` is meant by `pattern`, both as they are looked up.
fn fits(pattern: &str, host: &str) -> bool {
    let (pattern, beneath) = match pattern.strip_prefix("*.") {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    let Ok(wanted) = Host::parse(pattern.trim_end_matches('.')) else {
        return false;
    };
    let wanted = match &wanted {
        Host::Ipv6(address) => address.to_string(),
        other => other.to_string(),
    };
    if beneath {
        let rest = host.strip_suffix(&wanted);
        return rest.is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'));
    }
    host == wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_one_host_or_all_beneath_it() {
        for (pattern, host, expected) in [
            ("example.org", "example.org", true),
            ("example.org", "www.example.org", false),
            ("*.example.org", "www.example.org", true),
            ("*.example.org", "a.b.example.org", true),
            ("*.example.org", "example.org", false),
            ("*.example.org", "badexample.org", false),
            ("*.example.org", ".example.org", false),
            ("EXAMPLE.org.", "example.org", true),
            ("bücher.de", "xn--bcher-kva.de", true),
            ("*", "example.org", false),
            ("", "example.org", false),
            ("[::1]", "::1", true),
        ] {
            assert_eq!(fits(pattern, host), expected, "{pattern} {host}");
        }
    }
}
