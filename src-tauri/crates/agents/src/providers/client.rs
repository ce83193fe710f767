//! The HTTP clients, one for this machine and one for all others, and the bounds of a call.

use super::Endpoint;
use super::place::{OnlyHere, is_on_this_machine};
use super::relay::{Carried, Errand, Relay};
use super::target::address;
use reqwest::redirect::Policy;
use reqwest::{Certificate, ClientBuilder};
use std::sync::Arc;
use std::time::Duration;
use wheelhouse_domain::{Failure, FailureCode};

/// Bounds of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallOptions {
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for the next bytes: for the first ones after the connection, and between any two. Long
    /// enough for a server that loads its model first.
    pub idle_timeout: Duration,
    /// Tokens that an answer may have. `None` leaves it to the provider; for Anthropic, which wants a number,
    /// it is what the model can do.
    pub max_output_tokens: Option<u32>,
}

impl Default for CallOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(180),
            max_output_tokens: None,
        }
    }
}

/// The clients that all providers share.
///
/// They follow no redirect: a key belongs to the address that the operator gave and to no other.
#[derive(Debug, Clone)]
pub struct Clients {
    here: reqwest::Client,
    elsewhere: reqwest::Client,
    relay: Arc<Relay>,
}

impl Clients {
    /// Makes them.
    ///
    /// # Errors
    /// A lasting `Internal` when the system's certificates can't be used.
    pub fn new(options: &CallOptions) -> Result<Self, Failure> {
        Ok(Self {
            // A proxy would see what is said to this machine, and so would whoever answers for its name.
            here: built(builder(options).no_proxy().dns_resolver(Arc::new(OnlyHere)))?,
            elsewhere: built(builder(options))?,
            relay: Arc::default(),
        })
    }

    /// The one for an address. That for this machine can reach nothing else.
    #[must_use]
    pub fn for_address(&self, base_url: &str) -> &reqwest::Client {
        if is_on_this_machine(base_url) {
            &self.here
        } else {
            &self.elsewhere
        }
    }

    /// Takes a call of `model` to where its answer can be seen with its headers.
    ///
    /// # Errors
    /// Those of the endpoint, and of [`Relay::take`].
    pub(super) async fn carry(&self, endpoint: &Endpoint, model: &str) -> Result<Carried, Failure> {
        let errand = Errand {
            client: self.for_address(&endpoint.base_url).clone(),
            url: address(endpoint, model)?,
            headers: endpoint.headers()?,
        };
        self.relay.take(errand).await
    }
}

/// Makes the client that leads to the relay in this process, and nowhere else: it trusts no certificate, and no proxy
/// is between.
///
/// # Errors
/// As [`Clients::new`].
pub(super) fn hop() -> Result<reqwest::Client, Failure> {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .dns_resolver(Arc::new(OnlyHere))
        .tls_certs_only(std::iter::empty::<Certificate>())
        .redirect(Policy::none())
        .pool_max_idle_per_host(0)
        .tcp_nodelay(true);
    built(builder)
}

fn builder(options: &CallOptions) -> ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("wheelhouse/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.connect_timeout)
        .redirect(Policy::none())
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(30))
}

fn built(builder: ClientBuilder) -> Result<reqwest::Client, Failure> {
    builder.build().map_err(|_| {
        Failure::lasting(
            FailureCode::Internal,
            "Secure connections can't be made on this machine.",
            "Check that the system's certificates are installed, then restart the application.",
        )
    })
}
