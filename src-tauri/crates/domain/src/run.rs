//! How a run is set up and where its tasks stand in it.

use crate::{
    AgentQuestion, AgentUid, Budget, ContentHash, Expression, Field, Help, InConversation, Json, Millis,
    Money, Outcome, Outside, StaysHere, TaskKey, ToolApproval, Trial, WorkflowUid,
};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// A task of another run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
pub struct TaskOf {
    /// The run.
    pub workflow: WorkflowUid,
    /// The task.
    pub task: TaskKey,
}

/// What a run is given beside its steps. Empty in journals of the first program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setup {
    /// Values of the template's inputs, by name: an object.
    #[serde(skip_serializing_if = "is_null")]
    pub inputs: Json,
    /// Names of inputs that have what the template gives for them: nobody wrote it for this run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub preset: Vec<String>,
    /// What the run gives, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub output: BTreeMap<String, Expression>,
    /// What it may spend at most.
    #[serde(skip_serializing_if = "Budget::is_unlimited")]
    pub budget: Budget,
    /// The task that it was started for, where it is a sub-workflow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<TaskOf>,
    /// How many workflows are above it.
    #[serde(skip_serializing_if = "is_zero")]
    pub depth: u32,
    /// The finished task that it was forked from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<TaskOf>,
    /// What it replies to, where it is a reply in a conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<InConversation>,
    /// By whom it was asked for, where an agent does it for another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<Help>,
    /// What is tried, where it is a trial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial: Option<Trial>,
    /// Sources that stay here whose text is in what it is given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stays_here: Vec<StaysHere>,
    /// Whether somebody else than the operator wrote what it is given: it is what another run was given, which did not have it
    /// from them, or was made of what an agent said in a conversation.
    #[serde(skip_serializing_if = "is_false")]
    pub unsaid: bool,
}

impl Setup {
    /// Whether there is nothing in it, as in journals of the first program.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn is_null(json: &Json) -> bool {
    json.0.is_null()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_false(yes: &bool) -> bool {
    !*yes
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Place of a task in the task that contains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Place {
    /// The map, loop, branch or failed task that contains it.
    pub container: TaskKey,
    /// Which item, round or way, from 0.
    pub scope: u32,
}

/// One item of a map, one round of a loop, one way of a branch, or the way that a failure takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Scope {
    /// Which block is done: the name of a case, `else`, `error`, or `each` for maps and loops.
    pub block: String,
    /// What people read: the item in short, the round, the case.
    pub label: String,
}

/// Why a task is not done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum WhySkipped {
    /// What it needs failed or was cancelled.
    #[default]
    Impossible,
    /// Its `when` is false. What needs it goes on without its answer.
    Condition,
    /// The operator skipped it. What needs it goes on without its answer.
    Operator,
}

impl WhySkipped {
    /// Whether what needs the task goes on without it.
    #[must_use]
    pub fn lets_go_on(self) -> bool {
        matches!(self, Self::Condition | Self::Operator)
    }

    pub(crate) fn is_impossible(&self) -> bool {
        *self == Self::Impossible
    }
}

/// What a question asks for beside words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Form {
    /// What is decided about, as Markdown.
    pub show: Option<String>,
    /// Ways to answer. Empty: there is only one.
    pub outcomes: Vec<Outcome>,
    /// Values that are asked for.
    pub fields: Vec<Field>,
    /// When it answers itself.
    pub expires_at: Option<Millis>,
    /// The outcome that is taken then.
    pub expired_outcome: Option<String>,
    /// What the answer changes outside of the task that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<FormAbout>,
}

/// What an answer changes outside of the task that waits for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum FormAbout {
    /// A budget that is used up.
    Budget {
        /// Whose.
        whose: BudgetOf,
    },
    /// The price of a model.
    Price {
        /// The model, as agents name it: `<provider>/<model>`.
        model: String,
    },
    /// A limit of a budget that is not about single calls.
    Limit {
        /// Whose.
        whose: BudgetOf,
        /// Which one.
        limit: LimitKind,
    },
    /// A call of a tool.
    Tool {
        /// Which call, and what it would do.
        approval: Box<ToolApproval>,
    },
    /// Something that an agent wants to know. Its work goes on with the answer.
    Asked {
        /// Which call, and what is asked.
        asked: Box<AgentQuestion>,
    },
}

