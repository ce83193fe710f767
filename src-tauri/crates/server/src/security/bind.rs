//! Whether the server may listen at an address. Without TLS everybody on the way can read the tokens, so that plain HTTP
//! is for this machine only, unless the operator says twice that it is meant.

use std::net::SocketAddr;

/// Flag that asks for plain HTTP.
pub const ALLOW_PLAIN: &str = "--allow-plain-http";
/// Flag that says it a second time.
pub const PLAIN_IS_UNDERSTOOD: &str = "--i-know-that-tokens-can-be-read";

/// Whether the operator wants plain HTTP where others can listen in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlainHttp {
    /// Said once: [`ALLOW_PLAIN`].
    pub allowed: bool,
    /// Said twice: [`PLAIN_IS_UNDERSTOOD`].
    pub understood: bool,
}

/// Why the server does not listen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindRefusal {
    /// Plain HTTP, and nobody said that it is meant.
    #[error(
        "{address} can be reached from other machines, and without TLS everybody on the way could read the tokens and \
         everything else. Use TLS (the server makes a certificate by itself), listen at 127.0.0.1, or put a proxy with \
         TLS in front of that. If nobody can listen in, as in a VPN, say so with both {ALLOW_PLAIN} and \
         {PLAIN_IS_UNDERSTOOD}."
    )]
    Plain {
        /// Where it was to listen.
        address: SocketAddr,
    },
    /// Plain HTTP, and it was said once only.
    #[error(
        "Plain HTTP at {address} needs both {ALLOW_PLAIN} and {PLAIN_IS_UNDERSTOOD}: everybody on the way can read the \
         tokens then, and do what you can do."
    )]
    SaidOnce {
        /// Where it was to listen.
        address: SocketAddr,
    },
}

/// Decides whether the server may listen at `address`.
///
/// # Errors
/// [`BindRefusal`], which explains what to do instead.
pub fn may_listen(address: SocketAddr, tls: bool, plain: PlainHttp) -> Result<(), BindRefusal> {
    if tls || address.ip().to_canonical().is_loopback() {
        return Ok(());
    }
    match (plain.allowed, plain.understood) {
        (true, true) => Ok(()),
        (false, false) => Err(BindRefusal::Plain { address }),
        _ => Err(BindRefusal::SaidOnce { address }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYWHERE: [&str; 6] = [
        "0.0.0.0:7711",
        "[::]:7711",
        "192.168.1.5:7711",
        "10.0.0.1:7711",
        "[fe80::1]:7711",
        "[::ffff:10.0.0.1]:7711",
    ];

    fn asked(address: &str, tls: bool, allowed: bool, understood: bool) -> Result<(), BindRefusal> {
        let address = address.parse().expect("an address");
        may_listen(address, tls, PlainHttp { allowed, understood })
    }

    #[test]
    fn this_machine_alone_needs_no_tls() {
        for address in [
            "127.0.0.1:7711",
            "127.8.9.10:1",
            "[::1]:7711",
            "[::ffff:127.0.0.1]:7711",
        ] {
            assert_eq!(asked(address, false, false, false), Ok(()), "{address}");
        }
    }

    #[test]
    fn everywhere_else_needs_tls_or_to_be_told_twice() {
        for address in EVERYWHERE {
            assert_eq!(asked(address, true, false, false), Ok(()), "{address}");
            assert_eq!(asked(address, false, true, true), Ok(()), "{address}");
            let refused = asked(address, false, false, false);
            assert!(matches!(refused, Err(BindRefusal::Plain { .. })), "{address}");
            for (allowed, understood) in [(true, false), (false, true)] {
                let refused = asked(address, false, allowed, understood);
                assert!(matches!(refused, Err(BindRefusal::SaidOnce { .. })), "{address}");
            }
        }
    }

    #[test]
    fn the_refusal_says_what_to_do() {
        let refused = asked("0.0.0.0:7711", false, false, false)
            .expect_err("refused")
            .to_string();
        for word in [
            "0.0.0.0:7711",
            "TLS",
            "127.0.0.1",
            ALLOW_PLAIN,
            PLAIN_IS_UNDERSTOOD,
        ] {
            assert!(refused.contains(word), "{refused}");
        }
    }
}
