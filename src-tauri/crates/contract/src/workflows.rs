//! Runs and their tasks.

use crate::{MovedView, RequestKey};
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{
    AgentId, AgentKind, Budget, CallKey, CallKind, CallStatus, Checkpoint, Citation, Failure, Json,
    MessageUid, Millis, ModelMessage, Origin, Outside, Passage, Plan, ProviderWait, QuestionId, Seq,
    StaysHere, StepId, Tally, TaskId, TaskKey, TaskOf, TaskStatus, TemplateRef, TemplateUid, Usage, Verdict,
    WhySkipped, WorkflowFailure, WorkflowId, WorkflowStatus, WorkflowUid,
};

/// Writes a workflow down without starting it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CreateWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// What the crew should do, 1 to 20,000 characters.
    pub task: String,
    /// What people call it; made from the task when empty. At most 120 characters.
    #[serde(default)]
    pub name: String,
    /// The message of a conversation that the task was made of, also where the words were changed since. They do not
    /// count as the operator's then, and what stays here of the conversation stays here in the workflow.
    #[serde(default)]
    pub made_of: Option<MessageUid>,
}

/// Starts a workflow. Answers at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StartWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: WorkflowId,
}

/// Creates and starts a workflow and waits for its end. A caller that goes away cancels nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExecuteWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// What the crew should do, 1 to 20,000 characters.
    pub task: String,
}

/// Stops a workflow and everything that it has in flight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CancelWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: WorkflowId,
}

/// Takes a failed or cancelled workflow up again. Completed tasks keep their results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RetryWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: WorkflowId,
}

/// Deletes an ended or never started workflow with its journal and report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DeleteWorkflow {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: WorkflowId,
}

/// Asks for workflows, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListWorkflows {
    /// Only these states; empty for all.
    #[serde(default)]
    pub statuses: Vec<WorkflowStatus>,
    /// Only those whose name or task contains this; empty for all.
    #[serde(default)]
    pub query: String,
    /// Only those made of this template, at whatever version; none for all.
    #[serde(default)]
    pub template: Option<TemplateUid>,
    /// Begin below this number; none for the newest.
    pub before: Option<WorkflowId>,
    /// 1 to 200.
    #[serde(default = "crate::page::usual")]
    pub limit: u32,
}

/// Asks for a workflow with its tasks and report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetWorkflow {
    /// Which one.
    pub id: WorkflowId,
}

/// Asks where a workflow and its tasks stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetWorkflowStatus {
    /// Which one.
    pub id: WorkflowId,
}

/// Asks for one task with its prompt, answer, sources and calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetTask {
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Task in it.
    pub task_id: TaskId,
}

/// Asks for the recorded facts of a workflow, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListJournal {
    /// Workflow.
    pub workflow_id: WorkflowId,
    /// Begin after this one; 0 for the first.
    #[serde(default)]
    pub after: Seq,
    /// 1 to 500.
    #[serde(default = "crate::page::usual")]
    pub limit: u32,
}

/// Asks how many workflows there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetWorkflowStats {}

/// How many workflows there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WorkflowStats {
    /// All.
    pub total: u32,
    /// Pending, running, waiting or paused.
    pub active: u32,
    /// Completed.
    pub completed: u32,
    /// Failed.
    pub failed: u32,
    /// Another backend's, or on their way there, and not ended as far as is known here.
    #[serde(default)]
    pub moved: u32,
}

/// A workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WorkflowView {
    /// Number in this store.
    pub id: WorkflowId,
    /// Identity everywhere.
    pub uid: WorkflowUid,
    /// What people call it.
    pub name: String,
    /// The operator's task in full.
    pub description: String,
    /// Where it stands.
    pub status: WorkflowStatus,
    /// Whether the operator asked to stop and something is still in flight.
    pub cancelling: bool,
    /// What is run.
    pub template: TemplateRef,
    /// When it was written down.
    pub created_at: Millis,
    /// When it was started.
    pub started_at: Option<Millis>,
    /// When it ended.
    pub completed_at: Option<Millis>,
    /// Tasks so far; grows when a plan is expanded.
    pub tasks_total: u32,
    /// Tasks that ended with an output.
    pub tasks_completed: u32,
    /// Agents at work on it now.
    pub working: Vec<String>,
    /// Which task failed, why, and what to do.
    pub failure: Option<WorkflowFailure>,
    /// Whether there is a report.
    pub has_report: bool,
    /// Bounds and crew that it was created with.
    pub meta: Json,
    /// Whether the operator stopped it for a while, be it that something is still in flight.
    pub paused: bool,
    /// Values of its template's inputs, by name: an object, or null in runs of the first program.
    pub inputs: Json,
    /// The task that it was started for, where it is a sub-workflow.
    pub parent: Option<WorkflowLink>,
    /// The finished task that it was forked from.
    pub forked_from: Option<WorkflowLink>,
    /// When it was taken in from a file; none for runs of this store. Such a run is history and does not go on.
    pub imported: Option<Millis>,
    /// How many workflows are above it.
    pub depth: u32,
    /// What it and its sub-workflows have spent.
    pub spent: Tally,
    /// What is reserved for calls in flight.
    pub reserved: Tally,
    /// What it may spend, where that is limited.
    pub budget: Option<Budget>,
    /// The oldest open question of the workflows below it, while it waits for one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_below: Option<AskedBelow>,
    /// Sources that stay here whose text it holds. While there are any, nothing of it goes to a model elsewhere.
    pub stays_here: Vec<StaysHere>,
    /// Where it went, where it is another backend's or on its way there.
    pub moved: Option<MovedView>,
}

