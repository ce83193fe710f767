//! `host` or `host:port`, read strictly: what is written in any other way is refused, not guessed at.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest name of a host.
const NAME_MOST: usize = 253;

/// A host, in the one form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    Name(String),
    Address(IpAddr),
}

impl Host {
    pub(super) fn localhost() -> Self {
        Self::Name("localhost".to_owned())
    }

    pub(super) fn address(address: IpAddr) -> Self {
        Self::Address(address.to_canonical())
    }

    fn parse(text: &str) -> Option<Self> {
        if let Some(inside) = text.strip_prefix('[') {
            let address: Ipv6Addr = inside.strip_suffix(']')?.parse().ok()?;
            return Some(Self::address(address.into()));
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::Address(address.into()));
        }
        // The dot at the end says that the name is complete. It is the same name.
        let name = text.strip_suffix('.').unwrap_or(text);
        is_name(name).then(|| Self::Name(name.to_ascii_lowercase()))
    }
}

/// A host and perhaps a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authority {
    pub(super) host: Host,
    pub(super) port: Option<u16>,
}

impl Authority {
    /// None where it is anything else: with a user before it, a path behind it, space around it, or more than one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let end_of_host = text.rfind(']').map_or(0, |place| place + 1);
        let (host, port) = match text.get(end_of_host..)?.find(':') {
            None => (text, None),
            Some(colon) => {
                let (host, rest) = text.split_at(end_of_host + colon);
                (host, Some(port(rest.strip_prefix(':')?)?))
            }
        };
        let host = Host::parse(host)?;
        Some(Self { host, port })
    }
}

/// Only digits, and none before that has no meaning.
fn port(text: &str) -> Option<u16> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_plain)
}

fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    // What ends in a number is meant as an address, and was none.
    let last = text.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    text.len() <= NAME_MOST && !is_number && text.split('.').all(is_label)
}
