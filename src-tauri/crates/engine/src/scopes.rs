//! What stands inside what: the scopes of maps, loops, branches and caught failures.
//!
//! A *holder* is a task that works by what stands in it. Its *phase* is its own way (items, rounds, the chosen case) or,
//! once it is caught, the way that its failure takes; only the scopes of the present phase count.

use crate::state::{OpenScope, Run, Task};
use std::collections::HashSet;
use wheelhouse_domain::{
    Block, Failure, OnError, Place, Step, StepId, StepKind, TaskAnswer, TaskKey, TaskStatus, WhySkipped,
};

impl Run {
    /// Whether a task works by what stands in it: a map, a loop, a branch, or one whose failure was caught.
    #[must_use]
    pub fn holds(&self, task: &Task) -> bool {
        task.caught.is_some()
            || matches!(
                self.kind_of(task),
                Some(StepKind::Map { .. } | StepKind::Loop { .. } | StepKind::Branch { .. })
            )
    }

    /// The block of steps that is done in a scope of a task.
    #[must_use]
    pub fn block_of(&self, task: &Task, scope: usize) -> Option<&Block> {
        let step = self.step_of(task)?;
        let open = task.scopes.get(scope)?;
        if open.after_failure {
            return match &step.on_error {
                OnError::Branch { block } => Some(block),
                OnError::Stop | OnError::Default { .. } => None,
            };
        }
        block_named(step, &open.scope.block)
    }

    /// The steps that stand beside each other at that place: of a block, or at the top.
    #[must_use]
    pub fn steps_beside(&self, place: Option<&Place>) -> &[Step] {
        let Some(place) = place else {
            return &self.steps;
        };
        self.task(&place.container)
            .and_then(|container| self.block_of(container, place.scope as usize))
            .map_or(&[], |block| &block.steps)
    }

