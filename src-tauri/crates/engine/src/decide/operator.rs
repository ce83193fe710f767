//! What the operator wants of the whole run, and answers to questions.

use super::{Draft, Refusal};
use crate::form::{self, FormProblem};
use wheelhouse_domain::{
    AgentName, AgentUid, EventBody, Place, QuestionKey, Reply, Step, StepKind, TaskKey, TaskStatus,
    WorkflowStatus,
};

impl Draft {
    pub(super) fn start(&mut self) -> Result<(), Refusal> {
        if self.run.status != WorkflowStatus::Pending || self.run.cancelling {
            return Err(self.status_refused());
        }
        self.push(EventBody::WorkflowStarted)?;
        self.add_steps()
    }

    pub(super) fn cancel(&mut self) -> Result<(), Refusal> {
        if self.run.status.is_final() {
            return Err(self.status_refused());
        }
        if self.run.cancelling {
            return Ok(());
        }
        self.push(EventBody::CancelRequested)
    }

    pub(super) fn pause(&mut self) -> Result<(), Refusal> {
        if self.run.status != WorkflowStatus::Running || self.run.cancelling {
            return Err(self.status_refused());
        }
        if self.run.paused {
            return Ok(());
        }
        self.push(EventBody::WorkflowPaused)
    }

    pub(super) fn resume(&mut self) -> Result<(), Refusal> {
        if self.run.status != WorkflowStatus::Running || self.run.cancelling {
            return Err(self.status_refused());
        }
        if !self.run.paused {
            return Ok(());
        }
        self.push(EventBody::WorkflowResumed)
    }

    pub(super) fn retry(&mut self) -> Result<(), Refusal> {
        if !matches!(
            self.run.status,
            WorkflowStatus::Failed | WorkflowStatus::Cancelled
        ) {
            return Err(self.status_refused());
        }
        let tasks = self.all_to_reopen();
        self.push(EventBody::WorkflowRetried { tasks })?;
        if self.run.tasks.is_empty() {
            self.add_steps()
        } else {
            Ok(())
        }
    }

    pub(super) fn answer(
        &mut self,
        question: QuestionKey,
        answer: String,
        reply: Option<Reply>,
    ) -> Result<(), Refusal> {
        if !self.is_open(&question) || self.run.status != WorkflowStatus::Running || self.run.cancelling {
            return Err(Refusal::QuestionNotOpen);
        }
        self.check_reply(&question, reply.as_ref())?;
        self.push(EventBody::QuestionAnswered {
            question,
            answer,
            reply,
        })
    }

    fn check_reply(&self, key: &QuestionKey, reply: Option<&Reply>) -> Result<(), Refusal> {
        let question = self
            .run
            .questions
            .iter()
            .rev()
            .find(|question| question.key == *key);
        let Some(form) = question.and_then(|question| question.form.as_ref()) else {
            return Ok(());
        };
        let reply = reply.ok_or(FormProblem::NoReply)?;
        Ok(form::check(form, reply)?)
    }

    /// A task waits for the newest of its questions only: older ones without an answer were withdrawn.
    fn is_open(&self, key: &QuestionKey) -> bool {
        let Some(found) = self
            .run
            .questions
            .iter()
            .rev()
            .find(|question| question.key == *key)
        else {
            return false;
        };
        let Some(task) = self.run.task(&found.task) else {
            return false;
        };
        let newest = self.run.question_of(task);
        task.status == TaskStatus::Waiting
            && found.answer.is_none()
            && newest.is_some_and(|newest| newest.key == *key)
    }

    fn add_steps(&mut self) -> Result<(), Refusal> {
        let steps = self.run.steps.to_vec();
        steps.iter().try_for_each(|step| self.add_step(step, None))
    }

    /// Adds the task that executes `step`; none for a step that is expanded later.
    pub(super) fn add_step(&mut self, step: &Step, place: Option<&Place>) -> Result<(), Refusal> {
        if matches!(step.kind, StepKind::Expand { .. }) {
            return Ok(());
        }
        let name = step.kind.agent();
        let agent: Option<AgentUid> = name.and_then(|name| self.run.crew.get(name.as_str()).copied());
        self.push(EventBody::TaskAdded {
            task: TaskKey::of_step(place, &step.id),
            step: step.id.clone(),
            title: step.title.clone(),
            description: step.description.clone(),
            agent_kind: name.map(AgentName::kind),
            agent,
            needs: step
                .needs
                .iter()
                .map(|need| TaskKey::of_step(place, need))
                .collect(),
            done_when: String::new(),
            place: place.cloned(),
        })
    }
}
