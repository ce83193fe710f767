//! The part that this machine's backend takes in moves of runs.

use crate::check;
use crate::error::Wrapped;
use crate::local::Local;
use wheelhouse_contract::{
    AdmitWorkflow, ApiError, ArrivalState, ArrivalView, CallOffMove, CompleteArrival, ConfirmDeparture,
    DepartWorkflow, Departing, DepartureState, DepartureView, DropArrival, FinishDeparture, HeldRun, MoveReceipt,
    MovedPlace, MovedView, MovesView, YieldRuns, YieldedRuns,
};
use wheelhouse_orchestrator::store::{self, ArrivalRow, DepartureRow, MovedRow, OtherStore, RunPlace};
use wheelhouse_orchestrator::NewMove;

/// Most runs that one request names.
const MOST_HELD: usize = 10_000;

/// Longest receipt, in bytes.
const LONGEST_RECEIPT: usize = 200;

impl Local {
    pub(crate) async fn let_leave(&self, request: DepartWorkflow) -> Result<Departing, ApiError> {
        check::key(&request.request_key)?;
        let new = NewMove {
            move_uid: request.move_uid,
            workflow: request.id,
            to: OtherStore {
                uid: request.other,
                name: check::name(&request.other_name)?.to_owned(),
            },
            from_name: check::name(&request.own_name)?.to_owned(),
        };
        let (row, made) = self.handle().depart(new).await.map_err(Wrapped::from)?;
        Ok(Departing {
            departure: departure(row),
            bytes: made.as_ref().map_or(0, |made| made.bytes),
            transfer: made.map(|made| made.uid),
        })
    }

    pub(crate) async fn keep_arrival(&self, request: AdmitWorkflow) -> Result<ArrivalView, ApiError> {
        check::key(&request.request_key)?;
        let row = self.handle().admit_transfer(request.transfer).await;
        Ok(arrival(row.map_err(Wrapped::from)?))
    }

    pub(crate) async fn decide_departure(&self, request: ConfirmDeparture) -> Result<MoveReceipt, ApiError> {
        check::key(&request.request_key)?;
        let row = self.handle().confirm_departure(request.uid).await;
        let row = row.map_err(Wrapped::from)?;
        Ok(MoveReceipt {
            uid: row.move_uid,
            receipt: row.secret,
        })
    }

    pub(crate) async fn take_over(&self, request: CompleteArrival) -> Result<ArrivalView, ApiError> {
        check::key(&request.request_key)?;
        if request.receipt.len() > LONGEST_RECEIPT {
            return Err(check::invalid("receipt", "The receipt is longer than any.".to_owned()));
        }
        let row = self.handle().complete_arrival(request.uid, &request.receipt).await;
        Ok(arrival(row.map_err(Wrapped::from)?))
    }

    pub(crate) async fn keep_after_all(&self, request: CallOffMove) -> Result<DepartureView, ApiError> {
        check::key(&request.request_key)?;
        let called_off = self.handle().call_off_departure(request.uid, request.dropped_there);
        Ok(departure(called_off.await.map_err(Wrapped::from)?))
    }

    pub(crate) async fn throw_away(&self, request: DropArrival) -> Result<ArrivalView, ApiError> {
        check::key(&request.request_key)?;
        let row = self.handle().drop_arrival(request.uid).await;
        Ok(arrival(row.map_err(Wrapped::from)?))
    }

    pub(crate) async fn close_departure(&self, request: FinishDeparture) -> Result<DepartureView, ApiError> {
        check::key(&request.request_key)?;
        let row = self.handle().finish_departure(request.uid).await;
        Ok(departure(row.map_err(Wrapped::from)?))
    }

    pub(crate) async fn give_way(&self, request: YieldRuns) -> Result<YieldedRuns, ApiError> {
        check::key(&request.request_key)?;
        if request.held.len() > MOST_HELD {
            return Err(check::invalid("held", format!("More than {MOST_HELD} runs are named.")));
        }
        let to = OtherStore {
            uid: request.other,
            name: check::name(&request.other_name)?.to_owned(),
        };
        let held = request.held.into_iter().map(|run| store::HeldRun {
            workflow: run.workflow,
            hand: run.hand,
        });
        let workflows = self.handle().yield_runs(to, held.collect()).await;
        Ok(YieldedRuns {
            workflows: workflows.map_err(Wrapped::from)?,
        })
    }

    pub(crate) async fn moves(&self) -> Result<MovesView, ApiError> {
        let moves = self.handle().moves().await.map_err(Wrapped::from)?;
        let held = moves.held.into_iter().map(|run| HeldRun {
            workflow: run.workflow,
            hand: run.hand,
        });
        Ok(MovesView {
            store: self.handle().store().identity().uid,
            departures: moves.departures.into_iter().map(departure).collect(),
            arrivals: moves.arrivals.into_iter().map(arrival).collect(),
            held: held.collect(),
        })
    }
}

fn departure(row: DepartureRow) -> DepartureView {
    DepartureView {
        uid: row.move_uid,
        workflow: row.workflow,
        workflow_id: row.workflow_id,
        name: row.name,
        other: row.to.uid,
        other_name: row.to.name,
        state: match row.state {
            store::DepartureState::Leaving => DepartureState::Leaving,
            store::DepartureState::Gone => DepartureState::Gone,
            store::DepartureState::CalledOff => DepartureState::CalledOff,
        },
        finished: row.finished,
        departed_at: row.departed_at,
        decided_at: row.decided_at,
    }
}

fn arrival(row: ArrivalRow) -> ArrivalView {
    ArrivalView {
        uid: row.move_uid,
        workflow: row.workflow,
        workflow_id: row.workflow_id,
        name: row.name,
        other: row.from.uid,
        other_name: row.from.name,
        state: match row.state {
            store::ArrivalState::Arriving => ArrivalState::Arriving,
            store::ArrivalState::Here => ArrivalState::Here,
            store::ArrivalState::Dropped => ArrivalState::Dropped,
        },
        admitted_at: row.admitted_at,
        decided_at: row.decided_at,
    }
}

/// Where a run went; none for one that is here.
pub(crate) fn moved(row: MovedRow) -> Option<MovedView> {
    let place = match row.place {
        RunPlace::Here => return None,
        RunPlace::Leaving => MovedPlace::Leaving,
        RunPlace::Gone => MovedPlace::Gone,
    };
    Some(MovedView {
        place,
        move_uid: row.move_uid,
        other: row.other,
        other_name: row.other_name,
        since: row.since,
    })
}
