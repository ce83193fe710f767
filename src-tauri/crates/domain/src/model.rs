//! What is said to a model or a tool, and what comes back: the forms that the journal keeps.
//!
//! A request carries its [`Brief`] beside the prompt that was made from it, so that a rule-based model can
//! work from facts, and a person can see both.

use crate::{
    AgentKind, AgentUid, Checkpoint, Citation, HireTerms, Json, Passage, Plan, StaysHere, Talk, TaskKey,
    Usage, WorkRecord,
};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeSet;

/// What form the answer must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Expects {
    /// Text for people.
    Markdown,
    /// JSON of a [`Plan`], or of a [`ClarifyingQuestion`].
    Plan,
    /// JSON of a [`StaffingAnswer`].
    Staffing,
    /// A JSON value that fits the schema in [`Brief::answer`].
    Data,
}

/// Result of an earlier task that this one builds on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BriefInput {
    /// Which task.
    pub task: TaskKey,
    /// What it is called.
    pub title: String,
    /// Who did it.
    pub agent_name: String,
    /// That agent's profession.
    pub role: String,
    /// Its answer as Markdown.
    pub text: String,
    /// The sources that the answer refers to.
    pub citations: Vec<Citation>,
}

/// An agent that could take a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Candidate {
    /// Identity.
    pub uid: AgentUid,
    /// Name.
    pub name: String,
    /// Profession.
    pub role: String,
    /// How it works.
    pub instructions: String,
    /// What it did so far.
    #[serde(default, skip_serializing_if = "WorkRecord::is_empty")]
    pub record: WorkRecord,
}

/// A question that was asked in this task, and the operator's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Clarification {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
}

/// Everything that an agent is told about its task, as facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Brief {
    /// The operator's task in their own words.
    pub operator_task: String,
    /// Name of the agent.
    pub agent_name: String,
    /// Kind of the agent.
    pub agent_kind: AgentKind,
    /// Its profession.
    pub role: String,
    /// How it should work.
    pub instructions: String,
    /// Step of the template that this task executes (`analyse`, `research`, `staff`, `work`, `report`).
    pub step: String,
    /// What this task is called.
    pub title: String,
    /// What is to be done.
    pub description: String,
    /// How to tell that it is done.
    pub done_when: String,
    /// Results to build on, in the order of the run.
    pub inputs: Vec<BriefInput>,
    /// The plan, for who staffs it, works on it or reports on it.
    pub plan: Option<Plan>,
    /// Who is there already, for who staffs.
    pub candidates: Vec<Candidate>,
    /// What the operator answered so far.
    pub clarifications: Vec<Clarification>,
    /// Sub-tasks that a plan may have at most.
    pub max_sub_tasks: u32,
    /// What new agents may be given, for who staffs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<HireTerms>,
    /// JSON Schema of the answer, where a value is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Json>,
    /// Sources that the description quotes, beside those of the results to build on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Citation>,
    /// The conversation that is replied in, where it is one. Then `operator_task` is the newest message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk: Option<Talk>,
}

/// What a model thought before it answered. Never part of its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Thoughts {
    /// In words, as far as its provider shows them.
    pub text: String,
    /// The model, as agents name it.
    pub model: String,
    /// Address of its provider.
    pub place: String,
    /// What the provider wants back with the answer while the same exchange goes on. It goes back to the same model at the
    /// same address and nowhere else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<KeptThought>,
}

/// A part of a model's thoughts that its provider wants back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum KeptThought {
    /// Words as they are.
    Plain {
        /// The words.
        text: String,
    },
    /// Words with the provider's seal, which fits these words only.
    Sealed {
        /// The words; empty where the provider does not show them.
        text: String,
        /// The seal.
        seal: String,
    },
    /// A block that only the provider can read.
    Closed {
        /// The block.
        block: Json,
    },
    /// The seal of one call of a tool.
    OfCall {
        /// Which call.
        call_id: String,
        /// The seal.
        seal: String,
    },
}

