//! A server under pressure, on loopback: what an honest client notices of a flood and of slow connections, what 100,000
//! malformed messages do, and what many followers cost. Prints one line for each bar; `npm run test:remote` runs it
//! optimised. Server and clients share this process, so that memory for each client counts both of its ends.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it can't go on, and prints what it found"
)]

use futures::future::join_all;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use wheelhouse_api::remote::{RemoteFeed, Told};
use wheelhouse_contract::domain::Position;
use wheelhouse_contract::{CreateWorkflow, GetWorkflowStats, Operations, RequestKey};
use wheelhouse_testkit::{Served, Setup};

/// How long each pressure lasts.
const LASTS: Duration = Duration::from_secs(8);

/// Connections that flood, each from an address of its own.
const FLOODING: u8 = 60;

const SLOW: u32 = 1_000;
const MALFORMED: u32 = 100_000;
const FOLLOWERS: usize = 1_000;
const WRITTEN: u32 = 200;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        flood().await;
        slow().await;
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

/// How long an honest client waits for answers while `LASTS` goes by, as 99th percentile.
async fn honest(served: &Served) -> Duration {
    let remote = served.remote();
    let began = Instant::now();
    let mut waits = Vec::new();
    while began.elapsed() < LASTS {
        let asked = Instant::now();
        remote
            .get_workflow_stats(GetWorkflowStats {})
            .await
            .expect("an honest client is answered");
        waits.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    waits.sort();
    waits[waits.len() * 99 / 100]
}

fn tell_honest(name: &str, wait: Duration, more: &str) {
    let value = format!("{} ms ({more})", wait.as_millis());
    tell(name, &value, "under 250 ms", wait < Duration::from_millis(250));
}

/// Requests with a wrong token, as fast as they go.
async fn flood() {
    let served = Served::open().await;
    let to = served.server().address();
    let answered = Arc::new(AtomicU64::new(0));
    let over = Arc::new(AtomicBool::new(false));
    let mut floods = JoinSet::new();
    for number in 0..u32::from(FLOODING) {
        let (answered, over) = (Arc::clone(&answered), Arc::clone(&over));
        floods.spawn(async move {
            let request =
                format!("GET /api/status HTTP/1.1\r\nHost: {to}\r\nAuthorization: Bearer wh_wrong\r\n\r\n");
            // Several at once, because nobody who floods waits for an answer.
            let requests = request.repeat(16);
            let mut buffer = vec![0; 64 * 1024];
            while !over.load(Ordering::Relaxed) {
                let Ok(mut stream) = connect_from(number, to).await else {
                    continue;
                };
                while !over.load(Ordering::Relaxed) && stream.write_all(requests.as_bytes()).await.is_ok() {
                    match stream.read(&mut buffer).await {
                        Ok(read) if read > 0 => {
                            let heads = buffer[..read]
                                .windows(9)
                                .filter(|window| *window == b"HTTP/1.1 ")
                                .count();
                            answered.fetch_add(heads as u64, Ordering::Relaxed);
                        }
                        _ => break,
                    }
                }
            }
        });
    }
    let wait = honest(&served).await;
    over.store(true, Ordering::Relaxed);
    let rate = answered.load(Ordering::Relaxed) / LASTS.as_secs();
    floods.shutdown().await;
    tell_honest(
        "honest client during a flood, p99",
        wait,
        &format!("{rate} refused requests/s"),
    );
}

/// Connections that never finish what they begin to say.
async fn slow() {
    let served = Served::open().await;
    let to = served.server().address();
    let open = Arc::new(AtomicU64::new(0));
    let mut slow = JoinSet::new();
    for number in 0..SLOW {
        let open = Arc::clone(&open);
        slow.spawn(async move {
            let mut stream = connect_from(number, to).await.expect("a connection");
            open.fetch_add(1, Ordering::Relaxed);
            for byte in b"GET /api/status HTTP/1.1\r\nHost: ".iter().cycle() {
                if stream.write_all(&[*byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        });
    }
    let wait = honest(&served).await;
    let open = open.load(Ordering::Relaxed);
    slow.shutdown().await;
    tell_honest(
        "honest client beside slow connections, p99",
        wait,
        &format!("{open} slow connections"),
    );
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
