//! What the operator wants of the whole run, and answers to questions.

use super::{Draft, Refusal, asking};
use crate::budget;
use crate::form::{self, FormProblem};
use crate::stays;
use wheelhouse_domain::{
    AgentName, AgentUid, EventBody, Place, QuestionKey, QuestionKind, Reply, Step, StepKind, TaskKey,
    TaskStatus, WorkflowStatus,
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
        question: &QuestionKey,
        answer: String,
        reply: Option<Reply>,
    ) -> Result<(), Refusal> {
        if !self.is_open(question) || self.run.status != WorkflowStatus::Running || self.run.cancelling {
            return Err(Refusal::QuestionNotOpen);
        }
        self.check_reply(question, reply.as_ref())?;
        let stops = reply.as_ref().and_then(|reply| reply.outcome.as_deref()) == Some(budget::STOP);
        self.push(EventBody::QuestionAnswered {
            question: question.clone(),
            answer,
            reply,
        })?;
        if stops {
            self.give_no_more(question)
        } else {
            self.settle_where(question)
        }
    }

    /// Does what the operator wants of a task that would have told a model elsewhere what stays here.
    fn settle_where(&mut self, key: &QuestionKey) -> Result<(), Refusal> {
        let asked = self.run.questions.iter().rev().find(|asked| asked.key == *key);
        let Some(asked) = asked.filter(|asked| asked.kind == QuestionKind::StaysHere) else {
            return Ok(());
        };
        let Some(reply) = asked.reply.clone() else {
            return Ok(());
        };
        let task = asked.task.clone();
        match reply.outcome.as_deref() {
            Some(stays::HERE | stays::ALL_HERE) => {
                let model = reply.fields.0.get(stays::MODEL).and_then(|model| model.as_str());
                self.edit_task(task, None, model.map(str::to_owned))
            }
            Some(stays::SKIP) => self.skip_task(task),
            Some(stays::STOP) => self.cancel(),
            _ => Ok(()),
        }
    }

    /// Ends a task that asked about a budget or a price, because the operator gives no more.
    fn give_no_more(&mut self, key: &QuestionKey) -> Result<(), Refusal> {
        let asked = self
            .run
            .questions
            .iter()
            .rev()
            .find(|question| question.key == *key);
        let kinds = [QuestionKind::BudgetReached, QuestionKind::PriceUnknown];
        // What was asked beside the work of a task follows from the limit that stands.
        let Some(task) = asked
            .filter(|asked| kinds.contains(&asked.kind) && asked.holds_back().is_none())
            .map(|asked| asked.task.clone())
        else {
            return Ok(());
        };
        let attempt = self.run.task(&task).map_or(0, |task| task.attempt);
        self.attempt_failed(&task, attempt, asking::no_more())
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
        if found.holds_back().is_some() {
            return self.run.open_asides().any(|open| open.key == *key);
        }
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
