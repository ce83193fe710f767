//! Help: an agent hands a piece of its work to another agent and goes on with what that one answers.
//!
//! The piece is a run of one step beneath the call that asked for it. It says by whom it was asked and what bounds it, so that
//! it goes on after a restart as it began.
//!
//! Deliberately absent: who may be asked and what of an agent's reach is left (`wheelhouse_engine::help`).

use crate::{
    AgentKind, AgentUid, Budget, CallKey, Document, Limits, Outside, Step, StepKind, TEMPLATE_SCHEMA,
    Template, TemplateUid,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The uid of what every piece of work is a run of that one agent does for another. A fixed one: it is nowhere listed and
/// can't be changed.
pub const HELP: TemplateUid = TemplateUid(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0102));

/// By whom a run was asked for, and what bounds it beside what holds for whoever does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// The call in the run above it that it answers.
    pub call: CallKey,
    /// What whoever asked was called then.
    pub asker: String,
    /// Who waits for it: the agent that asked last, after those that had asked it. What none of them may reach is not reached.
    pub askers: Vec<AgentUid>,
    /// Tools that whoever asked may call. No others are called.
    pub tools: Vec<String>,
    /// Whether only models on this machine may do it.
    #[serde(default)]
    pub here: bool,
    /// Whether its answer is told to a model on another machine, so that what stays here is left out.
    #[serde(default)]
    pub told_elsewhere: bool,
    /// What whoever asked had seen that the operator did not write.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Outside>,
}

/// What a piece of work for another agent is a run of: one step, done by an agent of this kind. `title` is what people read.
#[must_use]
pub fn help_template(kind: AgentKind, title: &str, task: &str) -> Template {
    let step = Step::new(
        "help",
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
            uid: HELP,
            name: "help".to_owned(),
            title: "Help".to_owned(),
            description: "An agent does a piece of work for another one.".to_owned(),
            inputs: Vec::new(),
            agents: Vec::new(),
            steps: vec![step],
            output: BTreeMap::new(),
            limits: Limits::default(),
            budget: Budget::default(),
        },
    }
}
