//! One call that has not ended, and how it ends.

use super::ended::{CallKindWord, EndedCall, Identity};
use wheelhouse_api::Witnessed;
use wheelhouse_contract::domain::{
    CallKind, EventBody, Failure, Millis, Spend, Tally, TaskId, TaskKey, Usage,
};

/// What is known of it.
#[derive(Debug)]
pub(super) struct OpenCall {
    /// Who called.
    pub(super) task: TaskKey,
    attempt: u32,
    turn: u32,
    index: u32,
    kind: CallKind,
    began: Millis,
    reserved: Option<Spend>,
}

/// How a call ended.
#[derive(Clone, Copy)]
pub(super) enum CallEnd<'fact> {
    Finished(Usage, Option<Spend>),
    Failed(&'fact Failure),
    Interrupted,
}

impl CallEnd<'_> {
    fn word(self) -> &'static str {
        match self {
            Self::Finished(..) => "finished",
            Self::Failed(_) => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

impl OpenCall {
    /// The call that the fact begins; none where it begins none.
    pub(super) fn begun(began: Millis, fact: &EventBody) -> Option<Self> {
        let EventBody::CallStarted {
            task,
            attempt,
            turn,
            index,
            kind,
            reserved,
            ..
        } = fact
        else {
            return None;
        };
        Some(Self {
            task: task.clone(),
            attempt: *attempt,
            turn: *turn,
            index: *index,
            kind: kind.clone(),
            began,
            reserved: *reserved,
        })
    }

    /// It ended by `fact`.
    pub(super) fn end(
        self,
        fact: &Witnessed,
        at: Identity,
        task: Option<TaskId>,
        end: CallEnd<'_>,
    ) -> EndedCall {
        let (kind, name) = match self.kind {
            CallKind::Model { model, .. } => (CallKindWord::Model, model),
            CallKind::Tool { tool, .. } => (CallKindWord::Tool, tool),
        };
        let (usage, counted, failure) = match end {
            CallEnd::Finished(usage, spent) => (usage, Tally::finished(self.reserved, spent), None),
            CallEnd::Failed(failure) => (
                Usage::default(),
                Tally::failed(self.reserved, failure),
                Some(failure.code),
            ),
            CallEnd::Interrupted => (Usage::default(), Tally::lost(self.reserved), None),
        };
        EndedCall {
            at,
            workflow: fact.workflow,
            task,
            attempt: self.attempt,
            turn: self.turn,
            index: self.index,
            kind,
            name,
            began: self.began,
            ended: fact.event.at,
            outcome: end.word(),
            failure,
            usage,
            counted,
        }
    }
}
