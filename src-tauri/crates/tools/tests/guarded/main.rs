//! The tools as the orchestrator uses them, and as an attacker would.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a panic is how a test fails, and what was tried is told"
)]

mod commands;
mod escapes;
mod files;
mod harness;
mod offered;
mod races;
mod site;
mod ssrf;
mod tampered;
mod undo;
mod web;
