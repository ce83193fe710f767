//! Whose turn it is in a map that has more items open than may be at work at the same time. That is so after a fork or a
//! retry: items that keep something of what was done before are open from the beginning.
//!
//! Items that are at work stay so; of the others the first ones have their turn.

use crate::state::{Run, Task};
use std::collections::{BTreeSet, HashMap};
use wheelhouse_domain::{Place, StepKind, TaskKey, TaskStatus};

/// The items that have their turn, found out once for each map.
#[derive(Default)]
pub(crate) struct Turns {
    known: HashMap<TaskKey, Option<BTreeSet<usize>>>,
}

impl Turns {
    /// Whether every map around `task` lets it begin.
    pub(crate) fn has_turn(&mut self, run: &Run, task: &Task) -> bool {
        let mut place = task.place.as_ref();
        while let Some(at) = place {
            let Some(container) = run.task(&at.container) else {
                return false;
            };
            if !self.lets_begin(run, container, at) {
                return false;
            }
            place = container.place.as_ref();
        }
        true
    }

    fn lets_begin(&mut self, run: &Run, container: &Task, at: &Place) -> bool {
        if !self.known.contains_key(&container.key) {
            self.known
                .insert(container.key.clone(), run.items_in_turn(container));
        }
        let turns = self.known.get(&container.key).and_then(Option::as_ref);
        turns.is_none_or(|turns| turns.contains(&(at.scope as usize)))
    }
}

impl Run {
    /// The items of a map that may go on; none where all may.
    fn items_in_turn(&self, container: &Task) -> Option<BTreeSet<usize>> {
        let Some(StepKind::Map { parallel, .. }) = self.kind_of(container) else {
            return None;
        };
        let at_once = (*parallel).max(1) as usize;
        if container.caught.is_some() || container.busy_scopes <= at_once {
            return None;
        }
        let open = |scope: &usize| container.scopes.get(*scope).is_some_and(|scope| scope.open > 0);
        let busy: Vec<usize> = container.phase().filter(open).collect();
        let mut turns: BTreeSet<usize> = busy
            .iter()
            .copied()
            .filter(|scope| self.is_at_work_in(container, *scope))
            .collect();
        let free = at_once.saturating_sub(turns.len());
        let next: Vec<usize> = busy
            .into_iter()
            .filter(|scope| !turns.contains(scope))
            .take(free)
            .collect();
        turns.extend(next);
        Some(turns)
    }

    /// Whether something in a scope has begun, at any depth.
    fn is_at_work_in(&self, container: &Task, scope: usize) -> bool {
        let Some(scope) = container.scopes.get(scope).filter(|scope| scope.open > 0) else {
            return false;
        };
        let mut inside = scope.tasks.iter().filter_map(|place| self.tasks.at(*place));
        inside.any(|task| match task.status {
            TaskStatus::Pending => task.retry_at.is_some(),
            TaskStatus::Running if self.holds(task) => {
                task.phase().any(|scope| self.is_at_work_in(task, scope))
            }
            TaskStatus::Running | TaskStatus::Waiting => true,
            _ => false,
        })
    }
}
