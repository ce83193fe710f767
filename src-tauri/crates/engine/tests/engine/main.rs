//! What the engine promises: examples that read as its specification, laws over random runs, and journals of
//! every event version that must fold for ever.
//!
//! Deliberately absent: anything that needs a clock, a database or a model.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests may stop a test"
)]

mod common;

mod asking;
mod back_off;
mod budget;
mod calls;
mod cancelling;
mod expansion;
mod guard;
mod help;
mod journals;
mod leave;
mod plans;
mod questions;
mod retrying;
mod schedule;
mod staffings;
mod starting;
mod stays;

mod laws;
mod nested;
mod performer;
mod properties;
mod templates;
mod world;
