//! Questions about a limit that stand for all that the budget is above, and what is held back until they are answered.
//!
//! While the operator is asked about time, nothing new begins below that budget and no call is made: what is in flight
//! ends, as in a pause. While the operator is asked about tasks, no further task begins there.

use crate::state::{Question, Run, Task};
use wheelhouse_domain::{BudgetOf, LimitKind, Millis, TaskKey, TaskStatus};

/// Whose budget it is: a task's, or under none the run's.
pub(crate) type Owner = Option<TaskKey>;

impl Question {
    /// The limit that this question is about, and whose, where it holds others back.
    pub(crate) fn holds_back(&self) -> Option<(LimitKind, Option<&TaskKey>)> {
        let (limit, whose) = self.form.as_ref()?.holds_back()?;
        match whose {
            BudgetOf::Task { task } => Some((limit, Some(&task.task))),
            _ => Some((limit, None)),
        }
    }
}

impl Run {
    /// The questions that wait for an answer.
    pub fn open_questions(&self) -> impl Iterator<Item = &Question> {
        let of_tasks = self
            .open_tasks()
            .filter(|task| task.status == TaskStatus::Waiting)
            .filter_map(|task| self.question_of(task))
            .filter(|question| question.answer.is_none());
        self.open_asides().chain(of_tasks)
    }

    /// The open questions that hold others back.
    pub(crate) fn open_asides(&self) -> impl Iterator<Item = &Question> {
        let open = self.asides.iter().filter_map(|place| self.questions.get(*place));
        open.map(AsRef::as_ref)
    }

    /// Whether a question about that limit of that budget is open.
    pub(crate) fn is_asked(&self, limit: LimitKind, owner: Option<&TaskKey>) -> bool {
        self.open_asides()
            .any(|question| question.holds_back() == Some((limit, owner)))
    }

    /// Whether the run as a whole is out of time.
    pub(crate) fn is_held_as_a_whole(&self) -> bool {
        self.is_asked(LimitKind::Seconds, None) || self.is_out_of_time(None)
    }

    /// Whether a task, or what it stands in, is out of time.
    pub(crate) fn is_held(&self, task: &Task) -> bool {
        self.held_since(task).is_some()
            || (!self.refused.is_empty()
                && self
                    .out_of_time()
                    .iter()
                    .any(|owner| self.is_below(task, owner.as_ref())))
    }

    /// Since when the operator is asked whether a task, or what it stands in, gets more time.
    pub(crate) fn held_since(&self, task: &Task) -> Option<Millis> {
        if self.asides.is_empty() {
            return None;
        }
        let above = self.open_asides().filter(|question| {
            question
                .holds_back()
                .is_some_and(|(limit, owner)| limit == LimitKind::Seconds && self.is_below(task, owner))
        });
        above.map(|question| question.asked_at).min()
    }

    /// Whose time is up for good: the operator gave no more, and nothing was changed since.
    pub(crate) fn out_of_time(&self) -> Vec<Owner> {
        let refused = self
            .refused
            .iter()
            .filter(|(limit, ..)| *limit == LimitKind::Seconds);
        refused
            .map(|(_, owner, _)| owner.clone())
            .filter(|owner| self.is_out_of_time(owner.as_ref()))
            .collect()
    }

    /// What a step does about its failure is not held to the time that it used up.
    fn is_out_of_time(&self, owner: Option<&TaskKey>) -> bool {
        let owned = owner.and_then(|key| self.task(key));
        let budget = owned.map_or_else(|| self.budget(), |task| self.budget_of(task));
        let goes_on = owned.is_some_and(|task| task.caught.is_some());
        !goes_on
            && budget
                .seconds
                .is_some_and(|seconds| self.is_refused(LimitKind::Seconds, &owner.cloned(), seconds))
    }

    /// Whether a task that has not begun must not begin before the operator said whether more tasks may.
    pub(crate) fn is_kept_back(&self, task: &Task) -> bool {
        let is_new = task.status == TaskStatus::Pending && task.attempt == 0;
        is_new
            && self.open_asides().any(|question| {
                question.holds_back().is_some_and(|(limit, owner)| {
                    let own = owner == Some(&task.key);
                    limit == LimitKind::Steps && !own && self.is_below(task, owner)
                })
            })
    }

    /// Whether a budget counts for a task: the run's always does.
    fn is_below(&self, task: &Task, owner: Option<&TaskKey>) -> bool {
        owner.is_none_or(|owner| task.key == *owner || self.ancestors(task).any(|above| above.key == *owner))
    }

    /// Whether the operator was asked about a limit at this height, and gave no more.
    pub(crate) fn is_refused(&self, limit: LimitKind, owner: &Owner, allowed: u32) -> bool {
        self.refused.contains(&(limit, owner.clone(), allowed))
    }
}
