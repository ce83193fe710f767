//! What events say of questions.

use super::FoldError;
use crate::budget::STOP;
use crate::state::{Question, Run};
use std::sync::Arc;
use wheelhouse_domain::{EventBody, Millis, QuestionKey, Reply, Seq, StepKind, TaskStatus};

impl Run {
    pub(super) fn apply_question(&mut self, body: &EventBody, at: Millis) -> Result<(), FoldError> {
        match body {
            EventBody::QuestionAsked {
                question,
                task,
                kind,
                text,
                form,
            } => self.apply_asked(
                Question {
                    key: question.clone(),
                    task: task.clone(),
                    kind: *kind,
                    text: text.clone(),
                    form: form.as_deref().cloned(),
                    answer: None,
                    reply: None,
                    used: false,
                    asked_at: at,
                },
                at,
            ),
            EventBody::QuestionAnswered {
                question,
                answer,
                reply,
            } => self.apply_answer(question, answer, reply.as_ref(), at),
            _ => Ok(()),
        }
    }

    fn apply_asked(&mut self, question: Question, at: Millis) -> Result<(), FoldError> {
        let place = self.known(&question.task)?;
        let task = self.tasks.at(place);
        let is_the_step = matches!(
            task.and_then(|task| self.kind_of(task)),
            Some(StepKind::Approval { .. } | StepKind::Input { .. })
        );
        let number = self.questions.len();
        if question.holds_back().is_some() {
            self.questions.push(Arc::new(question));
            self.hold_back(number, place);
            return Ok(());
        }
        self.alter(place, |task| {
            task.status = TaskStatus::Waiting;
            task.asked_at = Some(at);
            task.question = Some(number);
            task.asked += 1;
            // To ask is the whole work of such a step: what follows is to make its answer of the operator's.
            task.prepared |= is_the_step;
        });
        self.questions.push(Arc::new(question));
        Ok(())
    }

    fn apply_answer(
        &mut self,
        key: &QuestionKey,
        answer: &str,
        reply: Option<&Reply>,
        at: Millis,
    ) -> Result<(), FoldError> {
        let Seq(seq) = self.seq;
        let number = self
            .questions
            .iter()
            .rposition(|question| question.key == *key)
            .ok_or_else(|| FoldError::UnknownQuestion {
                seq,
                question: key.clone(),
            })?;
        let question = Arc::make_mut(&mut self.questions[number]);
        question.answer = Some(answer.to_owned());
        question.reply = reply.cloned();
        let (task, is_aside) = (question.task.clone(), question.holds_back().is_some());
        let begins_anew = question.kind.is_for_agents() && question.asked().is_none();
        if reply.and_then(|reply| reply.outcome.as_deref()) == Some(STOP) {
            self.note_refusal(number);
        }
        if is_aside {
            self.let_go_on(number);
            return Ok(());
        }
        // While the run is paused, the time counts again from the pause on when it is resumed.
        let until = self.paused_at.unwrap_or(at).min(at);
        self.change(&task, |task| {
            task.status = TaskStatus::Running;
            let waited = task
                .asked_at
                .take()
                .map_or(0, |asked| until.0.saturating_sub(asked.0));
            task.counted_from = task.counted_from.plus(waited.max(0));
            // An answer is part of the brief, so the conversation begins anew with it. What only opens the way says
            // nothing to the agent, and what a call asked for is told as its result.
            if begins_anew {
                task.first_turn = task.next_turn();
            }
        })
    }
}
