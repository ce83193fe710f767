//! What the application promises when it ends in the middle: nothing that it told of is lost, everything goes on,
//! and nothing whose result is on record is done again.
//!
//! The application runs as a process of its own (`application`), because only a process can be killed. The tests
//! (`asking`, `helping`, `killing`, `closing`, `torn`, `knowledge`, `scheduled`, `served`, `moving`) steer it through `process`, and look at what it left behind through
//! `journal` and `chronicle`.
//!
//! Deliberately absent: power failure. A killed process leaves what the operating system has taken over, so these
//! tests can't tell whether a write had reached the disk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests may stop a test, and say what it was"
)]

mod application;
mod chronicle;
mod due;
mod inside;
mod journal;
mod kinds;
mod laws;
mod process;
mod sides;

mod asking;
mod closing;
mod helping;
mod killing;
mod knowledge;
mod moving;
mod scheduled;
mod served;
mod tools;
mod torn;

use rand::SeedableRng;
use rand::rngs::StdRng;

/// Random numbers, and the seed to have the same ones again.
fn random() -> (StdRng, u64) {
    let wanted = std::env::var("WHEELHOUSE_CRASH_SEED").ok();
    let seed = wanted.map_or_else(rand::random, |text| {
        text.parse()
            .expect("WHEELHOUSE_CRASH_SEED is a whole number that is not negative")
    });
    println!("WHEELHOUSE_CRASH_SEED={seed}");
    (StdRng::seed_from_u64(seed), seed)
}
