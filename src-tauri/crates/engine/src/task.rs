//! What is known of one task.

use crate::CallPlace;
use crate::clock::{Activity, Clock};
use std::collections::BTreeSet;
use std::sync::Arc;
use wheelhouse_domain::{
    AfterStop, AgentKind, AgentUid, CallKey, CallKind, ChildEnd, ContentHash, Failure, Gist, Millis,
    PartBudget, Place, Scope, Spend, StepId, TaskKey, TaskOf, TaskStatus, WaitsFor, WhySkipped, WorkflowUid,
};

/// A task of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Name in the run.
    pub key: TaskKey,
    /// Step that it executes.
    pub step: StepId,
    /// What people read.
    pub title: String,
    /// What is to be done.
    pub description: String,
    /// How to tell that it is done.
    pub done_when: String,
    /// Kind of agent; none for what no agent does.
    pub agent_kind: Option<AgentKind>,
    /// Who does it, once known.
    pub agent: Option<AgentUid>,
    /// What that one may spend on it, where it was hired for it with a budget.
    pub hired_with: Option<PartBudget>,
    /// Steps and tasks that must be complete before.
    pub needs: Vec<TaskKey>,
    /// Where it stands in the task that contains it.
    pub place: Option<Place>,
    /// Where it stands.
    pub status: TaskStatus,
    /// Why it was skipped, where it was.
    pub skipped: Option<WhySkipped>,
    /// Number of the newest attempt; 0 before the first.
    pub attempt: u32,
    /// Attempts before the operator's newest retry: those no longer count against the limit.
    pub forgiven_attempts: u32,
    /// Not to be started before.
    pub retry_at: Option<Millis>,
    /// Why the newest attempt failed.
    pub failure: Option<Failure>,
    /// Calls of all attempts, in the order of their beginning.
    pub calls: Vec<Call>,
    /// First turn of the present exchange: earlier calls are history, not part of the conversation.
    pub first_turn: u32,
    /// The answer, once complete.
    pub output: Option<ContentHash>,
    /// When the present attempt began.
    pub started_at: Option<Millis>,
    /// Whether the present attempt's expressions were worked out.
    pub prepared: bool,
    /// What they gave, where they gave something that is needed later.
    pub preparation: Option<ContentHash>,
    /// What it contains, in the order of opening. Kept when an attempt of its own is over: what is in it is not done
    /// again unless the operator retries it.
    pub scopes: Vec<Arc<OpenScope>>,
    /// Until when it waits.
    pub waits_until: Option<Millis>,
    /// How it ends once what it has in flight has stopped, where that is wanted.
    pub stopping: Option<AfterStop>,
    /// Why it failed, where its `on_error` has taken over.
    pub caught: Option<Failure>,
    /// The sub-workflow that was started for it last: that of its step, or the help that its agent asked for.
    pub child: Option<WorkflowUid>,
    /// How that ended.
    pub child_end: Option<ChildEnd>,
    /// What that waits for, while it has nothing else to do.
    pub child_waits: Option<WaitsFor>,
    /// Where its answer was made, when it was not made in this run.
    pub reused_from: Option<TaskOf>,
    /// What the operator wants it to be told.
    pub told: Option<String>,
    /// The model that the operator wants it to be done with.
    pub model: Option<String>,
    /// Whether the operator changed what it is told since the present attempt began.
    pub(crate) told_anew: bool,
    /// From when the time of the present attempt counts: its beginning, and as much later as it waited for the operator
    /// or the run was paused.
    pub(crate) counted_from: Millis,
    /// When its open question was asked.
    pub(crate) asked_at: Option<Millis>,
    /// Since when its sub-workflow only waits for the operator.
    pub(crate) asked_below_at: Option<Millis>,
    /// Place of its newest question among those of the run.
    pub(crate) question: Option<usize>,
    /// How many questions it has asked.
    pub(crate) asked: u32,
    /// Why it failed when its `on_error` last took over.
    pub(crate) caught_before: Option<Failure>,
    /// Scopes that it had when its `on_error` took over.
    pub(crate) caught_from: usize,
    /// Scopes with tasks that have not ended.
    pub(crate) busy_scopes: usize,
    /// Scopes with a task that failed for good.
    pub(crate) failed_scopes: usize,
    /// Place after the last scope that has its tasks, those that follow a failure left aside.
    pub(crate) begun_scopes: usize,
    /// How long it was at work, all attempts together.
    pub(crate) clock: Clock,
    /// What goes on in it, itself included, and what only waits for the operator.
    pub(crate) activity: Activity,
    /// Open questions that are asked for it and hold others back.
    pub(crate) asides: u32,
}

