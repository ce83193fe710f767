//! What is known of one run.

use std::collections::BTreeMap;
use wheelhouse_domain::{
    AgentKind, AgentUid, Assignment, Budget, CallKey, CallKind, ChildEnd, ContentHash, Failure, Form, Limits,
    Millis, Place, Plan, QuestionKey, QuestionKind, Reply, Scope, Seq, Setup, Spend, Step, StepId, StepKind,
    TaskKey, TaskOf, TaskStatus, TemplateRef, WhySkipped, WorkflowStatus, WorkflowUid, all_steps,
};

/// A run, folded from its events.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Identity everywhere.
    pub uid: WorkflowUid,
    /// The operator's task in full.
    pub description: String,
    /// What is run.
    pub template: TemplateRef,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Who fills the permanent kinds, by the kind's word.
    pub crew: BTreeMap<String, AgentUid>,
    /// Bounds.
    pub limits: Limits,
    /// Where it stands. `waiting` is derived, see [`Run::status`].
    pub(crate) status: WorkflowStatus,
    /// What it is given beside its steps.
    pub setup: Setup,
    /// Whether the operator asked to stop.
    pub cancelling: bool,
    /// Whether the operator stopped it for a while.
    pub paused: bool,
    /// Budgets that the operator changed: of tasks, and under none of the run.
    pub budgets: BTreeMap<Option<TaskKey>, Budget>,
    /// Tasks in the order in which they came to be.
    pub tasks: Vec<Task>,
    /// Accepted plans by the step that gave them.
    pub plans: BTreeMap<StepId, Plan>,
    /// Accepted staffings by the step that gave them.
    pub staffings: BTreeMap<StepId, Vec<Assignment>>,
    /// Questions in the order in which they were asked.
    pub questions: Vec<Question>,
    /// Place of the newest event.
    pub seq: Seq,
}

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
    pub scopes: Vec<OpenScope>,
    /// Until when it waits.
    pub waits_until: Option<Millis>,
    /// Why it failed, where its `on_error` has taken over.
    pub caught: Option<Failure>,
    /// The sub-workflow that was started for it.
    pub child: Option<WorkflowUid>,
    /// How that ended.
    pub child_end: Option<ChildEnd>,
    /// Where its answer was made, when it was not made in this run.
    pub reused_from: Option<TaskOf>,
    /// What the operator wants it to be told.
    pub told: Option<String>,
    /// The model that the operator wants it to be done with.
    pub model: Option<String>,
}

/// A scope of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenScope {
    /// Which.
    pub scope: Scope,
    /// Its value: an array, and the place in it.
    pub value: Option<(ContentHash, u32)>,
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

/// A question of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Name in the run.
    pub key: QuestionKey,
    /// Task that waits.
    pub task: TaskKey,
    /// What it is about.
    pub kind: QuestionKind,
    /// The question.
    pub text: String,
    /// What it asks for beside words.
    pub form: Option<Form>,
    /// The answer, once given.
    pub answer: Option<String>,
    /// The structured answer.
    pub reply: Option<Reply>,
}

impl Run {
    /// Where the run stands. It is `waiting` while it runs and nothing can go on before the operator answers.
    #[must_use]
    pub fn status(&self) -> WorkflowStatus {
        let may_begin = self.free_places() > 0;
        let busy = self
            .tasks
            .iter()
            .any(|task| task.status == TaskStatus::Running || (may_begin && task.retry_at.is_some()));
        let asks = self.tasks.iter().any(|task| task.status == TaskStatus::Waiting);
        if self.status == WorkflowStatus::Running && asks && !busy && !self.cancelling {
            WorkflowStatus::Waiting
        } else {
            self.status
        }
    }

    /// The task of that name.
    #[must_use]
    pub fn task(&self, key: &TaskKey) -> Option<&Task> {
        self.tasks.iter().find(|task| task.key == *key)
    }

    /// Whether that attempt of a task is at work.
    #[must_use]
    pub fn is_at_work(&self, key: &TaskKey, attempt: u32) -> bool {
        self.status == WorkflowStatus::Running
            && !self.cancelling
            && self
                .task(key)
                .is_some_and(|task| task.status == TaskStatus::Running && task.attempt == attempt)
    }

    /// The step that a task executes.
    #[must_use]
    pub fn step_of(&self, task: &Task) -> Option<&Step> {
        self.step(&task.step)
    }

    /// The step of that name, at any depth.
    #[must_use]
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        all_steps(&self.steps).into_iter().find(|step| step.id == *id)
    }

    /// Kind of the step that a task executes.
    #[must_use]
    pub fn kind_of(&self, task: &Task) -> Option<&StepKind> {
        self.step_of(task).map(|step| &step.kind)
    }

    /// The plan that a task works for: its own step's, or that of the step it was expanded from.
    #[must_use]
    pub fn plan_for(&self, task: &Task) -> Option<&Plan> {
        let named = match self.kind_of(task) {
            Some(StepKind::Staff { plan, .. } | StepKind::Expand { plan, .. }) => self.plans.get(plan),
            _ => None,
        };
        named.or_else(|| self.plans.values().next())
    }

    /// Questions that were answered, with their answers. What the operator said once is said to everybody.
    pub fn answers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.questions
            .iter()
            .filter(|question| question.kind != QuestionKind::KeysLocked)
            .filter_map(|question| {
                question
                    .answer
                    .as_deref()
                    .map(|answer| (question.text.as_str(), answer))
            })
    }
}

impl Task {
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

    /// Calls whose intent is on record and whose result is not.
    pub fn in_flight(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.state == CallState::Started)
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
