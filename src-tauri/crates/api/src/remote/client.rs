//! One server, spoken to by HTTP.

use super::address::Address;
use super::answer::Answer;
use super::fingerprint::Fingerprint;
use super::names::Names;
use super::patience::Patience;
use super::tls::{self, Expected};
use super::token::Token;
use super::trouble::Trouble;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use rustls::ClientConfig;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tracing::{debug, error};
use wheelhouse_contract::http::Placed;
use wheelhouse_contract::socket::SERVER_MESSAGE_MOST;
use wheelhouse_contract::{ApiError, ErrorCode, Operation};
use zeroize::Zeroizing;

/// Largest answer, in bytes. The same as for events.
const ANSWER_MOST: usize = SERVER_MESSAGE_MOST;

/// How often the operating system looks whether the other side is still there while nothing is said, and how many
/// times it asks in vain before the connection is over. Endless waits rely on it.
const LOOK_AFTER: Duration = Duration::from_secs(15);
const LOOKS: u32 = 3;

/// A connection that nobody uses is closed after this time: sooner than servers do, so that it does not break just
/// when it is used again.
const IDLE: Duration = Duration::from_secs(20);

/// A server, and what lets this machine speak to it.
#[derive(Debug, Clone)]
pub struct RemoteAddress {
    /// Where it is.
    pub url: Address,
    /// The certificate that was agreed on when pairing; there is one exactly where the address is `https`.
    pub pinned: Option<Fingerprint>,
    /// The token that pairing gave.
    pub token: Token,
}

/// The operations on a server. Cheap to clone; no connection is made before something is asked.
#[derive(Clone)]
pub struct Remote {
    inner: Arc<Inner>,
}

struct Inner {
    address: Address,
    token: Token,
    http: Client,
    tls: Arc<ClientConfig>,
    patience: Patience,
}

impl Remote {
    /// The operations on the server at `address`.
    ///
    /// # Errors
    /// `unauthorized` where a certificate should be pinned and is not, or the other way round.
    pub fn new(address: RemoteAddress) -> Result<Self, ApiError> {
        Self::with_patience(address, Patience::default())
    }

    /// The same with other waits, for tests.
    ///
    /// # Errors
    /// As [`Remote::new`].
    pub fn with_patience(address: RemoteAddress, patience: Patience) -> Result<Self, ApiError> {
        let RemoteAddress { url, pinned, token } = address;
        let expected = match (url.is_tls(), pinned) {
            (true, Some(fingerprint)) => Expected::Whole(fingerprint),
            (false, None) => Expected::None,
            (true, None) => return Err(unpinned("No certificate was agreed on with this server.")),
            (false, Some(_)) => return Err(unpinned("This server was paired over https, not over http.")),
        };
        let tls = tls_config(expected)?;
        let inner = Inner {
            http: http_client(&tls, patience.connect)?,
            tls: Arc::new(tls),
            address: url,
            token,
            patience,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Where the server is.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.inner.address
    }

    pub(super) fn token(&self) -> &Token {
        &self.inner.token
    }

    pub(super) fn http(&self) -> &Client {
        &self.inner.http
    }

    pub(super) fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.inner.tls)
    }

    pub(super) fn patience(&self) -> Patience {
        self.inner.patience
    }

    /// Asks for one row of the table.
    pub(super) async fn call<Q: Serialize, A: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        request: Q,
    ) -> Result<A, ApiError> {
        let placed = serde_json::to_value(request)
            .map_err(|error| misplaced(operation, &error))
            .and_then(|request| place(operation, request))?;
        let answer = self.exchange(operation, &placed).await;
        answer
            .and_then(|answer| answer.read())
            .map_err(|trouble| trouble.tell(self.address()))
    }

    /// Sends once more where the connection broke before there was an answer. Reading twice changes nothing, and a
    /// change carries the key of its wish. What only asks may speak to somebody, and is the operator's to repeat.
    async fn exchange(&self, operation: &Operation, placed: &Placed) -> Result<Answer, Trouble> {
        let first = self.send(operation, placed).await;
        match first {
            Err(trouble) if trouble.is_broken() && operation.effect != "ask" => {
                debug!(
                    operation = operation.name,
                    "the connection broke, asking once more"
                );
                self.send(operation, placed).await
            }
            other => other,
        }
    }

    async fn send(&self, operation: &Operation, placed: &Placed) -> Result<Answer, Trouble> {
        let mut url = self.address().at(&placed.path);
        if !placed.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&placed.query);
        }
        // Every row of the table has a method that is one.
        let method = Method::from_bytes(operation.method.as_bytes()).map_err(|_| Trouble::OtherVersion)?;
        let mut request = self.inner.http.request(method, url);
        request = request.header(AUTHORIZATION, bearer(self.token())?);
        if let Some(body) = &placed.body {
            request = request.json(body);
        }
        let wait = self.patience().with(operation);
        receive(request, wait, self.patience()).await
    }
}

