//! Who works.

use crate::{AgentId, AgentUid, PartBudget, StaysHere};
use serde::{Deserialize, Serialize};
use specta::Type;

/// Name of the tool that searches the knowledge. Its risk is `read`.
pub const KNOWLEDGE_SEARCH: &str = "knowledge_search";

/// Name of the tool that works out sums. Its risk is `read`.
pub const CALCULATOR: &str = "calculator";

/// Name of the tool that knows the time and works with dates. Its risk is `read`.
pub const DATE: &str = "date";

/// Name of the tool that reads a text file in a granted folder. Its risk is `read`.
pub const READ_FILE: &str = "read_file";

/// Name of the tool that lists a granted folder. Its risk is `read`.
pub const LIST_FOLDER: &str = "list_folder";

/// Name of the tool that searches the files beneath a granted folder. Its risk is `read`.
pub const SEARCH_FILES: &str = "search_files";

/// Name of the tool that creates or changes a text file in a granted folder. Its risk is `write`.
pub const WRITE_FILE: &str = "write_file";

/// Name of the tool that fetches a web page. Its risk is `network`.
pub const FETCH_PAGE: &str = "fetch_page";

/// Name of the tool that runs a program in a granted folder. Its risk is `execute`.
pub const RUN_COMMAND: &str = "run_command";

/// Name of the tool that asks the operator something and waits for the answer. Its risk is `read`.
pub const ASK_OPERATOR: &str = "ask_operator";

/// Name of the tool that hands a piece of work to another agent and waits for its answer. Its risk is `read`.
pub const ASK_AGENT: &str = "ask_agent";

/// The tools by which agents turn to others, in the order in which they are offered. No more is reached by them than without;
/// a step of a template that no agent does can't have them.
pub const CREW_TOOLS: [&str; 2] = [ASK_OPERATOR, ASK_AGENT];

/// The tools that touch nothing that has to be granted. Agents and steps may be given them, in the order in which they are
/// offered.
pub const BUILT_IN_TOOLS: [&str; 3] = [KNOWLEDGE_SEARCH, CALCULATOR, DATE];

/// The tools that do something only within what the operator granted an agent, in the order in which they are offered. A step
/// of a template that no agent does can't have them, and no agent gets them unless the operator gives them.
pub const GRANTED_TOOLS: [&str; 6] = [
    READ_FILE,
    LIST_FOLDER,
    SEARCH_FILES,
    WRITE_FILE,
    FETCH_PAGE,
    RUN_COMMAND,
];

/// Name of the model that is used when nothing else is configured.
#[must_use]
pub fn rehearsal_model() -> String {
    "rehearsal".to_owned()
}

/// What an agent is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AgentKind {
    /// CEO: analyses, delegates, reports.
    Driver,
    /// Researcher: answers from the knowledge.
    Creator,
    /// HR manager: staffs the plan and designs who is missing.
    Generator,
    /// Designed by the generator or the operator for one kind of work.
    Specialist,
}

impl AgentKind {
    /// Every kind, the permanent crew first.
    pub const ALL: [Self; 4] = [Self::Driver, Self::Creator, Self::Generator, Self::Specialist];

    /// The word that code, database and interface use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Driver => "driver",
            Self::Creator => "creator",
            Self::Generator => "generator",
            Self::Specialist => "specialist",
        }
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What an agent does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AgentStatus {
    /// Nothing to do.
    Idle,
    /// Has a running task.
    Working,
    /// Its task waits for the operator.
    Waiting,
    /// Its latest task failed.
    Error,
    /// Not to be used.
    Disabled,
}

/// An agent as it takes part in a run: what a prompt is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentProfile {
    /// Identity everywhere.
    pub uid: AgentUid,
    /// Number in this store.
    pub id: AgentId,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub kind: AgentKind,
    /// Its profession, for example "API designer".
    pub role: String,
    /// How it should work; the core of its prompts.
    pub instructions: String,
    /// Model that it thinks with.
    pub model: String,
    /// Models of its own that are asked in order where that one can't answer.
    #[serde(default)]
    pub fallbacks: Vec<String>,
    /// Tools that it may call.
    pub tools: Vec<String>,
    /// Which version of its instructions this is, from 1.
    pub version: u32,
    /// Sources that stay here whose text may be in its name, profession and instructions.
    #[serde(default)]
    pub stays_here: Vec<StaysHere>,
}

/// What of an agent can be written down, copied and given away: who it is and how it works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentText {
    /// What people call it.
    pub name: String,
    /// Its profession.
    pub role: String,
    /// How it should work.
    pub instructions: String,
    /// Model that it names: `default`, `rehearsal`, or `<provider>/<model>`.
    pub model: String,
    /// Tools that it may call.
    pub tools: Vec<String>,
    /// Models that are asked in order where that one can't answer. None leaves it to what is set for its kind, where it
    /// uses the default model.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallbacks: Vec<String>,
}

/// How an agent came to be that no run and no template brought along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum AgentOrigin {
    /// The operator wrote it.
    Operator,
    /// The operator copied another one.
    Copy {
        /// Whom.
        of: AgentUid,
        /// What that was called then.
        name: String,
    },
    /// It is one of the starter set that comes with the program.
    Starter {
        /// Which one.
        key: String,
    },
    /// It was taken in from a file.
    File {
        /// Its identity where the file was written.
        of: AgentUid,
    },
}

/// A specialist that the generator designed for a role that nobody fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AgentDesign {
    /// What people call it.
    pub name: String,
    /// Its profession.
    pub role: String,
    /// How it should work.
    pub instructions: String,
    /// Why no agent at hand fits.
    pub why: String,
    /// Tools that it may call. Nothing above `read` without the operator.
    pub tools: Vec<String>,
    /// Model that it wants, `rehearsal` or `<provider>/<model>`; none is the default one for specialists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What it may spend on each part that it is hired for; none is as much as its workflow has left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<PartBudget>,
}
