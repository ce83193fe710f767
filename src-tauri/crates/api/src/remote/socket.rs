//! The WebSocket to a server: how it is opened, and how what comes over it is read and timed.

use super::address::Address;
use super::answer::Answer;
use super::client::{Remote, bearer};
use super::names::lookup;
use super::trouble::Trouble;
use futures::{SinkExt, StreamExt};
use reqwest::header::AUTHORIZATION;
use rustls::pki_types::ServerName;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use wheelhouse_contract::socket::{
    CLIENT_MESSAGE_MOST, EVENTS_PATH, SERVER_MESSAGE_MOST, ToClient, ToServer,
};

/// Longest wait for the last word before a socket is dropped.
const FAREWELL: Duration = Duration::from_secs(1);

/// How much is read at a time, in bytes. Most frames are smaller.
const READ_AT_A_TIME: usize = 16 * 1024;

/// What a WebSocket runs over: a connection with or without TLS.
trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// The open socket.
pub(super) struct Socket {
    stream: WebSocketStream<Heard>,
    /// How long the other side may say nothing.
    silence: Duration,
}

/// Connects and greets. No time limit of its own but for the connection.
pub(super) async fn open(remote: &Remote) -> Result<Socket, Trouble> {
    let patience = remote.patience();
    let wire = timeout(patience.connect, connect(remote)).await;
    let wire = wire.map_err(|_| Trouble::NoConnection(patience.connect))??;
    let heard = Heard {
        wire,
        last: Instant::now(),
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_AT_A_TIME)
        .max_message_size(Some(SERVER_MESSAGE_MOST))
        .max_frame_size(Some(SERVER_MESSAGE_MOST));
    let greeted = client_async_with_config(request(remote)?, heard, Some(config)).await;
    let (stream, _) = greeted.map_err(refused)?;
    Ok(Socket {
        stream,
        silence: patience.silence,
    })
}

impl Socket {
    /// Sends one message.
    pub(super) async fn send(&mut self, message: &ToServer) -> Result<(), Trouble> {
        let text = serde_json::to_string(message).map_err(|_| Trouble::OtherVersion)?;
        debug_assert!(text.len() <= CLIENT_MESSAGE_MOST, "these messages are short");
        let sent = timeout(self.silence, self.stream.send(Message::text(text))).await;
        sent.map_err(|_| Trouble::Silent(self.silence))?
            .map_err(|error| broken(&error))
    }

    /// The next message. Answers pings beside it. May be dropped and called again.
    pub(super) async fn next(&mut self) -> Result<ToClient, Trouble> {
        loop {
            match self.heard().await? {
                Message::Text(text) => {
                    return serde_json::from_str(&text).map_err(|error| match error.is_data() {
                        true => Trouble::OtherVersion,
                        false => Trouble::Foreign,
                    });
                }
                Message::Binary(_) | Message::Frame(_) => return Err(Trouble::Foreign),
                Message::Close(_) => return Err(Trouble::Broken),
                // The library answers pings when it is asked for the next message.
                Message::Ping(_) | Message::Pong(_) => {}
            }
        }
    }

    /// Waits for a message as long as there is any sign of life: a large one may take longer than the silence.
    async fn heard(&mut self) -> Result<Message, Trouble> {
        loop {
            let last = self.stream.get_ref().last;
            match timeout_at(last + self.silence, self.stream.next()).await {
                Ok(Some(message)) => return message.map_err(|error| broken(&error)),
                Ok(None) => return Err(Trouble::Broken),
                Err(_) if self.stream.get_ref().last > last => {}
                Err(_) => return Err(Trouble::Silent(self.silence)),
            }
        }
    }

    /// Says goodbye where that takes no time.
    pub(super) async fn close(mut self) {
        // Whoever does not hear it sees the connection end.
        let _ = timeout(FAREWELL, self.stream.close(None)).await;
    }
}

/// A connection that remembers when the other side was last heard.
struct Heard {
    wire: Box<dyn Wire>,
    last: Instant,
}

impl AsyncRead for Heard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.wire).poll_read(context, buffer));
        if buffer.filled().len() > before {
            self.last = Instant::now();
        }
        Poll::Ready(read)
    }
}

impl AsyncWrite for Heard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }
}

async fn connect(remote: &Remote) -> Result<Box<dyn Wire>, Trouble> {
    let address = remote.address();
    let host = address.host();
    let tcp = dial(&host, address.port())
        .await
        .map_err(|error| Trouble::of_connection(&error))?;
    if !address.is_tls() {
        return Ok(Box::new(tcp));
    }
    let name = ServerName::try_from(host).map_err(|_| Trouble::UnknownName)?;
    let secured = TlsConnector::from(remote.tls()).connect(name, tcp).await;
    match secured {
        Ok(secured) => Ok(Box::new(secured)),
        Err(error) => Err(Trouble::of_connection(&error)),
    }
}

/// Tries every number of the host, in order.
async fn dial(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for number in lookup(host, port).await? {
        match TcpStream::connect(number).await {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn request(remote: &Remote) -> Result<Request, Trouble> {
    let mut request = events_url(remote.address())
        .into_client_request()
        .map_err(|_| Trouble::UnknownName)?;
    request
        .headers_mut()
        .insert(AUTHORIZATION, bearer(remote.token())?);
    Ok(request)
}

fn events_url(address: &Address) -> String {
    let url = address.at(EVENTS_PATH);
    // `http` becomes `ws` and `https` becomes `wss`.
    format!("ws{}", url.as_str().trim_start_matches("http"))
}

/// The trouble of a greeting that was not answered as wished.
fn refused(error: Error) -> Trouble {
    match error {
        Error::Http(response) => {
            let (parts, body) = response.into_parts();
            let media_type = parts.headers.get("content-type").map(|value| value.as_bytes());
            let answer = Answer {
                status: parts.status.as_u16(),
                media_type: Answer::media_type(media_type),
                body: body.unwrap_or_default(),
            };
            answer.refusal()
        }
        Error::Protocol(_) | Error::HttpFormat(_) | Error::Capacity(_) => Trouble::Foreign,
        other => broken(&other),
    }
}

/// The trouble of an open socket.
fn broken(error: &Error) -> Trouble {
    match error {
        Error::Capacity(_) => Trouble::TooLarge(SERVER_MESSAGE_MOST),
        Error::Utf8(_) | Error::AttackAttempt => Trouble::Foreign,
        _ => Trouble::Broken,
    }
}