/// Sends a request and takes in the whole answer. `wait` is for its beginning; none for as long as it takes.
pub(super) async fn receive(
    request: RequestBuilder,
    wait: Option<Duration>,
    patience: Patience,
) -> Result<Answer, Trouble> {
    Ok(receive_with(request, wait, patience).await?.0)
}

/// The same with the connection's certificate, where there is one.
pub(super) async fn receive_with(
    request: RequestBuilder,
    wait: Option<Duration>,
    patience: Patience,
) -> Result<(Answer, Option<Fingerprint>), Trouble> {
    let sent = request.send();
    let sent = match wait {
        None => sent.await,
        Some(wait) => timeout(wait, sent).await.map_err(|_| Trouble::Silent(wait))?,
    };
    let response = sent.map_err(|error| Trouble::of_request(&error, patience.connect))?;
    let certificate = response
        .extensions()
        .get::<reqwest::tls::TlsInfo>()
        .and_then(|info| info.peer_certificate())
        .map(Fingerprint::of);
    let media_type = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let media_type = Answer::media_type(media_type);
    let status = response.status().as_u16();
    let body = body(response, patience).await?;
    let answer = Answer {
        status,
        media_type,
        body,
    };
    Ok((answer, certificate))
}

/// The body, piece by piece, so that no server can fill the memory.
async fn body(mut response: Response, patience: Patience) -> Result<Vec<u8>, Trouble> {
    let announced = response.content_length().unwrap_or(0);
    if usize::try_from(announced).map_or(true, |length| length > ANSWER_MOST) {
        return Err(Trouble::TooLarge(ANSWER_MOST));
    }
    let mut body = Vec::new();
    loop {
        let piece = timeout(patience.answer, response.chunk());
        let piece = piece.await.map_err(|_| Trouble::Silent(patience.answer))?;
        let Some(piece) = piece.map_err(|error| Trouble::of_request(&error, patience.connect))? else {
            return Ok(body);
        };
        if body.len() + piece.len() > ANSWER_MOST {
            return Err(Trouble::TooLarge(ANSWER_MOST));
        }
        body.extend_from_slice(&piece);
    }
}

/// The header that shows a token. It is marked so that nothing prints it.
///
/// # Errors
/// Never: every token has a form that fits a header.
pub(super) fn bearer(token: &Token) -> Result<HeaderValue, Trouble> {
    let shown = Zeroizing::new(format!("Bearer {}", token.expose()));
    let mut value =
        HeaderValue::from_str(&shown).map_err(|_| Trouble::Said(unpinned("The token can't be sent.")))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The configuration for what is expected of the server.
pub(super) fn tls_config(expected: Expected) -> Result<ClientConfig, ApiError> {
    tls::config(expected).map_err(|error| no_client(&error))
}

/// A client that speaks to nobody but the address that it is given: no proxy, no redirect.
pub(super) fn http_client(tls: &ClientConfig, connect: Duration) -> Result<Client, ApiError> {
    Client::builder()
        .user_agent(concat!("wheelhouse/", env!("CARGO_PKG_VERSION")))
        .tls_backend_preconfigured(tls.clone())
        .tls_info(true)
        .dns_resolver(Names)
        .redirect(Policy::none())
        .no_proxy()
        .http1_only()
        .connect_timeout(connect)
        .pool_idle_timeout(IDLE)
        .tcp_nodelay(true)
        .tcp_keepalive(LOOK_AFTER)
        .tcp_keepalive_interval(LOOK_AFTER / LOOKS)
        .tcp_keepalive_retries(LOOKS)
        .build()
        .map_err(|error| no_client(&error))
}

fn place(operation: &Operation, request: Value) -> Result<Placed, ApiError> {
    operation
        .place(request)
        .map_err(|error| misplaced(operation, &error))
}

/// A word that would change the path is the asker's fault; that a field has no place at all never happens, because a
/// test goes through the table.
fn misplaced(operation: &Operation, error: &dyn std::error::Error) -> ApiError {
    debug!(operation = operation.name, %error, "the request has no form in HTTP");
    ApiError::new(
        ErrorCode::InvalidRequest,
        format!("This can't be asked of a server: {error}."),
    )
    .next_step("Check what was filled in.")
}

fn unpinned(message: &str) -> ApiError {
    ApiError::new(ErrorCode::Unauthorized, message)
        .field("certificate")
        .next_step("Pair with the server again.")
}

fn no_client(error: &dyn std::error::Error) -> ApiError {
    error!(%error, "no client for a server can be made");
    ApiError::new(
        ErrorCode::Internal,
        "Secure connections can't be made on this machine.",
    )
    .next_step("Restart the application. If it happens again, the log says more.")
}
