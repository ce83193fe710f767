//! The last hop before a provider, in this process: what the model library sends comes here and is sent on.
//!
//! The library shows headers of failures only, and providers tell with good answers that nothing is left of what they
//! allow. So the library is pointed at a port of loopback, and here is seen what it keeps to itself. Through that port
//! goes the body of a request, below a path that nobody can guess and that holds once. The provider's address and key
//! never do: they wait here, and whoever comes by another path learns nothing.
//!
//! Deliberately absent: trying again, and any change of what is said in either direction.

use super::client::hop;
use super::retry_after::used_up_for;
use futures::TryStreamExt;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Body, Url};
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, JoinSet};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;
use uuid::Uuid;
use wheelhouse_domain::{Failure, FailureCode};

/// What whoever connects is given before it has said what for.
const BOUNDS: Bounds = Bounds {
    strangers: 64,
    first_words: Duration::from_secs(10),
    crowded: Duration::from_secs(2),
};
/// Rest after a connection that could not be taken, as where the process has no file handle left.
const REST: Duration = Duration::from_millis(100);
/// Headers that belong to one connection.
const OF_THE_CONNECTION: [&str; 7] = [
    "connection",
    "content-length",
    "keep-alive",
    "proxy-connection",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What whoever connects is given before it has said what for. Any program of this machine can connect, and only requests of
/// this process know what to say; they say it at once.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Connections at the same time that have named no errand yet, at least 1. More wait to be taken until one of these has
    /// spoken or was sent away. An errand that is run takes no place, however long its answer is.
    strangers: usize,
    /// How long each may take.
    first_words: Duration,
    /// The same for those that come while most places are taken, so that who only holds them makes nobody wait for long.
    crowded: Duration,
}

/// Sends on what the library sends. It listens from the first request on, and as long as this is there.
#[derive(Debug, Default)]
pub(super) struct Relay {
    open: OnceCell<Open>,
}

/// A request to a provider, but for its body.
pub(super) struct Errand {
    /// With which it is made.
    pub(super) client: reqwest::Client,
    pub(super) url: Url,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Relay {
    /// Takes an errand, to be run when the library asks at [`Carried::address`].
    ///
    /// # Errors
    /// A passing `Internal` when this process can't listen on loopback.
    pub(super) async fn take(&self, errand: Errand) -> Result<Carried, Failure> {
        let open = self.open.get_or_try_init(Open::start).await?;
        let path = format!("/{}", Uuid::new_v4().simple());
        let seen = Arc::<Mutex<Seen>>::default();
        let waiting = Waiting {
            errand,
            seen: Arc::clone(&seen),
        };
        held(&open.waiting).insert(path.clone(), waiting);
        Ok(Carried {
            address: format!("http://{}{path}", open.address),
            client: open.client.clone(),
            path,
            waiting: Arc::clone(&open.waiting),
            seen,
        })
    }
}

/// A request on its way. Dropping it forgets the errand if nobody came for it.
pub(super) struct Carried {
    address: String,
    client: reqwest::Client,
    path: String,
    waiting: Arc<Mutex<HashMap<String, Waiting>>>,
    seen: Arc<Mutex<Seen>>,
}

impl Carried {
    /// Where the library asks, once.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// With which it asks.
    pub(super) fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// How long nothing is left of what the provider allows, if it said so with a good answer. Told once.
    pub(super) fn used_up(&self) -> Option<Duration> {
        held(&self.seen).used_up.take()
    }

    /// What went wrong between here and the provider. Told once.
    pub(super) fn error(&self) -> Option<reqwest::Error> {
        held(&self.seen).error.take()
    }
}

impl Drop for Carried {
    fn drop(&mut self) {
        held(&self.waiting).remove(&self.path);
    }
}

#[derive(Debug, Default)]
struct Seen {
    used_up: Option<Duration>,
    error: Option<reqwest::Error>,
}

struct Waiting {
    errand: Errand,
    seen: Arc<Mutex<Seen>>,
}

struct Open {
    address: SocketAddr,
    client: reqwest::Client,
    waiting: Arc<Mutex<HashMap<String, Waiting>>>,
    task: JoinHandle<()>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").finish_non_exhaustive()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Open {
    async fn start() -> Result<Self, Failure> {
        let client = hop()?;
        Ok(Self::at(Port::open(BOUNDS).await?, client))
    }

