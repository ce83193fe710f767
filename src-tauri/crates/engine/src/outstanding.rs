//! What is to be done now, derived from the state alone.

use crate::state::{Run, Task};
use wheelhouse_domain::{Millis, Step, StepKind, TaskKey, TaskStatus, WorkflowStatus, WorkflowUid};

/// Something to be done outside. Doing it twice for the same state is harmless: results are fenced by attempt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Let the agent of a task work on from where its calls are.
    Work {
        /// The task.
        task: TaskKey,
        /// The attempt that results must name.
        attempt: u32,
        /// First turn of the exchange: a new one means that the agent's conversation began anew.
        first_turn: u32,
    },
    /// Gather the outputs that a task needs.
    Aggregate {
        /// The task.
        task: TaskKey,
        /// The attempt that results must name.
        attempt: u32,
    },
    /// Work out a task's expressions: before its work, or after all that it contains has ended.
    Evaluate {
        /// The task.
        task: TaskKey,
        /// The attempt that results must name.
        attempt: u32,
        /// How many scopes its present phase has (see [`Run::phase_scopes`]): 0 before its work; each further number is
        /// one more evaluation.
        scopes: u32,
        /// Whether it has failed and its `on_error` is to be worked out.
        caught: bool,
    },
    /// Call the tool of a task with the arguments that were prepared.
    CallTool {
        /// The task.
        task: TaskKey,
        /// The attempt that results must name.
        attempt: u32,
    },
    /// Start the sub-workflow of a task with the inputs that were prepared. Where the task has a child on record, be it the
    /// help that its agent asked for, bring it to the same pause as this run, and see to it that its end is told.
    RunChild {
        /// The task.
        task: TaskKey,
        /// The attempt that results must name.
        attempt: u32,
        /// The child on record.
        child: Option<WorkflowUid>,
        /// Whether the child is to be paused.
        paused: bool,
    },
    /// Make the answer of a task whose waiting is over: a time that came, or a form that was answered.
    Conclude {
        /// The task.
        task: TaskKey,
        /// The attempt that results must name.
        attempt: u32,
    },
    /// Make the report of the run, of its named outputs or of what was skipped.
    Finish,
    /// Stop what a task has in flight, its sub-workflow included, and confirm it.
    Stop {
        /// The task.
        task: TaskKey,
    },
    /// Come back at that time.
    Wake {
        /// When.
        at: Millis,
    },
}

/// Everything that is to be done now.
#[must_use]
pub fn outstanding(run: &Run) -> Vec<Effect> {
    if run.status != WorkflowStatus::Running || run.imported {
        return Vec::new();
    }
    let mut effects: Vec<Effect> = run.open_tasks().filter_map(|task| run.effect_of(task)).collect();
    if run.is_finishing() {
        effects.push(Effect::Finish);
    }
    effects.extend(run.next_time().map(|at| Effect::Wake { at }));
    effects
}

impl Run {
    /// Where the run stands. It is `waiting` while it runs and nothing can go on before the operator answers or a time
    /// comes, and `paused` once nothing is in flight any more.
    #[must_use]
    pub fn status(&self) -> WorkflowStatus {
        if self.status != WorkflowStatus::Running || self.cancelling {
            return self.status;
        }
        if self.paused {
            let in_flight = self
                .open_tasks()
                .any(|task| task.in_flight().next().is_some() || task.stopping.is_some());
            return if in_flight {
                WorkflowStatus::Running
            } else {
                WorkflowStatus::Paused
            };
        }
        let waits = !self.asides.is_empty()
            || self
                .open_tasks()
                .any(|task| task.status == TaskStatus::Waiting || task.child_waits.is_some());
        if waits && !self.is_busy() {
            WorkflowStatus::Waiting
        } else {
            self.status
        }
    }

    fn is_busy(&self) -> bool {
        let has_place = self.free_places() > 0;
        self.open_tasks().any(|task| {
            let is_held = self.is_held(task);
            let looks_after_one_that_rests = task.child_at_work().is_some() && task.stopping.is_none();
            let rests = looks_after_one_that_rests && (task.child_waits.is_some() || is_held);
            let begins_again =
                task.retry_at.is_some() && !is_held && (has_place || !self.takes_a_place(task));
            (!rests && self.effect_of(task).is_some()) || begins_again
        })
    }

    /// Whether all is done but the report, which only a performer can make.
    pub(crate) fn is_finishing(&self) -> bool {
        self.status == WorkflowStatus::Running
            && !self.paused
            && !self.cancelling
            && !self.is_failing()
            && self.open.is_empty()
            && !self.tasks.is_empty()
    }

