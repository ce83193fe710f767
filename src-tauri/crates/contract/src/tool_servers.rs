//! Servers that give tools, by the Model Context Protocol: what they offer, and which of their tools are allowed.
//!
//! What a server says is a stranger's text: names, descriptions and log lines are to be shown as they are and never as a form of markup.

use crate::{RequestKey, SecretText};
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{ExactCall, Millis, ToolServerId, ToolServerPlace, ToolServerUid};

/// Asks for every tool server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListToolServers {}

/// Adds a tool server, or changes one. What is running of it is ended. One that is somewhere else from now on has no allowed tools any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SaveToolServer {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one to change; none to add one.
    pub id: Option<ToolServerId>,
    /// What its tools are called by: 1 to 24 lower-case letters, digits or `-`, unlike any other tool server's.
    pub name: String,
    /// Where it is.
    pub place: ToolServerPlace,
    /// Names of what it is given in secret: variables of a program, headers for an address, at most 20. Values are set apart.
    pub given: Vec<String>,
}

/// Removes a tool server with its values and all that was allowed of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemoveToolServer {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: ToolServerId,
}

/// Keeps the value of what a tool server is given where keys are kept, or forgets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetToolServerValue {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which server.
    pub id: ToolServerId,
    /// The variable or header.
    pub name: String,
    /// Its value; empty to forget it.
    pub value: SecretText,
}

/// Looks at what a tool server offers. Starts it where needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InspectToolServer {
    /// Which one.
    pub id: ToolServerId,
    /// Whether it is ended and started first, as a test does.
    pub anew: bool,
}

/// Asks for the last that a tool server wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetToolServerLog {
    /// Which one.
    pub id: ToolServerId,
}

/// Allows a tool of a server as it is described now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AllowTool {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which server.
    pub id: ToolServerId,
    /// The server's name for the tool.
    pub tool: String,
    /// Hash of the definition that was looked at. It is refused where the definition is another one by now.
    pub hash: String,
    /// Whether the operator says that it only reads.
    pub read_only: bool,
}

/// Takes the permission for a tool back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ForbidTool {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which server.
    pub id: ToolServerId,
    /// The server's name for the tool.
    pub tool: String,
}

/// A tool server. What is secret is never part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ToolServerView {
    /// Number in this store.
    pub id: ToolServerId,
    /// Identity.
    pub uid: ToolServerUid,
    /// What its tools are called by.
    pub name: String,
    /// Where it is.
    pub place: ToolServerPlace,
    /// What it is given in secret.
    pub given: Vec<GivenValue>,
    /// Since when it is connected; none where it is not.
    pub connected_since: Option<Millis>,
    /// What went wrong last and what to do, unless all has been well since.
    pub problem: Option<String>,
    /// When it went wrong.
    pub problem_at: Option<Millis>,
    /// How many of its tools are allowed.
    pub allowed: u32,
    /// Its tools that agents may be given, as they were described when they were allowed.
    pub allowed_tools: Vec<AllowedTool>,
    /// Since when it is there.
    pub created_at: Millis,
}

/// A tool of a server that agents may be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AllowedTool {
    /// What agents and models call it.
    pub name: String,
    /// The server's name for it.
    pub tool: String,
    /// What it is called for people.
    pub title: Option<String>,
    /// What it is said to do.
    pub description: Option<String>,
    /// Whether the operator said that it only reads.
    pub read_only: bool,
    /// Whether the operator is asked before it is used, unless it was allowed to an agent.
    pub asks: bool,
    /// Stands for all its calls in what is said about an agent's tools, as long as it is described so.
    pub as_described: ExactCall,
}

/// Something that a tool server is given in secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GivenValue {
    /// The variable or header.
    pub name: String,
    /// Whether its value is kept.
    pub is_set: bool,
}

/// What a tool server offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ToolServerContents {
    /// The server.
    pub server: ToolServerView,
    /// What it calls itself.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of the protocol that was agreed on.
    pub protocol: String,
    /// What it says about its use.
    pub instructions: Option<String>,
    /// How long it took, in milliseconds, its start included where it was started for it.
    pub latency_ms: u32,
    /// When it was looked at.
    pub at: Millis,
    /// Its tools, in its order.
    pub tools: Vec<ServedTool>,
    /// Names of tools that were allowed and are not there now.
    pub missing: Vec<String>,
    /// What can be read from it.
    pub resources: Vec<ServedResource>,
    /// The prompts that it has ready.
    pub prompts: Vec<ServedPrompt>,
}

/// Whether agents may be given a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ToolState {
    /// It was never allowed.
    New,
    /// It is allowed as it is described.
    Allowed,
    /// It was allowed, and is described otherwise now, so that it is not allowed any more.
    Changed,
}

/// A tool of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ServedTool {
    /// The server's name for it.
    pub name: String,
    /// What it is called for people.
    pub title: Option<String>,
    /// What it is said to do.
    pub description: Option<String>,
    /// Whether agents may be given it.
    pub state: ToolState,
    /// Hash of its definition.
    pub hash: String,
    /// Its whole definition, for a person to read.
    pub definition: String,
    /// The definition that was allowed, where it is another one now.
    pub allowed_definition: Option<String>,
    /// Whether the operator said that it only reads, when allowing it.
    pub read_only: bool,
    /// Whether the server says that it only reads. Nobody should believe it.
    pub says_read_only: bool,
    /// Characters of the definition that a reader does not see and a model does.
    pub hidden_characters: u32,
}

/// Something that can be read from a tool server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ServedResource {
    /// Its address, or a pattern of addresses.
    pub uri: String,
    /// Its name.
    pub name: String,
    /// What it is said to be.
    pub description: Option<String>,
    /// What kind of content it is.
    pub kind: Option<String>,
    /// Whether the address is a pattern with gaps.
    pub is_pattern: bool,
}

/// A prompt that a tool server has ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ServedPrompt {
    /// Its name.
    pub name: String,
    /// What it is said to be for.
    pub description: Option<String>,
    /// What it must be given, and what it may be given with a `?` behind.
    pub inputs: Vec<String>,
}

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ToolServerLogSource {
    /// The program, to its error output.
    Program,
    /// The server, as a notice of the protocol.
    Notice,
    /// Wheelhouse, about the connection.
    Connection,
}

/// A line that a tool server wrote, without what it is given in secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ToolServerLogLine {
    /// Counts the lines of a server.
    pub number: u32,
    /// When.
    pub at: Millis,
    /// Who wrote it.
    pub source: ToolServerLogSource,
    /// What was written, cut where it was too long.
    pub text: String,
}
