//! Time that a run or a task may be at work. When it is up, the operator is asked, and nothing new begins below that
//! budget; where the operator gives no more, what is at work there is stopped and fails.

use super::limits::Reached;
use super::{Draft, Refusal, asking};
use crate::clock::Clock;
use crate::held::Owner;
use crate::state::{Run, Task};
use wheelhouse_domain::{AfterStop, EventBody, LimitKind, Millis, TaskKey, TaskStatus};

impl Run {
    /// When the next limit of time is reached, by what is at work now.
    pub(crate) fn next_limit(&self) -> Option<Millis> {
        if self.is_failing() {
            return None;
        }
        self.time_limits().map(|(_, _, at)| at).min()
    }

    /// The limits of time that come closer: whose, how many seconds, and when each is reached.
    fn time_limits(&self) -> impl Iterator<Item = (Owner, u32, Millis)> {
        self.timed().filter_map(|(owner, seconds, clock)| {
            let at = clock.reaches(length(seconds))?;
            Some((owner, seconds, at))
        })
    }

    /// The limits of time that are used up without having been asked about. A clock that stands may be beyond a limit that
    /// was lowered.
    fn late(&self, now: Millis) -> Vec<(Owner, u32)> {
        self.timed()
            .filter(|(_, seconds, clock)| clock.elapsed(now) >= length(*seconds))
            .map(|(owner, seconds, _)| (owner, seconds))
            .collect()
    }

    /// What has a limit of time and is not held by it yet. Where nothing is left to do but the report, there is nothing to
    /// hold.
    fn timed(&self) -> impl Iterator<Item = (Owner, u32, Clock)> {
        let of_run = self
            .budget()
            .seconds
            .filter(|_| !self.open.is_empty() && !self.is_held_as_a_whole())
            .map(|seconds| (None, seconds, self.clock));
        let of_tasks = self.open_tasks().filter_map(|task| {
            let seconds = self.seconds_of(task)?;
            let has_begun = task.status != TaskStatus::Pending || task.retry_at.is_some();
            (has_begun && !self.is_held(task)).then(|| (Some(task.key.clone()), seconds, task.clock))
        });
        of_run.into_iter().chain(of_tasks)
    }

    /// What its `on_error` does is not held to the time of the step that failed, and what is being stopped ends anyway.
    fn seconds_of(&self, task: &Task) -> Option<u32> {
        let counts = task.caught.is_none() && task.stopping.is_none();
        self.budget_of(task).seconds.filter(|_| counts)
    }

    /// What is to be stopped where the operator gave no more: the task, or of the whole run what is at work; where nothing
    /// is, what would begin next.
    fn to_stop(&self, owner: &Owner) -> Vec<TaskKey> {
        let open: Vec<&Task> = match owner {
            Some(key) => self.task(key).into_iter().collect(),
            None => self.tasks_at(None).collect(),
        };
        let open = || open.iter().filter(|task| !task.status.is_final());
        let is_at_work = |task: &Task| task.status != TaskStatus::Pending;
        // What has not begun is skipped in a failing run.
        let any = self.is_failing() || open().any(|task| is_at_work(task));
        open()
            .filter(|task| is_at_work(task) || (!any && self.is_reached(task)))
            .filter(|task| task.stopping.is_none())
            .map(|task| task.key.clone())
            .collect()
    }
}

impl Draft {
    /// Asks where time is up, or stops what is at work where the operator gave no more.
    pub(super) fn hold_what_is_late(&mut self) -> Result<(), Refusal> {
        if !self.run.is_failing() {
            for (owner, seconds) in self.run.late(self.now) {
                self.ask_for_time(owner, seconds)?;
            }
        }
        for owner in self.run.out_of_time() {
            for key in self.run.to_stop(&owner) {
                self.stop_late(&key)?;
            }
        }
        Ok(())
    }

    fn ask_for_time(&mut self, owner: Owner, seconds: u32) -> Result<(), Refusal> {
        let asks = match &owner {
            Some(key) => self.run.task(key).filter(|task| !self.run.is_held(task)),
            None => self.asks_for_the_run(),
        };
        let Some(asks) = asks else {
            return Ok(());
        };
        let key = asks.key.clone();
        let reached = Reached {
            owner,
            limit: LimitKind::Seconds,
            allowed: seconds,
            wanted: seconds,
        };
        self.ask_for_more(&key, &reached)
    }

    /// The first task at the top that is open; one that is not held by its own time already, where there is one.
    fn asks_for_the_run(&self) -> Option<&Task> {
        let open = || self.run.tasks_at(None).filter(|task| !task.status.is_final());
        open()
            .find(|task| !self.run.is_held(task))
            .or_else(|| open().next())
    }

    fn stop_late(&mut self, key: &TaskKey) -> Result<(), Refusal> {
        let Some(task) = self.run.task(key) else {
            return Ok(());
        };
        let (status, attempt) = (task.status, task.attempt);
        match status {
            TaskStatus::Running => self.push(EventBody::TaskStopping {
                task: key.clone(),
                then: AfterStop::Fail {
                    failure: asking::no_more(),
                },
            }),
            status if status.is_final() => Ok(()),
            _ => self.attempt_failed(key, attempt, asking::no_more()),
        }
    }
}

fn length(seconds: u32) -> i64 {
    i64::from(seconds).saturating_mul(1_000)
}
