//! What a run needs from the machine that it works on, and what another machine lacks of it. Told before a run is moved.

use crate::{AgentKind, AgentUid, ProviderKind, SourceKind, SourceUid, TemplateUid, WorkflowUid};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A model that tasks of a run will be done with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NeededModel {
    /// As agents name it: `rehearsal` or `<provider>/<model>`.
    pub name: String,
    /// The form that its provider speaks; none for what is built in, and where the provider is gone.
    pub provider: Option<ProviderKind>,
    /// Whether its provider has a key where the run is now.
    pub has_key: bool,
    /// The kind of agents that it is set for in Settings, where it is used because of that. Elsewhere the settings there
    /// say which model that is.
    pub default_of: Option<AgentKind>,
    /// Names of the agents that use it.
    pub used_by: Vec<String>,
}

/// An agent that will work on a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NeededAgent {
    /// Identity; that of the permanent crew differs between machines.
    pub uid: AgentUid,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: AgentKind,
    /// Whether it goes along with the run. The permanent crew is everywhere.
    pub travels: bool,
}

/// A template of a sub-workflow that has not begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NeededTemplate {
    /// Which one.
    pub uid: TemplateUid,
    /// Which version; none for the newest when its step begins.
    pub version: Option<u32>,
    /// What people call it; its uid where it is gone.
    pub title: String,
    /// Titles of the steps that run it.
    pub used_by: Vec<String>,
}

/// A source of the knowledge that a run has read, or may search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NeededSource {
    /// Identity where the run is now. Only that of what ships with the application is the same elsewhere.
    pub uid: SourceUid,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Documents in it now.
    pub documents: u32,
    /// Whether agents of the run were shown passages of it. Those go along with the run.
    pub read: bool,
    /// Whether results of the run refer to it.
    pub cited: bool,
    /// Whether its text stays on this machine.
    pub stays_here: bool,
}

/// What a run needs from the machine that it works on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MoveNeeds {
    /// The run.
    pub workflow: WorkflowUid,
    /// Models of what is still to be done.
    pub models: Vec<NeededModel>,
    /// Tools of what is still to be done.
    pub tools: Vec<String>,
    /// Who does it, as far as that is known.
    pub agents: Vec<NeededAgent>,
    /// Templates of sub-workflows that have not begun.
    pub templates: Vec<NeededTemplate>,
    /// Knowledge that it has read or may search.
    pub sources: Vec<NeededSource>,
}

/// Kind of a [`Lack`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LackKind {
    /// A provider is not set up.
    Provider,
    /// The provider of that name speaks another form.
    OtherProvider,
    /// A provider has no key, and has one where the run is now.
    Key,
    /// A model that needs no provider is not there.
    Model,
    /// Agents that name no model of their own use another one.
    DefaultModel,
    /// A tool is not there.
    Tool,
    /// An agent may not work there.
    Agent,
    /// A template, or that version of it, is not there.
    Template,
    /// A source of the knowledge is not there.
    Source,
    /// A source of that name has no documents.
    Documents,
}

/// Something that a run needs and a machine does not have. It does not keep the run from coming.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Lack {
    /// Kind.
    pub kind: LackKind,
    /// Name of what is lacking.
    pub name: String,
    /// What is lacking, as a sentence.
    pub text: String,
    /// What follows from it, as a sentence.
    pub follows: String,
}
