//! Time that a run or a task may be at work. When it is up, the operator is asked, and nothing new begins below that
//! budget; where the operator gives no more, what is at work there is stopped and fails.

use super::limits::Reached;
use super::{Draft, Refusal, asking};
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
        // Where nothing is left to do but the report, there is nothing to hold.
        let of_run = self
            .budget()
            .seconds
            .filter(|_| !self.open.is_empty())
            .and_then(|seconds| Some((None, seconds, self.clock.reaches(length(seconds))?)));
        let of_tasks = self.open_tasks().filter_map(|task| {
            let seconds = self.seconds_of(task)?;
            let at = task.clock.reaches(length(seconds))?;
            Some((Some(task.key.clone()), seconds, at))
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
        let any = open().any(|task| is_at_work(task));
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
        if self.run.is_failing() {
            return Ok(());
        }
        let late: Vec<(Owner, u32)> = self
            .run
            .time_limits()
            .filter(|(_, _, at)| *at <= self.now)
            .map(|(owner, seconds, _)| (owner, seconds))
            .collect();
        for (owner, seconds) in late {
            self.ask_for_time(owner, seconds)?;
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
            Some(key) => self.run.task(key),
            None => self
                .run
                .tasks_at(None)
                .find(|task| !task.status.is_final() && !self.run.is_held(task)),
        };
        let Some(asks) = asks.filter(|task| !self.run.is_held(task)) else {
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
