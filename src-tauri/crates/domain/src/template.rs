//! A versioned graph of steps.

use crate::{AgentKind, StepId, TemplateUid};
use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StepKind {
    /// An agent answers.
    Agent {
        /// Which one.
        agent: AgentKind,
    },
    /// An agent answers with a [`crate::Plan`].
    Plan {
        /// Which one.
        agent: AgentKind,
    },
    /// An agent answers with a [`crate::Staffing`] of a plan.
    Staff {
        /// Which one.
        agent: AgentKind,
        /// The step that gave the plan.
        plan: StepId,
    },
    /// Becomes one task for each sub-task of a plan, done by whom a staffing names.
    Expand {
        /// The step that gave the plan.
        plan: StepId,
        /// The step that gave the staffing.
        staff: StepId,
    },
    /// Gathers the outputs of what it needs into one. No model takes part.
    Aggregate,
}

/// One node of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Step {
    /// Name, unique in its template.
    pub id: StepId,
    /// What people read in the list.
    pub title: String,
    /// What is to be done.
    pub description: String,
    /// What it does.
    #[serde(flatten)]
    pub kind: StepKind,
    /// Steps that must be complete before.
    pub needs: Vec<StepId>,
}

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

/// A graph of steps. The step that nothing needs gives the workflow's report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Template {
    /// Identity and version.
    pub reference: TemplateRef,
    /// The nodes.
    pub steps: Vec<Step>,
}

/// The built-in template `crew`: analyse, research, staff, work in parallel, aggregate, report.
#[must_use]
pub fn crew_template() -> Template {
    let step = |id: &str, title: &str, description: &str, kind: StepKind, needs: &[&str]| Step {
        id: id.into(),
        title: title.to_owned(),
        description: description.to_owned(),
        kind,
        needs: needs.iter().map(|&need| need.into()).collect(),
    };
    Template {
        // A fixed id: every installation ships the same template.
        reference: TemplateRef {
            uid: TemplateUid(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001)),
            name: "crew".to_owned(),
            version: 1,
        },
        steps: vec![
            step(
                "analyse",
                "Analyse and delegate",
                "Understand the task and divide it into parts for specialists.",
                StepKind::Plan {
                    agent: AgentKind::Driver,
                },
                &[],
            ),
            step(
                "research",
                "Research the knowledge",
                "Find out what the knowledge says about the task, with sources.",
                StepKind::Agent {
                    agent: AgentKind::Creator,
                },
                &["analyse"],
            ),
            step(
                "staff",
                "Staff the plan",
                "Give each part to an agent that fits, and design the specialists that are missing.",
                StepKind::Staff {
                    agent: AgentKind::Generator,
                    plan: "analyse".into(),
                },
                &["analyse", "research"],
            ),
            step(
                "work",
                "Specialists at work",
                "Each specialist does its part.",
                StepKind::Expand {
                    plan: "analyse".into(),
                    staff: "staff".into(),
                },
                &["research", "staff"],
            ),
            step(
                "aggregate",
                "Aggregate the results",
                "Gather what everybody found into one place.",
                StepKind::Aggregate,
                &["research", "work"],
            ),
            step(
                "report",
                "Report back",
                "Tell the operator what was done and found, with sources.",
                StepKind::Agent {
                    agent: AgentKind::Driver,
                },
                &["analyse", "aggregate"],
            ),
        ],
    }
}
