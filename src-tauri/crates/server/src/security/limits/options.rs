//! The limits as the configuration has them.

use serde::Deserialize;
use std::num::NonZeroU32;
use std::time::Duration;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Times in a minute, over a longer while.
    pub per_minute: NonZeroU32,
    /// Times at once, after a while of silence.
    pub burst: NonZeroU32,
}

/// All limits. What the configuration leaves out is as [`LimitOptions::default`] says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitOptions {
    /// Requests with one token.
    pub per_token: Rate,
    /// Requests without a good token from one address, health checks among them.
    pub per_address: Rate,
    /// Tries to pair from one address.
    pub pairing: Rate,
    /// Open connections, all together.
    pub connections: usize,
    /// Open connections from one address.
    pub connections_per_address: usize,
    /// Seconds for TLS to be agreed on.
    pub handshake_seconds: u64,
    /// Seconds for the headers of a request to come in.
    pub header_seconds: u64,
}

impl LimitOptions {
    /// Time for TLS to be agreed on.
    #[must_use]
    pub fn handshake_time(&self) -> Duration {
        Duration::from_secs(self.handshake_seconds)
    }

    /// Time for the headers of a request to come in.
    #[must_use]
    pub fn header_time(&self) -> Duration {
        Duration::from_secs(self.header_seconds)
    }
}

const fn rate(per_minute: u32, burst: u32) -> Rate {
    // Neither is ever zero here; `new` has no other way to say so in a constant.
    let per_minute = match NonZeroU32::new(per_minute) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    };
    let burst = match NonZeroU32::new(burst) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    };
    Rate { per_minute, burst }
}

impl Default for LimitOptions {
    fn default() -> Self {
        Self {
            // A window that opens asks for some dozen things at once, and rarely for more than ten in a second after.
            per_token: rate(6000, 500),
            per_address: rate(600, 60),
            // As many at once as one code stands.
            pairing: rate(1, 5),
            connections: 4096,
            connections_per_address: 256,
            handshake_seconds: 10,
            header_seconds: 10,
        }
    }
}
