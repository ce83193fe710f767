//! Goes on with interrupted moves: at the start, when a backend can be reached again, and every now and then while one waits.

use super::{Moves, resume};
use crate::backends::{BackendId, Backends};
use crate::state::Backend;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use tauri::{AppHandle, Manager};
use tracing::debug;
use wheelhouse_api::Local;
use wheelhouse_contract::domain::StoreUid;
use wheelhouse_contract::{
    ApiError, ArrivalState, ArrivalView, DepartureView, ErrorCode, ListMoves, MovesView, Operations,
};

/// First wait before moves that could not go on are tried again.
const SOON: Duration = Duration::from_secs(5);

/// Longest such wait.
const LATER: Duration = Duration::from_secs(60);

/// Goes on with moves for as long as the program runs.
pub(crate) async fn keep_on(app: AppHandle) {
    let (backend, backends) = (app.state::<Backend>(), app.state::<Backends>());
    let moves = app.state::<Moves>();
    let mut wait = SOON;
    let mut everybody = true;
    loop {
        let unfinished = match backend.local().await {
            Ok(local) => go_on(&local, &backends, &moves, everybody).await,
            // It rings when the backend is opened.
            Err(_) => false,
        };
        tokio::select! {
            () = moves.bell.notified() => (wait, everybody) = (SOON, true),
            () = tokio::time::sleep(wait), if unfinished => {
                (wait, everybody) = ((wait * 2).min(LATER), false);
            }
        }
    }
}

/// Goes on with what is not finished. All saved servers are asked, or those only that a known move waits for. Gives whether
/// something still waits.
pub(super) async fn go_on(local: &Local, backends: &Backends, moves: &Moves, everybody: bool) -> bool {
    keep_own(local, moves).await;
    let saved = backends.saved().backends;
    for server in saved.iter().filter(|server| !server.looks_only) {
        let pair = (None, Some(server.id));
        if everybody || is_open_between(moves, pair, (None, Some(server.store))) {
            try_to_resume(local, backends, moves, pair).await;
        }
    }
    for (index, one) in saved.iter().enumerate() {
        for other in saved.iter().skip(index + 1) {
            let pair = (Some(one.id), Some(other.id));
            if is_open_between(moves, pair, (Some(one.store), Some(other.store))) {
                try_to_resume(local, backends, moves, pair).await;
            }
        }
    }
    keep_own(local, moves).await;
    let held = moves.held();
    held.told.values().any(|view| !open_to(view).is_empty())
}

async fn keep_own(local: &Local, moves: &Moves) {
    match local.list_moves(ListMoves {}).await {
        Ok(own) => {
            moves.held().told.insert(None, own);
        }
        Err(error) => debug!(%error, "the moves of this machine can't be read"),
    }
}

async fn try_to_resume(
    local: &Local,
    backends: &Backends,
    moves: &Moves,
    pair: (Option<BackendId>, Option<BackendId>),
) {
    let Err(error) = resume(local, backends, moves, pair).await else {
        return;
    };
    debug!(%error, "moves can't go on just now");
    let why = match error.code {
        ErrorCode::Unauthorized | ErrorCode::KeysLocked | ErrorCode::Unavailable | ErrorCode::Internal => error,
        _ => ApiError::new(ErrorCode::Unavailable, error.message),
    };
    let mut held = moves.held();
    let stores = stores(&held.told, pair);
    let open: Vec<_> = [pair.0, pair.1]
        .iter()
        .filter_map(|id| held.told.get(id))
        .flat_map(|view| {
            let departing = view.departures.iter().filter(|one| is_departing(one));
            let arriving = view.arrivals.iter().filter(|one| is_arriving(one));
            let departing = departing.map(|one| (one.uid, one.other));
            departing.chain(arriving.map(|one| (one.uid, one.other)))
        })
        .filter(|(_, other)| stores.is_empty() || stores.contains(other))
        .map(|(uid, _)| uid)
        .collect();
    for uid in open {
        if !held.live.contains_key(&uid) {
            held.held_up.insert(uid, why.clone());
        }
    }
}

/// The stores of two backends, as far as they told; none where both did not.
fn stores(
    told: &HashMap<Option<BackendId>, MovesView>,
    pair: (Option<BackendId>, Option<BackendId>),
) -> BTreeSet<StoreUid> {
    match (told.get(&pair.0), told.get(&pair.1)) {
        (Some(one), Some(other)) => [one.store, other.store].into(),
        _ => BTreeSet::new(),
    }
}

fn is_open_between(
    moves: &Moves,
    pair: (Option<BackendId>, Option<BackendId>),
    saved: (Option<StoreUid>, Option<StoreUid>),
) -> bool {
    let held = moves.held();
    let store = |id: &Option<BackendId>, saved: Option<StoreUid>| {
        held.told.get(id).map(|view| view.store).or(saved)
    };
    let open = |id: &Option<BackendId>, other: Option<StoreUid>| {
        let view = held.told.get(id);
        view.is_some_and(|view| open_to(view).iter().any(|one| Some(*one) == other))
    };
    open(&pair.0, store(&pair.1, saved.1)) || open(&pair.1, store(&pair.0, saved.0))
}

/// The stores that a backend has unfinished moves with.
fn open_to(view: &MovesView) -> BTreeSet<StoreUid> {
    let departing = view.departures.iter().filter(|one| is_departing(one));
    let arriving = view.arrivals.iter().filter(|one| is_arriving(one));
    departing.map(|one| one.other).chain(arriving.map(|one| one.other)).collect()
}

fn is_departing(departure: &DepartureView) -> bool {
    !departure.finished
}

fn is_arriving(arrival: &ArrivalView) -> bool {
    arrival.state == ArrivalState::Arriving
}
