//! By whose leave a call of a tool is made: what the operator answered, and how often that counts.
//!
//! An answer allows the very call that was asked about, once. Using it up is part of the fact that the call begins, so that no
//! crash and no repetition can make two calls of one answer. An answer “for this workflow” allows such calls of the same agent
//! as long as the run lasts and stays where it is.
//!
//! Deliberately absent: whether a call needs leave (`wheelhouse_tools::judge`), and the questions' words.

use crate::decide::{Refusal, Step};
use crate::state::{Question, Run, Task};
use std::sync::Arc;
use wheelhouse_domain::{
    AllowedInRun, CallKind, Fingerprint, Leave, Millis, QuestionKey, TaskKey, ToolApproval,
};

/// The outcome that allows the call.
pub const ONCE: &str = "once";
/// The outcome that allows it, and such calls for as long as the run lasts.
pub const IN_RUN: &str = "run";
/// The outcome that allows it, and such calls of the agent from now on.
pub const BY_AGENT: &str = "agent";
/// The outcome that refuses it.
pub const REFUSE: &str = "refuse";
/// The outcome that refuses it, and all calls of the tool by the agent.
pub const NEVER: &str = "never";
/// What a question answers itself with. It is no answer: the agent's wish stands, and is asked about again.
pub const EXPIRED: &str = "expired";

impl Question {
    /// The call of a tool that it is about.
    #[must_use]
    pub fn approval(&self) -> Option<&ToolApproval> {
        self.form.as_ref()?.approval()
    }

    /// What the operator chose.
    fn chosen(&self) -> Option<&str> {
        let reply = self.reply.as_ref().filter(|reply| !reply.expired)?;
        reply.outcome.as_deref()
    }

    /// Whether the operator refused what it is about.
    #[must_use]
    pub fn refuses(&self) -> bool {
        matches!(self.chosen(), Some(REFUSE | NEVER))
    }

    /// Whether the operator allowed the call that it is about, and it was not made yet, and the time for it is not over.
    fn allows_at(&self, now: Millis) -> bool {
        let expires = self.form.as_ref().and_then(|form| form.expires_at);
        matches!(self.chosen(), Some(ONCE | IN_RUN | BY_AGENT))
            && !self.used
            && expires.is_some_and(|expires| now < expires)
    }
}

impl Run {
    /// The newest answered question about the call at that place of a task.
    #[must_use]
    pub fn answer_about(&self, task: &TaskKey, turn: u32, index: u32) -> Option<&Question> {
        let mut newest = self.questions.iter().rev().filter(|question| {
            let is_there = |approval: &ToolApproval| approval.turn == turn && approval.index == index;
            question.task == *task && question.approval().is_some_and(is_there)
        });
        newest
            .next()
            .map(|question| &**question)
            .filter(|question| question.answer.is_some())
    }

    /// The leave that an answer gives at that time; none where it gives none, or gives it no more.
    #[must_use]
    pub fn leave_of(&self, question: &Question, now: Millis) -> Option<Leave> {
        let approval = question.approval()?;
        (question.allows_at(now) && self.was_asked_here(&question.key)).then(|| Leave::Approval {
            question: question.key.clone(),
            fingerprint: approval.fingerprint.clone(),
        })
    }

    /// What the operator allowed the agent of a task for as long as the run lasts.
    #[must_use]
    pub fn allowed_to(&self, task: &Task) -> Vec<AllowedInRun> {
        let here = self.questions.iter().skip(self.asked_elsewhere.unwrap_or(0));
        here.filter(|question| question.chosen() == Some(IN_RUN))
            .filter_map(|question| self.allowed_by(question))
            .filter(|allowed| allowed.agent == task.agent)
            .collect()
    }

    fn allowed_by(&self, question: &Question) -> Option<AllowedInRun> {
        let approval = question.approval()?;
        Some(AllowedInRun {
            question: question.key.clone(),
            agent: self.task(&question.task)?.agent,
            tool: approval.tool.clone(),
            only: approval.holds_for().map(|only| only.hash),
        })
    }

    /// What was asked on another machine was shown as it is there.
    fn was_asked_here(&self, key: &QuestionKey) -> bool {
        let mut here = self.questions.iter().skip(self.asked_elsewhere.unwrap_or(0));
        here.any(|question| question.key == *key)
    }

    /// Refuses a call whose leave is not on record, does not fit it, or was used up.
    pub(crate) fn check_leave(
        &self,
        key: &TaskKey,
        place: Step,
        kind: &CallKind,
        leave: Option<&Leave>,
        now: Millis,
    ) -> Result<(), Refusal> {
        let fits = match leave {
            None | Some(Leave::Agent) => true,
            Some(Leave::Run { question }) => self.task(key).is_some_and(|task| {
                let mut allowed = self.allowed_to(task).into_iter();
                allowed.any(|allowed| allowed.question == *question && is_of(kind, &allowed.tool))
            }),
            Some(Leave::Approval {
                question,
                fingerprint,
            }) => self
                .answer_about(key, place.turn, place.index)
                .is_some_and(|found| found.key == *question && self.approves(found, kind, fingerprint, now)),
        };
        if fits {
            Ok(())
        } else {
            Err(Refusal::NotAllowed { task: key.clone() })
        }
    }

    fn approves(&self, question: &Question, kind: &CallKind, fingerprint: &Fingerprint, now: Millis) -> bool {
        let is_it =
            |approval: &ToolApproval| approval.fingerprint == *fingerprint && is_of(kind, &approval.tool);
        question.approval().is_some_and(is_it) && self.leave_of(question, now).is_some()
    }

    pub(crate) fn use_up(&mut self, leave: Option<&Leave>) {
        let Some(Leave::Approval { question, .. }) = leave else {
            return;
        };
        if let Some(found) = self
            .questions
            .iter_mut()
            .rev()
            .find(|found| found.key == *question)
        {
            Arc::make_mut(found).used = true;
        }
    }
}

fn is_of(kind: &CallKind, name: &str) -> bool {
    matches!(kind, CallKind::Tool { tool, .. } if tool == name)
}
