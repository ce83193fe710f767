//! Trials: an agent works on a sample task, so that the operator sees how it does before anybody relies on it.
//!
//! A trial is a run of one step that stands in no list. What is tried is the form of the agent that the run begins with,
//! be it that it was never saved, so that a trial goes on after a restart as it began.
//!
//! Deliberately absent: how the work is done (the performer does that, as for any task).

use crate::{
    AgentKind, AgentText, AgentUid, Budget, Document, Limits, Step, StepKind, TEMPLATE_SCHEMA, Template,
    TemplateUid,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The uid of what every trial is a run of. A fixed one: it is nowhere listed and can't be changed.
pub const TRIAL: TemplateUid = TemplateUid(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0101));

/// What is tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Whose form it is.
    pub agent: AgentUid,
    /// How it works in this run, whatever it is by now.
    #[serde(flatten)]
    pub form: AgentText,
}

/// What a trial on `task` of an agent of this kind is a run of: one step. `title` is what people read.
#[must_use]
pub fn trial_template(kind: AgentKind, title: &str, task: &str) -> Template {
    let step = Step::new(
        "try",
        title,
        task,
        StepKind::Agent {
            agent: kind.into(),
            prompt: None,
            model: None,
            tools: None,
            answer: None,
        },
        &[],
    );
    Template {
        version: 1,
        document: Document {
            schema: TEMPLATE_SCHEMA,
            uid: TRIAL,
            name: "trial".to_owned(),
            title: "Trial".to_owned(),
            description: "An agent works on a sample task.".to_owned(),
            inputs: Vec::new(),
            agents: Vec::new(),
            steps: vec![step],
            output: BTreeMap::new(),
            limits: Limits::default(),
            budget: Budget::default(),
        },
    }
}
