//! Which tasks begin anew when the operator takes up a run or one of its tasks.

use super::{Draft, Refusal};
use crate::state::{Run, Task};
use std::collections::BTreeSet;
use wheelhouse_domain::{StepKind, TaskKey, TaskStatus, WhySkipped, WorkflowStatus};

impl Draft {
    /// For a whole run: everything that is not complete. What the operator skipped stays skipped, what was in something
    /// complete stays as it is, and a way that a failure took is taken anew if it fails again.
    pub(super) fn all_to_reopen(&self) -> Vec<TaskKey> {
        let mut reopened: BTreeSet<&TaskKey> = BTreeSet::new();
        for task in &self.run.tasks {
            let stays = task.status == TaskStatus::Completed || task.skipped == Some(WhySkipped::Operator);
            let is_inside = task.place.as_ref().is_none_or(|place| {
                let after_failure = self.run.scope_at(place).is_some_and(|scope| scope.after_failure);
                reopened.contains(&place.container) && !after_failure
            });
            if !stays && is_inside {
                reopened.insert(&task.key);
            }
        }
        self.in_order(&reopened)
    }

    /// For one task: itself where `itself` is true, what contains it as far as that has ended, and what became
    /// impossible by it.
    pub(super) fn to_reopen(&self, key: &TaskKey, itself: bool) -> Vec<TaskKey> {
        let Some(target) = self.run.task(key) else {
            return Vec::new();
        };
        let path: Vec<&Task> = self.run.ancestors(target).collect();
        let mut reopened: BTreeSet<&TaskKey> = BTreeSet::new();
        for task in &self.run.tasks {
            let is_target = task.key == *key;
            let is_on_path = path.iter().any(|above| above.key == task.key);
            let is_wanted = match (is_target, is_on_path) {
                (true, _) => itself,
                (_, true) => task.status.is_final(),
                _ => became_impossible(task) && self.is_beside(task, target, &path, &reopened),
            };
            if is_wanted {
                reopened.insert(&task.key);
            }
        }
        self.in_order(&reopened)
    }

    /// Whether `task` stands where it can go on once `target` does.
    fn is_beside(&self, task: &Task, target: &Task, path: &[&Task], reopened: &BTreeSet<&TaskKey>) -> bool {
        let Some(place) = &task.place else {
            return true;
        };
        let on_the_way = target.place.as_ref() == Some(place)
            || path.iter().any(|above| above.place.as_ref() == Some(place));
        let after_failure = self.run.scope_at(place).is_some_and(|scope| scope.after_failure);
        let is_caught_again = path.iter().chain(std::iter::once(&target)).any(|step| {
            step.place.as_ref().is_some_and(|at| {
                at.container == place.container
                    && self.run.scope_at(at).is_some_and(|scope| scope.after_failure)
            })
        });
        on_the_way || (reopened.contains(&place.container) && !after_failure && !is_caught_again)
    }

    fn in_order(&self, keys: &BTreeSet<&TaskKey>) -> Vec<TaskKey> {
        let tasks = self.run.tasks.iter().filter(|task| keys.contains(&task.key));
        tasks.map(|task| task.key.clone()).collect()
    }

    /// A task at the top that failed for good, other than `key` and what contains it.
    pub(super) fn other_failure(&self, key: &TaskKey) -> Option<TaskKey> {
        let task = self.run.task(key)?;
        let outermost = self.run.ancestors(task).last().unwrap_or(task);
        self.run
            .tasks_at(None)
            .find(|other| other.status == TaskStatus::Failed && other.key != outermost.key)
            .map(|other| other.key.clone())
    }

    /// Whether everything that would build on the task's answer is still to be done.
    pub(super) fn check_not_built_upon(&self, key: &TaskKey) -> Result<(), Refusal> {
        let Some(task) = self.run.task(key) else {
            return Err(Refusal::UnknownTask { task: key.clone() });
        };
        let mut built = self.run.builder_on(task);
        let mut inner = task;
        for above in self.run.ancestors(task) {
            built = built.or_else(|| self.run.is_settled_above(inner, above).then_some(above));
            built = built.or_else(|| self.run.builder_on(above));
            inner = above;
        }
        match built {
            Some(by) => Err(Refusal::BuiltUpon {
                task: key.clone(),
                by: by.key.clone(),
            }),
            None => Ok(()),
        }
    }
}

/// Whether a task was not done only because of another.
fn became_impossible(task: &Task) -> bool {
    task.status == TaskStatus::Cancelled || task.skipped == Some(WhySkipped::Impossible)
}

impl Run {
    /// A task beside `task` that has built on its answer, or on its having been left out.
    fn builder_on(&self, task: &Task) -> Option<&Task> {
        let dependents = self.dependents_of(task);
        let mut dependents = dependents.into_iter().filter_map(|place| self.tasks.at(place));
        dependents.find_map(|other| match other.status {
            TaskStatus::Running | TaskStatus::Waiting | TaskStatus::Paused | TaskStatus::Completed => {
                Some(other)
            }
            TaskStatus::Pending => (other.attempt > other.forgiven_attempts).then_some(other),
            TaskStatus::Failed | TaskStatus::Cancelled => None,
            TaskStatus::Skipped => match other.skipped {
                // Its condition may have read the answer.
                Some(WhySkipped::Condition) => Some(other),
                Some(WhySkipped::Operator) => self.builder_on(other),
                Some(WhySkipped::Impossible) | None => None,
            },
        })
    }

    /// Whether what contains `inner` has gone on from it: it is complete, its result is being made, or another round
    /// has begun.
    fn is_settled_above(&self, inner: &Task, above: &Task) -> bool {
        if above.lets_go_on() {
            return true;
        }
        let at_work = self.status == WorkflowStatus::Running && above.status == TaskStatus::Running;
        let being_made = at_work && above.stopping.is_none() && above.phase_is_over();
        let is_loop = matches!(self.kind_of(above), Some(StepKind::Loop { .. }));
        let scope = inner.place.as_ref().map_or(0, |place| place.scope as usize);
        let later_round = is_loop
            && above
                .scopes
                .iter()
                .skip(scope + 1)
                .any(|scope| !scope.after_failure && !scope.tasks.is_empty());
        let is_way_of_failure = above.scopes.get(scope).is_some_and(|scope| scope.after_failure);
        // What goes on now is either the task's own way or the newest way that a failure took, never both.
        let goes_another_way = above.caught.is_some() != is_way_of_failure && !above.status.is_final();
        let is_outdated = is_way_of_failure && scope + 1 < above.scopes.len();
        being_made || later_round || goes_another_way || is_outdated
    }
}
