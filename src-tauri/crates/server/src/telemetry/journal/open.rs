//! What has begun in runs and not ended. Pure: facts go in, what ended comes out.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use wheelhouse_api::Witnessed;
use wheelhouse_contract::domain::{
    AgentKind, CallKey, CallKind, Event, EventBody, Failure, FailureCode, Millis, QuestionKey, Seq, Setup,
    Spend, Tally, TaskId, TaskKey, TemplateRef, Usage, WorkflowId, WorkflowUid,
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

/// Runs that have not ended.
#[derive(Debug, Default)]
pub(super) struct OpenRuns {
    runs: HashMap<WorkflowId, OpenRun>,
    by_uid: HashMap<WorkflowUid, WorkflowId>,
}

#[derive(Debug)]
struct OpenRun {
    uid: WorkflowUid,
    trace: [u8; 16],
    parent: Option<[u8; 8]>,
    template: (String, u32),
    depth: u32,
    /// When it was started or taken up last.
    began: Option<(Millis, Seq)>,
    tasks: HashMap<TaskKey, OpenTask>,
    calls: HashMap<CallKey, OpenCall>,
    asked: HashMap<QuestionKey, TaskKey>,
}

#[derive(Debug, Default)]
struct OpenTask {
    id: Option<TaskId>,
    agent: Option<AgentKind>,
    container: Option<TaskKey>,
    attempt: u32,
    began: Option<Millis>,
    moments: Vec<(Millis, &'static str)>,
}

#[derive(Debug)]
struct OpenCall {
    task: TaskKey,
    attempt: u32,
    turn: u32,
    index: u32,
    kind: CallKind,
    began: Millis,
    reserved: Option<Spend>,
}

/// How a call ended.
#[derive(Clone, Copy)]
struct CallEnd<'fact> {
    outcome: &'static str,
    usage: Usage,
    spent: Option<Spend>,
    failure: Option<&'fact Failure>,
}

impl OpenRuns {
    /// Whether the beginning of the fact's run was taken in, or this is it.
    pub(super) fn knows(&self, fact: &Witnessed) -> bool {
        self.runs.contains_key(&fact.workflow) || matches!(fact.event.body, EventBody::WorkflowCreated { .. })
    }

    /// Whether a run ends by this fact.
    pub(super) fn is_end(body: &EventBody) -> bool {
        matches!(
            body,
            EventBody::WorkflowCompleted { .. }
                | EventBody::WorkflowFailed { .. }
                | EventBody::WorkflowCancelled
        )
    }

    /// Takes in a fact, and gives what ended by it.
    pub(super) fn take(&mut self, fact: &Witnessed) -> Option<Ended> {
        let Event { at, seq, body, .. } = &fact.event;
        match body {
            EventBody::WorkflowCreated {
                uid, template, setup, ..
            } => {
                self.create(fact.workflow, *uid, template, setup);
                None
            }
            EventBody::WorkflowCompleted { .. } => self.end(fact.workflow, *at, "completed", None),
            EventBody::WorkflowFailed { failure } => {
                self.end(fact.workflow, *at, "failed", Some(failure.failure.code))
            }
            EventBody::WorkflowCancelled => self.end(fact.workflow, *at, "cancelled", None),
            EventBody::WorkflowStarted | EventBody::WorkflowRetried { .. } => {
                let run = self.runs.get_mut(&fact.workflow)?;
                run.began = Some((*at, *seq));
                None
            }
            _ => self.runs.get_mut(&fact.workflow)?.take(fact),
        }
    }

    fn create(&mut self, id: WorkflowId, uid: WorkflowUid, template: &TemplateRef, setup: &Setup) {
        let above = setup.parent.as_ref().and_then(|parent| {
            let run = self.runs.get(self.by_uid.get(&parent.workflow)?)?;
            Some((run.trace, run.span_of(&parent.task)))
        });
        let run = OpenRun {
            uid,
            trace: above.map_or(*uid.0.as_bytes(), |(trace, _)| trace),
            parent: above.map(|(_, span)| span),
            template: (template.uid.to_string(), template.version),
            depth: setup.depth,
            began: None,
            tasks: HashMap::new(),
            calls: HashMap::new(),
            asked: HashMap::new(),
        };
        self.by_uid.insert(uid, id);
        self.runs.insert(id, run);
    }

    fn end(
        &mut self,
        id: WorkflowId,
        at: Millis,
        status: &'static str,
        failure: Option<FailureCode>,
    ) -> Option<Ended> {
        let run = self.runs.remove(&id)?;
        self.by_uid.remove(&run.uid);
        let (began, _) = run.began?;
        Some(Ended::Workflow(EndedWorkflow {
            at: run.identity(run.own_span(), run.parent),
            workflow: id,
            uid: run.uid,
            template: run.template,
            depth: run.depth,
            began,
            ended: at,
            status,
            failure,
        }))
    }
}

impl OpenRun {
    fn take(&mut self, fact: &Witnessed) -> Option<Ended> {
        let at = fact.event.at;
        match &fact.event.body {
            EventBody::TaskAdded {
                task,
                agent_kind,
                place,
                ..
            } => {
                let open = OpenTask {
                    id: fact.task,
                    agent: *agent_kind,
                    container: place.as_ref().map(|place| place.container.clone()),
                    ..OpenTask::default()
                };
                self.tasks.insert(task.clone(), open);
            }
            EventBody::TaskStarted { task, attempt } => {
                let open = self.tasks.entry(task.clone()).or_default();
                open.id = fact.task.or(open.id);
                open.attempt = *attempt;
                open.began = Some(at);
                open.moments.clear();
            }
            EventBody::QuestionAsked { question, task, .. } => {
                self.asked.insert(question.clone(), task.clone());
                self.moment(task, at, "question asked");
            }
            EventBody::QuestionAnswered { question, .. } => {
                let task = self.asked.remove(question)?;
                self.moment(&task, at, "question answered");
            }
            EventBody::TaskAttemptFailed { task, failure, .. } => {
                return self.end_task(fact, task, "failed", Some(failure.code));
            }
            EventBody::TaskFailed { task, failure } => {
                return self.end_task(fact, task, "failed", Some(failure.code));
            }
            EventBody::TaskCompleted { task, .. } => return self.end_task(fact, task, "completed", None),
            EventBody::TaskCancelled { task } => return self.end_task(fact, task, "cancelled", None),
            EventBody::TaskSkipped { task, .. } => return self.end_task(fact, task, "skipped", None),
            body => return self.take_call(fact, body),
        }
        None
    }

    fn take_call(&mut self, fact: &Witnessed, body: &EventBody) -> Option<Ended> {
        match body {
            EventBody::CallStarted {
                call,
                task,
                attempt,
                turn,
                index,
                kind,
                reserved,
                ..
            } => {
                let open = OpenCall {
                    task: task.clone(),
                    attempt: *attempt,
                    turn: *turn,
                    index: *index,
                    kind: kind.clone(),
                    began: fact.event.at,
                    reserved: *reserved,
                };
                self.calls.insert(call.clone(), open);
                None
            }
            EventBody::CallFinished {
                call, usage, spent, ..
            } => self.end_call(fact, call, CallEnd::finished(*usage, *spent)),
            EventBody::CallFailed { call, failure } => self.end_call(fact, call, CallEnd::failed(failure)),
            EventBody::CallInterrupted { call } => self.end_call(fact, call, CallEnd::interrupted()),
            _ => None,
        }
    }

    fn moment(&mut self, task: &TaskKey, at: Millis, what: &'static str) {
        if let Some(open) = self.tasks.get_mut(task) {
            open.moments.push((at, what));
        }
    }

    fn end_task(
        &mut self,
        fact: &Witnessed,
        task: &TaskKey,
        outcome: &'static str,
        failure: Option<FailureCode>,
    ) -> Option<Ended> {
        let (span, parent) = (self.span_of(task), self.above(task));
        let at = self.identity(span, Some(parent));
        let open = self.tasks.get_mut(task)?;
        // What never began, or ended between two attempts, has no time of its own.
        let began = open.began.take()?;
        Some(Ended::Task(EndedTask {
            at,
            workflow: fact.workflow,
            task: open.id,
            attempt: open.attempt,
            agent: open.agent,
            began,
            ended: fact.event.at,
            outcome,
            failure,
            moments: std::mem::take(&mut open.moments),
        }))
    }

    fn end_call(&mut self, fact: &Witnessed, call: &CallKey, end: CallEnd<'_>) -> Option<Ended> {
        let open = self.calls.remove(call)?;
        let span = self.span("call", call.as_str(), 0);
        let (kind, name) = match open.kind {
            CallKind::Model { model, .. } => (CallKindWord::Model, model),
            CallKind::Tool { tool, .. } => (CallKindWord::Tool, tool),
        };
        let counted = match end.failure {
            Some(failure) => Tally::failed(open.reserved, failure),
            None if end.outcome == "interrupted" => Tally::lost(open.reserved),
            None => Tally::finished(open.reserved, end.spent),
        };
        Some(Ended::Call(EndedCall {
            at: self.identity(span, Some(self.span_of(&open.task))),
            workflow: fact.workflow,
            task: self.tasks.get(&open.task).and_then(|task| task.id),
            attempt: open.attempt,
            turn: open.turn,
            index: open.index,
            kind,
            name,
            began: open.began,
            ended: fact.event.at,
            outcome: end.outcome,
            failure: end.failure.map(|failure| failure.code),
            usage: end.usage,
            counted,
        }))
    }

    fn identity(&self, span: [u8; 8], parent: Option<[u8; 8]>) -> Identity {
        Identity {
            trace: self.trace,
            span,
            parent,
        }
    }

    /// The workflow since it was started or taken up last.
    fn own_span(&self) -> [u8; 8] {
        let seq = self.began.map_or(0, |(_, seq)| seq.0);
        self.span("workflow", "", seq)
    }

    /// The attempt of a task that is at work, or was last.
    fn span_of(&self, task: &TaskKey) -> [u8; 8] {
        let attempt = self.tasks.get(task).map_or(0, |open| open.attempt);
        let began = self.began.map_or(0, |(_, seq)| seq.0);
        self.span("task", &format!("{task} {began}"), attempt)
    }

    /// What a task is a part of: the task that contains it, or the workflow.
    fn above(&self, task: &TaskKey) -> [u8; 8] {
        let container = self.tasks.get(task).and_then(|open| open.container.as_ref());
        container.map_or_else(|| self.own_span(), |container| self.span_of(container))
    }

    /// Nothing can be read out of it.
    fn span(&self, kind: &str, name: &str, number: u32) -> [u8; 8] {
        let mut digest = Sha256::new();
        digest.update(self.uid.0.as_bytes());
        digest.update(kind.as_bytes());
        digest.update([0]);
        digest.update(name.as_bytes());
        digest.update([0]);
        digest.update(number.to_be_bytes());
        let mut span = [0; 8];
        span.iter_mut()
            .zip(digest.finalize())
            .for_each(|(byte, from)| *byte = from);
        span
    }
}

impl<'fact> CallEnd<'fact> {
    fn finished(usage: Usage, spent: Option<Spend>) -> Self {
        Self {
            outcome: "finished",
            usage,
            spent,
            failure: None,
        }
    }

    fn failed(failure: &'fact Failure) -> Self {
        Self {
            outcome: "failed",
            usage: Usage::default(),
            spent: None,
            failure: Some(failure),
        }
    }

    fn interrupted() -> Self {
        Self {
            outcome: "interrupted",
            usage: Usage::default(),
            spent: None,
            failure: None,
        }
    }
}
