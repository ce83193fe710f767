//! Carries runs: one that the operator moves, and those whose move was interrupted.

use super::{MoveOutcome, MoveProgress, MoveSide, Moves};
use crate::backends::{BackendId, Backends, device_name, way_to_with};
use std::time::Duration;
use tracing::{debug, warn};
use wheelhouse_api::remote::Patience;
use wheelhouse_api::{Delivered, Local, MoveError, Mover, Reached, Side, call_off_alone};
use wheelhouse_contract::domain::{MoveUid, WorkflowId};
use wheelhouse_contract::{
    ApiError, DepartureState, DepartureView, ErrorCode, ListMoves, MovesView, Operations,
};

/// Nobody looks at it while moves are gone on with, but others wait in line behind it.
const QUIET: Patience = Patience {
    connect: Duration::from_secs(8),
    answer: Duration::from_secs(30),
    long: Duration::from_secs(10 * 60),
    silence: Duration::from_secs(30),
};

/// A backend, and the way to it.
pub(super) struct Place {
    pub(super) side: MoveSide,
    reached: Reached,
}

/// This machine, or a saved server. Nothing is sent yet.
pub(super) async fn place(
    local: &Local,
    backends: &Backends,
    id: Option<BackendId>,
) -> Result<Place, ApiError> {
    let Some(id) = id else {
        return Ok(Place {
            side: this_machine(),
            reached: Reached::Local(local.clone()),
        });
    };
    let saved = backends.get(id)?;
    let way = way_to_with(local, &saved, QUIET).await?;
    Ok(Place {
        side: MoveSide {
            id: Some(id),
            name: saved.name,
            known: true,
        },
        reached: Reached::Remote(way),
    })
}

pub(super) fn this_machine() -> MoveSide {
    MoveSide {
        id: None,
        name: device_name(),
        known: true,
    }
}

/// The two backends, asked which stores they have.
async fn mover(one: &Place, other: &Place) -> Result<Mover<Reached, Reached>, ApiError> {
    let one = Side::of(one.reached.clone(), &one.side.name).await?;
    let other = Side::of(other.reached.clone(), &other.side.name).await?;
    Ok(Mover::new(one, other))
}

/// Moves a run from the backend that the window talks to.
///
/// # Errors
/// Why it did not begin, or why the other side refuses the run. In both cases it stays.
pub(crate) async fn move_run(
    local: &Local,
    backends: &Backends,
    moves: &Moves,
    (workflow, to): (WorkflowId, Option<BackendId>),
    mut report: impl FnMut(MoveProgress) + Send,
) -> Result<MoveOutcome, ApiError> {
    let from = backends.chosen().map(|chosen| chosen.id);
    if from == to {
        return Err(there_already());
    }
    let road = moves.road(from, to);
    let _one_at_a_time = road.lock().await;
    let (from, to) = (
        place(local, backends, from).await?,
        place(local, backends, to).await?,
    );
    let mover = mover(&from, &to).await?;
    let mut uid = None;
    let ended = mover
        .there(workflow, &mut |progress| {
            uid = Some(progress.uid);
            let (standing, wish) = moves.note(&from.side, &to.side, progress);
            report(MoveProgress {
                uid: progress.uid,
                standing,
            });
            wish
        })
        .await;
    keep_what_is_told(moves, &from).await;
    keep_what_is_told(moves, &to).await;
    match uid {
        Some(uid) => outcome(moves, uid, ended),
        None => Err(ended.err().map_or_else(never_begun, |error| error.said().clone())),
    }
}

/// What becomes of a move that is not carried any further just now.
fn outcome(
    moves: &Moves,
    uid: MoveUid,
    ended: Result<Delivered, MoveError>,
) -> Result<MoveOutcome, ApiError> {
    match ended {
        Ok(Delivered::Arrived(arrival)) => {
            moves.over(uid, None);
            let workflow = arrival.workflow_id;
            Ok(MoveOutcome::Moved { uid, workflow })
        }
        Ok(Delivered::Stayed(_)) => {
            moves.over(uid, None);
            Ok(MoveOutcome::Stayed { uid })
        }
        Err(MoveError::Waits(why)) => {
            warn!(%uid, %why, "a move waits");
            moves.over(uid, Some(&why));
            moves.try_again();
            Ok(MoveOutcome::Waits { uid, why })
        }
        // Called off from elsewhere meanwhile, the other side says that it threw the run away.
        Err(MoveError::Refused(_)) if moves.over(uid, None) => Ok(MoveOutcome::Stayed { uid }),
        Err(MoveError::Refused(why)) => Err(why),
    }
}

fn there_already() -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, "The run is on that backend already.")
        .field("to")
        .next_step("Choose another one.")
}

fn never_begun() -> ApiError {
    ApiError::new(ErrorCode::Internal, "The move did not begin.").next_step("Try again.")
}

/// Goes on with the moves between two backends that are not finished, and lets them settle who owns what.
///
/// # Errors
/// Where one of the two can't be asked.
pub(crate) async fn resume(
    local: &Local,
    backends: &Backends,
    moves: &Moves,
    (one, other): (Option<BackendId>, Option<BackendId>),
) -> Result<(), ApiError> {
    let road = moves.road(one, other);
    let _one_at_a_time = road.lock().await;
    let (one, other) = (
        place(local, backends, one).await?,
        place(local, backends, other).await?,
    );
    let mover = mover(&one, &other).await?;
    let departing = departures_of(&one.reached).await?;
    let resumed = mover
        .resume(&mut |progress| {
            let (from, to) = if departing.contains(&progress.uid) {
                (&one.side, &other.side)
            } else {
                (&other.side, &one.side)
            };
            moves.note(from, to, progress).1
        })
        .await?;
    for (uid, ended) in resumed {
        match ended {
            Ok(_) => moves.over(uid, None),
            Err(error) => {
                warn!(%uid, %error, "a move could not go on");
                moves.over(uid, Some(error.said()))
            }
        };
    }
    keep_what_is_told(moves, &one).await;
    keep_what_is_told(moves, &other).await;
    Ok(())
}

