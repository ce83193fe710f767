//! How a window learns of changes.
//!
//! A *frame* carries the rows that changed between two positions, read in one transaction, so that whoever
//! applies it never derives anything a second time. Frames are the record's shadow: in order, resumable,
//! never lost. A *signal* is lossy: text as it is written, progress of a scan. It is never the record.

use crate::{AgentView, ConversationView, MessageView, QuestionView, TaskView, WorkflowView};
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{
    ConversationUid, Json, Millis, Position, ProviderWait, Seq, SourceId, StoreUid, TaskId, TaskKey,
    WorkflowId,
};

/// Where a subscriber stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ResumeFrom {
    /// The store that the position is from.
    pub store: StoreUid,
    /// Its epoch.
    pub epoch: u32,
    /// Newest position applied.
    pub position: Position,
}

/// Asks for frames and signals. Ends an earlier subscription of the same window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Subscribe {
    /// Where to go on; none asks for a snapshot.
    pub resume: Option<ResumeFrom>,
}

/// A subscription began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Subscription {
    /// Its number; frames carry it.
    pub id: u32,
}

/// Tells that frames were applied, so that more may come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AckFrames {
    /// The subscription.
    pub subscription: u32,
    /// `to` of the newest frame applied.
    pub to: Position,
}

/// What a frame does to what the subscriber holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FrameKind {
    /// Replaces everything: the newest workflows, every unfinished one with its tasks, all agents, open questions.
    Snapshot,
    /// Adds to it.
    Changes,
}

/// A recorded fact, without its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EventView {
    /// Place in the store.
    pub position: Position,
    /// The workflow; none for what concerns the store.
    pub workflow_id: Option<WorkflowId>,
    /// When.
    pub at: Millis,
    /// What kind of fact.
    pub kind: String,
    /// The task that it is about.
    pub task: Option<TaskKey>,
}

/// A recorded fact with its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JournalEntry {
    /// Place in its run.
    pub seq: Seq,
    /// Place in the store.
    pub position: Position,
    /// When.
    pub at: Millis,
    /// What kind of fact.
    pub kind: String,
    /// The task that it is about.
    pub task: Option<TaskKey>,
    /// Version of the body's form.
    pub version: u32,
    /// The body as it is kept.
    pub body: Json,
}

/// The rows that changed in (`from`, `to`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Frame {
    /// Subscription that it belongs to.
    pub subscription: u32,
    /// The store.
    pub store: StoreUid,
    /// Its epoch.
    pub epoch: u32,
    /// What the frame does.
    pub kind: FrameKind,
    /// Position before the first change; for a snapshot the same as `to`.
    pub from: Position,
    /// Position of the last change.
    pub to: Position,
    /// Workflows as they are at `to`.
    pub workflows: Vec<WorkflowView>,
    /// Tasks as they are at `to`.
    pub tasks: Vec<TaskView>,
    /// Agents as they are at `to`.
    pub agents: Vec<AgentView>,
    /// Questions as they are at `to`.
    pub questions: Vec<QuestionView>,
    /// Conversations as they are at `to`. Empty in a snapshot.
    #[serde(default)]
    pub conversations: Vec<ConversationView>,
    /// Replies that changed, and what they reply to, as they are at `to`. Empty in a snapshot.
    #[serde(default)]
    pub messages: Vec<MessageView>,
    /// Conversations that are gone, with all that was said in them.
    #[serde(default)]
    pub removed_conversations: Vec<ConversationUid>,
    /// Workflows that are gone, with all that belongs to them.
    pub removed_workflows: Vec<WorkflowId>,
    /// The facts themselves, thin. Empty in a snapshot.
    pub events: Vec<EventView>,
}

/// Something that is only worth knowing now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "signal", rename_all = "snake_case")]
pub enum Signal {
    /// An agent wrote more.
    TaskText {
        /// Workflow.
        workflow_id: WorkflowId,
        /// Task.
        task_id: TaskId,
        /// Attempt.
        attempt: u32,
        /// Length of the text before, in UTF-16 code units as JavaScript counts; 0 begins anew.
        offset: u32,
        /// What was added.
        text: String,
    },
    /// An agent thought further, before it answers.
    TaskThoughts {
        /// Workflow.
        workflow_id: WorkflowId,
        /// Task.
        task_id: TaskId,
        /// Attempt.
        attempt: u32,
        /// Length of the thoughts before, in UTF-16 code units as JavaScript counts; 0 begins anew.
        offset: u32,
        /// What was added.
        text: String,
    },
    /// A task waits for a provider, for another reason than before, or no longer.
    TaskWaits {
        /// Workflow.
        workflow_id: WorkflowId,
        /// Task.
        task_id: TaskId,
        /// Why it waits; none where it goes on.
        waits_for: Option<ProviderWait>,
    },
    /// A scan went on or ended.
    KnowledgeScan {
        /// Source.
        source_id: SourceId,
        /// Files looked at so far.
        done: u32,
        /// Files found.
        total: u32,
        /// Whether the scan is over; then the list of sources has changed.
        finished: bool,
    },
    /// An act on many workflows went on.
    BulkProgress {
        /// Names the wish.
        request_key: String,
        /// Workflows that were dealt with so far.
        done: u32,
        /// All of them.
        total: u32,
    },
    /// Another start of the application handed over a task, which became this workflow.
    OpenWorkflow {
        /// Workflow.
        workflow_id: WorkflowId,
    },
    /// The way to a backend on another machine broke. No frame comes any more until somebody subscribes again.
    BackendLost {
        /// Why, in plain words.
        reason: String,
    },
    /// The application has something to say once, for example that a task was begun elsewhere.
    Notice {
        /// What, for people.
        text: String,
    },
    /// The operator wants to close the window while work is running.
    CloseRequested {
        /// Workflows that would go on at the next start.
        running: u32,
    },
}
