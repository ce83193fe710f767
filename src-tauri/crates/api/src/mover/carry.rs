//! The steps of a move, each from how things stand on both sides.

use super::send::send;
use super::{Delivered, MoveError, Progress, Resumed, Side, Stage, Wish, moves, new_key};
use tracing::{info, warn};
use wheelhouse_contract::{
    AdmitWorkflow, ApiError, ArrivalState, ArrivalView, CallOffMove, CompleteArrival, ConfirmDeparture, DepartWorkflow,
    Departing, DepartureState, DepartureView, DropArrival, ErrorCode, FinishDeparture, Operations, RemoveTransfer,
};
use wheelhouse_domain::{MoveUid, TransferUid, WorkflowId};

/// Goes on with every move from one side to the other that is not finished.
pub(super) async fn all<F: Operations, T: Operations>(
    from: &Side<F>,
    to: &Side<T>,
    tell: &mut (impl FnMut(Progress) -> Wish + Send),
) -> Result<Vec<Resumed>, ApiError> {
    // Arrivals first: whatever has arrived by now has left before the departures are looked at.
    let arrivals = moves(&to.backend).await?.arrivals;
    let departures = moves(&from.backend).await?.departures;
    let mut ended = Vec::new();
    for arrival in arrivals {
        let is_open = arrival.other == from.store && arrival.state == ArrivalState::Arriving;
        if is_open && !departures.iter().any(|one| one.uid == arrival.uid && !one.finished) {
            let uid = arrival.uid;
            if let Err(error) = settle(from, to, uid).await {
                ended.push((uid, Err(MoveError::Waits(error))));
            }
        }
    }
    for departure in departures {
        if departure.other == to.store && !departure.finished {
            ended.push((departure.uid, resume(from, to, departure, tell).await));
        }
    }
    Ok(ended)
}

/// What came by a move that the side where it began has finished, or does not know any more because a copy of its journal
/// was restored: it is made this side's if the other one still says that it is gone, else it is thrown away.
async fn settle<F: Operations, T: Operations>(
    from: &Side<F>,
    to: &Side<T>,
    uid: MoveUid,
) -> Result<(), ApiError> {
    match confirm(from, uid).await {
        Ok(receipt) => complete(to, uid, receipt).await.map(drop),
        Err(error) if is_refusal(&error) => drop_there(to, uid).await.map(drop),
        Err(error) => Err(error),
    }
}

async fn resume<F: Operations, T: Operations>(
    from: &Side<F>,
    to: &Side<T>,
    departure: DepartureView,
    tell: &mut (impl FnMut(Progress) -> Wish + Send),
) -> Result<Delivered, MoveError> {
    if departure.state == DepartureState::CalledOff {
        let called_off = call_off(from, to, departure.uid).await;
        return called_off.map_err(MoveError::Waits);
    }
    let known = moves(&to.backend).await.map_err(MoveError::Waits)?.arrivals;
    match known.into_iter().find(|arrival| arrival.uid == departure.uid) {
        // It may have moved on since, so that the side where it began has nothing to confirm any more.
        Some(arrival) if arrival.state == ArrivalState::Here && departure.state == DepartureState::Gone => {
            finish(from, departure.uid).await.map_err(MoveError::Waits)?;
            Ok(Delivered::Arrived(Box::new(arrival)))
        }
        Some(arrival) => decide(from, to, arrival, tell).await,
        None => {
            let id = departure.workflow_id.ok_or_else(|| MoveError::Refused(deleted(&departure)))?;
            let departing = depart(from, to, departure.uid, id).await;
            on(from, to, departing.map_err(MoveError::Waits)?, tell).await
        }
    }
}

fn deleted(departure: &DepartureView) -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        format!("“{}” was deleted before it was sent.", departure.name),
    )
}

