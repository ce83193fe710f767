//! Notices that the same is done again and again, and says so in place of going on.
//!
//! It looks at nothing but what is on record of the run, so the same run is always stopped at the same point. It compares
//! answers by their addresses and knows no words. A task that it stops has failed for good; its `on_error` may catch that.
//!
//! Deliberately absent: guesses about the meaning of answers, and limits of turns and rounds, which are elsewhere.

mod calls;
mod rounds;

use crate::state::Run;
use wheelhouse_domain::{Failure, FailureCode, ForkFrom, TaskKey};

/// Tasks that one run may have. Far above what the largest sensible run needs (1,000 items with 10 steps each), and low
/// enough that the journal, the window and the machine still cope.
pub(crate) const MOST_TASKS: usize = 20_000;

/// Why a task must not begin another call, where what it did so far repeats itself.
pub(crate) fn after_call(run: &Run, key: &TaskKey) -> Option<Failure> {
    let task = run.task(key)?;
    let found = calls::same_call(task).or_else(|| calls::same_answer(task))?;
    let text = match found.what {
        calls::What::Tool(tool) => format!(
            "The tool “{tool}” was called {} times with the same arguments and gave the same answer each time, first \
             in turn {}.",
            found.times,
            found.turn + 1
        ),
        calls::What::Answer => format!(
            "The model gave the same answer {} times in a row, first in turn {}.",
            found.times,
            found.turn + 1
        ),
    };
    Some(stopped(text, key.clone(), Some(found.turn)))
}

/// Why a loop must not begin another round, where its rounds lead nowhere.
pub(crate) fn after_round(run: &Run, container: &TaskKey) -> Option<Failure> {
    let found = rounds::examine(&rounds::rounds_of(run, container)?)?;
    Some(stopped(found.text(), found.from, None))
}

/// Why a task must not become `more` tasks, where the run would have too many.
pub(crate) fn fan_out(run: &Run, key: &TaskKey, more: usize) -> Option<Failure> {
    let all = run.tasks.len().saturating_add(more);
    (all > MOST_TASKS).then(|| {
        stopped(
            format!(
                "It would become {more} more tasks, {all} in this workflow. A workflow may have {MOST_TASKS} at most."
            ),
            key.clone(),
            None,
        )
    })
}

fn stopped(text: String, task: TaskKey, turn: Option<u32>) -> Failure {
    let next_step = "Fork the workflow from there with another prompt, input or model.";
    Failure {
        fork_from: Some(Box::new(ForkFrom { task, turn })),
        ..Failure::lasting(FailureCode::LoopDetected, text, next_step)
    }
}