    /// What is to be done for a task; none while it waits, or while what stands in it is at work.
    pub(crate) fn effect_of(&self, task: &Task) -> Option<Effect> {
        if task.status != TaskStatus::Running {
            return None;
        }
        let holds = self.holds(task);
        if self.cancelling || task.stopping.is_some() {
            let task = task.key.clone();
            return (!holds).then_some(Effect::Stop { task });
        }
        if holds {
            return self.evaluation_of(task);
        }
        let kind = self.kind_of(task);
        let child = task.child_at_work();
        let goes_on_while_paused = task.in_flight().next().is_some() || child.is_some();
        let rests = self.paused || self.is_held(task);
        if rests && !goes_on_while_paused {
            return None;
        }
        if self.needs_evaluation(task) {
            return self.evaluation_of(task);
        }
        let (key, attempt) = (task.key.clone(), task.attempt);
        if child.is_some() {
            return Some(Effect::RunChild {
                task: key,
                attempt,
                child,
                paused: rests,
            });
        }
        match kind {
            Some(StepKind::Aggregate) => Some(Effect::Aggregate { task: key, attempt }),
            Some(StepKind::Tool { .. }) => Some(Effect::CallTool { task: key, attempt }),
            Some(StepKind::Workflow { .. }) => Some(Effect::RunChild {
                task: key,
                attempt,
                child: None,
                paused: rests,
            }),
            Some(StepKind::Approval { .. } | StepKind::Input { .. } | StepKind::Wait { .. }) => {
                Some(Effect::Conclude { task: key, attempt })
            }
            _ => Some(Effect::Work {
                task: key,
                attempt,
                first_turn: task.first_turn,
            }),
        }
    }

    fn evaluation_of(&self, task: &Task) -> Option<Effect> {
        if self.paused || self.is_held(task) || !task.phase_is_over() {
            return None;
        }
        Some(Effect::Evaluate {
            task: task.key.clone(),
            attempt: task.attempt,
            scopes: u32::try_from(task.phase().count()).unwrap_or(u32::MAX),
            caught: task.caught.is_some(),
        })
    }

    /// Whether a task's expressions must be worked out before its own work.
    pub(crate) fn needs_evaluation(&self, task: &Task) -> bool {
        !task.prepared && self.step_of(task).is_some_and(has_expressions)
    }

    /// The next time at which something follows by itself. Where nothing can begin, waking would change nothing and be
    /// outstanding still.
    fn next_time(&self) -> Option<Millis> {
        if self.cancelling || self.paused {
            return None;
        }
        let has_place = self.free_places() > 0;
        let going = self.open_tasks().filter(|task| !self.is_held(task));
        let times = going.filter_map(|task| match task.status {
            TaskStatus::Pending => {
                let may_begin =
                    (has_place || !self.takes_a_place(task)) && self.may_go_on_at(task.place.as_ref());
                task.retry_at.filter(|_| may_begin && !self.is_failing())
            }
            TaskStatus::Running => self.deadline_of(task),
            TaskStatus::Waiting if !self.is_failing() => {
                let ends = task.waits_until.or_else(|| self.expiry_of(task));
                ends.into_iter().chain(self.deadline_of(task)).min()
            }
            _ => None,
        });
        times.chain(self.next_limit()).min()
    }

    /// When a task's open question answers itself.
    pub(crate) fn expiry_of(&self, task: &Task) -> Option<Millis> {
        let question = self
            .question_of(task)
            .filter(|question| question.answer.is_none())?;
        question.form.as_ref().and_then(|form| form.expires_at)
    }

    /// When the present attempt of a task has taken too long. Waiting for the operator does not count, and what its
    /// `on_error` does is no part of the attempt.
    pub(crate) fn deadline_of(&self, task: &Task) -> Option<Millis> {
        let seconds = self.step_of(task)?.timeout_s?;
        let asks = task.asked_at.or(task.asked_below_at).is_some();
        let counts = !asks && task.caught.is_none() && task.stopping.is_none();
        counts.then(|| task.counted_from.plus(i64::from(seconds).saturating_mul(1_000)))
    }
}

/// Whether a step has something to work out before its own work.
fn has_expressions(step: &Step) -> bool {
    step.when.is_some()
        || match &step.kind {
            StepKind::Agent { prompt, .. } | StepKind::Plan { prompt, .. } => prompt.is_some(),
            StepKind::Staff { .. } | StepKind::Expand { .. } | StepKind::Aggregate => false,
            StepKind::Tool { .. }
            | StepKind::Branch { .. }
            | StepKind::Map { .. }
            | StepKind::Loop { .. }
            | StepKind::Approval { .. }
            | StepKind::Input { .. }
            | StepKind::Wait { .. }
            | StepKind::Workflow { .. }
            | StepKind::Transform { .. } => true,
        }
}
