//! Recorded facts. The journal is made of these and is the truth; everything else is derived.
//!
//! A body that was once written must be readable for ever: fields are added with a default, never renamed or
//! removed, and `tests/fixtures/journals` holds a journal of every version that must always fold.

use crate::{
    AfterStop, AgentKind, AgentUid, Assignment, Budget, CallKey, CallKind, ChildEnd, ContentHash, Failure,
    Form, Gist, Leave, Limits, Millis, MoveUid, Origin, Outside, Place, Plan, QuestionKey, QuestionKind,
    Reply, Scope, Seq, Setup, Spend, StaysHere, Step, StepId, StoreUid, TaskKey, TaskOf, TemplateRef, Usage,
    WaitsFor, WhySkipped, WorkflowUid,
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
        /// What it is given beside its steps.
        #[serde(default, skip_serializing_if = "Setup::is_empty")]
        setup: Box<Setup>,
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
        /// Where it stands in the task that contains it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
    /// What an attempt needs was worked out from its expressions, and its `when` holds.
    TaskPrepared {
        /// The task.
        task: TaskKey,
        /// The attempt.
        attempt: u32,
        /// What was worked out: a prompt for an agent, arguments for a tool, inputs for a sub-workflow.
        #[serde(default)]
        prepared: Option<ContentHash>,
    },
    /// A task contains these scopes from here on, after those that it has.
    ScopesOpened {
        /// The task.
        task: TaskKey,
        /// The attempt.
        attempt: u32,
        /// The scopes.
        scopes: Vec<Scope>,
        /// Their values, a JSON array with one for each of them: the items of a map, or what the round before gave.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        values: Option<ContentHash>,
    },
    /// A task waits for a time.
    TaskWaits {
        /// The task.
        task: TaskKey,
        /// Until when.
        until: Millis,
    },
    /// What a task has in flight is to be stopped, without the run being stopped. It ends when that is confirmed.
    TaskStopping {
        /// The task.
        task: TaskKey,
        /// How it ends then.
        #[serde(flatten)]
        then: AfterStop,
    },
    /// A task has failed for good, and its `on_error` takes over.
    TaskCaught {
        /// The task.
        task: TaskKey,
        /// Why it failed.
        failure: Failure,
    },
    /// A sub-workflow was started for a task. On record in both runs at once.
    ChildStarted {
        /// The task.
        task: TaskKey,
        /// The attempt.
        attempt: u32,
        /// The sub-workflow.
        child: WorkflowUid,
        /// The call that asked for it, where it is another agent's help.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<CallKey>,
    },
    /// A sub-workflow ended. The task's own end follows, or the result of the call that asked for it.
    ChildEnded {
        /// The task.
        task: TaskKey,
        /// How.
        end: Box<ChildEnd>,
    },
    /// A sub-workflow has nothing to do but to wait, or goes on again.
    ChildWaits {
        /// The task that it was started for.
        task: TaskKey,
        /// What it waits for; none where it goes on.
        #[serde(default)]
        waits_for: Option<WaitsFor>,
    },
    /// A task's answer was taken from the run that this one was forked from.
    TaskReused {
        /// The task.
        task: TaskKey,
        /// A [`crate::TaskAnswer`].
        output: ContentHash,
        /// Where it was made.
        from: TaskOf,
    },
    /// The operator gave a task another answer, in place of what it gave or failed to give.
    TaskOverridden {
        /// The task.
        task: TaskKey,
        /// A [`crate::TaskAnswer`].
        output: ContentHash,
    },
    /// The operator changed what a task is told or which model does it. Holds for its next attempts.
    TaskEdited {
        /// The task.
        task: TaskKey,
        /// What it is told.
        #[serde(default)]
        prompt: Option<String>,
        /// The model.
        #[serde(default)]
        model: Option<String>,
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
        /// What was reserved for it in the budgets above it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reserved: Option<Spend>,
        /// Whether it goes to another machine. Journals of older programs do not say.
        #[serde(default, skip_serializing_if = "is_false")]
        elsewhere: bool,
        /// Sources that stay here whose text is in the request by way of the agent, be it that the run was shown none of it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        holds: Vec<StaysHere>,
        /// What the operator did not write that is in the request by way of the agent or of the tools that it is offered.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sees: Vec<Outside>,
        /// By whose leave it is made, where it does more than read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leave: Option<Leave>,
    },
    /// A call's result is on record. From here on it is never made again.
    CallFinished {
        /// The call.
        call: CallKey,
        /// The whole answer.
        response: ContentHash,
        /// What it used.
        usage: Usage,
        /// What it cost. None: it cost nothing that is counted, or the program did not count yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spent: Option<Spend>,
        /// What a model said, in short.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gist: Option<Gist>,
        /// Sources that stay here whose text is in the answer. From here on nothing of the run goes to another machine.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        stays_here: Vec<StaysHere>,
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
        /// The task whose end made this one impossible; the task itself for other reasons.
        because: TaskKey,
        /// Why.
        #[serde(default, skip_serializing_if = "WhySkipped::is_impossible")]
        reason: WhySkipped,
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
        /// Sources that stay here whose text may be in the designs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        stays_here: Vec<StaysHere>,
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
        /// What it asks for beside words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form: Option<Box<Form>>,
    },
    /// The operator answered.
    QuestionAnswered {
        /// The question.
        question: QuestionKey,
        /// The answer in words.
        answer: String,
        /// The structured answer, where the question has a form.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply: Option<Reply>,
    },
    /// The operator stopped it for a while. What is in flight may end, so that its results are kept.
    WorkflowPaused,
    /// The operator let it go on.
    WorkflowResumed,
    /// The run was taken in from a file. It is history: it does not go on.
    WorkflowImported {},
    /// The run came here from another store and goes on here: it has one owner, and from here on that is `to`.
    WorkflowArrived {
        /// The move that brought it.
        move_uid: MoveUid,
        /// The store that owned it until here.
        from: StoreUid,
        /// What that is called.
        from_name: String,
        /// The store that owns it from here on.
        to: StoreUid,
        /// What that is called.
        to_name: String,
        /// How often it was to change hands so far, and one more: of two copies the one with the higher number counts.
        hand: u32,
    },
    /// The operator changed what the run, or one task of it, may spend.
    BudgetChanged {
        /// The task; none for the run.
        #[serde(default)]
        task: Option<TaskKey>,
        /// The new limits.
        budget: Budget,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_false(flag: &bool) -> bool {
    !flag
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
            Self::TaskPrepared { .. } => "task_prepared",
            Self::ScopesOpened { .. } => "scopes_opened",
            Self::TaskWaits { .. } => "task_waits",
            Self::TaskStopping { .. } => "task_stopping",
            Self::TaskCaught { .. } => "task_caught",
            Self::ChildStarted { .. } => "child_started",
            Self::ChildEnded { .. } => "child_ended",
            Self::ChildWaits { .. } => "child_waits",
            Self::TaskReused { .. } => "task_reused",
            Self::TaskOverridden { .. } => "task_overridden",
            Self::TaskEdited { .. } => "task_edited",
            Self::BudgetChanged { .. } => "budget_changed",
            Self::WorkflowPaused => "workflow_paused",
            Self::WorkflowResumed => "workflow_resumed",
            Self::WorkflowImported {} => "workflow_imported",
            Self::WorkflowArrived { .. } => "workflow_arrived",
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
            | Self::TaskPrepared { task, .. }
            | Self::ScopesOpened { task, .. }
            | Self::TaskWaits { task, .. }
            | Self::TaskStopping { task, .. }
            | Self::TaskCaught { task, .. }
            | Self::ChildStarted { task, .. }
            | Self::ChildEnded { task, .. }
            | Self::ChildWaits { task, .. }
            | Self::TaskReused { task, .. }
            | Self::TaskOverridden { task, .. }
            | Self::TaskEdited { task, .. }
            | Self::PlanAccepted { task, .. }
            | Self::StaffAccepted { task, .. }
            | Self::QuestionAsked { task, .. } => Some(task),
            Self::BudgetChanged { task, .. } => task.as_ref(),
            Self::WorkflowCreated { .. }
            | Self::WorkflowStarted
            | Self::WorkflowPaused
            | Self::WorkflowResumed
            | Self::WorkflowImported {}
            | Self::WorkflowArrived { .. }
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
            | Self::TaskReused { output: hash, .. }
            | Self::TaskOverridden { output: hash, .. }
            | Self::TaskPrepared {
                prepared: Some(hash), ..
            }
            | Self::ScopesOpened {
                values: Some(hash), ..
            }
            | Self::WorkflowCompleted { report: hash } => Some(hash),
            _ => None,
        }
    }
}