async fn departures_of(backend: &Reached) -> Result<Vec<MoveUid>, ApiError> {
    let view = backend.list_moves(ListMoves {}).await?;
    Ok(view.departures.iter().map(|departure| departure.uid).collect())
}

/// Remembers how a backend says that things stand, for when it is away.
async fn keep_what_is_told(moves: &Moves, place: &Place) {
    match place.reached.list_moves(ListMoves {}).await {
        Ok(view) => {
            moves.held().told.insert(place.side.id, view);
        }
        Err(error) => debug!(%error, "a backend did not say how its moves stand"),
    }
}

/// Keeps a run where it was.
///
/// # Errors
/// Where it is decided already, or the backend where it began can't be asked.
pub(crate) async fn call_off(
    local: &Local,
    backends: &Backends,
    moves: &Moves,
    uid: MoveUid,
) -> Result<MoveOutcome, ApiError> {
    let sides = moves.held().live.get(&uid).map(|live| (live.from.id, live.to.id));
    if let Some((from, _)) = sides
        && moves.stop(uid).await
    {
        let from = place(local, backends, from).await?;
        let departure = departure(&from.reached, uid).await?;
        return Ok(match departure {
            Some(departure) if departure.state != DepartureState::CalledOff => MoveOutcome::Moved {
                uid,
                workflow: None,
            },
            _ => MoveOutcome::Stayed { uid },
        });
    }
    let (from, to) = found(local, backends, moves, uid).await?;
    let ended = match to {
        Some(to) => {
            let road = moves.road(from.side.id, to.side.id);
            let _one_at_a_time = road.lock().await;
            called_off_by_both(&from, &to, uid).await
        }
        None => stays_alone(&from, uid).await,
    };
    let ended = ended?;
    moves.over(uid, None);
    keep_what_is_told(moves, &from).await;
    Ok(match ended {
        Delivered::Arrived(arrival) => MoveOutcome::Moved {
            uid,
            workflow: arrival.workflow_id,
        },
        Delivered::Stayed(_) => MoveOutcome::Stayed { uid },
    })
}

async fn called_off_by_both(from: &Place, to: &Place, uid: MoveUid) -> Result<Delivered, ApiError> {
    match mover(from, to).await {
        Ok(mover) => mover.call_off(uid).await,
        // The other side is away. The one where it began knows whether the run may stay all the same.
        Err(error) => stays_alone(from, uid).await.map_err(|_| error),
    }
}

async fn stays_alone(from: &Place, uid: MoveUid) -> Result<Delivered, ApiError> {
    let departure = call_off_alone(&from.reached, uid).await?;
    Ok(Delivered::Stayed(Box::new(departure)))
}

async fn departure(backend: &Reached, uid: MoveUid) -> Result<Option<DepartureView>, ApiError> {
    let view = backend.list_moves(ListMoves {}).await?;
    Ok(view.departures.into_iter().find(|departure| departure.uid == uid))
}

/// Where a move began, and where it goes if that is known here.
async fn found(
    local: &Local,
    backends: &Backends,
    moves: &Moves,
    uid: MoveUid,
) -> Result<(Place, Option<Place>), ApiError> {
    let mut sides = vec![None];
    sides.extend(backends.saved().backends.iter().map(|saved| Some(saved.id)));
    // Those first that are known to have it, so that nobody is asked who has nothing to do with it.
    let knows = |id: &Option<BackendId>| {
        let held = moves.held();
        let told = held.told.get(id);
        !told.is_some_and(|view| view.departures.iter().any(|one| one.uid == uid))
    };
    sides.sort_by_key(knows);
    let mut why = None;
    for id in sides {
        let asked = match place(local, backends, id).await {
            Ok(place) => departure(&place.reached, uid).await.map(|found| (place, found)),
            Err(error) => Err(error),
        };
        match asked {
            Ok((from, Some(departure))) => {
                let to = with_store(moves, backends, &departure);
                let to = match to {
                    Some(id) => place(local, backends, id).await.ok(),
                    None => None,
                };
                return Ok((from, to));
            }
            Ok((_, None)) => {}
            Err(error) => why = Some(error),
        }
    }
    Err(why.unwrap_or_else(unknown))
}

/// The backend that a move goes to, if it is this machine or a saved server.
fn with_store(moves: &Moves, backends: &Backends, departure: &DepartureView) -> Option<Option<BackendId>> {
    let held = moves.held();
    let is_it = |view: &MovesView| view.store == departure.other;
    let told = held.told.iter().find(|(_, view)| is_it(view)).map(|(id, _)| *id);
    let saved = backends.saved();
    let saved = saved.backends.iter().find(|saved| saved.store == departure.other);
    told.or_else(|| saved.map(|saved| Some(saved.id)))
}

fn unknown() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is no such move any more.")
        .next_step("Look where the workflow is, and begin a new move there.")
}
