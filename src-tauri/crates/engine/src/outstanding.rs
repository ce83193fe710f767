//! What is to be done now, derived from the state alone.

use crate::state::Run;
use wheelhouse_domain::{Millis, StepKind, TaskKey, TaskStatus, WorkflowStatus};

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
    /// Stop what a task has in flight and confirm it.
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
