//! What the operator wants.

use super::{Draft, Refusal};
use crate::state::Run;
use wheelhouse_domain::{
    AgentName, AgentUid, EventBody, QuestionKey, Reply, Step, StepKind, TaskKey, TaskStatus, WorkflowStatus,
};

impl Draft {
    pub(super) fn start(&mut self) -> Result<(), Refusal> {
        if self.run.status != WorkflowStatus::Pending || self.run.cancelling {
            return Err(self.wrong_status());
        }
        self.push(EventBody::WorkflowStarted)?;
        self.add_steps()
    }

    pub(super) fn cancel(&mut self) -> Result<(), Refusal> {
        if self.run.status.is_final() {
            return Err(self.wrong_status());
        }
        if self.run.cancelling {
            return Ok(());
        }
        self.push(EventBody::CancelRequested)
    }

    pub(super) fn retry(&mut self) -> Result<(), Refusal> {
        if !matches!(
            self.run.status,
            WorkflowStatus::Failed | WorkflowStatus::Cancelled
        ) {
            return Err(self.wrong_status());
        }
        let open = self
            .run
            .tasks
            .iter()
            .filter(|task| task.status != TaskStatus::Completed);
        let tasks = open.map(|task| task.key.clone()).collect();
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
        self.push(EventBody::QuestionAnswered {
            question,
            answer,
            reply,
        })
    }

    /// A task waits for the newest of its questions only: older ones without an answer were withdrawn.
    fn is_open(&self, question: &QuestionKey) -> bool {
        let questions = &self.run.questions;
        let Some(found) = questions.iter().find(|candidate| candidate.key == *question) else {
            return false;
        };
        let newest = questions
            .iter()
            .rev()
            .find(|candidate| candidate.task == found.task);
        let waits = self
            .run
            .task(&found.task)
            .is_some_and(|task| task.status == TaskStatus::Waiting);
        waits && found.answer.is_none() && newest.is_some_and(|newest| newest.key == *question)
    }

    fn add_steps(&mut self) -> Result<(), Refusal> {
        for step in self.run.steps.clone() {
            if let Some(body) = task_of_step(&self.run, &step) {
                self.push(body)?;
            }
        }
        Ok(())
    }

    fn wrong_status(&self) -> Refusal {
        Refusal::Status {
            status: self.run.status(),
        }
    }
}

/// The task that executes `step`; none for a step that is expanded later.
fn task_of_step(run: &Run, step: &Step) -> Option<EventBody> {
    if matches!(step.kind, StepKind::Expand { .. }) {
        return None;
    }
    let name = step.kind.agent();
    let agent_kind = name.map(AgentName::kind);
    let agent: Option<AgentUid> = name.and_then(|name| run.crew.get(name.as_str()).copied());
    Some(EventBody::TaskAdded {
        task: TaskKey(step.id.0.clone()),
        step: step.id.clone(),
        title: step.title.clone(),
        description: step.description.clone(),
        agent_kind,
        agent,
        needs: step.needs.iter().map(|need| TaskKey(need.0.clone())).collect(),
        done_when: String::new(),
        place: None,
    })
}
