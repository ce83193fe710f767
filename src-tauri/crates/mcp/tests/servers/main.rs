//! The client against servers: an honest one and every fault that was thought of, over pipes and over HTTP; and, when asked for,
//! servers that were not written here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests may stop a test"
)]

#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod foreign;
mod http;
#[cfg(unix)]
mod program;

use std::time::Duration;
use wheelhouse_mcp::Limits;

/// Limits that a fault runs into soon.
fn short() -> Limits {
    Limits {
        connect: Duration::from_secs(20),
        farewell: Duration::from_millis(300),
        ..Limits::default()
    }
}
