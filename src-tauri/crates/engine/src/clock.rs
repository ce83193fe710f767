//! How long something was at work: of a run and of each of its tasks.
//!
//! It stands while the run is paused, while all that could go on waits for the operator, and while a question about time
//! is open. It has no time of its own: events and whoever asks bring it.

use crate::state::{Run, Task};
use wheelhouse_domain::{Millis, TaskStatus, WorkflowStatus};

/// A clock that is started and stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clock {
    counted: i64,
    since: Option<Millis>,
}

impl Clock {
    /// How long it has run by `now`, in milliseconds.
    #[must_use]
    pub fn elapsed(&self, now: Millis) -> i64 {
        let running = self.since.map_or(0, |since| now.0.saturating_sub(since.0));
        self.counted.saturating_add(running.max(0))
    }

    /// When it will have run for `length` milliseconds; none while it stands.
    pub(crate) fn reaches(&self, length: i64) -> Option<Millis> {
        self.since
            .map(|since| since.plus(length.saturating_sub(self.counted).max(0)))
    }

    /// Lets it run or stand from `now` on.
    pub(crate) fn turn(&mut self, runs: bool, now: Millis) {
        if runs == self.since.is_some() {
            return;
        }
        self.counted = self.elapsed(now);
        self.since = runs.then_some(now);
    }
}

/// How many tasks go on by themselves, and how many only wait for the operator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Activity {
    pub(crate) active: u32,
    pub(crate) asking: u32,
}

impl Activity {
    /// Whether all that could go on waits for the operator.
    pub(crate) fn only_asks(self) -> bool {
        self.asking > 0 && self.active == 0
    }

    pub(crate) fn replace(&mut self, before: Self, after: Self) {
        self.active = (self.active + after.active).saturating_sub(before.active);
        self.asking = (self.asking + after.asking).saturating_sub(before.asking);
    }
}

impl Run {
    /// How long the run was at work by `now`, in milliseconds.
    #[must_use]
    pub fn worked(&self, now: Millis) -> i64 {
        self.clock.elapsed(now)
    }

    /// What a task itself adds to what goes on around it.
    pub(crate) fn own_activity(&self, task: &Task) -> Activity {
        let asks = match task.status {
            TaskStatus::Running if task.asks_below() => true,
            TaskStatus::Waiting => task.asked_at.is_some(),
            _ => false,
        };
        let goes_on = match task.status {
            TaskStatus::Running => !self.holds(task),
            TaskStatus::Waiting => true,
            TaskStatus::Pending => task.retry_at.is_some(),
            _ => false,
        };
        let asides = if task.status.is_final() { 0 } else { task.asides };
        Activity {
            active: u32::from(goes_on && !asks && !self.is_held(task)),
            asking: u32::from(asks) + asides,
        }
    }

    pub(crate) fn run_ticks(&self) -> bool {
        self.status == WorkflowStatus::Running
            && !self.paused
            && !self.activity.only_asks()
            && !self.is_held_as_a_whole()
    }

    pub(crate) fn task_ticks(&self, task: &Task) -> bool {
        let has_begun = task.attempt > 0
            && !task.status.is_final()
            && (task.status != TaskStatus::Pending || task.retry_at.is_some());
        has_begun && !self.paused && !task.activity.only_asks() && !self.is_held(task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_while_it_runs_and_says_when_a_length_is_reached() {
        let mut clock = Clock::default();
        assert_eq!((clock.elapsed(Millis(50)), clock.reaches(10)), (0, None));
        clock.turn(true, Millis(100));
        clock.turn(true, Millis(120));
        assert_eq!(clock.elapsed(Millis(130)), 30);
        assert_eq!(clock.reaches(40), Some(Millis(140)));
        clock.turn(false, Millis(150));
        assert_eq!((clock.elapsed(Millis(900)), clock.reaches(60)), (50, None));
        clock.turn(true, Millis(1_000));
        assert_eq!(clock.reaches(60), Some(Millis(1_010)));
        assert_eq!(clock.reaches(20), Some(Millis(1_000)), "it was reached before");
    }

    #[test]
    fn a_clock_that_is_set_back_takes_nothing_away() {
        let mut clock = Clock::default();
        clock.turn(true, Millis(100));
        assert_eq!(clock.elapsed(Millis(40)), 0);
        clock.turn(false, Millis(40));
        assert_eq!(clock.elapsed(Millis(500)), 0);
    }
}
