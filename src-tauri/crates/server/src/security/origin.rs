//! Whether a request was meant for this server, and who sent it.
//!
//! A page in somebody's browser can make the browser speak to any address, this machine's own among them, and can let
//! a name of its own point there (DNS rebinding). The browser tells the name in `Host` and the page in `Origin`; both are
//! compared with what this server is called. Nothing of what a proxy adds is believed.

mod authority;
#[cfg(test)]
mod tests;

use authority::{Authority, Host};
use axum::http::{HeaderMap, Uri, header};
use std::net::SocketAddr;

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginRefusal {
    /// No `Host`, or more than one.
    #[error("the request must name its host once")]
    HostMissing,
    /// Another name than any that this server has.
    #[error("this server is not called so")]
    HostForeign,
    /// It comes from a page that was not allowed.
    #[error("pages of this origin may not speak to this server")]
    OriginForeign,
}

/// Why a configured name or origin can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnfitOrigin {
    /// No name of a host.
    #[error(
        "`{0}` is no name of a host. Write it as in an address: `wheelhouse.example`, `192.168.1.5`, or with a port, \
         `wheelhouse.example:8443`. Names with other letters are written in their `xn--` form."
    )]
    Name(String),
    /// No origin.
    #[error("`{0}` is no origin. Write it as browsers do: `https://app.example` or `http://localhost:5173`.")]
    Origin(String),
}

/// What this server is called, and which pages may speak to it.
#[derive(Debug, Clone)]
pub struct Origins {
    names: Vec<Authority>,
    origins: Vec<Origin>,
    /// Port that an address without one means.
    default_port: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    is_tls: bool,
    host: Host,
    port: u16,
}

impl Origins {
    /// `names`: what else the server is called, beside `localhost` and the address that a request came in at. With a port
    /// only there; without one at the port that the server listens at, and at the usual one. `origins`: pages that may
    /// speak to it.
    ///
    /// # Errors
    /// [`UnfitOrigin`] where one of them can't be used.
    pub fn new(is_tls: bool, names: &[String], origins: &[String]) -> Result<Self, UnfitOrigin> {
        let name = |name: &String| Authority::parse(name).ok_or_else(|| UnfitOrigin::Name(name.clone()));
        let origin = |text: &String| {
            // A slash at the end is how people copy it.
            let origin = Origin::parse(text.strip_suffix('/').unwrap_or(text));
            origin.ok_or_else(|| UnfitOrigin::Origin(text.clone()))
        };
        Ok(Self {
            names: names.iter().map(name).collect::<Result<_, _>>()?,
            origins: origins.iter().map(origin).collect::<Result<_, _>>()?,
            default_port: default_port(is_tls),
        })
    }

    /// Checks a request that came in at the address `local`.
    ///
    /// # Errors
    /// [`OriginRefusal`] where it was not meant for this server, or comes from a page that was not allowed.
    pub fn check(&self, uri: &Uri, headers: &HeaderMap, local: SocketAddr) -> Result<(), OriginRefusal> {
        let host = only(headers, header::HOST).ok_or(OriginRefusal::HostMissing)?;
        self.check_host(host, local)?;
        // A request may name its host a second time, in its first line.
        if let Some(authority) = uri.authority() {
            self.check_host(authority.as_str(), local)?;
        }
        if !headers.contains_key(header::ORIGIN) {
            return Ok(());
        }
        let origin = only(headers, header::ORIGIN).and_then(Origin::parse);
        let is_known = origin.is_some_and(|origin| self.origins.contains(&origin));
        if is_known {
            Ok(())
        } else {
            Err(OriginRefusal::OriginForeign)
        }
    }

    fn check_host(&self, host: &str, local: SocketAddr) -> Result<(), OriginRefusal> {
        let asked = Authority::parse(host).ok_or(OriginRefusal::HostForeign)?;
        let port = asked.port.unwrap_or(self.default_port);
        let is_own = port == local.port()
            && (asked.host == Host::address(local.ip()) || asked.host == Host::localhost());
        let is_named = |name: &Authority| {
            let usual = [local.port(), self.default_port];
            let fits = name
                .port
                .map_or_else(|| usual.contains(&port), |named| named == port);
            fits && name.host == asked.host
        };
        if is_own || self.names.iter().any(is_named) {
            Ok(())
        } else {
            Err(OriginRefusal::HostForeign)
        }
    }
}

impl Origin {
    /// `null` is none, nor is anything with a path or a user.
    fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let is_tls = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let Authority { host, port } = Authority::parse(authority)?;
        let port = port.unwrap_or_else(|| default_port(is_tls));
        Some(Self { is_tls, host, port })
    }
}

const fn default_port(is_tls: bool) -> u16 {
    if is_tls { 443 } else { 80 }
}

/// The one value of a header; none where there is none or more than one, or it is no text.
fn only(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() {
        return None;
    }
    first.to_str().ok()
}
