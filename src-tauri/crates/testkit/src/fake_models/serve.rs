//! The server.

use super::asked::{Asked, Captured};
use super::chunks::chunks;
use super::fault::Fault;
use super::limits::{rate_limited, used_up};
use super::read::{Misread, read};
use super::reply::Reply;
use super::write::{content_type, error_body, frames};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use wheelhouse_domain::ProviderKind;

/// Longest request that is read, in bytes.
const LONGEST_REQUEST: usize = 16 * 1024 * 1024;
/// Where a request says that it wants to read thoughts.
const INCLUDE_THOUGHTS: &str = "/generationConfig/thinkingConfig/includeThoughts";
/// Models that every list has.
const MODELS: [&str; 2] = ["fake-large", "fake-small"];

type Script = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A running server. It stops when this is dropped.
pub struct FakeModels {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    script: Box<Script>,
    captured: Mutex<Vec<Captured>>,
    /// Requests of an answer that came so far.
    numbers: AtomicUsize,
    /// Those of them that can be seen.
    asked: watch::Sender<usize>,
    /// Answers that their client did not wait for.
    abandoned: watch::Sender<usize>,
}

impl fmt::Debug for FakeModels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeModels")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Drop for FakeModels {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakeModels {
    /// Starts a server on a free port that answers what `script` says.
    ///
    /// # Panics
    /// When no port can be had.
    pub async fn start(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::on(0, script).await.expect("a free port on loopback")
    }

    /// Starts a server on `port` of loopback, or on a free one where it is 0.
    ///
    /// # Errors
    /// When the port can't be had.
    pub async fn on(port: u16, script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            script: Box::new(script),
            captured: Mutex::default(),
            numbers: AtomicUsize::new(0),
            asked: watch::Sender::new(0),
            abandoned: watch::Sender::new(0),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move {
            // Ends with the task: serving itself never fails.
            let _ended: io::Result<()> = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// The base URL of a format, as a person would type it.
    #[must_use]
    pub fn base_url(&self, format: ProviderKind) -> String {
        let path = match format {
            ProviderKind::OpenAi => "/openai/v1",
            ProviderKind::Anthropic => "/anthropic",
            ProviderKind::Gemini => "/gemini/v1beta",
            ProviderKind::Ollama => "/ollama",
        };
        format!("http://{}{path}", self.address)
    }

    /// The same by an address that leads here and that nobody takes for this machine: a stand-in for a provider elsewhere.
    #[must_use]
    pub fn elsewhere_url(&self, format: ProviderKind) -> String {
        self.base_url(format).replace("127.0.0.1", "[::ffff:127.0.0.1]")
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn captured(&self) -> Vec<Captured> {
        self.shared
            .captured
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The requests that came after the first `known` of them, oldest first.
    #[must_use]
    pub fn captured_after(&self, known: usize) -> Vec<Captured> {
        let captured = self
            .shared
            .captured
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        captured.iter().skip(known).cloned().collect()
    }

    /// Every request of an answer so far, oldest first.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.captured().into_iter().filter_map(|one| one.asked).collect()
    }

    /// Waits until an answer was asked for as often as `count`.
    pub async fn asked_for(&self, count: usize) {
        let mut asked = self.shared.asked.subscribe();
        // The sender lives as long as `self`, so the wait can only end well.
        let _seen = asked.wait_for(|seen| *seen >= count).await.is_ok();
    }

    /// Waits until as many answers as `count` were abandoned by their clients.
    pub async fn abandoned(&self, count: usize) {
        let mut abandoned = self.shared.abandoned.subscribe();
        // The sender lives as long as `self`, so the wait can only end well.
        let _seen = abandoned.wait_for(|seen| *seen >= count).await.is_ok();
    }

    /// Waits until the server stops, which it only does with the program.
    pub async fn serve_forever(mut self) {
        let _stopped = (&mut self.task).await.is_ok();
    }
}

/// Counts an answer as abandoned when it is dropped before it was sent.
struct Guard {
    shared: Arc<Shared>,
    sent: bool,
}

impl Guard {
    fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
            sent: false,
        }
    }

    fn sent(&mut self) {
        self.sent = true;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !self.sent {
            self.shared.abandoned.send_modify(|count| *count += 1);
        }
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LONGEST_REQUEST)
        .await
        .unwrap_or_default();
    let path = parts.uri.path().to_owned();
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    let mut captured = Captured {
        method: parts.method.to_string(),
        path: parts.uri.to_string(),
        headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
        asked: None,
    };
    let Some(format) = format_of(&path) else {
        keep(&shared, captured);
        return status(404, &json!({ "error": "There is nothing here." }));
    };
    if captured.method == "GET" {
        keep(&shared, captured);
        return listing(format, &path);
    }
    let place = keep(&shared, captured.clone());
    let asked = match asked_at(format, &path, &captured.body) {
        Ok(mut asked) => {
            asked.nth = shared.numbers.fetch_add(1, Ordering::SeqCst) + 1;
            asked
        }
        Err(problem) => return status(400, &error_body(format, 400, &problem.to_string())),
    };
    captured.asked = Some(asked.clone());
    replace(&shared, place, captured.clone());
    shared.asked.send_modify(|count| *count += 1);
    if let Some(problem) = asked.problem() {
        return status(400, &error_body(format, 400, &problem));
    }
    let reply = (shared.script)(&asked);
    let cut = reply.cut_body;
    let response = perform(&shared, &asked, &captured, reply).await;
    if cut && !response.status().is_success() {
        return cut_off(response).await;
    }
    response
}

