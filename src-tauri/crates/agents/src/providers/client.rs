//! The one HTTP client and the bounds of a call.

use reqwest::redirect::Policy;
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

/// Makes the client that all providers share.
///
/// It follows no redirect: a key belongs to the address that the operator gave and to no other.
///
/// # Errors
/// A lasting `Internal` when the system's certificates can't be used.
pub fn client(options: &CallOptions) -> Result<reqwest::Client, Failure> {
    reqwest::Client::builder()
        .user_agent(concat!("wheelhouse/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.connect_timeout)
        .redirect(Policy::none())
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(30))
        .build()
        .map_err(|_| {
            Failure::lasting(
                FailureCode::Internal,
                "Secure connections can't be made on this machine.",
                "Check that the system's certificates are installed, then restart the application.",
            )
        })
}
