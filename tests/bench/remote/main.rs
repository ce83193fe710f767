//! A server under pressure, on loopback: what malformed messages do to it, and what many clients cost it while much is at work.
//! Prints one line for each bar; `npm run test:remote` runs it optimised, and for as long as it should be. What a flood does to an
//! honest client is measured in the server's own tests.
//!
//! The clients are a process of their own, this program started again, so that what the server takes is the server's alone.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a benchmark stops where it can't go on, and prints what it found"
)]

mod clients;
mod crowd;
mod load;
mod malformed;
mod memory;
mod work;

use std::time::Duration;
use wheelhouse_testkit::{Served, Setup};

/// The server's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Clients that keep up.
const CLIENTS: usize = 1_000;

/// Seconds of the soak. Short where nobody says otherwise.
const SOAK: &str = "WHEELHOUSE_SOAK_SECONDS";

/// Which part to measure: `malformed` or `load`. Both where nobody says.
const PART: &str = "WHEELHOUSE_BENCH_PART";

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        if let [_, first, to, token] = &words[..]
            && first == clients::WORD
        {
            clients::run(to, token).await;
            return;
        }
        let part = std::env::var(PART).ok();
        let wanted = |name: &str| part.as_deref().is_none_or(|part| part == name);
        if wanted("malformed") {
            malformed::measure().await;
        }
        if wanted("load") {
            let seconds = std::env::var(SOAK)
                .ok()
                .map(|text| text.parse().expect("seconds"));
            load::measure(Duration::from_secs(seconds.unwrap_or(60))).await;
        }
    });
}

/// Prints a line.
fn tell(name: &str, value: &str, bar: &str, ok: bool) {
    println!("{name}: {value}, bar {bar}, {}", if ok { "ok" } else { "short" });
}

/// A server that minds neither how many connect nor how often: what they do is what is looked at.
async fn unlimited(setup: Setup) -> Served {
    Served::with(setup, |options| {
        options.limits.connections_per_address = 2 * CLIENTS;
        options.limits.per_token.per_minute = u32::MAX.try_into().expect("not zero");
        options.limits.per_token.burst = 1_000_000.try_into().expect("not zero");
    })
    .await
}

/// The value below which `share` of the sorted ones are.
fn share<T: Copy>(sorted: &[T], share: f64) -> T {
    let index = (sorted.len() as f64 * share) as usize;
    sorted[index.min(sorted.len() - 1)]
}