/// A question of a workflow that stands below another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AskedBelow {
    /// Its number.
    pub question: QuestionId,
    /// The workflow that asks.
    pub workflow: WorkflowId,
    /// What that is called.
    pub workflow_name: String,
    /// Title of the task that it is asked for.
    pub task_title: String,
}

/// A task of another workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WorkflowLink {
    /// The workflow's number; none where it is not here any more.
    pub id: Option<WorkflowId>,
    /// Its identity.
    pub workflow: WorkflowUid,
    /// The task.
    pub task: TaskKey,
}

/// A page of workflows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WorkflowPage {
    /// Newest first.
    pub workflows: Vec<WorkflowView>,
    /// How many match on all pages.
    pub matching: u32,
    /// Whether another page follows.
    pub more: bool,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TaskView {
    /// Number in this store; grows in the order in which tasks came to be.
    pub id: TaskId,
    /// Workflow that it is part of.
    pub workflow_id: WorkflowId,
    /// Name in its run.
    pub key: TaskKey,
    /// Step that it executes.
    pub step: StepId,
    /// What people read in the list.
    pub title: String,
    /// What is to be done.
    pub description: String,
    /// How to tell that it is done.
    pub done_when: String,
    /// Who does it, once known.
    pub assigned_to: Option<AgentId>,
    /// That agent's name.
    pub agent_name: Option<String>,
    /// Kind of agent; none for what no agent does.
    pub agent_kind: Option<AgentKind>,
    /// Where it stands.
    pub status: TaskStatus,
    /// Number of the newest attempt; 0 before the first.
    pub attempt: u32,
    /// Tasks and steps that must be complete before.
    pub needs: Vec<TaskKey>,
    /// When it came to be.
    pub created_at: Millis,
    /// When its newest attempt began.
    pub started_at: Option<Millis>,
    /// When it ended.
    pub completed_at: Option<Millis>,
    /// When the next attempt begins, between two.
    pub retry_at: Option<Millis>,
    /// Why the newest attempt or the task failed.
    pub failure: Option<Failure>,
    /// For a plan or a staffing: how it came to be.
    pub origin: Option<Origin>,
    /// Passages that its answer cites.
    pub citations: u32,
    /// Word of the kind of its step: `agent`, `tool`, `plan`, `staff`, `expand`, `aggregate`, `branch`, `map`, `loop`,
    /// `approval`, `input`, `wait`, `workflow` or `transform`; empty where the run does not say.
    pub step_kind: String,
    /// The task that contains it: a map, loop, branch, or one whose failure is being dealt with.
    pub container: Option<TaskKey>,
    /// Where it stands in that task.
    pub scope: Option<ScopeView>,
    /// Why it was skipped, where it was.
    pub skipped: Option<WhySkipped>,
    /// Until when it waits by itself.
    pub waits_until: Option<Millis>,
    /// Why it failed, where what it says about failures has taken over.
    pub caught: Option<Failure>,
    /// The sub-workflow that was started for it, where it is here.
    pub child: Option<WorkflowId>,
    /// Where its answer was made, when it was not made in this run.
    pub reused_from: Option<TaskOf>,
    /// Whether the operator gave the answer.
    pub overridden: bool,
    /// What the operator says of its answer.
    #[serde(default)]
    pub verdict: Option<Verdict>,
    /// What the operator wants it to be told.
    pub told: Option<String>,
    /// The model that the operator wants it to be done with.
    pub model: Option<String>,
    /// What it and everything in it has spent.
    pub spent: Tally,
    /// What is reserved for calls in flight.
    pub reserved: Tally,
    /// What it may spend, where that is limited.
    pub budget: Option<Budget>,
    /// Why it waits before a model is asked, while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<ProviderWait>,
}

