//! Which tasks may begin.

use crate::state::{Run, Task};
use crate::turns::Turns;
use wheelhouse_domain::{AgentKind, Millis, Place, StepId, StepKind, TaskKey, TaskStatus, WhySkipped};

impl Run {
    /// Whether what `need` names is settled for the tasks at `place`: a task that is complete or that is gone on
    /// without, or every part of an expanded step.
    #[must_use]
    pub fn is_settled(&self, place: Option<&Place>, need: &TaskKey) -> bool {
        if let Some(task) = self.task(need) {
            return task.lets_go_on();
        }
        let id = StepId(need.as_str().rsplit('/').next().unwrap_or_default().to_owned());
        match self.step(&id).map(|step| &step.kind) {
            Some(StepKind::Expand { plan, .. }) => {
                let planned = self.task(&TaskKey::of_step(place, plan));
                planned.is_some_and(Task::lets_go_on)
                    && self
                        .tasks_at(place)
                        .filter(|task| task.step == id)
                        .all(Task::lets_go_on)
            }
            _ => false,
        }
    }

    /// How many more tasks may begin. A task that waits for an answer keeps its place, so that its going on never
    /// passes the limit. In a failing run nothing new begins.
    pub(crate) fn free_places(&self) -> usize {
        if self.is_failing() {
            return 0;
        }
        let taken = self
            .open_tasks()
            .filter(|task| matches!(task.status, TaskStatus::Running | TaskStatus::Waiting))
            .filter(|task| self.takes_a_place(task))
            .count();
        (self.limits.parallel_tasks as usize).saturating_sub(taken)
    }

    /// Whether a task counts among those at work at the same time. What only waits, or works by what stands in it,
    /// does not: else a map in a map would wait for itself.
    pub(crate) fn takes_a_place(&self, task: &Task) -> bool {
        let only_waits = matches!(
            self.kind_of(task),
            Some(StepKind::Approval { .. } | StepKind::Input { .. } | StepKind::Wait { .. })
        );
        !only_waits && !self.holds(task)
    }

    /// A task that can never begin, because nobody in the crew is of its kind. Expanded tasks get their agent later.
    pub(crate) fn unfilled(&self) -> Option<(&Task, AgentKind)> {
        self.open_tasks()
            .filter(|task| task.status == TaskStatus::Pending && task.agent.is_none())
            .filter(|task| !matches!(self.kind_of(task), Some(StepKind::Expand { staff: Some(_), .. })))
            .find_map(|task| task.agent_kind.map(|kind| (task, kind)))
    }

    /// The tasks that may begin at `now`, in the order in which they came to be, as many as there are places for.
    pub(crate) fn ready(&self, now: Millis) -> Vec<&Task> {
        if self.is_failing() || self.paused {
            return Vec::new();
        }
        let mut free = self.free_places();
        let due = self.open_tasks().filter(|task| {
            task.status == TaskStatus::Pending
                && task.retry_at.is_none_or(|at| at <= now)
                && (task.agent.is_some() || task.agent_kind.is_none())
                && self.is_reached(task)
                && !self.is_held(task)
                && !self.is_kept_back(task)
        });
        let mut turns = Turns::default();
        let due = due.filter(|task| turns.has_turn(self, task));
        due.filter(|task| {
            if !self.takes_a_place(task) {
                return true;
            }
            let has_place = free > 0;
            free = free.saturating_sub(1);
            has_place
        })
        .collect()
    }

    /// Whether a pending task's turn has come: what contains it is at work, and what it needs is settled.
    pub(crate) fn is_reached(&self, task: &Task) -> bool {
        let at = task.place.as_ref();
        self.may_go_on_at(at) && task.needs.iter().all(|need| self.is_settled(at, need))
    }

    /// Whether what stands at `place` may begin, by what contains it.
    pub(crate) fn may_go_on_at(&self, place: Option<&Place>) -> bool {
        let Some(place) = place else {
            return true;
        };
        let scope = place.scope as usize;
        self.task(&place.container).is_some_and(|container| {
            container.status == TaskStatus::Running
                && container.stopping.is_none()
                && container
                    .scopes
                    .get(scope)
                    .is_some_and(|open| open.failed == 0 && open.after_failure == container.caught.is_some())
                && (container.caught.is_none() || scope >= container.caught_from)
        })
    }

    /// The finished tasks whose outputs `task` builds on, in the order of the run. An expanded step stands for all its
    /// tasks.
    pub fn inputs_of<'a>(&'a self, task: &'a Task) -> impl Iterator<Item = &'a Task> {
        let at = task.place.as_ref();
        self.tasks_at(at).filter(move |other| {
            let group = TaskKey::of_step(at, &other.step);
            other.output.is_some() && task.needs.iter().any(|need| *need == other.key || *need == group)
        })
    }
}

impl Task {
    /// Whether what needs it goes on: with its answer, or without.
    #[must_use]
    pub fn lets_go_on(&self) -> bool {
        match self.status {
            TaskStatus::Completed => true,
            TaskStatus::Skipped => self.skipped.is_some_and(WhySkipped::lets_go_on),
            _ => false,
        }
    }
}