/// The same answer, whose connection is cut after the first half of the body.
async fn cut_off(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, LONGEST_REQUEST)
        .await
        .unwrap_or_default();
    let mut half = Some(whole.slice(..whole.len() / 2));
    let mut rested = false;
    let body = stream::poll_fn(move |context| match half.take() {
        Some(half) => Poll::Ready(Some(Ok(half))),
        // A rest, in which what was said goes out before the cut.
        None if !rested => {
            rested = true;
            context.waker().wake_by_ref();
            Poll::Pending
        }
        None => Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionReset)))),
    });
    Response::from_parts(parts, Body::from_stream(body))
}

/// Keeps a request; gives which one it is, from 1.
fn keep(shared: &Shared, captured: Captured) -> usize {
    let mut all = shared.captured.lock().unwrap_or_else(PoisonError::into_inner);
    all.push(captured);
    all.len()
}

fn replace(shared: &Shared, place: usize, captured: Captured) {
    let mut all = shared.captured.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(slot) = all.get_mut(place - 1) {
        *slot = captured;
    }
}

fn format_of(path: &str) -> Option<ProviderKind> {
    match path.split('/').nth(1)? {
        "openai" => Some(ProviderKind::OpenAi),
        "anthropic" => Some(ProviderKind::Anthropic),
        "gemini" => Some(ProviderKind::Gemini),
        "ollama" => Some(ProviderKind::Ollama),
        _ => None,
    }
}

/// The neutral form of what was posted to `path`.
fn asked_at(format: ProviderKind, path: &str, body: &Value) -> Result<Asked, Misread> {
    let model = match format {
        ProviderKind::OpenAi if path == "/openai/v1/chat/completions" => "",
        ProviderKind::Anthropic if path == "/anthropic/v1/messages" => "",
        ProviderKind::Ollama if path == "/ollama/api/chat" => "",
        ProviderKind::Gemini => path
            .strip_prefix("/gemini/v1beta/models/")
            .and_then(|rest| rest.strip_suffix(":streamGenerateContent"))
            .ok_or_else(|| Misread::new(format!("nothing can be asked at {path}")))?,
        _ => return Err(Misread::new(format!("nothing can be asked at {path}"))),
    };
    if format != ProviderKind::Gemini && body.get("stream") != Some(&json!(true)) {
        return Err(Misread::new("this server only streams"));
    }
    read(format, body, model)
}

