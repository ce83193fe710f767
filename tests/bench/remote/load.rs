//! A thousand clients and two hundred workflows at work: what it costs, how late they hear, and whether it stays so.

use crate::clients::SLOW_OF_EACH_KIND;
use crate::crowd::{Commits, Crowd, Saw, latencies};
use crate::memory::{FLAT, busy, resident, settled, slope};
use crate::work::{RUNNING, Work};
use crate::{CLIENTS, share, tell, unlimited, work};
use std::time::{Duration, Instant};
use wheelhouse_testkit::Served;

/// Least time before anything is looked at.
const WARM: Duration = Duration::from_secs(60);

/// Time for clients that have come to be as far as the others.
const SETTLING: Duration = Duration::from_secs(10);

/// How long each frame is looked at, besides the time that it takes to look at the memory.
const LOOKED_AT: Duration = Duration::from_secs(25);

/// Time between two looks at how much was done.
const BETWEEN: Duration = Duration::from_secs(2);

/// Time between two looks at the memory in the soak.
const LOOK: Duration = Duration::from_millis(250);

/// Of all looks within this time the least counts: what is under way at a moment comes on top of what is kept.
const WINDOW: Duration = Duration::from_secs(20);

/// The bar for what a client costs.
const EACH_MOST: u64 = 100 * 1024;

pub(crate) async fn measure(soak: Duration) {
    let served = unlimited(work::setup()).await;
    let work = Work::begin(served.api());
    tokio::time::sleep(WARM).await;
    // All began at about the same time and grow together, until the first of them have ended and others have begun.
    while work.done() < RUNNING as u64 {
        tokio::time::sleep(BETWEEN).await;
    }
    let without = settled().await;
    let mut crowd = Crowd::connect(&served).await;
    let with = watched(&served, &mut crowd).await;
    of_memory(without, with);
    let before = work.done();
    let samples = soaked(soak).await;
    crowd.begin().await;
    let after = crowd.end().await;
    of_soak(&samples, soak, work.done() - before);
    tell(
        "clients that kept up, in the end",
        &format!(
            "{} of {CLIENTS}; {} gaps, {} begun anew",
            CLIENTS as u64 - after.lost,
            after.gaps,
            after.anew
        ),
        "all, without a gap",
        after.lost == 0 && after.gaps == 0,
    );
    drop(crowd);
    work.end();
}

/// Looks at what the clients hear for a while, and gives what the server takes meanwhile.
async fn watched(served: &Served, crowd: &mut Crowd) -> u64 {
    // What was committed before is not known, so that it begins before the clients look.
    let commits = Commits::look(served.api().handle().store().head());
    tokio::time::sleep(SETTLING).await;
    crowd.begin().await;
    let began = Instant::now();
    tokio::time::sleep(LOOKED_AT).await;
    // Before anything is kept here of what the clients saw.
    let with = settled().await;
    let took = began.elapsed();
    let saw = crowd.end().await;
    of_events(&saw, &commits.end().await, took);
    with
}

fn of_memory(without: u64, with: u64) {
    let each = with.saturating_sub(without) / (CLIENTS + 2 * SLOW_OF_EACH_KIND) as u64;
    tell(
        "memory of the server for each client",
        &format!(
            "{:.1} KB ({} MB without clients, {} MB with {CLIENTS} and {} slow ones, {RUNNING} workflows at work)",
            each as f64 / 1024.0,
            without / 1024 / 1024,
            with / 1024 / 1024,
            2 * SLOW_OF_EACH_KIND,
        ),
        "under 100 KB",
        each < EACH_MOST,
    );
}

fn of_events(saw: &Saw, commits: &[(i64, u64)], took: Duration) {
    let late = latencies(&saw.samples, commits);
    let seconds = took.as_secs_f64();
    let milliseconds = |share_of: f64| f64::from(share(&late, share_of)) / 1000.0;
    let Saw {
        samples,
        bytes,
        messages,
        slow,
        ..
    } = saw;
    println!(
        "events delivered to {CLIENTS} clients while {RUNNING} workflows are at work: {:.0} events/s in {:.0} frames/s \
         ({:.0} messages/s, {:.0} MB/s, {:.0} events/s each; {slow} frames to slow clients; load average {}) (no bar)",
        late.len() as f64 / seconds,
        samples.len() as f64 / seconds,
        *messages as f64 / seconds,
        *bytes as f64 / seconds / 1024.0 / 1024.0,
        late.len() as f64 / seconds / CLIENTS as f64,
        busy(),
    );
    println!(
        "from commit to a client having it: p50 {:.0} ms, p99 {:.0} ms, at most {:.0} ms (no bar)",
        milliseconds(0.5),
        milliseconds(0.99),
        milliseconds(1.0),
    );
}

/// The least that was taken within each window, and when that window began.
async fn soaked(soak: Duration) -> Vec<(Duration, u64)> {
    let began = Instant::now();
    let mut samples: Vec<(Duration, u64)> = Vec::new();
    let mut beat = tokio::time::interval(LOOK);
    while began.elapsed() < soak {
        beat.tick().await;
        let (at, taken) = (began.elapsed(), resident());
        match samples.last_mut() {
            Some((since, least)) if at < *since + WINDOW => *least = taken.min(*least),
            _ => samples.push((at, taken)),
        }
    }
    samples
}

fn of_soak(samples: &[(Duration, u64)], soak: Duration, done: u64) {
    // What is filled once is not growth: the first fifth is left out.
    let later: Vec<_> = samples
        .iter()
        .copied()
        .filter(|(at, _)| *at >= soak / 5)
        .collect();
    let growth = slope(&later);
    let megabytes = |bytes: u64| bytes / 1024 / 1024;
    let of_later = later.iter().map(|(_, bytes)| *bytes);
    tell(
        "memory of the server over a soak",
        &format!(
            "{:+.2} MB a minute from {:.0} s to {:.0} s (between {} and {} MB; {done} workflows ended meanwhile; load average {})",
            growth / 1024.0 / 1024.0,
            soak.as_secs_f64() / 5.0,
            soak.as_secs_f64(),
            megabytes(of_later.clone().min().unwrap_or_default()),
            megabytes(of_later.max().unwrap_or_default()),
            busy(),
        ),
        &format!("under {:.1} MB a minute", FLAT / 1024.0 / 1024.0),
        growth < FLAT,
    );
}
