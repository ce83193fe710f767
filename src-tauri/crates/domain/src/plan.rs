//! The driver's delegation and the generator's staffing, as structured answers.

use crate::{AgentDesign, AgentUid};
use serde::{Deserialize, Serialize};
use specta::Type;

/// One part of the work, for one specialist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SubTask {
    /// Short name, unique in its plan: lower-case letters, digits and `-`.
    pub id: String,
    /// What people read in the list.
    pub title: String,
    /// What is to be done.
    pub description: String,
    /// Profession of who should do it, for example "API designer".
    pub role: String,
    /// Ids of the sub-tasks whose results it needs.
    #[serde(default)]
    pub needs: Vec<String>,
    /// How to tell that it is done.
    #[serde(default)]
    pub done_when: String,
}

/// The driver's plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Plan {
    /// What the driver understood and how the work is divided, in a few sentences.
    pub summary: String,
    /// What the creator should find out.
    pub research: String,
    /// The parts.
    pub sub_tasks: Vec<SubTask>,
}

/// Who does one sub-task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Assignment {
    /// Id of the sub-task.
    pub sub_task: String,
    /// Who does it.
    pub agent: AgentUid,
    /// Its name at that time.
    pub agent_name: String,
    /// Why this one.
    pub why: String,
    /// The design, where the agent is new. Several sub-tasks may share one new agent; then each names it.
    pub design: Option<AgentDesign>,
    /// Whether a new agent was hired for this workflow only: no other gives it a part.
    #[serde(default, skip_serializing_if = "is_false")]
    pub once: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Everybody's part: one assignment for each sub-task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Staffing {
    /// What was decided, in a few sentences.
    pub summary: String,
    /// One for each sub-task of the plan.
    pub assignments: Vec<Assignment>,
}

/// How a structured answer came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "origin", rename_all = "snake_case")]
pub enum Origin {
    /// The model's first answer.
    Answered,
    /// The model's second answer, after the first was sent back.
    Repaired {
        /// What was wrong with the first.
        problem: String,
    },
    /// A simple one made by rule, because both answers could not be used.
    Fallback {
        /// What was wrong.
        problem: String,
    },
}
