//! Limits of tasks, items and levels: at a budget's, the operator is asked; at one that protects the machine, a task
//! fails.

use super::{Draft, Refusal, asking};
use crate::held::Owner;
use crate::state::{Run, Task};
use wheelhouse_domain::{
    Budget, EventBody, Failure, FailureCode, LimitKind, QuestionKey, QuestionKind, TaskKey,
};

/// Items of one map, whatever the budgets say: more would not be looked at by anybody.
const MOST_ITEMS: u32 = 10_000;

/// Workflows above one another, whatever the budgets say.
const DEEPEST: u32 = 16;

/// What a task would go beyond.
pub(super) enum Beyond {
    /// A budget.
    Budget(Reached),
    /// What any run may be.
    Machine(Failure),
}

/// A budget whose limit is reached.
pub(super) struct Reached {
    /// Whose.
    pub(super) owner: Owner,
    /// Which limit.
    pub(super) limit: LimitKind,
    /// How high it is.
    pub(super) allowed: u32,
    /// How much is wanted of it, or was used.
    pub(super) wanted: u32,
}

impl Run {
    /// The budgets that count for a task with their owners: its own, those around it, the run's.
    fn budgets_over<'a>(&'a self, task: &'a Task) -> impl Iterator<Item = (Owner, Budget)> + 'a {
        let owned = std::iter::once(task).chain(self.ancestors(task));
        owned
            .map(|task| (Some(task.key.clone()), self.budget_of(task)))
            .chain(std::iter::once((None, self.budget())))
    }

    /// Tasks that have begun inside `task`, at any depth.
    fn begun_in(&self, task: &Task) -> u32 {
        let inside = task.scopes.iter().flat_map(|scope| &scope.tasks);
        inside
            .filter_map(|place| self.tasks.at(*place))
            .map(|task| u32::from(task.attempt > 0) + self.begun_in(task))
            .sum()
    }

    /// How deep sub-workflows of a task may still nest; none where no budget says.
    #[must_use]
    pub fn depth_below(&self, task: &Task) -> Option<u32> {
        let depths = self.budgets_over(task).filter_map(|(_, budget)| budget.depth);
        depths.min().map(|depth| depth.saturating_sub(1))
    }

    /// Whether a sub-workflow of `task` stands within what the machine and the budgets above it allow.
    #[must_use]
    pub fn may_nest(&self, task: &Task) -> bool {
        let mut budgets = self.budgets_over(task);
        self.setup.depth < DEEPEST && budgets.all(|(_, budget)| budget.depth != Some(0))
    }
}

impl Draft {
    /// Which limit keeps a further task from beginning; none where it may.
    pub(super) fn no_steps_left(&self, key: &TaskKey) -> Option<Reached> {
        let task = self.run.task(key)?;
        // A task's own budget is about what stands in it.
        let above = self.run.budgets_over(task).skip(1);
        above
            .filter_map(|(owner, budget)| {
                let allowed = budget.steps?;
                let wanted = match owner.as_ref().and_then(|key| self.run.task(key)) {
                    Some(above) => self.run.begun_in(above),
                    None => self.run.begun,
                };
                Some(Reached {
                    owner,
                    limit: LimitKind::Steps,
                    allowed,
                    wanted,
                })
            })
            .find(|reached| reached.wanted >= reached.allowed)
    }

    /// Why a step must not become `items` tasks or scopes; none where it may.
    pub(super) fn too_many(&self, key: &TaskKey, items: usize) -> Option<Beyond> {
        let task = self.run.task(key)?;
        let wanted = u32::try_from(items).unwrap_or(u32::MAX);
        if wanted > MOST_ITEMS {
            return Some(Beyond::Machine(Failure::lasting(
                FailureCode::TooManyItems,
                format!(
                    "{} would become {items} tasks, and no step may become more than {MOST_ITEMS}.",
                    task.title
                ),
                "Give it a shorter list.",
            )));
        }
        let limits = self.run.budgets_over(task).filter_map(|(owner, budget)| {
            Some(Reached {
                owner,
                limit: LimitKind::FanOut,
                allowed: budget.fan_out?,
                wanted,
            })
        });
        let tightest = limits.min_by_key(|reached| reached.allowed)?;
        (wanted > tightest.allowed).then_some(Beyond::Budget(tightest))
    }

    /// Why a task must not start a sub-workflow; none where it may.
    pub(super) fn too_deep(&self, key: &TaskKey) -> Option<Beyond> {
        let task = self.run.task(key)?;
        if self.run.setup.depth >= DEEPEST {
            return Some(Beyond::Machine(Failure::lasting(
                FailureCode::TooManyItems,
                format!("Workflows may not nest deeper than {DEEPEST}."),
                "Nest the templates less deeply.",
            )));
        }
        let mut budgets = self.run.budgets_over(task);
        let (owner, _) = budgets.find(|(_, budget)| budget.depth == Some(0))?;
        Some(Beyond::Budget(Reached {
            owner,
            limit: LimitKind::Depth,
            allowed: 0,
            wanted: 1,
        }))
    }

    /// Keeps a task that has not begun from beginning.
    pub(super) fn stop_before(&mut self, key: &TaskKey, reached: &Reached) -> Result<(), Refusal> {
        if self.is_refused(reached) {
            self.fail(key, asking::no_more())
        } else {
            self.ask_for_more(key, reached)
        }
    }

    /// Keeps a task that is at work from going beyond a limit.
    pub(super) fn stop_at(&mut self, key: &TaskKey, attempt: u32, beyond: Beyond) -> Result<(), Refusal> {
        match beyond {
            Beyond::Machine(failure) => self.attempt_failed(key, attempt, failure),
            Beyond::Budget(reached) if self.is_refused(&reached) => {
                self.attempt_failed(key, attempt, asking::no_more())
            }
            Beyond::Budget(reached) => self.ask_for_more(key, &reached),
        }
    }

    fn is_refused(&self, reached: &Reached) -> bool {
        self.run
            .is_refused(reached.limit, &reached.owner, reached.allowed)
    }

    /// Asks the operator, for a task.
    pub(super) fn ask_for_more(&mut self, key: &TaskKey, reached: &Reached) -> Result<(), Refusal> {
        let Some(task) = self.run.task(key) else {
            return Err(Refusal::UnknownTask { task: key.clone() });
        };
        let question = EventBody::QuestionAsked {
            question: QuestionKey(format!("{key}?{}", task.asked + 1)),
            task: key.clone(),
            kind: QuestionKind::BudgetReached,
            text: asking::text(&self.run, task, reached, self.now),
            form: Some(Box::new(asking::form(&self.run, reached))),
        };
        self.push(question)
    }
}
