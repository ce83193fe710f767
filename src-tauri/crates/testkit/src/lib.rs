//! What tests are made with: a whole backend on a folder of its own, models that do as they are told, a clock
//! that can be set, a subscriber that holds every frame to its promises, and a network that breaks.
//!
//! Everything here may stop a test with a panic: that is how a test fails. Nothing here sleeps but a connection
//! that is slow on purpose; what has to be waited for is an event, and [`within`] ends a wait that would never end.
//!
//! Deliberately absent: anything that the product uses. This crate is a dev-dependency only.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this crate is for tests only, and a panic is how a test fails"
)]

mod arranged;
mod counter;
pub mod fake_models;
mod faults;
mod follower;
mod forms;
mod gate;
mod malformed;
mod play;
mod points;
mod scripted;
mod served;
mod workbench;
mod world;

pub use counter::{Counter, Counting, Tally};
pub use faults::{Fault, FaultyWay};
pub use follower::{Follower, Rows};
pub use forms::{needing, part, parts, plan, staffing};
pub use gate::Gate;
pub use malformed::{Malformed, Nonsense, Outcome, connect_from};
pub use play::Play;
pub use points::stop_at;
pub use scripted::{Asked, ScriptedModel};
pub use served::Served;
pub use workbench::{Setup, Workbench};
pub use world::TestWorld;

use std::time::Duration;

/// Longest wait for something that must happen. Long, because it only ends tests that fail.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for `future`, and stops the test where it never comes. `what` says what was waited for.
///
/// # Panics
/// After half a minute.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain: {what}"),
    }
}
