//! One node of a template, and what it does.

use super::{Budget, Field, OnError, Retry};
use crate::{AgentKind, Json, StepId, TemplateUid};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;
use std::fmt;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// As it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

words! {
    /// An expression that gives a value, for example `steps.rate.data.score > 7`.
    Expression,
    /// Text with expressions in it, for example `Summarise {{ item.title }}`.
    Text,
    /// Who does a step: the word of a permanent kind (`driver`, `creator`, `generator`) or the name of an agent that
    /// the template brings along.
    AgentName,
}

impl AgentName {
    /// The agent's kind: what is not of the permanent crew is a specialist.
    #[must_use]
    pub fn kind(&self) -> AgentKind {
        AgentKind::parse(&self.0).unwrap_or(AgentKind::Specialist)
    }
}

impl From<AgentKind> for AgentName {
    fn from(kind: AgentKind) -> Self {
        Self(kind.as_str().to_owned())
    }
}

/// Steps that belong to a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The nodes.
    pub steps: Vec<Step>,
    /// What the block gives. None: the answer of its last step that no other of it needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Expression>,
}

/// One way that a branch can take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Name, unique in its branch.
    pub name: String,
    /// Taken when this is true and no earlier case was.
    pub when: Expression,
    /// What is done then.
    #[serde(flatten)]
    pub block: Block,
}

/// What becomes of a map when an item fails for good.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MapFailure {
    /// The map fails; what else is at work in it is stopped.
    #[default]
    Stop,
    /// The item is left out of the result.
    Skip,
    /// The item's place in the result is `{"error": {"code", "message"}}`.
    Collect,
}

/// One way to answer an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Outcome {
    /// Name in expressions: `steps.<id>.data.outcome`.
    pub name: String,
    /// What the button says.
    pub title: String,
}

/// What follows when nobody answers in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct QuestionTimeout {
    /// Wait, in seconds.
    pub after_s: u32,
    /// The outcome that is taken then. None: the step fails.
    #[serde(default)]
    pub outcome: Option<String>,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StepKind {
    /// An agent answers.
    Agent {
        /// Which one.
        agent: AgentName,
        /// What it is told, in place of the step's description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prompt: Option<Text>,
        /// Model for this step, in place of the agent's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
        /// Tools for this step: a part of the agent's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tools: Option<Vec<String>>,
        /// JSON Schema of the answer. None: Markdown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Json>,
    },
    /// A tool is called.
    Tool {
        /// Which one.
        tool: String,
        /// Its arguments; texts in them are [`Text`].
        #[serde(default)]
        arguments: Json,
    },
    /// An agent answers with a [`crate::Plan`].
    Plan {
        /// Which one.
        agent: AgentName,
        /// What it is told, in place of the step's description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prompt: Option<Text>,
    },
    /// An agent answers with a [`crate::Staffing`] of a plan.
    Staff {
        /// Which one.
        agent: AgentName,
        /// The step that gave the plan.
        plan: StepId,
    },
    /// Becomes one task for each sub-task of a plan, done by whom a staffing or the template names.
    Expand {
        /// The step that gave the plan.
        plan: StepId,
        /// The step that gave the staffing. Exactly one of this and `agent` is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff: Option<StepId>,
        /// Who does every part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent: Option<AgentName>,
    },
    /// Gathers the outputs of what it needs into one. No model takes part.
    Aggregate,
    /// The first case that holds is done.
    Branch {
        /// The ways, tried in order.
        cases: Vec<Case>,
        /// Done when no case holds. None: the branch then gives null.
        #[serde(rename = "else", default, skip_serializing_if = "Option::is_none")]
        otherwise: Option<Block>,
    },
    /// The block is done for every item of a list; its result is the list of what the blocks gave, in the list's
    /// order. Steps in it can read `item` and `index`.
    Map {
        /// The list.
        over: Expression,
        /// Items at work at the same time.
        #[serde(default = "parallel")]
        parallel: u32,
        /// What becomes of it when an item fails.
        #[serde(default)]
        on_failure: MapFailure,
        /// What is done for each.
        #[serde(flatten)]
        block: Block,
    },
    /// The block is done again and again. Steps in it can read `round` (from 1) and `previous` (what the round before
    /// gave, null in the first).
    Loop {
        /// Ends when this is true after a round; it reads the round's steps.
        until: Expression,
        /// Rounds at most. Reached, the loop ends with its last result.
        max: u32,
        /// What is done in each round.
        #[serde(flatten)]
        block: Block,
    },
    /// Asks the operator for a decision.
    Approval {
        /// What is asked.
        text: Text,
        /// What is decided about, as Markdown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        show: Option<Text>,
        /// Ways to answer. Empty: `approved` and `rejected`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        outcomes: Vec<Outcome>,
        /// Values that are asked for with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<Field>,
        /// What follows when nobody answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires: Option<QuestionTimeout>,
    },
    /// Asks the operator for values.
    Input {
        /// What is asked.
        text: Text,
        /// The values.
        fields: Vec<Field>,
        /// What follows when nobody answers; its outcome has no meaning here: the defaults are taken if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires: Option<QuestionTimeout>,
    },
    /// Waits. Exactly one of the two is given.
    Wait {
        /// How long, in seconds.
        #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
        seconds: Option<Expression>,
        /// Until when: RFC 3339, for example `2026-05-01T09:00:00Z`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Expression>,
    },
    /// Runs another template as a workflow of its own, under this one.
    Workflow {
        /// Which template.
        template: TemplateUid,
        /// Which version. None: the newest when the step begins.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u32>,
        /// What it is given, by the name of its inputs.
        #[serde(default)]
        inputs: BTreeMap<String, Expression>,
    },
    /// Makes a value from values. No model takes part.
    Transform {
        /// The value.
        value: Expression,
    },
}