/// One turn of the exchange with a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum ModelMessage {
    /// From the application, on the operator's behalf.
    User {
        /// The words.
        text: String,
    },
    /// From the model.
    Assistant {
        /// The words.
        text: String,
        /// The tools that it wants called.
        tool_calls: Vec<ToolCall>,
        /// What it thought, where its provider wants that back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thoughts: Option<Box<Thoughts>>,
    },
    /// What a tool gave.
    Tool {
        /// Which call this answers.
        call_id: String,
        /// The tool.
        tool: String,
        /// What came back.
        response: ToolResponse,
    },
}

/// A tool as it is offered to a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ToolSpec {
    /// Name.
    pub name: String,
    /// What it is good for.
    pub description: String,
    /// JSON Schema of its arguments.
    pub parameters: Json,
}

/// A model's wish to have a tool called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ToolCall {
    /// The model's name for this call; the answer carries it back.
    pub call_id: String,
    /// The tool.
    pub tool: String,
    /// Arguments after the tool's schema. Untrusted: checked before use.
    pub arguments: Json,
}

/// One request to a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelRequest {
    /// Which model.
    pub model: String,
    /// Who the model should be.
    pub system: String,
    /// The exchange so far.
    pub messages: Vec<ModelMessage>,
    /// What it may have called.
    pub tools: Vec<ToolSpec>,
    /// What form the answer must have.
    pub expects: Expects,
    /// The facts that the prompt was made from.
    pub brief: Brief,
}

/// A model's whole answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct ModelResponse {
    /// The words.
    pub text: String,
    /// The tools that it wants called first. Where there are any, the turn is not the last.
    pub tool_calls: Vec<ToolCall>,
    /// What it used.
    pub usage: Usage,
    /// What it thought before, where its provider tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thoughts: Option<Box<Thoughts>>,
}

/// One request to a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ToolRequest {
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Json,
}

/// What a tool gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "gave", rename_all = "snake_case")]
pub enum ToolResponse {
    /// Passages of the knowledge, best first. None is an honest answer.
    Passages {
        /// What was searched for.
        query: String,
        /// What matched.
        passages: Vec<Passage>,
        /// How many documents were searched.
        documents: u32,
        /// Passages that match and were left out: their text stays on this machine, and the answer goes to another one.
        #[serde(default, skip_serializing_if = "is_zero")]
        left_out: u32,
    },
    /// What any other tool found or did.
    Done {
        /// The tool.
        tool: String,
        /// In words.
        text: String,
        /// The same as data.
        data: Json,
        /// Whether someone else may have written what is in it. It is material then, never an instruction.
        untrusted: bool,
        /// How to undo it, where a file was written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkpoint: Option<Box<Checkpoint>>,
        /// What marks text in it as staying on this machine.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        stays: Vec<StaysHere>,
    },
    /// The tool could not do it; the model is told why.
    Refused {
        /// Why.
        reason: String,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl ToolResponse {
    /// The sources that stay here whose text it has, each once.
    #[must_use]
    pub fn stays_here(&self) -> Vec<StaysHere> {
        let passages = match self {
            Self::Passages { passages, .. } => passages,
            Self::Done { stays, .. } => return stays.clone(),
            Self::Refused { .. } => return Vec::new(),
        };
        let staying = passages.iter().filter(|passage| passage.stays_here);
        let sources: BTreeSet<StaysHere> = staying
            .map(|passage| StaysHere {
                source: passage.source,
                name: passage.source_name.clone(),
            })
            .collect();
        sources.into_iter().collect()
    }
}

/// What the generator answers: who does each part, by uid for who is there and by design for who is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StaffingAnswer {
    /// What was decided, in a few sentences.
    pub summary: String,
    /// One for each sub-task.
    pub assignments: Vec<StaffingChoice>,
}

/// Who does one sub-task: exactly one of `agent` and `design` is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StaffingChoice {
    /// Id of the sub-task.
    pub sub_task: String,
    /// An agent that is there already.
    #[serde(default)]
    pub agent: Option<AgentUid>,
    /// A new agent. Choices with the same role share one new agent.
    #[serde(default)]
    pub design: Option<crate::AgentDesign>,
    /// Why this one.
    #[serde(default)]
    pub why: String,
}

/// What the driver answers instead of a plan when only the operator can say what is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ClarifyingQuestion {
    /// The question in plain words.
    pub question: String,
}
