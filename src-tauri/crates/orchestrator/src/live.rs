//! Text as agents write it. Lossy: a record is only what the journal has.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;
use wheelhouse_domain::{ProviderWait, TaskId, WorkflowId};

/// Pieces that a slow listener may lag behind before it loses some.
const BACKLOG: usize = 1_024;

/// A piece of text that an agent added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveText {
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Task.
    pub task_id: TaskId,
    /// Attempt.
    pub attempt: u32,
    /// Whether it belongs to what it thinks, not to its answer.
    pub thought: bool,
    /// Length of the text before, in UTF-16 code units.
    pub offset: u32,
    /// What was added.
    pub text: String,
}

/// A task waits for a provider, for another reason than before, or no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveWait {
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Task.
    pub task_id: TaskId,
    /// Why it waits; none where it goes on.
    pub waits_for: Option<ProviderWait>,
}

/// What an agent has written so far in its present answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Attempt that it belongs to.
    pub attempt: u32,
    /// The text.
    pub text: String,
    /// What it thought so far, apart from that.
    pub thoughts: String,
    utf16: u32,
    thoughts_utf16: u32,
}

/// The texts that are being written now.
#[derive(Debug)]
pub struct Live {
    texts: Mutex<HashMap<TaskId, Written>>,
    added: broadcast::Sender<LiveText>,
    waits: Mutex<HashMap<TaskId, ProviderWait>>,
    waited: broadcast::Sender<LiveWait>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            texts: Mutex::default(),
            added: broadcast::channel(BACKLOG).0,
            waits: Mutex::default(),
            waited: broadcast::channel(BACKLOG).0,
        }
    }
}

impl Live {
    /// Listens to what is added from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<LiveText> {
        self.added.subscribe()
    }

    /// What is being written in a task.
    #[must_use]
    pub fn written(&self, task: TaskId) -> Option<Written> {
        self.texts().get(&task).cloned()
    }

    /// Listens to tasks that wait for a provider from now on.
    #[must_use]
    pub fn listen_to_waits(&self) -> broadcast::Receiver<LiveWait> {
        self.waited.subscribe()
    }

    /// Why a task waits for a provider, where it does.
    #[must_use]
    pub fn waits_for(&self, task: TaskId) -> Option<ProviderWait> {
        self.waits().get(&task).cloned()
    }

    pub(crate) fn wait(&self, workflow_id: WorkflowId, task_id: TaskId, waits_for: Option<ProviderWait>) {
        let mut waits = self.waits();
        let changed = match &waits_for {
            Some(wait) => waits.insert(task_id, wait.clone()).as_ref() != Some(wait),
            None => waits.remove(&task_id).is_some(),
        };
        if changed {
            // Nobody listening is fine.
            let _ = self.waited.send(LiveWait {
                workflow_id,
                task_id,
                waits_for,
            });
        }
    }

    fn waits(&self) -> MutexGuard<'_, HashMap<TaskId, ProviderWait>> {
        // One statement changes it, so a panic elsewhere leaves nothing half done.
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, task: TaskId, attempt: u32) {
        self.texts().insert(
            task,
            Written {
                attempt,
                ..Written::default()
            },
        );
    }

    /// Adds to the answer of a task.
    pub(crate) fn add(&self, workflow_id: WorkflowId, task_id: TaskId, text: &str) {
        self.grow(workflow_id, task_id, text, false);
    }

    /// Adds to what is thought in a task.
    pub(crate) fn think(&self, workflow_id: WorkflowId, task_id: TaskId, text: &str) {
        self.grow(workflow_id, task_id, text, true);
    }

    fn grow(&self, workflow_id: WorkflowId, task_id: TaskId, text: &str, thought: bool) {
        let mut texts = self.texts();
        let Some(written) = texts.get_mut(&task_id) else {
            return;
        };
        let attempt = written.attempt;
        let (all, length) = if thought {
            (&mut written.thoughts, &mut written.thoughts_utf16)
        } else {
            (&mut written.text, &mut written.utf16)
        };
        let offset = *length;
        all.push_str(text);
        *length += u32::try_from(text.encode_utf16().count()).unwrap_or(0);
        // Sent under the lock, so that pieces leave in the order of their offsets. Nobody listening is fine.
        let _ = self.added.send(LiveText {
            workflow_id,
            task_id,
            attempt,
            thought,
            offset,
            text: text.to_owned(),
        });
    }

    /// Forgets what `attempt` wrote. What a later one writes stays.
    pub(crate) fn end(&self, task: TaskId, attempt: u32) {
        let mut texts = self.texts();
        if texts.get(&task).is_some_and(|written| written.attempt == attempt) {
            texts.remove(&task);
        }
    }

    fn texts(&self) -> MutexGuard<'_, HashMap<TaskId, Written>> {
        // A text is whole after every statement, so a panic elsewhere leaves nothing half done.
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_as_javascript_does() {
        let live = Live::default();
        let mut listener = live.listen();
        let (workflow, task) = (WorkflowId(1), TaskId(2));
        live.begin(task, 1);
        for piece in ["a", "🌊", "é"] {
            live.add(workflow, task, piece);
        }
        live.think(workflow, task, "Hm.");
        let offsets: Vec<u32> = std::iter::from_fn(|| listener.try_recv().ok())
            .map(|piece| piece.offset)
            .collect();
        assert_eq!(offsets, [0, 1, 3, 0], "thoughts are counted apart");
        assert_eq!(live.written(task).expect("being written").text, "a🌊é");
        live.begin(task, 2);
        live.end(task, 1);
        assert!(
            live.written(task).is_some(),
            "a later attempt is not ended by an earlier one"
        );
        live.end(task, 2);
        assert_eq!(live.written(task), None);
    }
}
