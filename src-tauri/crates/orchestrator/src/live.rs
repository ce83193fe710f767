//! Text as agents write it. Lossy: a record is only what the journal has.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;
use wheelhouse_domain::{TaskId, WorkflowId};

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
    /// Length of the text before, in UTF-16 code units.
    pub offset: u32,
    /// What was added.
    pub text: String,
}

/// What an agent has written so far in its present answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Attempt that it belongs to.
    pub attempt: u32,
    /// The text.
    pub text: String,
    utf16: u32,
}

/// The texts that are being written now.
#[derive(Debug)]
pub struct Live {
    texts: Mutex<HashMap<TaskId, Written>>,
    added: broadcast::Sender<LiveText>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            texts: Mutex::default(),
            added: broadcast::channel(BACKLOG).0,
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

    pub(crate) fn begin(&self, task: TaskId, attempt: u32) {
        self.texts().insert(
            task,
            Written {
                attempt,
                ..Written::default()
            },
        );
    }

    pub(crate) fn add(&self, workflow_id: WorkflowId, task_id: TaskId, text: &str) {
        let mut texts = self.texts();
        let Some(written) = texts.get_mut(&task_id) else {
            return;
        };
        let (attempt, offset) = (written.attempt, written.utf16);
        written.text.push_str(text);
        written.utf16 += u32::try_from(text.encode_utf16().count()).unwrap_or(0);
        // Sent under the lock, so that pieces leave in the order of their offsets. Nobody listening is fine.
        let _ = self.added.send(LiveText {
            workflow_id,
            task_id,
            attempt,
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
        let offsets: Vec<u32> = std::iter::from_fn(|| listener.try_recv().ok())
            .map(|piece| piece.offset)
            .collect();
        assert_eq!(offsets, [0, 1, 3]);
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
