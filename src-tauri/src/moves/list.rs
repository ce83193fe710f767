//! The moves that are not finished, as the window shows them.

use super::carry::this_machine;
use super::{MoveSide, MoveStanding, MoveStep, Moves, UnfinishedMove};
use crate::backends::{BackendId, Backends};
use std::collections::{BTreeMap, HashMap};
use tracing::debug;
use wheelhouse_api::Local;
use wheelhouse_contract::domain::{MoveUid, StoreUid};
use wheelhouse_contract::{
    ApiError, ArrivalState, ArrivalView, DepartureState, DepartureView, ListMoves, MovesView, Operations,
};

/// All that is known of who takes part in which moves.
struct Known {
    told: HashMap<Option<BackendId>, MovesView>,
    names: HashMap<BackendId, String>,
    stores: HashMap<StoreUid, Option<BackendId>>,
    chosen: Option<BackendId>,
}

/// The moves that are not finished, oldest first. This machine and the backend that the window talks to are asked; of the
/// others counts what they told last.
///
/// # Errors
/// Where this machine's journal can't be read.
pub(crate) async fn unfinished(
    local: &Local,
    backends: &Backends,
    moves: &Moves,
) -> Result<Vec<UnfinishedMove>, ApiError> {
    let chosen = backends.chosen().map(|chosen| chosen.id);
    let own = local.list_moves(ListMoves {}).await?;
    moves.held().told.insert(None, own);
    if chosen.is_some() {
        match backends.reached(local.clone()).await {
            Ok(reached) => match reached.list_moves(ListMoves {}).await {
                Ok(view) => {
                    moves.held().told.insert(chosen, view);
                }
                Err(error) => debug!(%error, "the backend did not say how its moves stand"),
            },
            Err(error) => debug!(%error, "the backend can't be reached"),
        }
    }
    Ok(known(backends, moves, chosen).list(moves))
}

fn known(backends: &Backends, moves: &Moves, chosen: Option<BackendId>) -> Known {
    let saved = backends.saved().backends;
    let told = moves.held().told.clone();
    let mut stores: HashMap<StoreUid, Option<BackendId>> =
        saved.iter().map(|one| (one.store, Some(one.id))).collect();
    stores.extend(told.iter().map(|(id, view)| (view.store, *id)));
    Known {
        told,
        names: saved.into_iter().map(|one| (one.id, one.name)).collect(),
        stores,
        chosen,
    }
}

impl Known {
    fn list(&self, moves: &Moves) -> Vec<UnfinishedMove> {
        let mut listed = BTreeMap::new();
        for (id, view) in &self.told {
            for departure in view.departures.iter().filter(|one| self.is_open(one)) {
                listed.insert(departure.uid, self.departing(*id, departure, moves));
            }
        }
        for (id, view) in &self.told {
            let arriving = view.arrivals.iter();
            for arrival in arriving.filter(|one| one.state == ArrivalState::Arriving) {
                if self.departure(arrival.uid).is_none() {
                    listed.insert(arrival.uid, self.arriving(*id, arrival, moves));
                }
            }
        }
        let held = moves.held();
        for (uid, live) in &held.live {
            if let Some(one) = listed.get_mut(uid) {
                one.standing.clone_from(&live.standing);
            }
        }
        // By their time, because the identities are made in its order.
        listed.into_values().collect()
    }

    /// Whether something is left to do that the operator cares for: a run that stayed goes on already.
    fn is_open(&self, departure: &DepartureView) -> bool {
        let there = self.arrival(departure.uid).map(|arrival| arrival.state);
        match departure.state {
            DepartureState::Leaving => true,
            DepartureState::Gone => !departure.finished && there != Some(ArrivalState::Here),
            DepartureState::CalledOff => false,
        }
    }

    fn departing(&self, from: Option<BackendId>, departure: &DepartureView, moves: &Moves) -> UnfinishedMove {
        let arrival = self.arrival(departure.uid);
        let is_there = arrival.is_some_and(|arrival| arrival.state != ArrivalState::Dropped);
        let is_leaving = departure.state == DepartureState::Leaving;
        let to = self.side(departure.other, &departure.other_name);
        let step = if is_leaving && !is_there {
            MoveStep::Sending
        } else {
            MoveStep::HandingOver
        };
        let workflow = match self.chosen {
            chosen if chosen == from => departure.workflow_id,
            chosen if to.known && chosen == to.id => arrival.and_then(|arrival| arrival.workflow_id),
            _ => None,
        };
        UnfinishedMove {
            uid: departure.uid,
            name: departure.name.clone(),
            workflow,
            from: self.side_of(from),
            standing: waiting(moves, departure.uid, step, &to, is_leaving),
            to,
        }
    }

    /// A run that came from a backend that did not say anything of it yet.
    fn arriving(&self, to: Option<BackendId>, arrival: &ArrivalView, moves: &Moves) -> UnfinishedMove {
        let from = self.side(arrival.other, &arrival.other_name);
        UnfinishedMove {
            uid: arrival.uid,
            name: arrival.name.clone(),
            workflow: arrival.workflow_id.filter(|_| self.chosen == to),
            standing: waiting(moves, arrival.uid, MoveStep::HandingOver, &from, false),
            from,
            to: self.side_of(to),
        }
    }

    fn departure(&self, uid: MoveUid) -> Option<&DepartureView> {
        let all = self.told.values().flat_map(|view| &view.departures);
        all.into_iter().find(|departure| departure.uid == uid)
    }

    fn arrival(&self, uid: MoveUid) -> Option<&ArrivalView> {
        let all = self.told.values().flat_map(|view| &view.arrivals);
        all.into_iter().find(|arrival| arrival.uid == uid)
    }

    fn side(&self, store: StoreUid, name: &str) -> MoveSide {
        match self.stores.get(&store) {
            Some(id) => self.side_of(*id),
            None => MoveSide {
                id: None,
                name: name.to_owned(),
                known: false,
            },
        }
    }

    fn side_of(&self, id: Option<BackendId>) -> MoveSide {
        match id.and_then(|id| self.names.get(&id)) {
            Some(name) => MoveSide {
                id,
                name: name.clone(),
                known: true,
            },
            None => this_machine(),
        }
    }
}

/// How a move stands that nobody carries just now; `other` is the side that is to be asked next.
fn waiting(
    moves: &Moves,
    uid: MoveUid,
    step: MoveStep,
    other: &MoveSide,
    can_call_off: bool,
) -> MoveStanding {
    let why = moves.held().held_up.get(&uid).map(ApiError::in_words);
    let why = match why {
        Some(why) => why,
        None if !other.known => format!(
            "This window is not paired with {}. Pair it in Settings, under Backends.",
            other.name
        ),
        None => "It goes on as soon as both sides can be reached.".to_owned(),
    };
    MoveStanding {
        step,
        sent: None,
        waits_for: Some(why),
        can_call_off,
    }
}
