//! One client's WebSocket: short messages in, long ones out in pieces.
//!
//! What a connection once had room for it keeps room for, and a snapshot may take megabytes. So a long message goes out in pieces,
//! which a receiver puts together again, and a server with a thousand clients has room for a thousand pieces.

use crate::answer::refused;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use futures::{SinkExt, StreamExt};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use wheelhouse_contract::socket::{CLIENT_MESSAGE_MOST, SILENCE, ToServer};
use wheelhouse_contract::{ApiError, ErrorCode};

/// How long one piece of a message may take to be taken by the client.
const SEND_WITHIN: Duration = Duration::from_secs(30);

/// How long the last word may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// Room for what a client says, which is little: a server has it for each of them, for as long as they stay.
const HEARD_AT_ONCE: usize = 2 * 1024;

/// Longest piece, in bytes.
const PIECE: usize = 16 * 1024;

/// Why a conversation ends. None where the client has left or does not answer.
pub(super) type End = Option<ApiError>;

/// A connection that both sides have agreed to use for messages.
pub(super) struct Wire {
    socket: WebSocketStream<TokioIo<Upgraded>>,
    /// When something came last.
    heard: Instant,
}

/// Agrees to a client's wish to use the connection for messages: the answer to it, and what becomes the connection once that has
/// been sent.
pub(super) fn agree(mut request: Request) -> Result<(Response, OnUpgrade), Box<Response>> {
    match create_response_with_body(&request, Body::empty) {
        Ok(response) => Ok((response, hyper::upgrade::on(&mut request))),
        Err(error) => {
            let why = ApiError::new(
                ErrorCode::InvalidRequest,
                format!("This address is for WebSockets: {error}."),
            );
            let answer = refused(why.next_step("Ask for an upgrade to a WebSocket of version 13."));
            Err(Box::new(answer))
        }
    }
}

impl Wire {
    /// Begins to use the connection.
    pub(super) async fn open(upgrading: OnUpgrade) -> Result<Self, hyper::Error> {
        let config = WebSocketConfig::default()
            .max_message_size(Some(CLIENT_MESSAGE_MOST))
            .max_frame_size(Some(CLIENT_MESSAGE_MOST))
            .read_buffer_size(HEARD_AT_ONCE)
            .write_buffer_size(0);
        let stream = TokioIo::new(upgrading.await?);
        Ok(Self {
            socket: WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await,
            heard: Instant::now(),
        })
    }

    /// Whether nothing came for so long that nobody can be there.
    pub(super) fn is_silent(&self) -> bool {
        self.heard.elapsed() > SILENCE
    }

    /// The next thing that the client says. What only shows that it is there is taken in by the way. May be dropped and asked again.
    pub(super) async fn hear(&mut self) -> Result<ToServer, End> {
        loop {
            let message = match self.socket.next().await {
                None | Some(Ok(Message::Close(_))) => return Err(None),
                Some(Err(error)) => return Err(unheard(&error)),
                Some(Ok(message)) => message,
            };
            self.heard = Instant::now();
            match message {
                Message::Text(text) => {
                    return serde_json::from_str(&text)
                        .map_err(|error| Some(unclear(&format!("The message can't be read: {error}."))));
                }
                Message::Binary(_) => return Err(Some(unclear("Messages must be text."))),
                Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Sends a message, in pieces where it is long.
    pub(super) async fn text(&mut self, text: impl Into<Arc<str>>) -> ControlFlow<()> {
        let mut rest = Bytes::from_owner(Shared(text.into()));
        let mut kind = Data::Text;
        loop {
            let piece = rest.split_to(rest.len().min(PIECE));
            let last = rest.is_empty();
            let frame = Frame::message(piece, OpCode::Data(kind), last);
            self.send(Message::Frame(frame)).await?;
            if last {
                return ControlFlow::Continue(());
            }
            kind = Data::Continue;
        }
    }

    /// Asks whether the client is there.
    pub(super) async fn ping(&mut self) -> ControlFlow<()> {
        self.send(Message::Ping(Bytes::new())).await
    }

    /// Says that nothing more comes.
    pub(super) async fn close(&mut self) {
        // Whoever is gone does not hear it.
        let _ = timeout(CLOSE_WITHIN, self.socket.send(Message::Close(None))).await;
    }

    async fn send(&mut self, message: Message) -> ControlFlow<()> {
        match timeout(SEND_WITHIN, self.socket.send(message)).await {
            Ok(Ok(())) => ControlFlow::Continue(()),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a client is gone");
                ControlFlow::Break(())
            }
            Err(_) => {
                tracing::debug!("a client takes nothing any more");
                ControlFlow::Break(())
            }
        }
    }
}

/// Text that many clients may be sent.
struct Shared(Arc<str>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// What a client is told of what can't be read: nothing where the connection broke.
fn unheard(error: &Error) -> End {
    tracing::debug!(%error, "a client's connection broke");
    match error {
        Error::Io(_) | Error::ConnectionClosed | Error::AlreadyClosed => None,
        _ => Some(unclear(&format!("The message can't be read: {error}."))),
    }
}

/// The client does not keep to what was agreed on.
pub(super) fn unclear(why: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, why)
}
