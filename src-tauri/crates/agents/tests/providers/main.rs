//! Models at providers against the fake model server, which speaks the four wire formats and goes wrong on demand.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod checks;
mod common;
mod crew;
mod faults;
mod foreign;
mod formats;
mod traps;
