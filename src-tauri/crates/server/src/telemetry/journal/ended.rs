//! What ended, as figures and spans are made of it.

use wheelhouse_contract::domain::{
    AgentKind, FailureCode, Millis, Tally, TaskId, Usage, WorkflowId, WorkflowUid,
};

/// Where something stands in its trace. Made of what is on record, so that it is the same whichever process tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::telemetry) struct Identity {
    /// The run that stands above all others of the trace.
    pub(in crate::telemetry) trace: [u8; 16],
    /// This.
    pub(in crate::telemetry) span: [u8; 8],
    /// What it is a part of.
    pub(in crate::telemetry) parent: Option<[u8; 8]>,
}

/// Something ended.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::telemetry) enum Ended {
    /// A call.
    Call(EndedCall),
    /// An attempt of a task.
    Task(EndedTask),
    /// A workflow.
    Workflow(EndedWorkflow),
}

/// What was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::telemetry) enum CallKindWord {
    Model,
    Tool,
}

/// A call that ended.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::telemetry) struct EndedCall {
    pub(in crate::telemetry) at: Identity,
    pub(in crate::telemetry) workflow: WorkflowId,
    pub(in crate::telemetry) task: Option<TaskId>,
    pub(in crate::telemetry) attempt: u32,
    pub(in crate::telemetry) turn: u32,
    pub(in crate::telemetry) index: u32,
    pub(in crate::telemetry) kind: CallKindWord,
    /// Name of the model, behind that of its provider, or of the tool.
    pub(in crate::telemetry) name: String,
    pub(in crate::telemetry) began: Millis,
    pub(in crate::telemetry) ended: Millis,
    pub(in crate::telemetry) outcome: &'static str,
    pub(in crate::telemetry) failure: Option<FailureCode>,
    pub(in crate::telemetry) usage: Usage,
    pub(in crate::telemetry) counted: Tally,
}

/// An attempt of a task that ended.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::telemetry) struct EndedTask {
    pub(in crate::telemetry) at: Identity,
    pub(in crate::telemetry) workflow: WorkflowId,
    pub(in crate::telemetry) task: Option<TaskId>,
    pub(in crate::telemetry) attempt: u32,
    pub(in crate::telemetry) agent: Option<AgentKind>,
    pub(in crate::telemetry) began: Millis,
    pub(in crate::telemetry) ended: Millis,
    pub(in crate::telemetry) outcome: &'static str,
    pub(in crate::telemetry) failure: Option<FailureCode>,
    /// Questions that were asked and answered on the way.
    pub(in crate::telemetry) moments: Vec<(Millis, &'static str)>,
}

/// A workflow that ended.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::telemetry) struct EndedWorkflow {
    pub(in crate::telemetry) at: Identity,
    pub(in crate::telemetry) workflow: WorkflowId,
    pub(in crate::telemetry) uid: WorkflowUid,
    /// Uid and version.
    pub(in crate::telemetry) template: (String, u32),
    pub(in crate::telemetry) depth: u32,
    pub(in crate::telemetry) began: Millis,
    pub(in crate::telemetry) ended: Millis,
    pub(in crate::telemetry) status: &'static str,
    pub(in crate::telemetry) failure: Option<FailureCode>,
}
