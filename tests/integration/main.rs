//! Whole flows through `api`, with the orchestrator, the journal and the knowledge as they are. Models are
//! `rehearsal` or a script.
//!
//! Deliberately absent: sleeping. Whatever has to be waited for is an event.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests may stop a test"
)]

mod common;
mod requests;

mod budgets;
mod budgets_inside;
mod canaries;
mod cancelling;
mod citations;
mod conversations;
mod errors;
mod failing;
mod fallbacks;
mod feed;
mod guarded;
mod hiring;
mod hostile;
mod housekeeping;
mod knowledge;
mod listing;
mod moving;
mod own_agents;
mod parallel;
mod plans;
mod provider_lines;
mod providers;
mod questions;
mod remote;
mod reopening;
mod repairing;
mod request_keys;
mod schedules;
mod seed;
mod server;
mod signals;
mod spending;
mod staffings;
mod staying;
mod templates;
mod tool_servers;
mod tools;
mod transfers;