fn listing(format: ProviderKind, path: &str) -> Response {
    let known = match format {
        ProviderKind::OpenAi => path == "/openai/v1/models",
        ProviderKind::Anthropic => path == "/anthropic/v1/models",
        ProviderKind::Gemini => path == "/gemini/v1beta/models",
        ProviderKind::Ollama => path == "/ollama/api/tags",
    };
    if !known {
        return status(404, &error_body(format, 404, "There is nothing here."));
    }
    let list = |one: fn(&str) -> Value| -> Vec<Value> { MODELS.iter().map(|name| one(name)).collect() };
    let body = match format {
        ProviderKind::OpenAi => {
            json!({ "object": "list", "data": list(|name| json!({ "id": name, "object": "model" })) })
        }
        ProviderKind::Anthropic => {
            json!({ "data": list(|name| json!({ "id": name, "type": "model" })), "has_more": false, "last_id": null })
        }
        ProviderKind::Gemini => json!({ "models": list(|name| {
            json!({ "name": format!("models/{name}"), "supportedGenerationMethods": ["generateContent"] })
        }) }),
        ProviderKind::Ollama => json!({ "models": list(|name| json!({ "name": name, "model": name })) }),
    };
    status(200, &body)
}

fn status(code: u16, body: &Value) -> Response {
    respond(code, "application/json", &[], Body::from(body.to_string()))
}

pub(super) fn respond(code: u16, kind: &str, headers: &[(&str, &str)], body: Body) -> Response {
    let mut response = Response::builder().status(code).header("content-type", kind);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response
        .body(body)
        .expect("headers that are written here are valid")
}

async fn perform(shared: &Arc<Shared>, asked: &Asked, captured: &Captured, reply: Reply) -> Response {
    let format = asked.format;
    let failed = |code: u16, message: &str| status(code, &error_body(format, code, message));
    match reply.fault {
        Some(Fault::Unauthorized) => {
            let key = ["authorization", "x-api-key", "x-goog-api-key"]
                .iter()
                .find_map(|name| captured.header(name));
            failed(
                401,
                &format!("Incorrect API key provided: {}", key.unwrap_or("none")),
            )
        }
        Some(Fault::NoSuchModel) => failed(404, &format!("The model {} does not exist.", asked.model)),
        Some(Fault::RateLimited) => rate_limited(format, reply.wait_ms),
        Some(Fault::ServerError) => failed(500, "The server has trouble."),
        Some(Fault::BadRequest) => failed(400, "The request can't be read."),
        Some(Fault::NoThoughts) if captured.body.pointer(INCLUDE_THOUGHTS) == Some(&json!(true)) => {
            failed(400, "Thinking is not supported by this model.")
        }
        Some(Fault::NoSchemas) if asked.expects_json => {
            failed(400, "response_format is not supported: schema")
        }
        Some(Fault::Redirect) => respond(
            302,
            "text/plain",
            &[("location", "http://127.0.0.1:9/elsewhere")],
            Body::empty(),
        ),
        Some(Fault::WebPage) => respond(
            200,
            "text/html",
            &[],
            Body::from("<!doctype html>\n<p>Welcome.</p>\n"),
        ),
        Some(Fault::HangBeforeHeaders) => {
            let _guard = Guard::new(shared);
            std::future::pending().await
        }
        _ => streamed(shared, asked, &reply),
    }
}

fn streamed(shared: &Arc<Shared>, asked: &Asked, reply: &Reply) -> Response {
    let frames: Vec<Vec<u8>> = frames(asked, reply)
        .iter()
        .map(|frame| frame.bytes(asked.format, reply.crlf))
        .collect();
    let mut pieces = chunks(&frames, reply.chunking).into_iter();
    let mut guard = Guard::new(shared);
    let fault = reply.fault;
    let mut rested = false;
    let body = stream::poll_fn(move |context| {
        if let Some(piece) = pieces.next() {
            return Poll::Ready(Some(Ok(Bytes::from(piece))));
        }
        match fault {
            // Its client is what ends it; the connection wakes this task by itself.
            Some(Fault::HangMidStream) => Poll::Pending,
            // A rest, in which what was said goes out before the cut.
            Some(Fault::CutMidStream) if !rested => {
                rested = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Some(Fault::CutMidStream) => {
                guard.sent();
                Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionReset))))
            }
            _ => {
                guard.sent();
                Poll::Ready(None)
            }
        }
    });
    let said = reply.used_up_ms.map(|wait| used_up(asked.format, wait));
    let headers: Vec<(&str, &str)> = said
        .iter()
        .flatten()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let body = Body::from_stream(body.boxed());
    respond(200, content_type(asked.format), &headers, body)
}
