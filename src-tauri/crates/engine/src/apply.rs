//! Folds events into a run. Nothing is chosen here.

use crate::state::{Call, CallState, OpenScope, Question, Run, Task};
use std::collections::BTreeMap;
use thiserror::Error;
use wheelhouse_domain::{
    CallKey, Event, EventBody, Millis, QuestionKey, QuestionKind, Reply, Seq, TaskKey, TaskStatus,
    WorkflowStatus,
};

/// Why a journal does not make sense.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FoldError {
    /// The first event is not the run's creation.
    #[error("the journal does not begin with the creation of the workflow")]
    NotCreated,
    /// An event stands in the wrong place.
    #[error("event {found} follows event {previous}")]
    OutOfOrder {
        /// Place of the last event that was folded.
        previous: u32,
        /// Place of this one.
        found: u32,
    },
    /// An event speaks of a task that is not there.
    #[error("event {seq} speaks of the unknown task {task}")]
    UnknownTask {
        /// Place of the event.
        seq: u32,
        /// The task.
        task: TaskKey,
    },
    /// An event speaks of a call that is not there.
    #[error("event {seq} speaks of the unknown call {call}")]
    UnknownCall {
        /// Place of the event.
        seq: u32,
        /// The call.
        call: CallKey,
    },
    /// An event speaks of a question that is not there.
    #[error("event {seq} speaks of the unknown question {question}")]
    UnknownQuestion {
        /// Place of the event.
        seq: u32,
        /// The question.
        question: QuestionKey,
    },
}

