//! The client of a server over real sockets: against a small server that does as it is told, and a way to it that breaks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is how a test fails"
)]

mod certificates;
mod events;
mod fake;
mod journal;
mod pairing;
mod requests;
mod storm;
mod strangers;
