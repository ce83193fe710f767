//! From a server's name to its numbers.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// Nobody knows the name.
#[derive(Debug, thiserror::Error)]
#[error("the name is not known")]
pub(super) struct NameUnknown;

/// Asks the operating system, but not for `localhost`: that is this machine, whatever a name server says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The port is put in by whoever connects.
            let found = lookup(name.as_str(), 0).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// The addresses of a host.
///
/// # Errors
/// [`NameUnknown`] inside an I/O error where there are none.
pub(super) async fn lookup(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    if host == "localhost" {
        return Ok(vec![
            SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            SocketAddr::from((Ipv6Addr::LOCALHOST, port)),
        ]);
    }
    let found: Vec<_> = match tokio::net::lookup_host((host, port)).await {
        Ok(found) => found.collect(),
        Err(_) => Vec::new(),
    };
    match found.is_empty() {
        true => Err(io::Error::new(io::ErrorKind::NotFound, NameUnknown)),
        false => Ok(found),
    }
}
