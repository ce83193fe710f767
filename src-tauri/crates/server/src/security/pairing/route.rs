//! `POST /pair`: the one changing request that is made without a token. `POST /unpair`: the one that takes no more than a
//! token, whatever that allows, because it can only give itself back.

use super::{PairRefusal, Pairing};
use crate::security::error::AccessError;
use crate::security::guard::answer::{Refusal, refuse};
use crate::security::tokens::{Caller, CheckRefusal, Issued};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Router};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use wheelhouse_contract::{ApiError, ErrorCode, SecretText};
use zeroize::Zeroizing;

/// Path of the request.
pub(crate) const PAIR_PATH: &str = "/pair";
/// Path of the request that ends it.
pub(crate) const UNPAIR_PATH: &str = "/unpair";
/// Most bytes of a request: a code and a name.
const MOST_BYTES: usize = 4096;
/// Tries that may wait for each other. More would keep everybody waiting.
const MOST_WAITING: usize = 8;
/// Time for a request to come in.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the request needs.
#[derive(Debug, Clone)]
pub struct PairingDesk {
    /// The codes.
    pub pairing: Pairing,
    /// Name of the server, as its operator calls it.
    pub server: String,
    /// Uid of the store.
    pub store: String,
}

#[derive(Clone)]
struct Desk {
    desk: Arc<PairingDesk>,
    /// One try at a time: each costs memory and a part of a second.
    turn: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

#[derive(Deserialize)]
struct Wish {
    secret: SecretText,
    name: String,
}

#[derive(Serialize)]
struct Paired<'a> {
    token: &'a str,
    name: &'a str,
    scope: &'static str,
    server: &'a str,
    store: &'a str,
}

#[derive(Serialize)]
struct Left<'a> {
    /// What the token was called.
    revoked: &'a str,
}

/// The routes. The guard lets the first through without a token, a few times a minute, and the second with any.
pub fn pairing_routes(desk: PairingDesk) -> Router {
    let desk = Desk {
        desk: Arc::new(desk),
        turn: Arc::new(Semaphore::new(1)),
        waiting: Arc::new(Semaphore::new(MOST_WAITING)),
    };
    Router::new()
        .route(PAIR_PATH, post(pair))
        .route(UNPAIR_PATH, post(unpair))
        .with_state(desk)
}

async fn unpair(
    State(desk): State<Desk>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    match left(desk, caller).await {
        Ok(response) => response,
        Err(refusal) => refuse(request.headers(), refusal),
    }
}

async fn left(desk: Desk, caller: Caller) -> Result<Response, Refusal> {
    let pairing = desk.desk.pairing.clone();
    let leaving = tokio::task::spawn_blocking(move || pairing.leave(&caller));
    let broken_off = |_| ApiError::new(ErrorCode::Internal, "Taking the token back broke off.");
    let row = match leaving.await.map_err(broken_off)? {
        Ok(row) => row,
        // Somebody else took it back in this moment.
        Err(AccessError::NotFound) => return Err(CheckRefusal::Unknown.into()),
        Err(error) => {
            tracing::warn!(%error, next_step = error.next_step(), "a token could not be taken back");
            return Err(ApiError::from(error).into());
        }
    };
    tracing::info!(device = row.name, token = %row.id, "a device gave its token back");
    Ok(json(&Left { revoked: &row.name })?)
}

async fn pair(State(desk): State<Desk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match paired(desk, &parts.headers, body).await {
        Ok(response) => response,
        Err(refusal) => refuse(&parts.headers, refusal),
    }
}

async fn paired(desk: Desk, headers: &HeaderMap, body: Body) -> Result<Response, Refusal> {
    let wish = read(headers, body).await?;
    let Ok(_place) = desk.waiting.try_acquire() else {
        return Err(Refusal::later(1));
    };
    let broken_off = || ApiError::new(ErrorCode::Internal, "Pairing broke off.");
    let turn = desk.turn.acquire_owned().await.map_err(|_| broken_off())?;
    let pairing = desk.desk.pairing.clone();
    let redeemed = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let typed = Zeroizing::new(wish.secret.0);
        pairing.redeem(&typed, &wish.name)
    });
    let issued = redeemed.await.map_err(|_| broken_off())?;
    let issued = issued.map_err(told)?;
    tracing::info!(device = issued.row.name, token = %issued.row.id, "a device was paired");
    Ok(answer(&desk.desk, &issued)?)
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Wish, ApiError> {
    let wrong = |message: &str| ApiError::new(ErrorCode::InvalidRequest, message);
    // A page in a browser can send plain text anywhere unasked, but not this.
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(wrong("The request must be JSON.").next_step("Send `content-type: application/json`."));
    }
    let bytes = tokio::time::timeout(PATIENCE, to_bytes(body, MOST_BYTES)).await;
    let bytes = bytes.map_err(|_| wrong("The request did not come in time."))?;
    let bytes = bytes.map_err(|_| ApiError::new(ErrorCode::TooLarge, "The request is too large."))?;
    // What the parser says may repeat the secret.
    serde_json::from_slice(&bytes).map_err(|_| {
        wrong("The request is not what was expected.").next_step(
            "Send {\"secret\": the last 8 characters of the code, \"name\": a name of the device}.",
        )
    })
}

fn told(refusal: PairRefusal) -> ApiError {
    let message = refusal.to_string();
    match refusal {
        PairRefusal::Form => ApiError::new(ErrorCode::InvalidRequest, message).field("secret"),
        PairRefusal::NotValid => ApiError::new(ErrorCode::Unauthorized, message)
            .next_step("Run `wheelhouse-server pair` where the server is, and type the new code."),
        PairRefusal::Access(error) => {
            tracing::warn!(%error, next_step = error.next_step(), "a device could not be paired");
            error.into()
        }
    }
}

fn answer(desk: &PairingDesk, issued: &Issued) -> Result<Response, ApiError> {
    let paired = Paired {
        token: issued.token.expose(),
        name: &issued.row.name,
        scope: issued.row.scope.word(),
        server: &desk.server,
        store: &desk.store,
    };
    json(&paired)
}

fn json(answer: &impl Serialize) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(answer).map_err(|error| {
        ApiError::new(
            ErrorCode::Internal,
            format!("The answer can't be written: {error}"),
        )
    })?;
    let json = HeaderValue::from_static("application/json");
    let mut response = ([(header::CONTENT_TYPE, json)], body).into_response();
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    Ok(response)
}
