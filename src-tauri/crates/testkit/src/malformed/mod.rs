//! What no client of the WebSocket may say, by a seed: one thing for each connection, because the first one ends it.
//!
//! A [`Malformed`] is the bytes that go over a connection after its upgrade (or in place of it), and what an honest server does then.
//! The same seed gives the same bytes. [`Malformed::try_on`] says them to a server and tells what came of it.

mod said;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use said::{SUBSCRIBE, UPGRADE, frame, one_of, said};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// How long a server may take to end a conversation that makes no sense and that the other side has ended.
const PATIENCE: Duration = Duration::from_secs(20);

/// Longest message that a server takes, in bytes.
const MOST: usize = wheelhouse_contract::socket::CLIENT_MESSAGE_MOST;

/// Ways to make no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nonsense {
    /// A request to upgrade that is none.
    Upgrade,
    /// Text that is no JSON.
    BrokenJson,
    /// JSON of other types than the contract has.
    WrongTypes,
    /// Messages of kinds that there are none of.
    UnknownKinds,
    /// Good messages at the wrong time, or of too much.
    OutOfPlace,
    /// Bytes in place of text.
    Binary,
    /// Messages that are too long, and lengths that are none.
    Huge,
    /// Text that is no UTF-8.
    BrokenText,
    /// Pieces that belong to nothing, or never end.
    Fragments,
    /// Kinds of frames and bits that have no meaning.
    BadBits,
    /// Frames without a mask.
    NoMask,
    /// Control frames that are too long, in pieces, or say what they must not.
    BadControl,
    /// More after the end.
    AfterClose,
    /// Bytes of chance.
    Noise,
    /// Frames that end too soon.
    Cut,
}

impl Nonsense {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Upgrade,
        Self::BrokenJson,
        Self::WrongTypes,
        Self::UnknownKinds,
        Self::OutOfPlace,
        Self::Binary,
        Self::Huge,
        Self::BrokenText,
        Self::Fragments,
        Self::BadBits,
        Self::NoMask,
        Self::BadControl,
        Self::AfterClose,
        Self::Noise,
        Self::Cut,
    ];

    /// Whether the server hears a whole message, so that it must say what is wrong with it.
    #[must_use]
    pub fn is_a_message(self) -> bool {
        matches!(
            self,
            Self::BrokenJson | Self::WrongTypes | Self::UnknownKinds | Self::OutOfPlace | Self::Binary
        )
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The upgrade was refused, with this status.
    Refused(u16),
    /// The server said what was wrong, and closed.
    Told,
    /// The server closed.
    Closed,
    /// The server did neither in time, or said something else.
    Wrong(String),
}

/// Something that no client may say.
#[derive(Debug, Clone)]
pub struct Malformed {
    /// In which way it makes no sense.
    pub nonsense: Nonsense,
    /// Whether the client subscribes first, as it should.
    pub subscribed: bool,
    bytes: Vec<u8>,
}

impl Malformed {
    /// The one of this number.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut chance = StdRng::seed_from_u64(seed);
        let nonsense = one_of(&mut chance, &Nonsense::ALL);
        let subscribed = chance.random_bool(0.5) && nonsense != Nonsense::Upgrade;
        let said = said(nonsense, subscribed, &mut chance);
        let first = match subscribed {
            true => frame(0x81, SUBSCRIBE.as_bytes(), &mut chance),
            false => Vec::new(),
        };
        Self {
            nonsense,
            subscribed,
            bytes: [first, said].concat(),
        }
    }

    /// Says it to the server at `to`, as if from a machine of that number, and tells what came of it.
    ///
    /// # Errors
    /// Where there is no connection.
    pub async fn try_on(&self, to: SocketAddr, token: &str, from: u32) -> std::io::Result<Outcome> {
        let mut stream = connect_from(from, to).await?;
        let upgrade = match self.nonsense {
            Nonsense::Upgrade => String::from_utf8_lossy(&self.bytes).into_owned(),
            _ => UPGRADE.to_owned(),
        };
        let asked = format!(
            "GET /api/events HTTP/1.1\r\nHost: {to}\r\nAuthorization: Bearer {token}\r\n{upgrade}\r\n"
        );
        // The server may close before all of it is written; what it says then is looked at.
        let _ = stream.write_all(asked.as_bytes()).await;
        let Some(head) = in_time(head(&mut stream)).await else {
            return Ok(Outcome::Wrong("no answer to the upgrade".to_owned()));
        };
        let status = head.get(9..12).and_then(|word| word.parse().ok());
        match (status, self.nonsense) {
            (Some(status @ 400..=499), Nonsense::Upgrade) => Ok(Outcome::Refused(status)),
            (Some(101), nonsense) if nonsense != Nonsense::Upgrade => Ok(self.talk(stream).await),
            _ => Ok(Outcome::Wrong(head)),
        }
    }

    async fn talk(&self, mut stream: TcpStream) -> Outcome {
        let _ = stream.write_all(&self.bytes).await;
        // Nothing more comes, so that the server need not wait for the rest of what is cut.
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let Some(_) = in_time(stream.read_to_end(&mut answer)).await else {
            return Outcome::Wrong("the connection stayed open".to_owned());
        };
        let words = String::from_utf8_lossy(&answer);
        match words.contains(r#""type":"closing""#) && words.contains("invalid_request") {
            true => Outcome::Told,
            false => Outcome::Closed,
        }
    }
}

async fn in_time<T>(future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(PATIENCE, future).await.ok()
}

/// The head of an answer, or as much of it as there is.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// A connection from a machine of its own, as far as the server can tell. Every address that begins with 127 is this machine.
///
/// # Errors
/// Where there is no connection.
pub async fn connect_from(number: u32, to: SocketAddr) -> std::io::Result<TcpStream> {
    let [_, a, b, c] = (number + 0x0200).to_be_bytes();
    let socket = TcpSocket::new_v4()?;
    // Elsewhere than on Linux 127.0.0.1 is the only one.
    #[cfg(target_os = "linux")]
    socket.bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, a, b, c)), 0))?;
    #[cfg(not(target_os = "linux"))]
    let _ = (IpAddr::V4(Ipv4Addr::LOCALHOST), [a, b, c]);
    socket.connect(to).await
}