fn parallel() -> u32 {
    4
}

impl StepKind {
    /// The word that names this kind, as it stands in a file.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Agent { .. } => "agent",
            Self::Tool { .. } => "tool",
            Self::Plan { .. } => "plan",
            Self::Staff { .. } => "staff",
            Self::Expand { .. } => "expand",
            Self::Aggregate => "aggregate",
            Self::Branch { .. } => "branch",
            Self::Map { .. } => "map",
            Self::Loop { .. } => "loop",
            Self::Approval { .. } => "approval",
            Self::Input { .. } => "input",
            Self::Wait { .. } => "wait",
            Self::Workflow { .. } => "workflow",
            Self::Transform { .. } => "transform",
        }
    }

    /// Who does it, where one agent does.
    #[must_use]
    pub fn agent(&self) -> Option<&AgentName> {
        match self {
            Self::Agent { agent, .. } | Self::Plan { agent, .. } | Self::Staff { agent, .. } => Some(agent),
            Self::Expand { agent, .. } => agent.as_ref(),
            _ => None,
        }
    }

    /// The blocks of steps that it has, with the name of each way where there are several.
    #[must_use]
    pub fn blocks(&self) -> Vec<(Option<&str>, &Block)> {
        match self {
            Self::Branch { cases, otherwise } => cases
                .iter()
                .map(|case| (Some(case.name.as_str()), &case.block))
                .chain(otherwise.iter().map(|block| (Some("else"), block)))
                .collect(),
            Self::Map { block, .. } | Self::Loop { block, .. } => vec![(None, block)],
            _ => Vec::new(),
        }
    }
}

/// One node of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Name, unique in its template: a lower-case letter, then lower-case letters, digits and `_`.
    pub id: StepId,
    /// What people read in the list.
    pub title: String,
    /// What is to be done.
    #[serde(default)]
    pub description: String,
    /// What it does.
    #[serde(flatten)]
    pub kind: StepKind,
    /// Steps of the same block that must have ended before.
    #[serde(default)]
    pub needs: Vec<StepId>,
    /// Done only when this is true; else it is skipped, and what needs it goes on without its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expression>,
    /// When a failed attempt is followed by another. None: the workflow's limits say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Longest time of one attempt, in seconds. Waiting for the operator does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_s: Option<u32>,
    /// What follows when it has failed for good.
    #[serde(default, skip_serializing_if = "OnError::is_stop")]
    pub on_error: OnError,
    /// What it may spend at most, all attempts and everything in it together.
    #[serde(default, skip_serializing_if = "Budget::is_unlimited")]
    pub budget: Budget,
}

impl Step {
    /// A step with nothing but its kind and what it needs.
    #[must_use]
    pub fn new(id: &str, title: &str, description: &str, kind: StepKind, needs: &[&str]) -> Self {
        Self {
            id: id.into(),
            title: title.to_owned(),
            description: description.to_owned(),
            kind,
            needs: needs.iter().map(|&need| need.into()).collect(),
            when: None,
            retry: None,
            timeout_s: None,
            on_error: OnError::Stop,
            budget: Budget::default(),
        }
    }

    /// The blocks of steps that belong to it, that of its failure included (named `error`).
    #[must_use]
    pub fn blocks(&self) -> Vec<(Option<&str>, &Block)> {
        let mut blocks = self.kind.blocks();
        if let OnError::Branch { block } = &self.on_error {
            blocks.push((Some("error"), block));
        }
        blocks
    }
}

pub(super) fn all(steps: &[Step]) -> Vec<&Step> {
    steps
        .iter()
        .flat_map(|step| {
            let inner = step.blocks().into_iter().flat_map(|(_, block)| all(&block.steps));
            std::iter::once(step).chain(inner)
        })
        .collect()
}