impl Form {
    /// The call of a tool that is asked about.
    #[must_use]
    pub fn approval(&self) -> Option<&ToolApproval> {
        match &self.about {
            Some(FormAbout::Tool { approval }) => Some(approval),
            _ => None,
        }
    }

    /// What an agent asks in the middle of its work.
    #[must_use]
    pub fn asked(&self) -> Option<&AgentQuestion> {
        match &self.about {
            Some(FormAbout::Asked { asked }) => Some(asked),
            _ => None,
        }
    }

    /// The limit that keeps others from going on until this is answered, and whose it is. The task that such a question
    /// is asked for does not itself wait: it stands for all that its budget is above.
    #[must_use]
    pub fn holds_back(&self) -> Option<(LimitKind, &BudgetOf)> {
        match &self.about {
            Some(FormAbout::Limit { whose, limit }) if limit.holds_others() => Some((*limit, whose)),
            _ => None,
        }
    }
}

/// A limit of a [`crate::Budget`] that is not about single calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// Tasks that may begin.
    Steps,
    /// Time at work.
    Seconds,
    /// How deep sub-workflows may nest.
    Depth,
    /// Items or sub-tasks of one step.
    FanOut,
}

impl LimitKind {
    /// The word that the budget and the form have for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Steps => "steps",
            Self::Seconds => "seconds",
            Self::Depth => "depth",
            Self::FanOut => "fan_out",
        }
    }

    /// Whether what has begun goes on, or ends what it has in flight, while the operator is asked. Else the one task that
    /// is at its limit waits.
    #[must_use]
    pub fn holds_others(self) -> bool {
        matches!(self, Self::Steps | Self::Seconds)
    }
}

/// What a sub-workflow waits for that has nothing else to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// An answer of the operator, to it or to one below it.
    Operator,
    /// A time.
    Time,
}

impl WaitsFor {
    /// The word that code, database and interface use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Time => "time",
        }
    }
}

/// Whose budget is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum BudgetOf {
    /// The whole application's, on a day.
    Day {
        /// The day's beginning, in UTC.
        day: Millis,
    },
    /// One agent's, on a day.
    Agent {
        /// Which one.
        agent: AgentUid,
        /// The day's beginning, in UTC.
        day: Millis,
    },
    /// A workflow's.
    Workflow {
        /// Which one.
        workflow: WorkflowUid,
    },
    /// A task's.
    Task {
        /// Which one.
        task: TaskOf,
    },
}

/// A structured answer to a question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Reply {
    /// The way that was chosen.
    pub outcome: Option<String>,
    /// The values, by name: an object.
    pub fields: Json,
    /// Whether nobody answered in time.
    pub expired: bool,
}

/// An amount that was reserved or spent. What is unknown is said, never counted as zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Spend {
    /// Money; none where the price is unknown.
    pub money: Option<Money>,
    /// Tokens read and written together; none where the model did not say.
    #[specta(type = Option<specta_typescript::Number>)]
    pub tokens: Option<i64>,
}

/// What becomes of a task once everything that it has in flight has stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "then", rename_all = "snake_case")]
pub enum AfterStop {
    /// It is not done, because what contains it goes on without it.
    #[default]
    Cancel,
    /// Its attempt has failed.
    Fail {
        /// Why.
        failure: crate::Failure,
    },
    /// The operator skipped it.
    Skip,
}

/// How a sub-workflow ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildEnd {
    /// The sub-workflow.
    pub workflow: WorkflowUid,
    /// What it gave; none unless it completed.
    #[serde(default)]
    pub report: Option<ContentHash>,
    /// Why it did not.
    #[serde(default)]
    pub failure: Option<crate::Failure>,
    /// Sources that stay here whose text is in what it gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays_here: Vec<StaysHere>,
    /// What it had seen that the operator did not write. Journals of older programs do not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Outside>,
}

/// What of a finished task is changed when a run is forked from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum ForkEdit {
    /// Nothing: the task is done again.
    Again,
    /// The run's inputs, by name: an object with those that change.
    Inputs {
        /// The values.
        values: Json,
    },
    /// What the task gave.
    Output {
        /// The text, as Markdown.
        text: String,
        /// The value, where it gave one.
        data: Option<Json>,
    },
    /// What the task is told.
    Prompt {
        /// The words.
        text: String,
    },
    /// The model that the task is done with.
    Model {
        /// `rehearsal`, `default` or `<provider>/<model>`.
        model: String,
    },
}
