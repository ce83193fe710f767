//! What a file may ask of the memory that reads it, and of the time to take it in.
//!
//! A run that was made here never comes near: it was bounded while it ran. Folding it and making its rows takes time that
//! grows with what is there already, so that what happened is weighed, not only counted.

use super::take::above;
use super::{LONGEST_EVENT, MOST_VALUES, RunFile, RunFileError};
use std::collections::HashMap;
use wheelhouse_domain::{EventBody, TaskKey, WorkflowUid, all_steps};

/// How the line of a text begins.
const TEXT: &str = "{\"content\":";

/// Most steps of one run.
const MOST_STEPS: usize = 2_000;

/// Most tasks of one run.
const MOST_TASKS: usize = 50_000;

/// Most calls, and most questions, of one task or run.
const MOST_OF_A_KIND: usize = 10_000;

/// How deep tasks and workflows may stand in each other.
const DEEPEST: usize = 32;

/// Longest name of a workflow, in bytes.
const LONGEST_NAME: usize = 4_000;

/// Most that all events together may weigh: about one for each row that is looked at besides its own.
const MOST_WORK: usize = 10_000_000;

/// Counts the values of lines that are no texts.
#[derive(Debug, Default)]
pub(super) struct Values(usize);

impl Values {
    /// Counts a line before it is read.
    pub(super) fn count(&mut self, line: usize, text: &str) -> Result<(), RunFileError> {
        if text.starts_with(TEXT) {
            return Ok(());
        }
        if text.len() > LONGEST_EVENT {
            let limit = LONGEST_EVENT as u64;
            return Err(RunFileError::LongLine { line, limit });
        }
        // Each value stands behind one of these, or is the first and only.
        let begins = |byte: &&u8| matches!(byte, b',' | b'[' | b'{');
        self.0 += text.as_bytes().iter().filter(begins).count();
        if self.0 > MOST_VALUES {
            let limit = MOST_VALUES;
            return Err(RunFileError::TooMany {
                what: "values",
                limit,
            });
        }
        Ok(())
    }
}

/// Weighs every run before it is folded.
pub(super) fn check_work(file: &RunFile) -> Result<(), RunFileError> {
    let mut work = 0;
    let mut levels: HashMap<WorkflowUid, usize> = HashMap::new();
    for (told, events) in file.manifest.workflows.iter().zip(&file.runs) {
        let level_above = above(events).and_then(|uid| levels.get(&uid)).copied();
        let level = level_above.map_or(1, |above| above + 1);
        at_most("workflows inside each other", level, DEEPEST)?;
        levels.insert(told.uid, level);
        let mut run = Weighed {
            level,
            ..Weighed::default()
        };
        for event in events {
            work += run.weigh(&event.body)?;
            if work > MOST_WORK {
                return Err(RunFileError::Inconsistent {
                    workflow: told.uid,
                    what: "more happened in it than can have happened",
                });
            }
        }
    }
    Ok(())
}

/// What there is in a run so far.
#[derive(Default)]
struct Weighed<'a> {
    level: usize,
    steps: usize,
    questions: usize,
    scopes: usize,
    /// How deep each task stands.
    tasks: HashMap<&'a TaskKey, usize>,
    calls: HashMap<&'a TaskKey, usize>,
}

impl<'a> Weighed<'a> {
    /// What an event weighs.
    fn weigh(&mut self, body: &'a EventBody) -> Result<usize, RunFileError> {
        match body {
            EventBody::WorkflowCreated { name, steps, .. } => {
                at_most("bytes in the name of a workflow", name.len(), LONGEST_NAME)?;
                self.steps = all_steps(steps).len();
                at_most("steps in one workflow", self.steps, MOST_STEPS)?;
                Ok(self.steps)
            }
            EventBody::TaskAdded { task, place, .. } => {
                let above = place.as_ref().and_then(|place| self.tasks.get(&place.container));
                let depth = above.map_or(1, |above| above + 1);
                self.tasks.insert(task, depth);
                at_most("tasks inside each other", depth, DEEPEST)?;
                at_most("tasks in one workflow", self.tasks.len(), MOST_TASKS)?;
                Ok(1)
            }
            EventBody::ScopesOpened { scopes, .. } => {
                self.scopes += scopes.len();
                at_most("scopes in one workflow", self.scopes, MOST_TASKS)?;
                Ok(scopes.len())
            }
            EventBody::CallStarted { task, .. } => {
                let calls = self.calls.entry(task).or_default();
                *calls += 1;
                at_most("calls in one task", *calls, MOST_OF_A_KIND)?;
                Ok(self.tasks.get(task).map_or(1, |depth| depth + self.level))
            }
            EventBody::QuestionAsked { .. } => {
                self.questions += 1;
                at_most("questions in one workflow", self.questions, MOST_OF_A_KIND)?;
                Ok(1)
            }
            EventBody::StaffAccepted { assignments, .. } => Ok(self.steps + assignments.len()),
            // These look at every task.
            EventBody::WorkflowRetried { .. }
            | EventBody::WorkflowPaused
            | EventBody::WorkflowResumed
            | EventBody::WorkflowCompleted { .. }
            | EventBody::WorkflowFailed { .. }
            | EventBody::WorkflowCancelled
            | EventBody::TaskOverridden { .. } => Ok(self.tasks.len()),
            _ => Ok(1),
        }
    }
}

fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), RunFileError> {
    if found > limit {
        return Err(RunFileError::TooMany { what, limit });
    }
    Ok(())
}
