//! The process of the clients: many that keep up, and some that do not. It does what it is told by lines on its input, and answers by
//! lines on its output. It looks only at what a frame says of itself, so that the clients take little from the server's machine.

use futures::{SinkExt, StreamExt, stream};
use std::io::{BufRead, Write};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use wheelhouse_testkit::connect_from;

/// First word of the command line of this process.
pub(crate) const WORD: &str = "clients";

/// Clients that read nothing, and as many that read a frame in a second.
pub(crate) const SLOW_OF_EACH_KIND: usize = 10;

/// Connections that are begun at the same time.
const AT_ONCE: usize = 20;

/// A frame that came.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// When it was there, in microseconds.
    pub(crate) at: u64,
}

/// Microseconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    since.as_micros() as u64
}

#[derive(Default)]
struct Seen {
    measuring: AtomicBool,
    samples: Mutex<Vec<Sample>>,
    bytes: AtomicU64,
    messages: AtomicU64,
    /// Frames that did not join the one before.
    gaps: AtomicU64,
    /// Snapshots after the first.
    anew: AtomicU64,
    /// Connections of clients that keep up, and that ended.
    lost: AtomicU64,
    /// Frames that slow clients took.
    slow: AtomicU64,
}

/// Connects all of them, and does what it is told until there is nothing more to be told.
pub(crate) async fn run(to: &str, token: &str) {
    let to: SocketAddr = to.parse().expect("an address");
    let seen = Arc::new(Seen::default());
    let ready = Arc::new(Semaphore::new(0));
    stream::iter(0..crate::CLIENTS)
        .for_each_concurrent(AT_ONCE, async |number| {
            let socket = open(number, to, token).await;
            tokio::spawn(keep_up(socket, Arc::clone(&seen), Arc::clone(&ready)));
        })
        .await;
    let all = u32::try_from(crate::CLIENTS).expect("not that many");
    ready.acquire_many(all).await.expect("open").forget();
    for number in 0..SLOW_OF_EACH_KIND {
        let nothing = token.to_owned();
        tokio::spawn(async move { read_nothing(number, to, &nothing).await });
        let (seen, little) = (Arc::clone(&seen), token.to_owned());
        tokio::spawn(async move { read_little(number, to, &little, &seen).await });
    }
    say("ready");
    let listening = tokio::task::spawn_blocking(move || listen(&seen));
    listening.await.expect("listened");
}

/// Does what each line says.
fn listen(seen: &Seen) {
    for line in std::io::stdin().lock().lines() {
        match line.expect("a line").as_str() {
            "measure" => {
                seen.bytes.store(0, Ordering::Relaxed);
                seen.messages.store(0, Ordering::Relaxed);
                seen.measuring.store(true, Ordering::Relaxed);
            }
            "end" => {
                seen.measuring.store(false, Ordering::Relaxed);
                let samples = std::mem::take(&mut *seen.samples.lock().expect("whole"));
                say(&format!("{} {}", samples.len(), tell(seen)));
                samples
                    .iter()
                    .for_each(|Sample { from, to, at }| say(&format!("{from} {to} {at}")));
            }
            other => panic!("nobody knows {other}"),
        }
    }
}

/// Bytes, messages, gaps, begun anew, lost, and what the slow ones took.
fn tell(seen: &Seen) -> String {
    let all = [
        &seen.bytes,
        &seen.messages,
        &seen.gaps,
        &seen.anew,
        &seen.lost,
        &seen.slow,
    ];
    let words: Vec<String> = all
        .iter()
        .map(|number| number.load(Ordering::Relaxed).to_string())
        .collect();
    words.join(" ")
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").expect("heard");
    out.flush().expect("heard");
}

type Socket = WebSocketStream<TcpStream>;

/// A connection that has subscribed.
async fn open(number: usize, to: SocketAddr, token: &str) -> Socket {
    let mut request = format!("ws://{to}/api/events")
        .into_client_request()
        .expect("a request");
    let bearer = format!("Bearer {token}").parse().expect("a header");
    request.headers_mut().insert("authorization", bearer);
    let stream = connect_from((number % 200) as u32, to)
        .await
        .expect("a connection");
    let config = WebSocketConfig::default().read_buffer_size(16 * 1024);
    let (mut socket, _) = client_async_with_config(request, stream, Some(config))
        .await
        .expect("a WebSocket");
    let subscribe = r#"{"type":"subscribe","resume":null,"workflows":[]}"#;
    socket.send(Message::Text(subscribe.into())).await.expect("said");
    socket
}

/// What a frame says of itself.
#[derive(Debug, PartialEq)]
struct Head {
    subscription: i64,
    is_snapshot: bool,
    from: i64,
    to: i64,
}

/// What stands at the beginning of a frame; none where it is no frame.
fn head(text: &str) -> Option<Head> {
    let text = text.strip_prefix(r#"{"type":"frame","#)?;
    // All of it comes before the rows.
    let text = &text[..text.len().min(300)];
    let number = |name: &str| {
        let rest = text.split_once(name).expect("a frame has it").1;
        let end = rest.find(',').expect("something follows");
        rest[..end].parse().expect("a number")
    };
    Some(Head {
        subscription: number(r#""subscription":"#),
        is_snapshot: text.contains(r#""kind":"snapshot""#),
        from: number(r#""from":"#),
        to: number(r#""to":"#),
    })
}

async fn ack(socket: &mut Socket, head: &Head) -> bool {
    let Head { subscription, to, .. } = head;
    let ack = format!(r#"{{"type":"ack","subscription":{subscription},"to":{to}}}"#);
    socket.send(Message::Text(ack.into())).await.is_ok()
}

fn count(what: &AtomicU64) {
    what.fetch_add(1, Ordering::Relaxed);
}

/// Takes everything at once.
async fn keep_up(mut socket: Socket, seen: Arc<Seen>, ready: Arc<Semaphore>) {
    let mut last: Option<i64> = None;
    while let Some(Ok(message)) = socket.next().await {
        let at = now();
        let Message::Text(text) = message else { continue };
        let measuring = seen.measuring.load(Ordering::Relaxed);
        if measuring {
            seen.bytes.fetch_add(text.len() as u64, Ordering::Relaxed);
            count(&seen.messages);
        }
        let Some(head) = head(&text) else { continue };
        match (last, head.is_snapshot) {
            (None, true) => ready.add_permits(1),
            (Some(_), true) => count(&seen.anew),
            (last, false) if last == Some(head.from) => {}
            _ => count(&seen.gaps),
        }
        last = Some(head.to);
        if measuring && !head.is_snapshot {
            let Head { from, to, .. } = head;
            seen.samples.lock().expect("whole").push(Sample { from, to, at });
        }
        if !ack(&mut socket, &head).await {
            break;
        }
    }
    count(&seen.lost);
}

/// Takes nothing, and comes back when the server must have let go of it.
async fn read_nothing(number: usize, to: SocketAddr, token: &str) {
    loop {
        let socket = open(number, to, token).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(socket);
    }
}

/// Takes a frame in a second.
async fn read_little(number: usize, to: SocketAddr, token: &str, seen: &Seen) {
    loop {
        let mut socket = open(number, to, token).await;
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            let Some(head) = head(&text) else { continue };
            count(&seen.slow);
            if !ack(&mut socket, &head).await {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}
