//! What a flood does to an honest client: a measurement, not a test of correctness, so that it runs only when it is asked
//! for: `cargo nextest run -p wheelhouse-server --release --run-ignored only --no-capture flood`. It needs some 3,000 file
//! handles, and a system where every address that begins with 127 is this machine.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a panic is how a measurement fails, and a line is what it gives"
)]
#![cfg(target_os = "linux")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use wheelhouse_api::remote::{Address, Remote, RemoteAddress, Token};
use wheelhouse_contract::{GetStatus, Operations};
use wheelhouse_server::{Options, Server};

const SLOW: usize = 1000;
const FLOODS: u64 = 4;
/// All floods together send that many requests each second.
const FLOOD: f64 = 10_000.0;
const REQUESTS_IN_A_BATCH: usize = 50;
const BETWEEN_BATCHES: Duration = Duration::from_millis(20);
const HONEST_REQUESTS: usize = 500;
const BAR: Duration = Duration::from_millis(250);

async fn connect(from: &str, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(from.parse().expect("an address"))?;
    socket.connect(to).await
}

/// Opens connections that never finish a request, and opens each anew when the server closes it.
fn slow_connections(work: &mut JoinSet<()>, to: SocketAddr) {
    for number in 0..SLOW {
        let from = format!("127.0.1.{}:0", number / 200 + 1);
        work.spawn(async move {
            loop {
                let Ok(mut stream) = connect(&from, to).await else {
                    tokio::task::yield_now().await;
                    continue;
                };
                // The server may have closed it already; then the next one is opened.
                let _ = stream.write_all(b"GET /api/status HTTP/1.1\r\nHost:").await;
                let _ = stream.read_to_end(&mut Vec::new()).await;
            }
        });
    }
}

/// Sends requests without a good token, as many as the time asks for, and reads what comes back.
fn flood(work: &mut JoinSet<()>, number: u64, to: SocketAddr, sent: Arc<AtomicU64>) {
    work.spawn(async move {
        let request = format!(
            "GET /api/status HTTP/1.1\r\nHost: {to}\r\nAuthorization: Bearer wh_guess{number}\r\n\r\n"
        );
        let batch = request.repeat(REQUESTS_IN_A_BATCH);
        let from = format!("127.0.0.{}:0", number + 2);
        let mut beat = interval(BETWEEN_BATCHES);
        beat.set_missed_tick_behavior(MissedTickBehavior::Burst);
        // The server ends a connection that floods; then there is another one.
        loop {
            let Ok(stream) = connect(&from, to).await else {
                tokio::task::yield_now().await;
                continue;
            };
            let (mut read, mut write) = stream.into_split();
            let reading =
                async move { while read.read(&mut [0; 65536]).await.is_ok_and(|bytes| bytes > 0) {} };
            let writing = async {
                loop {
                    beat.tick().await;
                    if write.write_all(batch.as_bytes()).await.is_err() {
                        return;
                    }
                    sent.fetch_add(REQUESTS_IN_A_BATCH as u64, Ordering::Relaxed);
                }
            };
            tokio::select! {
                () = reading => {}
                () = writing => {}
            }
        }
    });
}

async fn honest(remote: &Remote) -> Duration {
    let mut took = Vec::with_capacity(HONEST_REQUESTS);
    // Slower than its own limit.
    let mut beat = interval(BETWEEN_BATCHES);
    for _ in 0..HONEST_REQUESTS {
        beat.tick().await;
        let begin = Instant::now();
        remote.get_status(GetStatus {}).await.expect("an answer");
        took.push(begin.elapsed());
    }
    took.sort();
    took[HONEST_REQUESTS * 99 / 100]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn an_honest_client_is_served_through_a_flood() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let mut server = Server::start(Options::local(data.path().to_owned()))
        .await
        .expect("started");
    let first = server.take_first().expect("the first start");
    let to = server.address();
    let address = RemoteAddress {
        url: Address::parse(&format!("http://{to}")).expect("an address"),
        pinned: None,
        token: Token::parse(first.token.token.expose().to_owned()).expect("a token"),
    };
    let remote = Remote::new(address).expect("a client");
    let quiet = honest(&remote).await;
    let (mut work, sent) = (JoinSet::new(), Arc::new(AtomicU64::new(0)));
    slow_connections(&mut work, to);
    for number in 0..FLOODS {
        flood(&mut work, number, to, Arc::clone(&sent));
    }
    let begin = Instant::now();
    let p99 = honest(&remote).await;
    let rate = sent.load(Ordering::Relaxed) as f64 / begin.elapsed().as_secs_f64();
    work.shutdown().await;
    // A flood that the machine could not send tells nothing.
    let was_one = rate >= 0.95 * FLOOD;
    let verdict = if p99 <= BAR && was_one { "ok" } else { "short" };
    println!(
        "honest client in a flood, p99: {p99:.1?} (quiet {quiet:.1?}; {rate:.0} requests/s of flood, {SLOW} slow connections), \
         bar {BAR:?} at {FLOOD:.0} requests/s, {verdict}"
    );
    server.stop().await;
}