    /// Begins to listen, with nothing left that could fail: then nobody would end it.
    fn at(port: Port, client: reqwest::Client) -> Self {
        Self {
            address: port.address,
            client,
            waiting: Arc::clone(&port.waiting),
            task: tokio::spawn(port.listen()),
        }
    }
}

fn deaf(_: io::Error) -> Failure {
    Failure::passing(
        FailureCode::Internal,
        "No connection can be made within this machine.",
        "It is tried again. If it keeps failing, close other programs or restart the application.",
    )
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change is one statement, so a panic elsewhere leaves nothing half done.
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the library asks.
struct Port {
    listener: TcpListener,
    address: SocketAddr,
    waiting: Arc<Mutex<HashMap<String, Waiting>>>,
    /// Places of those who have named no errand yet.
    strangers: Arc<Semaphore>,
    bounds: Bounds,
}

impl Port {
    async fn open(bounds: Bounds) -> Result<Self, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(deaf)?;
        Ok(Self {
            address: listener.local_addr().map_err(deaf)?,
            listener,
            waiting: Arc::default(),
            strangers: Arc::new(Semaphore::new(bounds.strangers)),
            bounds,
        })
    }

    async fn listen(self) {
        // They end with this.
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                (came, place) = self.next() => match came {
                    // Nobody who connects now can know what to say.
                    Ok(_) if held(&self.waiting).is_empty() => {}
                    Ok((stream, _)) => {
                        let patience = self.patience();
                        connections.spawn(serve(stream, Arc::clone(&self.waiting), place, patience));
                    }
                    Err(_) => tokio::time::sleep(REST).await,
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    /// The next connection, once there is a place for it.
    async fn next(&self) -> (io::Result<(TcpStream, SocketAddr)>, Option<OwnedSemaphorePermit>) {
        // It is never closed.
        let place = Arc::clone(&self.strangers).acquire_owned().await.ok();
        (self.listener.accept().await, place)
    }

    /// How long whoever just took a place may say nothing.
    fn patience(&self) -> Duration {
        if self.strangers.available_permits() < self.bounds.strangers / 2 {
            self.bounds.crowded
        } else {
            self.bounds.first_words
        }
    }
}

async fn serve(
    stream: TcpStream,
    waiting: Arc<Mutex<HashMap<String, Waiting>>>,
    place: Option<OwnedSemaphorePermit>,
    patience: Duration,
) {
    // Without it words are only later.
    let _at_once = stream.set_nodelay(true).is_ok();
    let place = Mutex::new(place);
    let service = service_fn(|request: Request<Incoming>| {
        let found = held(&waiting).remove(request.uri().path());
        if found.is_some() {
            // No stranger any more.
            held(&place).take();
        }
        run(request, found)
    });
    let connection = http1::Builder::new()
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .serve_connection(TokioIo::new(stream), service);
    // Whoever asked sees how it ended, and what went wrong at the provider is kept for them. No lines, because some of them
    // would hold what was said.
    let _ended = connection.with_subscriber(NoSubscriber::default()).await.is_ok();
}

/// Runs the errand that was found at the path of `request`. An error breaks the connection off.
async fn run(request: Request<Incoming>, found: Option<Waiting>) -> Result<Response<Body>, io::Error> {
    let Some(Waiting { errand, seen }) = found else {
        let mut nothing = Response::new(Body::default());
        *nothing.status_mut() = StatusCode::NOT_FOUND;
        return Ok(nothing);
    };
    let body = request.into_body().collect().await.map_err(io::Error::other)?;
    let mut asked = errand.client.post(errand.url).body(body.to_bytes());
    asked = asked.header(CONTENT_TYPE, "application/json");
    for (name, value) in errand.headers {
        asked = asked.header(name, value);
    }
    match asked.send().await {
        Ok(response) => Ok(passed_on(response, seen)),
        Err(error) => Err(broken(&seen, error)),
    }
}

fn passed_on(response: reqwest::Response, seen: Arc<Mutex<Seen>>) -> Response<Body> {
    let (status, mut headers) = (response.status(), response.headers().clone());
    if status.is_success() {
        held(&seen).used_up = used_up_for(&headers, SystemTime::now());
    }
    let pieces = response.bytes_stream().map_err(move |error| broken(&seen, error));
    let mut answer = Response::new(Body::wrap_stream(pieces));
    *answer.status_mut() = status;
    only_of_the_answer(&mut headers);
    *answer.headers_mut() = headers;
    answer
}

fn only_of_the_answer(headers: &mut HeaderMap) {
    for name in OF_THE_CONNECTION {
        headers.remove(name);
    }
}

/// Keeps what went wrong for whoever asked.
fn broken(seen: &Mutex<Seen>, error: reqwest::Error) -> io::Error {
    held(seen).error = Some(error);
    io::Error::from(io::ErrorKind::ConnectionReset)
}

#[cfg(test)]
mod tests;