/// Lets a run rest and makes a file of it. Asked for again it makes the file again.
pub(super) async fn depart<F: Operations, T: Operations>(
    from: &Side<F>,
    to: &Side<T>,
    uid: MoveUid,
    id: WorkflowId,
) -> Result<Departing, ApiError> {
    let request = DepartWorkflow {
        request_key: new_key(),
        id,
        move_uid: uid,
        other: to.store,
        other_name: to.name.clone(),
        own_name: from.name.clone(),
    };
    from.backend.depart_workflow(request).await
}

/// Goes on with a run that rests and lies in a file.
pub(super) async fn on<F: Operations, T: Operations>(
    from: &Side<F>,
    to: &Side<T>,
    departing: Departing,
    tell: &mut (impl FnMut(Progress) -> Wish + Send),
) -> Result<Delivered, MoveError> {
    let uid = departing.departure.uid;
    let Some(transfer) = departing.transfer else {
        return call_off(from, to, uid).await.map_err(MoveError::Waits);
    };
    let admitted = admit(from, to, uid, (transfer, departing.bytes), tell).await;
    discard(&from.backend, transfer).await;
    match admitted {
        Ok(Some(arrival)) => decide(from, to, arrival, tell).await,
        Ok(None) => stay(from, to, uid, tell).await,
        Err(error) if is_refusal(&error) => {
            warn!(%uid, %error, "the run is not taken in there, so it stays");
            let stayed = stay(from, to, uid, tell).await?;
            match stayed {
                Delivered::Arrived(_) => Ok(stayed),
                Delivered::Stayed(_) => Err(MoveError::Refused(error)),
            }
        }
        Err(error) => Err(MoveError::Waits(error)),
    }
}

/// The run stays, because that is wanted or because the other side does not take it.
async fn stay<F: Operations, T: Operations>(
    from: &Side<F>,
    to: &Side<T>,
    uid: MoveUid,
    tell: &mut (impl FnMut(Progress) -> Wish + Send),
) -> Result<Delivered, MoveError> {
    let ended = call_off(from, to, uid).await.map_err(MoveError::Waits)?;
    if matches!(ended, Delivered::Stayed(_)) {
        let _decided = tell(Progress {
            uid,
            stage: Stage::Stayed,
        });
    }
    Ok(ended)
}

/// Sends the run, and has it kept there. None where it is to stay.
async fn admit<F: Operations, T: Operations>(
    from: &Side<F>,
    to: &Side<T>,
    uid: MoveUid,
    file: (TransferUid, u64),
    tell: &mut (impl FnMut(Progress) -> Wish + Send),
) -> Result<Option<ArrivalView>, ApiError> {
    let sent = send(&from.backend, &to.backend, file, |done, bytes| {
        tell(Progress {
            uid,
            stage: Stage::Sending { done, bytes },
        })
    });
    let Some(transfer) = sent.await? else {
        return Ok(None);
    };
    let wish = tell(Progress {
        uid,
        stage: Stage::Admitting,
    });
    if wish == Wish::CallOff {
        discard(&to.backend, transfer).await;
        return Ok(None);
    }
    let request = AdmitWorkflow {
        request_key: new_key(),
        transfer,
    };
    let admitted = to.backend.admit_workflow(request).await;
    discard(&to.backend, transfer).await;
    admitted.map(Some)
}

/// The other side has the run, be it kept, its own or thrown away.
async fn decide<F: Operations, T: Operations>(
    from: &Side<F>,
    to: &Side<T>,
    arrival: ArrivalView,
    tell: &mut (impl FnMut(Progress) -> Wish + Send),
) -> Result<Delivered, MoveError> {
    let uid = arrival.uid;
    if arrival.state == ArrivalState::Dropped {
        return call_off(from, to, uid).await.map_err(MoveError::Waits);
    }
    let wish = tell(Progress {
        uid,
        stage: Stage::Deciding,
    });
    if wish == Wish::CallOff && arrival.state == ArrivalState::Arriving {
        return stay(from, to, uid, tell).await;
    }
    let receipt = confirm(from, uid).await.map_err(MoveError::Waits)?;
    let arrival = match complete(to, uid, receipt).await {
        Ok(arrival) => arrival,
        // Somebody threw it away in this moment: it would be nobody's.
        Err(error) if is_refusal(&error) => {
            warn!(%uid, %error, "what had arrived is not there any more");
            return call_off(from, to, uid).await.map_err(MoveError::Waits);
        }
        Err(error) => return Err(MoveError::Waits(error)),
    };
    finish(from, uid).await.map_err(MoveError::Waits)?;
    let _done = tell(Progress {
        uid,
        stage: Stage::Arrived,
    });
    info!(%uid, name = arrival.name, "was moved");
    Ok(Delivered::Arrived(Box::new(arrival)))
}