impl Run {
    /// Folds a whole journal.
    ///
    /// # Errors
    /// [`FoldError`] where the journal does not make sense.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, FoldError> {
        let mut events = events.into_iter();
        let mut run = events
            .next()
            .and_then(Self::created)
            .ok_or(FoldError::NotCreated)?;
        for event in events {
            run.apply(event)?;
        }
        Ok(run)
    }

    fn created(event: &Event) -> Option<Self> {
        let EventBody::WorkflowCreated {
            uid,
            description,
            template,
            steps,
            crew,
            limits,
            setup,
            ..
        } = &event.body
        else {
            return None;
        };
        Some(Self {
            uid: *uid,
            description: description.clone(),
            template: template.clone(),
            steps: steps.clone(),
            crew: crew.clone(),
            limits: *limits,
            status: WorkflowStatus::Pending,
            setup: (**setup).clone(),
            cancelling: false,
            paused: false,
            budgets: BTreeMap::new(),
            tasks: Vec::new(),
            plans: BTreeMap::new(),
            staffings: BTreeMap::new(),
            questions: Vec::new(),
            seq: event.seq,
        })
    }

    /// Folds one more event.
    ///
    /// # Errors
    /// [`FoldError`] where the event does not fit; the run is then not to be used any more.
    pub fn apply(&mut self, event: &Event) -> Result<(), FoldError> {
        if event.seq.0 != self.seq.0 + 1 {
            return Err(FoldError::OutOfOrder {
                previous: self.seq.0,
                found: event.seq.0,
            });
        }
        self.seq = event.seq;
        self.apply_body(&event.body, event.at)
    }

    fn apply_body(&mut self, body: &EventBody, at: Millis) -> Result<(), FoldError> {
        match body {
            EventBody::WorkflowCreated { .. } => return Err(FoldError::NotCreated),
            EventBody::WorkflowStarted => self.status = WorkflowStatus::Running,
            EventBody::CancelRequested => self.cancelling = true,
            EventBody::WorkflowCompleted { .. } => self.status = WorkflowStatus::Completed,
            EventBody::WorkflowFailed { .. } => self.status = WorkflowStatus::Failed,
            EventBody::WorkflowCancelled => {
                self.status = WorkflowStatus::Cancelled;
                self.cancelling = false;
            }
            EventBody::WorkflowPaused => self.paused = true,
            EventBody::WorkflowResumed => self.paused = false,
            EventBody::BudgetChanged { task, budget } => {
                self.budgets.insert(task.clone(), *budget);
            }
            EventBody::WorkflowRetried { tasks } => self.apply_retried(tasks)?,
            EventBody::PlanAccepted { task, plan, .. } => {
                let step = self.known(task)?.step.clone();
                self.plans.insert(step, plan.clone());
            }
            EventBody::StaffAccepted {
                task, assignments, ..
            } => self.apply_staffing(task, assignments)?,
            EventBody::QuestionAsked {
                question,
                task,
                kind,
                text,
                form,
            } => {
                self.known(task)?.status = TaskStatus::Waiting;
                let (key, task, text) = (question.clone(), task.clone(), text.clone());
                self.questions.push(Question {
                    key,
                    task,
                    kind: *kind,
                    text,
                    form: form.as_deref().cloned(),
                    answer: None,
                    reply: None,
                });
            }
            EventBody::QuestionAnswered {
                question,
                answer,
                reply,
            } => self.apply_answer(question, answer, reply.as_ref())?,
            EventBody::CallStarted { .. }
            | EventBody::CallFinished { .. }
            | EventBody::CallFailed { .. }
            | EventBody::CallInterrupted { .. } => self.apply_call(body)?,
            EventBody::TaskAdded { .. }
            | EventBody::TaskStarted { .. }
            | EventBody::TaskAttemptFailed { .. }
            | EventBody::TaskCompleted { .. }
            | EventBody::TaskFailed { .. }
            | EventBody::TaskSkipped { .. }
            | EventBody::TaskCancelled { .. }
            | EventBody::TaskReused { .. }
            | EventBody::TaskOverridden { .. } => self.apply_task(body, at)?,
            EventBody::TaskPrepared { .. }
            | EventBody::ScopesOpened { .. }
            | EventBody::TaskWaits { .. }
            | EventBody::TaskCaught { .. }
            | EventBody::ChildStarted { .. }
            | EventBody::ChildEnded { .. }
            | EventBody::TaskEdited { .. } => self.apply_inside(body)?,
        }
        Ok(())
    }

    fn apply_task(&mut self, body: &EventBody, at: Millis) -> Result<(), FoldError> {
        match body {
            EventBody::TaskAdded {
                task,
                step,
                title,
                description,
                agent_kind,
                agent,
                needs,
                done_when,
                place,
            } => {
                self.tasks.push(Task {
                    key: task.clone(),
                    step: step.clone(),
                    title: title.clone(),
                    description: description.clone(),
                    done_when: done_when.clone(),
                    agent_kind: *agent_kind,
                    agent: *agent,
                    needs: needs.clone(),
                    place: place.clone(),
                    status: TaskStatus::Pending,
                    skipped: None,
                    attempt: 0,
                    forgiven_attempts: 0,
                    retry_at: None,
                    failure: None,
                    calls: Vec::new(),
                    first_turn: 0,
                    output: None,
                    started_at: None,
                    prepared: false,
                    preparation: None,
                    scopes: Vec::new(),
                    waits_until: None,
                    caught: None,
                    child: None,
                    child_end: None,
                    reused_from: None,
                    told: None,
                    model: None,
                });
            }
            EventBody::TaskStarted { task, attempt } => {
                let task = self.known(task)?;
                task.status = TaskStatus::Running;
                task.attempt = *attempt;
                task.retry_at = None;
                task.failure = None;
                task.started_at = Some(at);
                task.prepared = false;
                task.preparation = None;
                task.waits_until = None;
                task.child = None;
                task.child_end = None;
            }
            EventBody::TaskAttemptFailed {
                task,
                failure,
                retry_at,
                ..
            } => {
                let task = self.known(task)?;
                task.status = TaskStatus::Pending;
                task.retry_at = Some(*retry_at);
                task.attempt_ended(failure);
            }
            EventBody::TaskFailed { task, failure } => {
                let task = self.known(task)?;
                task.status = TaskStatus::Failed;
                task.attempt_ended(failure);
            }
            EventBody::TaskCompleted { task, output } => {
                let task = self.known(task)?;
                task.status = TaskStatus::Completed;
                task.output = Some(output.clone());
            }
            EventBody::TaskReused { task, output, from } => {
                let task = self.known(task)?;
                task.status = TaskStatus::Completed;
                task.output = Some(output.clone());
                task.reused_from = Some(from.clone());
            }
            EventBody::TaskOverridden { task, output } => {
                let task = self.known(task)?;
                task.end(TaskStatus::Completed);
                task.failure = None;
                task.output = Some(output.clone());
            }
            EventBody::TaskSkipped { task, reason, .. } => {
                let task = self.known(task)?;
                task.end(TaskStatus::Skipped);
                task.skipped = Some(*reason);
            }
            EventBody::TaskCancelled { task } => self.known(task)?.end(TaskStatus::Cancelled),
            _ => {}
        }
        Ok(())
    }

    fn apply_inside(&mut self, body: &EventBody) -> Result<(), FoldError> {
        match body {
            EventBody::TaskPrepared { task, prepared, .. } => {
                let task = self.known(task)?;
                task.prepared = true;
                task.preparation = prepared.clone();
            }
            EventBody::ScopesOpened {
                task, scopes, values, ..
            } => {
                let task = self.known(task)?;
                let opened = scopes.iter().zip(0..).map(|(scope, place)| OpenScope {
                    scope: scope.clone(),
                    value: values.clone().map(|values| (values, place)),
                });
                task.scopes.extend(opened);
                task.prepared = true;
            }
            EventBody::TaskWaits { task, until } => self.known(task)?.waits_until = Some(*until),
            EventBody::TaskCaught { task, failure } => self.known(task)?.caught = Some(failure.clone()),
            EventBody::ChildStarted { task, child, .. } => self.known(task)?.child = Some(*child),
            EventBody::ChildEnded { task, end } => self.known(task)?.child_end = Some((**end).clone()),
            EventBody::TaskEdited { task, prompt, model } => {
                let task = self.known(task)?;
                task.told = prompt.clone().or(task.told.take());
                task.model = model.clone().or(task.model.take());
            }
            _ => {}
        }
        Ok(())
    }

    fn apply_call(&mut self, body: &EventBody) -> Result<(), FoldError> {
        match body {
            EventBody::CallStarted {
                call,
                task,
                turn,
                index,
                kind,
                request,
                reserved,
                ..
            } => {
                self.known(task)?.calls.push(Call {
                    key: call.clone(),
                    turn: *turn,
                    index: *index,
                    kind: kind.clone(),
                    request: request.clone(),
                    reserved: *reserved,
                    spent: None,
                    state: CallState::Started,
                });
            }
            EventBody::CallFinished {
                call,
                response,
                spent,
                ..
            } => {
                let call = self.known_call(call)?;
                call.spent = *spent;
                call.state = CallState::Finished {
                    response: response.clone(),
                };
            }
            EventBody::CallFailed { call, .. } => self.known_call(call)?.state = CallState::Failed,
            EventBody::CallInterrupted { call } => self.known_call(call)?.state = CallState::Interrupted,
            _ => {}
        }
        Ok(())
    }

    fn apply_retried(&mut self, tasks: &[TaskKey]) -> Result<(), FoldError> {
        self.status = WorkflowStatus::Running;
        self.cancelling = false;
        for key in tasks {
            let task = self.known(key)?;
            task.end(TaskStatus::Pending);
            task.failure = None;
            task.skipped = None;
            task.caught = None;
            task.forgiven_attempts = task.attempt;
        }
        Ok(())
    }

    fn apply_staffing(
        &mut self,
        task: &TaskKey,
        assignments: &[wheelhouse_domain::Assignment],
    ) -> Result<(), FoldError> {
        let staff = self.known(task)?.step.clone();
        let expanded: Vec<_> = self
            .steps
            .iter()
            .filter(|step| {
                matches!(&step.kind, wheelhouse_domain::StepKind::Expand { staff: Some(named), .. } if *named == staff)
            })
            .map(|step| step.id.clone())
            .collect();
        for assignment in assignments {
            for step in &expanded {
                let key = TaskKey::expanded(step, &assignment.sub_task);
                self.known(&key)?.agent = Some(assignment.agent);
            }
        }
        self.staffings.insert(staff, assignments.to_vec());
        Ok(())
    }

    fn apply_answer(
        &mut self,
        question: &QuestionKey,
        answer: &str,
        reply: Option<&Reply>,
    ) -> Result<(), FoldError> {
        let seq = self.seq.0;
        let found = self
            .questions
            .iter_mut()
            .find(|candidate| candidate.key == *question)
            .ok_or_else(|| FoldError::UnknownQuestion {
                seq,
                question: question.clone(),
            })?;
        found.answer = Some(answer.to_owned());
        found.reply = reply.cloned();
        let (key, kind) = (found.task.clone(), found.kind);
        let task = self.known(&key)?;
        task.status = TaskStatus::Running;
        // An answer is part of the brief, so the conversation begins anew with it. Opened keys say nothing.
        if kind != QuestionKind::KeysLocked {
            task.first_turn = task.next_turn();
        }
        Ok(())
    }

    fn known(&mut self, key: &TaskKey) -> Result<&mut Task, FoldError> {
        let Seq(seq) = self.seq;
        self.tasks
            .iter_mut()
            .find(|task| task.key == *key)
            .ok_or_else(|| FoldError::UnknownTask {
                seq,
                task: key.clone(),
            })
    }

    fn known_call(&mut self, key: &CallKey) -> Result<&mut Call, FoldError> {
        let Seq(seq) = self.seq;
        self.tasks
            .iter_mut()
            .flat_map(|task| task.calls.iter_mut())
            .find(|call| call.key == *key)
            .ok_or_else(|| FoldError::UnknownCall {
                seq,
                call: key.clone(),
            })
    }
}

impl Task {
    fn end(&mut self, status: TaskStatus) {
        self.status = status;
        self.retry_at = None;
    }

    /// Where a call failed and was not repeated, the conversation goes on where it was: what other calls gave is not
    /// asked again. After anything else (an unusable answer, too many turns) going on would fail the same way, so it begins anew.
    fn attempt_ended(&mut self, failure: &wheelhouse_domain::Failure) {
        self.failure = Some(failure.clone());
        let newest_failed = |call: &Call| {
            self.call_at(call.turn, call.index)
                .is_some_and(|newest| newest.state == CallState::Failed)
        };
        let broke_off = self
            .calls
            .iter()
            .any(|call| call.turn >= self.first_turn && newest_failed(call));
        if !broke_off {
            self.first_turn = self.next_turn();
        }
    }
}