/// A scope of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenScope {
    /// Which.
    pub scope: Scope,
    /// Its value: an array, and the place in it.
    pub value: Option<(ContentHash, u32)>,
    /// Whether it is the way that a failure takes.
    pub after_failure: bool,
    /// Places of its tasks in the run.
    pub(crate) tasks: Vec<usize>,
    /// Tasks that have not ended.
    pub(crate) open: usize,
    /// Tasks that failed for good.
    pub(crate) failed: usize,
}

/// A call of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Name in the run.
    pub key: CallKey,
    /// Turn of the agent's loop.
    pub turn: u32,
    /// Place in its turn.
    pub index: u32,
    /// What is called.
    pub kind: CallKind,
    /// The request.
    pub request: ContentHash,
    /// What was reserved for it.
    pub reserved: Option<Spend>,
    /// What it cost, once that is known.
    pub spent: Option<Spend>,
    /// What a model said, in short.
    pub gist: Option<Gist>,
    /// The sub-workflow that it waits for, where it asked another agent.
    pub help: Option<WorkflowUid>,
    /// Where it stands.
    pub state: CallState,
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq)]
pub enum CallState {
    /// The intent is on record.
    Started,
    /// The result is on record.
    Finished {
        /// The answer.
        response: ContentHash,
    },
    /// Ended with an error.
    Failed,
    /// The process ended first.
    Interrupted,
}

impl Task {
    /// How long it was at work by `now`, all attempts together, in milliseconds.
    #[must_use]
    pub fn worked(&self, now: Millis) -> i64 {
        self.clock.elapsed(now)
    }

    /// Whether its sub-workflow only waits for the operator.
    pub(crate) fn asks_below(&self) -> bool {
        self.child_waits == Some(WaitsFor::Operator)
    }

    /// The calls of the present exchange whose results are on record, in the order of the conversation.
    pub fn exchange(&self) -> impl Iterator<Item = (&Call, &ContentHash)> {
        let mut finished: Vec<(&Call, &ContentHash)> = self
            .calls
            .iter()
            .filter(|call| call.turn >= self.first_turn)
            .filter_map(|call| match &call.state {
                CallState::Finished { response } => Some((call, response)),
                _ => None,
            })
            .collect();
        finished.sort_by_key(|(call, _)| (call.turn, call.index));
        finished.into_iter()
    }

    /// The newest call at that place, whatever became of it.
    #[must_use]
    pub fn call_at(&self, turn: u32, index: u32) -> Option<&Call> {
        self.calls
            .iter()
            .rev()
            .find(|call| call.turn == turn && call.index == index)
    }

    /// The name of the next call at that place in the present attempt.
    #[must_use]
    pub fn next_call(&self, place: CallPlace) -> CallKey {
        let CallPlace { turn, index } = place;
        let there = self
            .calls
            .iter()
            .filter(|call| call.turn == turn && call.index == index);
        let repetition = u32::try_from(there.count()).unwrap_or(u32::MAX);
        CallKey::new(&self.key, self.attempt, turn, index, repetition)
    }

    /// Calls whose intent is on record and whose result is not.
    pub(crate) fn unfinished(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.state == CallState::Started)
    }

    /// Those of them that somebody makes now. What asked another agent is no longer made: the sub-workflow is looked after.
    pub fn in_flight(&self) -> impl Iterator<Item = &Call> {
        self.unfinished().filter(|call| call.help.is_none())
    }

    /// The call that waits for another agent's help, or for that to be taken up.
    #[must_use]
    pub fn waits_for_help(&self) -> Option<&Call> {
        self.unfinished().find(|call| call.help.is_some())
    }

    /// The sub-workflow that was started for it and whose end is not on record.
    #[must_use]
    pub fn child_at_work(&self) -> Option<WorkflowUid> {
        self.child.filter(|_| self.child_end.is_none())
    }

    /// Every sub-workflow that is on record for it in its newest attempt, and all help that its agents asked for.
    #[must_use]
    pub fn children(&self) -> BTreeSet<WorkflowUid> {
        let help = self.calls.iter().filter_map(|call| call.help);
        help.chain(self.child).collect()
    }

    /// Turn after the last one that has a call.
    pub(crate) fn next_turn(&self) -> u32 {
        self.calls
            .iter()
            .map(|call| call.turn + 1)
            .max()
            .unwrap_or(0)
            .max(self.first_turn)
    }
}
