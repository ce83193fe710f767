//! A server under pressure, on loopback: what 100,000 malformed messages do, and what many followers cost. Prints one line for
//! each bar; `npm run test:remote` runs it optimised. Server and clients share this process, so that memory for each client
//! counts both of its ends. What a flood does to an honest client is measured in the server's own tests.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it can't go on, and prints what it found"
)]

use futures::future::join_all;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use wheelhouse_api::remote::{RemoteFeed, Told};
use wheelhouse_contract::domain::Position;
use wheelhouse_contract::{CreateWorkflow, GetWorkflowStats, Operations, RequestKey};
use wheelhouse_testkit::{Served, Setup};

const MALFORMED: u32 = 100_000;
const FOLLOWERS: usize = 1_000;
const WRITTEN: u32 = 200;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        malformed().await;
        followers().await;
    });
}

fn tell(name: &str, value: &str, bar: &str, ok: bool) {
    println!("{name}: {value}, bar {bar}, {}", if ok { "ok" } else { "short" });
}

/// A connection from a machine of its own, as far as the server can tell.
async fn connect_from(number: u32, to: SocketAddr) -> std::io::Result<TcpStream> {
    let [_, a, b, c] = (number + 0x0200).to_be_bytes();
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, a, b, c)), 0))?;
    socket.connect(to).await
}

/// A server that minds neither how many connect nor how often: what they do is what is looked at.
async fn unlimited() -> Served {
    Served::with(Setup::default(), |options| {
        options.limits.connections_per_address = 2 * FOLLOWERS;
        options.limits.per_token.per_minute = u32::MAX.try_into().expect("not zero");
        options.limits.per_token.burst = 100_000.try_into().expect("not zero");
    })
    .await
}

/// Messages that are none: random bytes as frames, broken JSON, wrong types, cut frames.
async fn malformed() {
    let served = unlimited().await;
    let to = served.server().address();
    let token = served.token().to_owned();
    let each = 100;
    let mut left = JoinSet::new();
    let mut sent = 0;
    for number in 0..MALFORMED / each {
        let token = token.clone();
        left.spawn(async move {
            let mut stream = connect_from(number % 200, to).await.expect("a connection");
            let upgrade = format!(
                "GET /api/events HTTP/1.1\r\nHost: {to}\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            );
            stream.write_all(upgrade.as_bytes()).await.expect("asked");
            let mut bytes = Vec::new();
            for index in 0..each {
                bytes.extend(noise(u64::from(number) << 16 | u64::from(index)));
            }
            // The server may close before all of it is written.
            let _ = stream.write_all(&bytes).await;
            let mut rest = Vec::new();
            let _ = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut rest)).await;
        });
        sent += each;
        if left.len() >= 64 {
            left.join_next().await;
        }
    }
    left.join_all().await;
    let alive = served
        .remote()
        .get_workflow_stats(GetWorkflowStats {})
        .await
        .is_ok();
    tell(
        "malformed messages survived",
        &sent.to_string(),
        "100000",
        alive && sent >= MALFORMED,
    );
}

/// One message of nonsense, the same for the same seed.
fn noise(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()
    };
    let [kind, length, ..] = next();
    let length = usize::from(length % 100);
    let body: Vec<u8> = std::iter::repeat_with(&mut next).flatten().take(length).collect();
    match kind % 4 {
        // A frame without a mask, which no client may send.
        0 => [vec![0x81, u8::try_from(length).unwrap_or(0)], body].concat(),
        // A frame of a kind that there is none of.
        1 => [
            vec![0x8f, 0x80 | u8::try_from(length).unwrap_or(0), 0, 0, 0, 0],
            body,
        ]
        .concat(),
        // A good frame of bytes that are no text.
        2 => [
            vec![0x81, 0x80 | u8::try_from(length).unwrap_or(0), 0, 0, 0, 0],
            body,
        ]
        .concat(),
        // No frame at all.
        _ => body,
    }
}

/// Resident memory of this process, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("a line");
    let kilobytes: u64 = line
        .split_whitespace()
        .nth(1)
        .expect("a number")
        .parse()
        .expect("a number");
    kilobytes * 1024
}

/// Follows until `target`, and gives when it got there.
async fn follow(mut feed: RemoteFeed, target: Position) -> (Instant, u64) {
    let mut events = 0;
    loop {
        if let Told::Frame(frame) = feed.next().await.expect("the way holds") {
            feed.ack(frame.to);
            events += frame.events.len() as u64;
            if frame.to >= target {
                return (Instant::now(), events);
            }
        }
    }
}

async fn followers() {
    let served = unlimited().await;
    let remote = served.remote();
    let before = resident();
    let mut feeds = Vec::new();
    for _ in 0..FOLLOWERS {
        let mut feed = remote.subscribe(None).await.expect("subscribed");
        // The snapshot.
        if let Told::Frame(frame) = feed.next().await.expect("a snapshot") {
            feed.ack(frame.to);
        }
        feeds.push(feed);
    }
    let each = resident().saturating_sub(before) / FOLLOWERS as u64;
    tell(
        "memory for each connected client, both ends",
        &format!("{} KB", each / 1024),
        "under 100 KB",
        each < 100 * 1024,
    );
    let start = served.api().handle().store().position();
    let target = Position(start.0 + i64::from(WRITTEN));
    let following: Vec<_> = feeds
        .into_iter()
        .map(|feed| tokio::spawn(follow(feed, target)))
        .collect();
    let began = Instant::now();
    for number in 0..WRITTEN {
        let request = CreateWorkflow {
            request_key: RequestKey(format!("bench-key-{number:05}")),
            task: format!("Task {number}"),
            name: String::new(),
        };
        served.api().create_workflow(request).await.expect("created");
    }
    let written = Instant::now();
    let mut ends = Vec::new();
    let mut events = 0;
    for done in join_all(following).await {
        let (end, seen) = done.expect("followed");
        ends.push(end.saturating_duration_since(written));
        events += seen;
    }
    ends.sort();
    let took = began.elapsed().as_secs_f64();
    println!(
        "events delivered to {FOLLOWERS} clients: {:.0} events/s; last event p50 {} ms, p99 {} ms after it was written (no bar)",
        events as f64 / took,
        ends[ends.len() / 2].as_millis(),
        ends[ends.len() * 99 / 100].as_millis(),
    );
}
