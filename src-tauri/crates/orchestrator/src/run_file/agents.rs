//! The agents that events name.

use std::collections::{BTreeMap, BTreeSet};
use wheelhouse_domain::{AgentUid, Event, EventBody};

/// Everybody whom the events of the runs name.
pub(super) fn used(runs: &[Vec<Event>]) -> BTreeSet<AgentUid> {
    runs.iter().flat_map(|run| named(run)).collect()
}

/// Everybody whom the events name.
pub(crate) fn named(events: &[Event]) -> BTreeSet<AgentUid> {
    let mut used = BTreeSet::new();
    for event in events {
        match &event.body {
            EventBody::WorkflowCreated { crew, setup, .. } => {
                used.extend(crew.values());
                used.extend(setup.help.iter().flat_map(|help| &help.askers));
            }
            EventBody::TaskAdded { agent, .. } => used.extend(agent),
            EventBody::StaffAccepted { assignments, .. } => {
                used.extend(assignments.iter().map(|one| one.agent))
            }
            _ => {}
        }
    }
    used
}

/// Puts the agents of this store in the place of those that were the same elsewhere.
pub(super) fn replace(events: &mut [Event], others: &BTreeMap<AgentUid, AgentUid>) {
    let put = |uid: &mut AgentUid| {
        if let Some(other) = others.get(uid) {
            *uid = *other;
        }
    };
    for event in events {
        match &mut event.body {
            EventBody::WorkflowCreated { crew, setup, .. } => {
                crew.values_mut().for_each(put);
                let askers = setup.help.iter_mut().flat_map(|help| &mut help.askers);
                askers.for_each(put);
            }
            EventBody::TaskAdded { agent, .. } => agent.iter_mut().for_each(put),
            EventBody::StaffAccepted { assignments, .. } => {
                assignments.iter_mut().for_each(|one| put(&mut one.agent));
            }
            _ => {}
        }
    }
}
