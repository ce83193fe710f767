//! Takes connections: encrypted where there is a certificate, with little patience for those who say nothing.

use crate::security::{Connection, ConnectionPlace, Connections, TooMany};
use crate::telemetry::{Taken, Telemetry};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tower::ServiceExt;

/// Wait after the system gave no connection, for example because too many are open.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// How connections are taken.
pub(crate) struct Listening {
    pub(crate) listener: TcpListener,
    pub(crate) tls: Option<Arc<rustls::ServerConfig>>,
    pub(crate) routes: Router,
    pub(crate) connections: Connections,
    pub(crate) telemetry: Telemetry,
    /// How long the headers of a request may take.
    pub(crate) header_time: Duration,
    /// How long the beginning of an encrypted connection may take.
    pub(crate) handshake_time: Duration,
    pub(crate) stopping: CancellationToken,
    pub(crate) open: TaskTracker,
}

impl Listening {
    /// Takes connections until the server stops. Those that are open then are asked to end.
    pub(crate) async fn run(self) {
        let acceptor = self.tls.clone().map(TlsAcceptor::from);
        loop {
            let accepted = tokio::select! {
                () = self.stopping.cancelled() => return,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => self.take(stream, peer, acceptor.clone()),
                Err(error) => {
                    tracing::warn!(%error, "no connection could be taken");
                    tokio::time::sleep(ACCEPT_AGAIN).await;
                }
            }
        }
    }

    fn take(&self, stream: TcpStream, peer: SocketAddr, acceptor: Option<TlsAcceptor>) {
        let place = match self.connections.enter(peer.ip()) {
            Ok(place) => place,
            Err(error) => {
                tracing::debug!(%error, %peer, "a connection was not taken");
                count(
                    &self.telemetry,
                    match error {
                        TooMany::Connections => Taken::Full,
                        TooMany::FromAddress => Taken::AddressFull,
                    },
                );
                return;
            }
        };
        let local = match stream
            .local_addr()
            .and_then(|local| stream.set_nodelay(true).map(|()| local))
        {
            Ok(local) => local,
            Err(error) => {
                tracing::debug!(%error, %peer, "a connection was gone at once");
                return;
            }
        };
        let served = Served {
            connection: Connection { peer, local },
            open: Arc::new(OpenConnection {
                _place: place,
                _tracked: self.open.token(),
            }),
            routes: self.routes.clone(),
            header_time: self.header_time,
            stopping: self.stopping.clone(),
        };
        let (handshake_time, telemetry) = (self.handshake_time, self.telemetry.clone());
        self.open.spawn(async move {
            let done = match acceptor {
                None => {
                    count(&telemetry, Taken::Served);
                    served.serve(stream).await
                }
                Some(acceptor) => match timeout(handshake_time, acceptor.accept(stream)).await {
                    Ok(Ok(stream)) => {
                        count(&telemetry, Taken::Served);
                        served.serve(stream).await
                    }
                    Ok(Err(error)) => {
                        count(&telemetry, Taken::NoHandshake);
                        tracing::debug!(%error, %peer, "the handshake failed");
                        Ok(())
                    }
                    Err(_) => {
                        count(&telemetry, Taken::NoHandshake);
                        tracing::debug!(%peer, "the handshake took too long");
                        Ok(())
                    }
                },
            };
            if let Err(error) = done {
                tracing::debug!(%error, %peer, "a connection broke");
            }
        });
    }
}

fn count(telemetry: &Telemetry, taken: Taken) {
    if let Some(meters) = telemetry.meters() {
        meters.connection(taken);
    }
}

/// A connection, until the last that speaks on it lets go: it is counted, and a stop waits for it. What takes a connection
/// over, as a WebSocket does, finds it in the request's extensions and must hold it.
#[derive(Debug)]
pub(crate) struct OpenConnection {
    _place: ConnectionPlace,
    _tracked: TaskTrackerToken,
}

/// One connection and what answers on it.
struct Served {
    connection: Connection,
    open: Arc<OpenConnection>,
    routes: Router,
    header_time: Duration,
    stopping: CancellationToken,
}

impl Served {
    async fn serve(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> Result<(), hyper::Error> {
        let Self {
            connection,
            open,
            routes,
            header_time,
            stopping,
        } = self;
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(connection);
            request.extensions_mut().insert(Arc::clone(&open));
            routes.clone().oneshot(request)
        });
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(header_time)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        tokio::pin!(served);
        tokio::select! {
            done = served.as_mut() => done,
            () = stopping.cancelled() => {
                served.as_mut().graceful_shutdown();
                served.await
            }
        }
    }
}

/// Listens at `address`.
pub(crate) async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}