/// One item of a map, one round of a loop, one way of a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ScopeView {
    /// Which one in its container, from 0.
    pub index: u32,
    /// Which block: the name of a case, `else`, `error` or `each`.
    pub block: String,
    /// What people read: the item in short, the round, the case.
    pub label: String,
}

/// Text with its sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Report {
    /// Markdown; a source is marked as `[s1a2b3c]`.
    pub text: String,
    /// The sources, in the order of their first mention.
    pub citations: Vec<Citation>,
    /// Model that wrote it, as its call recorded; none where no call is on record.
    pub model: Option<String>,
}

/// A workflow with its tasks and report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WorkflowDetail {
    /// The workflow.
    pub workflow: WorkflowView,
    /// Its tasks in the order in which they came to be.
    pub tasks: Vec<TaskView>,
    /// The report, once there is one.
    pub report: Option<Report>,
    /// The plan, once there is one.
    pub plan: Option<Plan>,
    /// The workflows that were started for its tasks, oldest first.
    pub children: Vec<WorkflowView>,
    /// What the run gives as a value, where it gives one; else null.
    pub output: Json,
}

/// Text that an agent is writing right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PartialText {
    /// Attempt that it belongs to.
    pub attempt: u32,
    /// What was written so far. Signals with a higher offset continue it.
    pub text: String,
    /// What it thought so far, apart from its answer.
    #[serde(default)]
    pub thoughts: String,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct CallView {
    /// Name in its run.
    pub key: CallKey,
    /// Attempt that it was part of.
    pub attempt: u32,
    /// Turn of the agent's loop, from 0.
    pub turn: u32,
    /// What was called.
    pub kind: CallKind,
    /// Where it stands.
    pub status: CallStatus,
    /// For a tool: its arguments.
    pub arguments: Option<Json>,
    /// For a model: the answer's text. For a tool that refused: the reason.
    pub text: Option<String>,
    /// For a model: what it thought before it answered, where its provider tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thoughts: Option<String>,
    /// For a search: what it found.
    pub passages: Vec<Passage>,
    /// For a search: passages that match and were left out, because the agent's model is elsewhere and they stay here.
    pub left_out: u32,
    /// For a tool that gave something the operator did not write: where that comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Outside>,
    /// Sources that stay here whose text is in what it gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays_here: Vec<StaysHere>,
    /// For a call that wrote a file: what stood there before, by which it is undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Checkpoint>,
    /// Tokens.
    pub usage: Usage,
    /// When the intent was recorded.
    pub started_at: Millis,
    /// When the result was recorded.
    pub finished_at: Option<Millis>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// What it is counted with; none for tools, for calls in flight and for those of the first program.
    pub spent: Option<Tally>,
    /// What is set aside for it while it is in flight.
    pub reserved: Option<Tally>,
    /// For one that asks another agent: the workflow in which that one works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<WorkflowId>,
}

/// A task with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TaskDetail {
    /// The task.
    pub task: TaskView,
    /// What it is told: what the operator wants, else its prompt with everything filled in, else what is to be done.
    pub told: String,
    /// The agent's instructions, as the newest prompt gave them.
    pub system: Option<String>,
    /// The newest prompt and what followed in the same exchange.
    pub prompt: Vec<ModelMessage>,
    /// The answer, once there is one.
    pub answer: Option<Report>,
    /// The answer as a value, where it is one; else null.
    pub data: Json,
    /// What is being written right now.
    pub partial: Option<PartialText>,
    /// Every call of every attempt, oldest first.
    pub calls: Vec<CallView>,
    /// What the models of its run had read that the operator did not write when it ended, or have by now. Such text chooses
    /// nothing that is touched or done unasked.
    #[serde(default)]
    pub has_read: Vec<Outside>,
    /// Sources that stay here whose text its run holds.
    #[serde(default)]
    pub stays_here: Vec<StaysHere>,
}

/// What a step gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StepResult {
    /// The task.
    pub task_id: TaskId,
    /// Kind of agent.
    pub agent: AgentKind,
    /// Its answer.
    pub response: String,
}

/// One finished step of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExecutedStep {
    /// Number, from 1.
    pub step: u32,
    /// Kind of agent.
    pub agent: AgentKind,
    /// What it gave.
    pub result: StepResult,
}

/// How an execution ended, or where it waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Execution {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// Status reached.
    pub status: WorkflowStatus,
    /// Steps so far, in the order in which they ended.
    pub steps: Vec<ExecutedStep>,
}
