//! A versioned graph of steps: what the operator runs, edits and shares.
//!
//! [`Document`] is what stands in a template's file (`schema: 1`); the store gives it versions. Steps nest: `map`,
//! `loop` and `branch` have a [`Block`] of steps of their own. Ids of steps are unique in the whole document, also
//! across blocks.
//!
//! Deliberately absent: whether a document makes sense (the engine's `template` module checks that) and how
//! expressions are evaluated (its `expression` module).

mod crew;
mod field;
mod policy;
mod problem;
mod step;

pub use crew::{CREW, crew_template};
pub use field::{Field, FieldKind};
pub use policy::{Backoff, Budget, Money, OnError, Retry};
pub use problem::{ChangeKind, ProblemCode, TemplateChange, TemplateProblem};
pub use step::{
    AgentName, Block, Case, Expression, MapFailure, Outcome, QuestionTimeout, Step, StepKind, Text,
};

use crate::TemplateUid;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// Version of the form of template files that this program writes, and the newest that it reads.
pub const TEMPLATE_SCHEMA: u32 = 1;

/// Which version of which template a workflow runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateRef {
    /// The template.
    pub uid: TemplateUid,
    /// Its name.
    pub name: String,
    /// Its version, from 1.
    pub version: u32,
}

/// Bounds of one workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Limits {
    /// Tasks at work at the same time.
    pub parallel_tasks: u32,
    /// Attempts of one task, the first included.
    pub attempts: u32,
    /// Sub-tasks that a plan may have.
    pub sub_tasks: u32,
    /// Wait before the second attempt, in milliseconds; doubles with each further one, up to a minute.
    pub retry_base_ms: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            parallel_tasks: 4,
            attempts: 3,
            sub_tasks: 12,
            retry_base_ms: 1_000,
        }
    }
}

/// An agent that a template brings along. It is hired when the template is first run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateAgent {
    /// Name, by which steps speak of it.
    pub name: String,
    /// Its profession.
    pub role: String,
    /// How it should work.
    pub instructions: String,
    /// Model that it thinks with; `default` is whatever is set for specialists.
    #[serde(default = "default_model")]
    pub model: String,
    /// Tools that it may call.
    #[serde(default)]
    pub tools: Vec<String>,
}

fn default_model() -> String {
    crate::DEFAULT_MODEL.to_owned()
}

/// What stands in a template's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Version of the form, see [`TEMPLATE_SCHEMA`].
    pub schema: u32,
    /// Identity, wherever it is shared.
    pub uid: TemplateUid,
    /// Short name: lower-case letters, digits and `-`.
    pub name: String,
    /// What people read.
    pub title: String,
    /// What it is good for.
    #[serde(default)]
    pub description: String,
    /// What it must be given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Field>,
    /// Agents that it brings along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<TemplateAgent>,
    /// The nodes.
    pub steps: Vec<Step>,
    /// What the workflow gives, by name. None: the answer of the last step that nothing else needs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub output: BTreeMap<String, Expression>,
    /// Bounds of its runs.
    #[serde(default)]
    pub limits: Limits,
    /// What a run may spend at most.
    #[serde(default, skip_serializing_if = "Budget::is_unlimited")]
    pub budget: Budget,
}

/// One version of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Version, from 1; given by the store.
    pub version: u32,
    /// What stands in it.
    pub document: Document,
}

impl Template {
    /// Names it in a run.
    #[must_use]
    pub fn reference(&self) -> TemplateRef {
        TemplateRef {
            uid: self.document.uid,
            name: self.document.name.clone(),
            version: self.version,
        }
    }
}

impl Document {
    /// Every step, those of blocks included, outer before inner.
    #[must_use]
    pub fn all_steps(&self) -> Vec<&Step> {
        step::all(&self.steps)
    }
}

/// Every step of `steps`, those of blocks included, outer before inner.
#[must_use]
pub fn all_steps(steps: &[Step]) -> Vec<&Step> {
    step::all(steps)
}
