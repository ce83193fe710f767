//! What is known of one run.

use crate::clock::{Activity, Clock};
use crate::held::Owner;
use crate::steps::Steps;
use crate::tasks::Tasks;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wheelhouse_domain::{
    AgentUid, Assignment, Budget, Form, LimitKind, Limits, Millis, Outside, Plan, QuestionKey, QuestionKind,
    Reply, Seq, Setup, StaysHere, Step, StepId, StepKind, TaskKey, TaskStatus, TemplateRef, WorkflowStatus,
    WorkflowUid,
};

pub use crate::task::{Call, CallState, OpenScope, Task};

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
    pub steps: Steps,
    /// Who fills the permanent kinds, by the kind's word.
    pub crew: BTreeMap<String, AgentUid>,
    /// Bounds.
    pub limits: Limits,
    /// Where it stands. `waiting` is derived, see [`Run::status`].
    pub(crate) status: WorkflowStatus,
    /// What it is given beside its steps.
    pub setup: Arc<Setup>,
    /// Whether the operator asked to stop.
    pub cancelling: bool,
    /// Whether the operator stopped it for a while.
    pub paused: bool,
    /// Whether it was taken in from a file. Then it is history, and does not go on.
    pub imported: bool,
    /// Budgets that the operator changed: of tasks, and under none of the run.
    pub budgets: BTreeMap<Option<TaskKey>, Budget>,
    /// Tasks in the order in which they came to be.
    pub tasks: Tasks,
    /// Accepted plans by the task that gave them.
    pub plans: BTreeMap<TaskKey, Arc<Plan>>,
    /// Accepted staffings by the task that gave them.
    pub staffings: BTreeMap<TaskKey, Arc<Vec<Assignment>>>,
    /// Questions in the order in which they were asked.
    pub questions: Vec<Arc<Question>>,
    /// Place of the newest event.
    pub seq: Seq,
    /// When it was paused, while it is.
    pub(crate) paused_at: Option<Millis>,
    /// Places of the tasks that have not ended.
    pub(crate) open: Arc<BTreeSet<usize>>,
    /// Places of the tasks that stand in no other task.
    pub(crate) top: Arc<Vec<usize>>,
    /// Tasks at the top that failed for good: they bring the run down.
    pub(crate) failed_at_top: usize,
    /// Tasks that have begun.
    pub(crate) begun: u32,
    /// When the newest event was recorded.
    pub(crate) now: Millis,
    /// How long it was at work.
    pub(crate) clock: Clock,
    /// What goes on in it, and what only waits for the operator.
    pub(crate) activity: Activity,
    /// Places of the open questions that hold others back.
    pub(crate) asides: Vec<usize>,
    /// Limits at which the operator gave no more, since the run was last taken up.
    pub(crate) refused: BTreeSet<(LimitKind, Owner, u32)>,
    /// Sources that stay here whose text it holds. While there are any, nothing of it goes to a model elsewhere.
    pub stays_here: Arc<BTreeSet<StaysHere>>,
    /// What the models of the run may have seen that the operator did not write.
    pub seen: Arc<BTreeSet<Outside>>,
    /// How many questions it had asked when it came here from another store, where it did: what was allowed there holds there.
    pub(crate) asked_elsewhere: Option<usize>,
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
    /// Whether the call was made that it allowed.
    pub used: bool,
    /// When it was asked.
    pub asked_at: Millis,
}

impl Run {
    /// The task of that name.
    #[must_use]
    pub fn task(&self, key: &TaskKey) -> Option<&Task> {
        self.tasks.get(key)
    }

    /// The tasks that have not ended, in the order in which they came to be.
    pub fn open_tasks(&self) -> impl DoubleEndedIterator<Item = &Task> {
        self.open.iter().filter_map(|place| self.tasks.at(*place))
    }

    /// Whether a task at the top failed for good: nothing new begins then.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.failed_at_top > 0
    }

    /// Whether that attempt of a task is at work.
    #[must_use]
    pub fn is_at_work(&self, key: &TaskKey, attempt: u32) -> bool {
        self.status == WorkflowStatus::Running
            && !self.cancelling
            && self.task(key).is_some_and(|task| {
                task.status == TaskStatus::Running && task.stopping.is_none() && task.attempt == attempt
            })
    }

    /// The step that a task executes.
    #[must_use]
    pub fn step_of(&self, task: &Task) -> Option<&Step> {
        self.steps.get(&task.step)
    }

    /// The step of that name, at any depth.
    #[must_use]
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        self.steps.get(id)
    }

    /// Kind of the step that a task executes.
    #[must_use]
    pub fn kind_of(&self, task: &Task) -> Option<&StepKind> {
        self.step_of(task).map(|step| &step.kind)
    }

    /// The plan that a task works for: the one that its step names, else the first of the run.
    #[must_use]
    pub fn plan_for(&self, task: &Task) -> Option<&Plan> {
        let plan = match self.kind_of(task) {
            Some(StepKind::Staff { plan, .. } | StepKind::Expand { plan, .. }) => {
                self.plans.get(&TaskKey::of_step(task.place.as_ref(), plan))
            }
            _ => self.plans.values().next(),
        };
        plan.map(AsRef::as_ref)
    }

    /// The newest question of a task.
    #[must_use]
    pub fn question_of(&self, task: &Task) -> Option<&Question> {
        task.question
            .and_then(|place| self.questions.get(place))
            .map(AsRef::as_ref)
    }

    /// What the run may spend: what the operator said last, else what it was given.
    #[must_use]
    pub fn budget(&self) -> Budget {
        self.budgets.get(&None).copied().unwrap_or(self.setup.budget)
    }

    /// What a task may spend: what the operator said last, else the least of what its step says and of what whoever does it
    /// was hired with.
    #[must_use]
    pub fn budget_of(&self, task: &Task) -> Budget {
        let changed = if self.budgets.is_empty() {
            None
        } else {
            self.budgets.get(&Some(task.key.clone())).copied()
        };
        changed.unwrap_or_else(|| {
            let own = self.step_of(task).map(|step| step.budget).unwrap_or_default();
            task.hired_with.map_or(own, |hired| own.held_to(hired))
        })
    }

    /// Questions that were answered, with their answers. What the operator said once is said to everybody; what a
    /// form was given is the answer of its own step, and is read there.
    pub fn answers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.questions
            .iter()
            .filter(|question| question.form.is_none() && question.kind.is_for_agents())
            .filter_map(|question| {
                question
                    .answer
                    .as_deref()
                    .map(|answer| (question.text.as_str(), answer))
            })
    }
}
