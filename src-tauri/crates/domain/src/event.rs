//! Recorded facts. The journal is made of these and is the truth; everything else is derived.
//!
//! A body that was once written must be readable for ever: fields are added with a default, never renamed or
//! removed, and `tests/fixtures/journals` holds a journal of every version that must always fold.

use crate::{
    AgentKind, AgentUid, Assignment, CallKey, CallKind, ContentHash, Failure, Limits, Millis, Origin, Plan,
    QuestionKey, QuestionKind, Seq, Step, StepId, TaskKey, TemplateRef, Usage, WorkflowUid,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version that new events are written with.
pub const EVENT_VERSION: u16 = 1;

/// One recorded fact of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Version of the body's form.
    pub v: u16,
    /// Place in its run.
    pub seq: Seq,
    /// When it was recorded.
    pub at: Millis,
    /// What happened.
    pub body: EventBody,
}

/// Which task brought a workflow down, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct WorkflowFailure {
    /// The task.
    pub task: TaskKey,
    /// What it is called.
    pub task_title: String,
    /// Why it failed and what to do.
    pub failure: Failure,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventBody {
    /// The run exists. Everything that later decisions depend on is in here.
    WorkflowCreated {
        /// Identity everywhere.
        uid: WorkflowUid,
        /// What people call it.
        name: String,
        /// The operator's task in full.
        description: String,
        /// What is run.
        template: TemplateRef,
        /// The template's steps at that version.
        steps: Vec<Step>,
        /// Who fills the permanent kinds.
        crew: BTreeMap<String, AgentUid>,
        /// Bounds.
        limits: Limits,
    },
    /// The operator started it.
    WorkflowStarted,
    /// A task exists.
    TaskAdded {
        /// Its name in the run.
        task: TaskKey,
        /// The step that it executes.
        step: StepId,
        /// What people read in the list.
        title: String,
        /// What is to be done.
        description: String,
        /// Kind of agent that does it; none for what no agent does.
        agent_kind: Option<AgentKind>,
        /// Who does it, once known.
        agent: Option<AgentUid>,
        /// Steps and tasks that must be complete before.
        needs: Vec<TaskKey>,
        /// How to tell that it is done.
        done_when: String,
    },
    /// An attempt began.
    TaskStarted {
        /// The task.
        task: TaskKey,
        /// Number of the attempt, from 1.
        attempt: u32,
    },
    /// A call is about to be made. On record before anything is sent.
    CallStarted {
        /// Its name in the run.
        call: CallKey,
        /// The task that it is part of.
        task: TaskKey,
        /// The attempt that it is part of.
        attempt: u32,
        /// Turn of the agent's loop, from 0.
        turn: u32,
        /// Place among the calls of one turn, from 0.
        index: u32,
        /// What is called.
        kind: CallKind,
        /// The whole request.
        request: ContentHash,
    },
    /// A call's result is on record. From here on it is never made again.
    CallFinished {
        /// The call.
        call: CallKey,
        /// The whole answer.
        response: ContentHash,
        /// What it used.
        usage: Usage,
    },
    /// A call ended with an error.
    CallFailed {
        /// The call.
        call: CallKey,
        /// Why.
        failure: Failure,
    },
    /// The process ended while the call was in flight. Its cost, if any, is unknown.
    CallInterrupted {
        /// The call.
        call: CallKey,
    },
    /// An attempt failed; another follows.
    TaskAttemptFailed {
        /// The task.
        task: TaskKey,
        /// Which attempt.
        attempt: u32,
        /// Why.
        failure: Failure,
        /// When the next one begins.
        retry_at: Millis,
    },
    /// A task ended with an output.
    TaskCompleted {
        /// The task.
        task: TaskKey,
        /// A [`crate::TaskAnswer`].
        output: ContentHash,
    },
    /// A task ended without an output.
    TaskFailed {
        /// The task.
        task: TaskKey,
        /// Why.
        failure: Failure,
    },
    /// A task will not be done.
    TaskSkipped {
        /// The task.
        task: TaskKey,
        /// The task whose end made this one impossible.
        because: TaskKey,
    },
    /// A task was stopped, and what it had in flight is stopped too.
    TaskCancelled {
        /// The task.
        task: TaskKey,
    },
    /// A plan was accepted. Expansion follows from it.
    PlanAccepted {
        /// The task that gave it.
        task: TaskKey,
        /// The plan.
        plan: Plan,
        /// How it came to be.
        origin: Origin,
    },
    /// A staffing was accepted. New agents exist from here on.
    StaffAccepted {
        /// The task that gave it.
        task: TaskKey,
        /// Who does what.
        assignments: Vec<Assignment>,
        /// How it came to be.
        origin: Origin,
    },
    /// Something waits for the operator.
    QuestionAsked {
        /// Its name in the run.
        question: QuestionKey,
        /// The task that waits.
        task: TaskKey,
        /// What it is about.
        kind: QuestionKind,
        /// The question in plain words.
        text: String,
    },
    /// The operator answered.
    QuestionAnswered {
        /// The question.
        question: QuestionKey,
        /// The answer.
        answer: String,
    },
    /// The run ended with a report.
    WorkflowCompleted {
        /// A [`crate::TaskAnswer`].
        report: ContentHash,
    },
    /// The run ended because a task failed for good. What was done is kept.
    WorkflowFailed {
        /// Which and why.
        failure: WorkflowFailure,
    },
    /// The operator asked to stop. Outstanding until everything in flight has stopped.
    CancelRequested,
    /// The run ended by the operator's wish.
    WorkflowCancelled,
    /// The operator took it up again: these tasks begin anew, the others keep their results.
    WorkflowRetried {
        /// The tasks.
        tasks: Vec<TaskKey>,
    },
}

