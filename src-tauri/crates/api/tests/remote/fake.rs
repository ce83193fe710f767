//! Small servers that do as they are told.

use crate::journal::Journal;
use axum::Router;
use axum::body::Body;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::Listener;
use futures::StreamExt;
use rcgen::{CertifiedKey, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{self, SingleCertAndKey};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use wheelhouse_api::remote::{
    Address, Fingerprint, Patience, Remote, RemoteAddress, RemoteFeed, Token, Told,
};
use wheelhouse_contract::http::{PROBLEM_TYPE, Problem, status};
use wheelhouse_contract::socket::{EVENTS_PATH, ToClient, ToServer};
use wheelhouse_contract::{ApiError, Frame};
use wheelhouse_domain::{Position, StoreUid};
use wheelhouse_testkit::within;

/// The token that the servers here know.
pub(crate) const TOKEN: &str = "wh_0123456789abcdefghijklmnopqrstuvwxyzABCDEF_";

/// Waits that make tests short. They only decide when a fault is noticed, so that a slow machine is no fault.
pub(crate) fn quick() -> Patience {
    Patience {
        connect: Duration::from_secs(2),
        answer: Duration::from_millis(900),
        long: Duration::from_millis(1800),
        silence: Duration::from_millis(900),
    }
}

pub(crate) fn token() -> Token {
    Token::parse(TOKEN.to_owned()).expect("a token")
}

pub(crate) fn plain(address: SocketAddr) -> Address {
    Address::parse(&format!("http://{address}")).expect("an address")
}

/// A client without TLS.
pub(crate) fn remote(address: SocketAddr) -> Remote {
    let url = plain(address);
    let address = RemoteAddress {
        url,
        pinned: None,
        token: token(),
    };
    Remote::with_patience(address, quick()).expect("a client")
}

/// A server that stops when it is dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves `router` on loopback.
pub(crate) async fn serve(router: Router) -> Served {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let task = tokio::spawn(async move {
        axum::serve(listener, router).await.expect("serving never fails");
    });
    Served { address, task }
}

/// Serves `router` on loopback with a certificate of its own.
pub(crate) async fn serve_tls(router: Router) -> (Served, Fingerprint) {
    let made = certificate();
    let key = made.signing_key.serialize_der();
    serve_as(router, made.cert.der().clone(), key).await
}

/// Serves `router` with a certificate whose key it does not have.
pub(crate) async fn serve_impostor(router: Router) -> (Served, Fingerprint) {
    let key = certificate().signing_key.serialize_der();
    serve_as(router, certificate().cert.der().clone(), key).await
}

fn certificate() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(["server.example".to_owned()]).expect("a certificate")
}

async fn serve_as(router: Router, shown: CertificateDer<'static>, key: Vec<u8>) -> (Served, Fingerprint) {
    let fingerprint = Fingerprint::of(&shown);
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
    let key = aws_lc_rs::sign::any_supported_type(&key).expect("a key");
    // Nobody looks here whether they belong together.
    let shown = SingleCertAndKey::from(sign::CertifiedKey::new(vec![shown], key));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(shown));
    let tcp = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = tcp.local_addr().expect("bound");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let secured = Secured { tcp, acceptor };
    let task = tokio::spawn(async move {
        axum::serve(secured, router).await.expect("serving never fails");
    });
    (Served { address, task }, fingerprint)
}

struct Secured {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Secured {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let Ok((stream, peer)) = self.tcp.accept().await else {
                continue;
            };
            // A client that does not like the certificate leaves here.
            if let Ok(secured) = self.acceptor.accept(stream).await {
                return (secured, peer);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// An error as a server tells it.
pub(crate) fn problem(error: ApiError) -> Response {
    let status = StatusCode::from_u16(status(error.code)).expect("a status");
    let body = serde_json::to_string(&Problem::new(error, "r-1")).expect("plain data");
    (status, [("content-type", PROBLEM_TYPE)], body).into_response()
}

/// An answer with other words than a Wheelhouse has.
pub(crate) fn raw(status: u16, media_type: &'static str, body: impl Into<Body>) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [("content-type", media_type)], body.into()).into_response()
}

pub(crate) fn store() -> StoreUid {
    serde_json::from_str(r#""01890a5d-ac96-774b-bcce-b302099a8057""#).expect("a uid")
}

/// The next frame, signals left out.
pub(crate) async fn next_frame(feed: &mut RemoteFeed) -> Frame {
    loop {
        match within("a frame", feed.next()).await.expect("the feed goes on") {
            Told::Frame(frame) => return *frame,
            Told::Signals(_) => {}
        }
    }
}

/// A router whose only WebSocket does what `script` says.
pub(crate) fn scripted<F>(script: impl Fn(Script) -> F + Clone + Send + Sync + 'static) -> Router
where
    F: Future<Output = ()> + Send + 'static,
{
    let upgrade =
        |socket: WebSocketUpgrade| async move { socket.on_upgrade(move |socket| script(Script(socket))) };
    Router::new().route(EVENTS_PATH, get(upgrade))
}

/// A client, as a test talks with it.
pub(crate) struct Script(WebSocket);

impl Script {
    /// What the client says next, pongs left out. None where it leaves.
    pub(crate) async fn hear(&mut self) -> Option<ToServer> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => {
                    return Some(serde_json::from_str(&text).expect("a client's message"));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    /// Waits for a subscription, gives it `number` and tells where it goes on.
    pub(crate) async fn subscribed(&mut self, number: u32) -> Option<i64> {
        let Some(ToServer::Subscribe { resume, .. }) = self.hear().await else {
            panic!("a client subscribes");
        };
        self.say(&ToClient::Subscribed { subscription: number }).await;
        resume.map(|from| from.position.0)
    }

    pub(crate) async fn say(&mut self, message: &ToClient) {
        let text = serde_json::to_string(message).expect("plain data");
        self.send(Message::Text(text.into())).await;
    }

    /// Sends a frame of this subscription: a snapshot where both ends are the same.
    pub(crate) async fn frame(&mut self, subscription: u32, from: i64, to: i64) {
        let journal = Journal::new();
        journal.grow(to - 1);
        let mut frame = journal.frame(subscription, (from != to).then_some(from));
        frame.to = Position(to);
        let frame = Box::new(frame);
        self.say(&ToClient::Frame { frame }).await;
    }

    /// Sends anything. Where the client has left already, it sees that by itself.
    pub(crate) async fn send(&mut self, message: Message) {
        let _ = self.0.send(message).await;
    }

    /// Waits for the answer to a ping.
    pub(crate) async fn pong(&mut self) {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Pong(_))) => return,
                Some(Ok(_)) => {}
                other => panic!("no answer to a ping: {other:?}"),
            }
        }
    }
}
