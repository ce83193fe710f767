//! What is to be done now, derived from the state alone.

use crate::state::Run;
use wheelhouse_domain::{Millis, StepKind, TaskKey, TaskStatus, WorkflowStatus, WorkflowUid};

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
        /// How many scopes it has: 0 before its work; each further number is one more evaluation.
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
    /// Start the sub-workflow of a task with the inputs that were prepared. Where the task has a child on record, see to
    /// it that its end is told.
    RunChild {
        /// The task.
        task: TaskKey,
        /// The attempt that results must name.
        attempt: u32,
        /// The child on record.
        child: Option<WorkflowUid>,
    },
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
    if run.status != WorkflowStatus::Running {
        return Vec::new();
    }
    let running = run.tasks.iter().filter(|task| task.status == TaskStatus::Running);
    let mut effects: Vec<Effect> = running
        .map(|task| {
            let key = task.key.clone();
            if run.cancelling {
                Effect::Stop { task: key }
            } else if matches!(run.kind_of(task), Some(StepKind::Aggregate)) {
                Effect::Aggregate {
                    task: key,
                    attempt: task.attempt,
                }
            } else {
                Effect::Work {
                    task: key,
                    attempt: task.attempt,
                    first_turn: task.first_turn,
                }
            }
        })
        .collect();
    // Where nothing can begin, waking would change nothing and be outstanding still.
    if !run.cancelling && run.free_places() > 0 {
        let next = run
            .tasks
            .iter()
            .filter(|task| task.status == TaskStatus::Pending)
            .filter_map(|task| task.retry_at);
        effects.extend(next.min().map(|at| Effect::Wake { at }));
    }
    effects
}
