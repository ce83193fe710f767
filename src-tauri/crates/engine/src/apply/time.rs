//! What follows from events for the clocks, and from questions for what they hold back.

use crate::clock::Activity;
use crate::held::Owner;
use crate::state::{Run, Task};
use wheelhouse_domain::{BudgetOf, FormAbout, LimitKind, Millis, TaskKey};

impl Run {
    /// Tells what contains a task that it goes on otherwise than before, and turns the clocks.
    pub(super) fn account(&mut self, place: usize, before: Activity) {
        let Some(after) = self.tasks.at(place).map(|task| self.own_activity(task)) else {
            return;
        };
        if after != before {
            self.activity.replace(before, after);
            let mut next = Some(place);
            while let Some(place) = next {
                if let Some(task) = self.tasks.at_mut(place) {
                    task.activity.replace(before, after);
                }
                self.turn_clock(place);
                next = self.container_of(place);
            }
        } else {
            self.turn_clock(place);
        }
        self.turn_own_clock();
    }

    fn container_of(&self, place: usize) -> Option<usize> {
        let at = self.tasks.at(place)?.place.as_ref()?;
        self.tasks.place_of(&at.container)
    }

    pub(super) fn turn_own_clock(&mut self) {
        let ticks = self.run_ticks();
        self.clock.turn(ticks, self.now);
    }

    fn turn_clock(&mut self, place: usize) {
        let Some((ticks, clock)) = self
            .tasks
            .at(place)
            .map(|task| (self.task_ticks(task), task.clock))
        else {
            return;
        };
        let mut turned = clock;
        turned.turn(ticks, self.now);
        // Most changes leave it as it is, and need no copy of the task.
        if turned != clock
            && let Some(task) = self.tasks.at_mut(place)
        {
            task.clock = turned;
        }
    }

    /// After what holds for many tasks at once: a pause, or a question about time.
    pub(super) fn turn_all_clocks(&mut self) {
        let places: Vec<usize> = self.open.iter().copied().collect();
        for place in places {
            self.turn_clock(place);
        }
        self.turn_own_clock();
    }

    /// Notes an open question that holds others back.
    pub(super) fn hold_back(&mut self, question: usize, task: usize) {
        self.account_for_all(|run| {
            run.asides.push(question);
            run.mark(task, |task| {
                task.asides += 1;
                task.asked += 1;
            });
        });
    }

    /// Lets go on what a question held back. The time that it was open counts for no attempt.
    pub(super) fn let_go_on(&mut self, question: usize) {
        let Some(asked) = self.questions.get(question).cloned() else {
            return;
        };
        let until = self.paused_at.unwrap_or(self.now).min(self.now);
        if asked
            .holds_back()
            .is_some_and(|(limit, _)| limit == LimitKind::Seconds)
        {
            self.forgive(asked.asked_at, until);
        }
        self.account_for_all(|run| {
            run.asides.retain(|open| *open != question);
            if let Some(task) = run.tasks.place_of(&asked.task) {
                run.mark(task, |task| task.asides = task.asides.saturating_sub(1));
            }
        });
    }

    /// Changes what holds for many tasks at once, and brings everything that is derived from it up to date.
    pub(super) fn account_for_all(&mut self, change: impl FnOnce(&mut Self)) {
        let activity = |run: &Self, place: usize| run.tasks.at(place).map(|task| run.own_activity(task));
        let before: Vec<(usize, Activity)> = self
            .open
            .iter()
            .filter_map(|place| Some((*place, activity(self, *place)?)))
            .collect();
        change(self);
        for (place, before) in before {
            self.account(place, before);
        }
        self.turn_own_clock();
    }

    fn mark(&mut self, place: usize, change: impl FnOnce(&mut Task)) {
        if let Some(task) = self.tasks.at_mut(place) {
            change(task);
        }
    }

    fn forgive(&mut self, from: Millis, until: Millis) {
        let waited = until.0.saturating_sub(from.0).max(0);
        let held: Vec<usize> = self
            .open
            .iter()
            .copied()
            .filter(|place| self.tasks.at(*place).is_some_and(|task| self.is_held(task)))
            .collect();
        for place in held {
            self.alter(place, |task: &mut Task| {
                task.counted_from = task.counted_from.plus(waited);
            });
        }
    }

    /// Withdraws what was asked for a task that has ended, or begins anew.
    pub(super) fn withdraw_asides(&mut self, key: &TaskKey) {
        let asked: Vec<usize> = self
            .asides
            .iter()
            .copied()
            .filter(|place| {
                self.questions
                    .get(*place)
                    .is_some_and(|question| question.task == *key)
            })
            .collect();
        for question in asked {
            self.let_go_on(question);
        }
    }

    /// Notes that the operator gave no more, so that nobody asks the same again at once.
    pub(super) fn note_refusal(&mut self, question: usize) {
        let about = self
            .questions
            .get(question)
            .and_then(|question| question.form.as_ref())
            .and_then(|form| form.about.clone());
        let Some(FormAbout::Limit { whose, limit }) = about else {
            return;
        };
        let owner: Owner = match whose {
            BudgetOf::Task { task } => Some(task.task),
            _ => None,
        };
        let budget = match &owner {
            None => Some(self.budget()),
            Some(key) => self.task(key).map(|task| self.budget_of(task)),
        };
        let allowed = budget.and_then(|budget| match limit {
            LimitKind::Steps => budget.steps,
            LimitKind::Seconds => budget.seconds,
            LimitKind::Depth => budget.depth,
            LimitKind::FanOut => budget.fan_out,
        });
        if let Some(allowed) = allowed {
            self.refused.insert((limit, owner, allowed));
        }
    }
}