/// Keeps a run where it was. The other side throws it away first, so that it is never in two places.
pub(super) async fn call_off<F: Operations, T: Operations>(
    from: &Side<F>,
    to: &Side<T>,
    uid: MoveUid,
) -> Result<Delivered, ApiError> {
    let arrival = drop_there(to, uid).await?;
    match arrival.state {
        ArrivalState::Here => {
            confirm(from, uid).await?;
            finish(from, uid).await?;
            Ok(Delivered::Arrived(Box::new(arrival)))
        }
        ArrivalState::Dropped => {
            let request = CallOffMove {
                request_key: new_key(),
                uid,
                dropped_there: true,
            };
            from.backend.call_off_move(request).await?;
            Ok(Delivered::Stayed(Box::new(finish(from, uid).await?)))
        }
        // Only what is known to be thrown away for good may be taken back.
        ArrivalState::Arriving => Err(ApiError::new(
            ErrorCode::Unavailable,
            "The other backend did not throw its copy away.",
        )
        .next_step("Try again.")),
    }
}

async fn drop_there<T: Operations>(to: &Side<T>, uid: MoveUid) -> Result<ArrivalView, ApiError> {
    let request = DropArrival {
        request_key: new_key(),
        uid,
    };
    to.backend.drop_arrival(request).await
}

async fn confirm<F: Operations>(from: &Side<F>, uid: MoveUid) -> Result<String, ApiError> {
    let request = ConfirmDeparture {
        request_key: new_key(),
        uid,
    };
    Ok(from.backend.confirm_departure(request).await?.receipt)
}

async fn complete<T: Operations>(
    to: &Side<T>,
    uid: MoveUid,
    receipt: String,
) -> Result<ArrivalView, ApiError> {
    let request = CompleteArrival {
        request_key: new_key(),
        uid,
        receipt,
    };
    to.backend.complete_arrival(request).await
}

async fn finish<F: Operations>(from: &Side<F>, uid: MoveUid) -> Result<DepartureView, ApiError> {
    let request = FinishDeparture {
        request_key: new_key(),
        uid,
    };
    from.backend.finish_departure(request).await
}

/// Removes what was on its way. Where that fails the backend does it itself after a day.
pub(super) async fn discard(backend: &impl Operations, uid: TransferUid) {
    let request = RemoveTransfer {
        request_key: new_key(),
        uid,
    };
    if let Err(error) = backend.remove_transfer(request).await {
        tracing::debug!(%error, "a file that was on its way stays for a while");
    }
}

/// Whether a side has answered that it will not do this, however often it is asked; others were not reached, or can't now.
pub(super) fn is_refusal(error: &ApiError) -> bool {
    match error.code {
        ErrorCode::InvalidRequest
        | ErrorCode::NotFound
        | ErrorCode::Conflict
        | ErrorCode::RequestKeyReused
        | ErrorCode::Unreadable
        | ErrorCode::Forbidden
        | ErrorCode::TooLarge => true,
        ErrorCode::ProviderFailed
        | ErrorCode::KeysLocked
        | ErrorCode::Unauthorized
        | ErrorCode::RateLimited
        | ErrorCode::Unavailable
        | ErrorCode::Internal => false,
    }
}