impl EventBody {
    /// The word that names this kind of fact, as it stands in the journal.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::WorkflowCreated { .. } => "workflow_created",
            Self::WorkflowStarted => "workflow_started",
            Self::TaskAdded { .. } => "task_added",
            Self::TaskStarted { .. } => "task_started",
            Self::CallStarted { .. } => "call_started",
            Self::CallFinished { .. } => "call_finished",
            Self::CallFailed { .. } => "call_failed",
            Self::CallInterrupted { .. } => "call_interrupted",
            Self::TaskAttemptFailed { .. } => "task_attempt_failed",
            Self::TaskCompleted { .. } => "task_completed",
            Self::TaskFailed { .. } => "task_failed",
            Self::TaskSkipped { .. } => "task_skipped",
            Self::TaskCancelled { .. } => "task_cancelled",
            Self::PlanAccepted { .. } => "plan_accepted",
            Self::StaffAccepted { .. } => "staff_accepted",
            Self::QuestionAsked { .. } => "question_asked",
            Self::QuestionAnswered { .. } => "question_answered",
            Self::WorkflowCompleted { .. } => "workflow_completed",
            Self::WorkflowFailed { .. } => "workflow_failed",
            Self::CancelRequested => "cancel_requested",
            Self::WorkflowCancelled => "workflow_cancelled",
            Self::WorkflowRetried { .. } => "workflow_retried",
        }
    }

    /// The task that this is about, if it is about one.
    #[must_use]
    pub fn task(&self) -> Option<&TaskKey> {
        match self {
            Self::TaskAdded { task, .. }
            | Self::TaskStarted { task, .. }
            | Self::CallStarted { task, .. }
            | Self::TaskAttemptFailed { task, .. }
            | Self::TaskCompleted { task, .. }
            | Self::TaskFailed { task, .. }
            | Self::TaskSkipped { task, .. }
            | Self::TaskCancelled { task }
            | Self::PlanAccepted { task, .. }
            | Self::StaffAccepted { task, .. }
            | Self::QuestionAsked { task, .. } => Some(task),
            Self::WorkflowCreated { .. }
            | Self::WorkflowStarted
            | Self::CallFinished { .. }
            | Self::CallFailed { .. }
            | Self::CallInterrupted { .. }
            | Self::QuestionAnswered { .. }
            | Self::WorkflowCompleted { .. }
            | Self::WorkflowFailed { .. }
            | Self::CancelRequested
            | Self::WorkflowCancelled
            | Self::WorkflowRetried { .. } => None,
        }
    }

    /// The texts that this fact points at, by address.
    #[must_use]
    pub fn content(&self) -> Option<&ContentHash> {
        match self {
            Self::CallStarted { request: hash, .. }
            | Self::CallFinished { response: hash, .. }
            | Self::TaskCompleted { output: hash, .. }
            | Self::WorkflowCompleted { report: hash } => Some(hash),
            _ => None,
        }
    }
}
