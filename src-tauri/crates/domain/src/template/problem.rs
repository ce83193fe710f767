//! What is wrong with a template, and how two versions of one differ: as data for who edits it.

use crate::{Json, StepId};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::fmt;

/// Kind of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The file is no JSON, too large or nested too deeply.
    Unreadable,
    /// The file is of a form that a newer program writes.
    NewerSchema,
    /// Nothing of this name belongs here.
    UnknownField,
    /// Something must be given here.
    Missing,
    /// The value is of another type than is taken here.
    WrongType,
    /// The value is of the right type, but it can't be used.
    BadValue,
    /// A name that does not have the form of a name.
    BadName,
    /// The same name twice.
    Duplicate,
    /// No step of this name is there to be needed or read.
    UnknownStep,
    /// The step is there, but it does not surely end before.
    NotBefore,
    /// Steps wait for each other.
    Cycle,
    /// It can never be done.
    Unreachable,
    /// An expression can't be understood.
    BadExpression,
    /// An expression reads what does not exist.
    UnknownName,
    /// Nobody of this name is in the crew.
    UnknownAgent,
    /// There is no such tool.
    UnknownTool,
    /// There is no such template.
    UnknownTemplate,
    /// A template that runs itself.
    Recursive,
    /// A JSON Schema that is none.
    BadSchema,
}

/// One thing that is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateProblem {
    /// The step; none for what belongs to the whole template.
    pub step: Option<StepId>,
    /// Where in the step, or in the document: for example `cases[1].when`. Empty for the whole of it.
    pub field: String,
    /// Kind.
    pub code: ProblemCode,
    /// What is wrong, in plain words.
    pub message: String,
    /// What to do about it.
    pub next_step: String,
}

impl fmt::Display for TemplateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(step) = &self.step {
            write!(f, "step {step}, ")?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        write!(f, "{} {}", self.message, self.next_step)
    }
}

/// What happened to a part of a template from one version to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
}

/// One difference between two versions of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateChange {
    /// What happened.
    pub kind: ChangeKind,
    /// The step; none for what belongs to the whole template.
    pub step: Option<StepId>,
    /// What of it, for example `prompt` or `inputs.task`. Empty for a whole step.
    pub field: String,
    /// How it was.
    pub before: Option<Json>,
    /// How it is.
    pub after: Option<Json>,
}