    /// The tasks of one scope, or of the top, in the order in which they came to be.
    pub fn tasks_at<'a>(
        &'a self,
        place: Option<&Place>,
    ) -> impl DoubleEndedIterator<Item = &'a Task> + use<'a> {
        let places: &[usize] = match place {
            None => &self.top,
            Some(place) => self.scope_at(place).map_or(&[], |scope| &scope.tasks),
        };
        places.iter().filter_map(|place| self.tasks.at(*place))
    }

    /// The tasks of one scope of a container.
    pub fn tasks_in(&self, container: &TaskKey, scope: u32) -> Vec<&Task> {
        let container = container.clone();
        self.tasks_at(Some(&Place { container, scope })).collect()
    }

    /// The scope that stands at that place.
    #[must_use]
    pub fn scope_at(&self, place: &Place) -> Option<&OpenScope> {
        let container = self.task(&place.container)?;
        container.scopes.get(place.scope as usize).map(AsRef::as_ref)
    }

    /// The task whose answer a scope gives, or the run at the top: the newest complete one that no other beside it
    /// needs. None where everything that would give it was skipped.
    #[must_use]
    pub fn result_at(&self, place: Option<&Place>) -> Option<&Task> {
        let needed: HashSet<&TaskKey> = self.tasks_at(place).flat_map(|task| &task.needs).collect();
        self.tasks_at(place).rev().find(|task| {
            let group = TaskKey::of_step(place, &task.step);
            task.status == TaskStatus::Completed && !needed.contains(&task.key) && !needed.contains(&group)
        })
    }

    /// [`Run::result_at`] of a scope of a container.
    #[must_use]
    pub fn result_of(&self, container: &TaskKey, scope: u32) -> Option<&Task> {
        let container = container.clone();
        self.result_at(Some(&Place { container, scope }))
    }

    /// Why a scope failed: the failure of the first of its tasks that did.
    #[must_use]
    pub fn scope_failure(&self, container: &TaskKey, scope: u32) -> Option<&Failure> {
        let container = container.clone();
        let place = Place { container, scope };
        self.failed_at(&place).and_then(|task| task.failure.as_ref())
    }

    pub(crate) fn failed_at(&self, place: &Place) -> Option<&Task> {
        self.tasks_at(Some(place))
            .find(|task| task.status == TaskStatus::Failed)
    }

    /// The task of `step` as it is seen from `task`: beside it, or beside what contains it.
    #[must_use]
    pub fn sibling(&self, task: &Task, step: &StepId) -> Option<&Task> {
        let mut place = task.place.clone();
        loop {
            if let Some(found) = self.task(&TaskKey::of_step(place.as_ref(), step)) {
                return Some(found);
            }
            place = self.task(&place?.container)?.place.clone();
        }
    }

    /// What contains a task, innermost first.
    pub fn ancestors(&self, task: &Task) -> impl Iterator<Item = &Task> {
        let first = task.place.as_ref().and_then(|place| self.task(&place.container));
        std::iter::successors(first, |task| {
            task.place.as_ref().and_then(|place| self.task(&place.container))
        })
    }

    /// The scopes of a task's present phase, in order: the items of a map, the rounds of a loop, the way of a branch, or
    /// the one way that its failure takes.
    #[must_use]
    pub fn phase_scopes(&self, task: &Task) -> Vec<u32> {
        task.phase()
            .filter_map(|scope| u32::try_from(scope).ok())
            .collect()
    }

    /// Places of the tasks beside `task` that build on its answer. An expanded step may have no tasks of its own to stand
    /// between, so what needs it counts too.
    pub(crate) fn dependents_of(&self, task: &Task) -> Vec<usize> {
        let place = task.place.as_ref();
        let is_expanded_from = |step: &&Step| match &step.kind {
            StepKind::Expand { plan, staff, .. } => {
                *plan == task.step || *staff == Some(task.step.clone()) || step.needs.contains(&task.step)
            }
            _ => false,
        };
        let expanded = self.steps_beside(place).iter().filter(is_expanded_from);
        let mut names: Vec<TaskKey> = expanded.map(|step| TaskKey::of_step(place, &step.id)).collect();
        names.extend([TaskKey::of_step(place, &task.step), task.key.clone()]);
        self.tasks_at(place)
            .filter(|other| other.needs.iter().any(|need| names.contains(need)))
            .filter_map(|other| self.tasks.place_of(&other.key))
            .collect()
    }

    /// The report of a run in which every step that would have given one was skipped.
    #[must_use]
    pub fn skipped_report(&self) -> TaskAnswer {
        let why = |task: &Task| match task.skipped {
            Some(WhySkipped::Condition) => "its condition did not hold",
            Some(WhySkipped::Operator) => "you skipped it",
            Some(WhySkipped::Impossible) | None => "what it needs was not there",
        };
        let skipped = self
            .tasks_at(None)
            .filter(|task| task.status == TaskStatus::Skipped)
            .map(|task| format!("- {}: {}", task.title, why(task)));
        let lines: Vec<String> = skipped.collect();
        TaskAnswer {
            text: format!(
                "There is no report, because the steps that would have given it were skipped.\n\n{}",
                lines.join("\n")
            ),
            ..TaskAnswer::default()
        }
    }
}

impl Task {
    /// Places of the scopes of the present phase.
    pub(crate) fn phase(&self) -> impl Iterator<Item = usize> {
        let from = if self.caught.is_some() {
            self.caught_from
        } else {
            0
        };
        let after_failure = self.caught.is_some();
        self.scopes
            .iter()
            .enumerate()
            .skip(from)
            .filter(move |(_, scope)| scope.after_failure == after_failure)
            .map(|(place, _)| place)
    }

    /// The next scope of the present phase that has no tasks yet.
    pub(crate) fn next_scope(&self) -> Option<usize> {
        if self.caught.is_some() {
            return self.phase().find(|place| self.is_untouched(*place));
        }
        (self.begun_scopes..self.scopes.len()).find(|place| {
            self.is_untouched(*place) && self.scopes.get(*place).is_some_and(|scope| !scope.after_failure)
        })
    }

    fn is_untouched(&self, place: usize) -> bool {
        self.scopes.get(place).is_some_and(|scope| scope.tasks.is_empty())
    }

    /// Whether everything that it contains in the present phase has ended.
    pub(crate) fn phase_is_over(&self) -> bool {
        self.busy_scopes == 0 && self.next_scope().is_none()
    }
}

/// The block that a scope of that name does: a case, `else`, or the one that is done for each item or round.
pub(crate) fn block_named<'a>(step: &'a Step, name: &str) -> Option<&'a Block> {
    match &step.kind {
        StepKind::Map { block, .. } | StepKind::Loop { block, .. } => Some(block),
        StepKind::Branch { cases, otherwise } => cases
            .iter()
            .find(|case| case.name == name)
            .map(|case| &case.block)
            .or_else(|| otherwise.as_ref().filter(|_| name == "else")),
        _ => None,
    }
}
