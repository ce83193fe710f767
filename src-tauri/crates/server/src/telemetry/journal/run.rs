//! One run that has not ended: its tasks and calls at work, and where each stands in the trace.

use super::call::{CallEnd, OpenCall};
use super::ended::{Ended, EndedTask, EndedWorkflow, Identity};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use wheelhouse_api::Witnessed;
use wheelhouse_contract::domain::{
    AgentKind, CallKey, EventBody, FailureCode, Millis, QuestionKey, Seq, Setup, TaskId, TaskKey,
    TemplateRef, WorkflowId, WorkflowUid,
};

/// What is known of it.
#[derive(Debug)]
pub(super) struct OpenRun {
    pub(super) uid: WorkflowUid,
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

impl OpenRun {
    /// A run that was written down, in the trace and below the task of the run that began it, if one did.
    pub(super) fn new(
        uid: WorkflowUid,
        above: Option<([u8; 16], [u8; 8])>,
        template: &TemplateRef,
        setup: &Setup,
    ) -> Self {
        Self {
            uid,
            trace: above.map_or(*uid.0.as_bytes(), |(trace, _)| trace),
            parent: above.map(|(_, span)| span),
            template: (template.uid.to_string(), template.version),
            depth: setup.depth,
            began: None,
            tasks: HashMap::new(),
            calls: HashMap::new(),
            asked: HashMap::new(),
        }
    }

    /// It was started, or taken up.
    pub(super) fn begin(&mut self, at: Millis, seq: Seq) {
        self.began = Some((at, seq));
    }

    /// Where what `task` began stands: in which trace, and below what.
    pub(super) fn below(&self, task: &TaskKey) -> ([u8; 16], [u8; 8]) {
        (self.trace, self.span_of(task))
    }

    /// It has ended. None where it never began.
    pub(super) fn end(
        self,
        workflow: WorkflowId,
        ended: Millis,
        status: &'static str,
        failure: Option<FailureCode>,
    ) -> Option<Ended> {
        let (began, _) = self.began?;
        Some(Ended::Workflow(EndedWorkflow {
            at: self.identity(self.own_span(), self.parent),
            workflow,
            uid: self.uid,
            template: self.template,
            depth: self.depth,
            began,
            ended,
            status,
            failure,
        }))
    }

    /// Takes in a fact of it, and gives what ended by it.
    pub(super) fn take(&mut self, fact: &Witnessed) -> Option<Ended> {
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
        let (call, end) = match body {
            EventBody::CallStarted { call, .. } => {
                let open = OpenCall::begun(fact.event.at, body)?;
                self.calls.insert(call.clone(), open);
                return None;
            }
            EventBody::CallFinished {
                call, usage, spent, ..
            } => (call, CallEnd::Finished(*usage, *spent)),
            EventBody::CallFailed { call, failure } => (call, CallEnd::Failed(failure)),
            EventBody::CallInterrupted { call } => (call, CallEnd::Interrupted),
            _ => return None,
        };
        let open = self.calls.remove(call)?;
        let span = self.span("call", call.as_str(), 0);
        let at = self.identity(span, Some(self.span_of(&open.task)));
        let task = self.tasks.get(&open.task).and_then(|task| task.id);
        Some(Ended::Call(open.end(fact, at, task, end)))
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
