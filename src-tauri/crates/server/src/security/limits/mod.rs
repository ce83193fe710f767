//! How much one client may ask for, so that no client takes the server from the others.
//!
//! Who shows a good token is counted by the token: several people may share an address. Everybody else is counted by the
//! address, so that guessing and flooding harm nobody who has a token. Connections are counted by the address, since no
//! token is known when one is opened.
//!
//! Deliberately absent: addresses that a proxy tells of. Behind a proxy all who have no token share its address.

mod connections;
mod keyed;
mod options;
#[cfg(test)]
mod tests;

pub use connections::{ConnectionPlace, Connections, TooMany};
use keyed::Keyed;
pub use options::{LimitOptions, Rate};

use super::clock::Clock;
use super::tokens::TokenId;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// The counters of requests.
#[derive(Debug)]
pub(crate) struct Limits {
    tokens: Keyed<TokenId>,
    addresses: Keyed<IpAddr>,
    pairing: Keyed<IpAddr>,
}

/// When to come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Later(pub(crate) Duration);

impl Later {
    /// In whole seconds, at least one: the form of `Retry-After`.
    pub(crate) fn seconds(self) -> u64 {
        let begun = u64::from(self.0.subsec_nanos() > 0);
        (self.0.as_secs() + begun).max(1)
    }
}

impl Limits {
    pub(crate) fn new(options: &LimitOptions, clock: &Clock) -> Self {
        Self {
            tokens: Keyed::new(options.per_token, clock),
            addresses: Keyed::new(options.per_address, clock),
            pairing: Keyed::new(options.pairing, clock),
        }
    }

    /// A request with a good token.
    pub(crate) fn by_token(&self, token: &TokenId) -> Result<(), Later> {
        self.tokens.take(token)
    }

    /// A request without one.
    pub(crate) fn by_address(&self, peer: IpAddr) -> Result<(), Later> {
        self.addresses.take(&counted_as(peer))
    }

    /// A try to pair.
    pub(crate) fn pairing(&self, peer: IpAddr) -> Result<(), Later> {
        self.pairing.take(&counted_as(peer))
    }
}

/// One household or host has as many IPv6 addresses as it likes, all with the same first half.
fn counted_as(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            Ipv6Addr::from_bits(network).into()
        }
        address => address,
    }
}
