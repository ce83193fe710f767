//! What a call of a guarded tool would do and did, exactly, and by whose leave.
//!
//! Deliberately absent: what may be done (`wheelhouse_tools::judge`, the one place that says so).

use crate::{CommandLimits, ContentHash, ExactCall, Json, ToolServerPlace, ToolServerUid};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::fmt;

/// SHA-256 over a tool, its arguments and what it would do, as 64 hexadecimal digits. Whoever works the preview out makes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

impl Fingerprint {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// How one write is undone. Whoever made it keeps this; what stood there before is kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Checkpoint {
    /// The file, as agents write its path.
    pub path: String,
    /// SHA-256 of what stood there; none if there was no such file.
    pub before: Option<String>,
    /// SHA-256 of what was written.
    pub after: String,
    /// The file's permissions before, as Unix counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<u32>,
    /// Folders that were made for it, the outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new_folders: Vec<String>,
}

/// A program, as it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProgramSeen {
    /// What the call names.
    pub name: String,
    /// Where it is; for one in the folder, as agents write it.
    pub path: String,
    /// SHA-256 of a program in the folder, which someone may have written a moment ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// How a file would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FileChange {
    /// It is not there yet.
    Create,
    /// It is there and gets another text.
    Replace,
    /// It has that text already.
    Nothing,
}

/// What would happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum ToolEffect {
    /// A file is read.
    Read {
        /// Path as agents write it, the granted folder's name first.
        path: String,
    },
    /// A folder is listed.
    List {
        /// Path; empty for the list of what is granted.
        path: String,
    },
    /// The files beneath a folder are searched.
    Search {
        /// Path of the folder.
        path: String,
        /// What is looked for.
        pattern: String,
    },
    /// A file is written.
    Write {
        /// Path.
        path: String,
        /// How it changes.
        change: FileChange,
        /// The change as a unified diff.
        diff: String,
        /// Lines that come.
        added: u32,
        /// Lines that go.
        removed: u32,
        /// Letters that come and can't be seen, or turn the direction of writing: the diff may look other than it is.
        invisible: u32,
        /// SHA-256 of what is there, if anything is.
        before: Option<String>,
        /// SHA-256 of what will be there.
        after: String,
        /// Folders that have to be made for it.
        new_folders: Vec<String>,
    },
    /// A page is fetched.
    Fetch {
        /// The address, as it is asked for.
        url: String,
        /// The machine.
        host: String,
        /// The port.
        port: u16,
    },
    /// A program is run.
    Run {
        /// Which program, exactly.
        program: ProgramSeen,
        /// What it is given, one by one. No shell reads this.
        arguments: Vec<String>,
        /// The folder that it is started in, as agents write it.
        folder: String,
        /// The whole as one would type it.
        shown: String,
        /// Whether it may open connections.
        network: bool,
        /// Whether the system can keep it to its folders, and from the network if that is not granted. If not, the program
        /// can read what its user can, and only the operator's approval stands in front of it.
        confined: bool,
        /// What it may use.
        limits: CommandLimits,
    },
    /// A tool of a tool server is called.
    Served {
        /// The server's name.
        server: String,
        /// Its identity.
        uid: ToolServerUid,
        /// Where it is.
        place: ToolServerPlace,
        /// Whether that is another machine.
        elsewhere: bool,
        /// The server's own name for the tool.
        tool: String,
        /// What it is given, exactly.
        arguments: Json,
        /// Letters of the arguments that can't be seen, or turn the direction of writing.
        invisible: u32,
        /// Hash of the definition that the operator allowed.
        definition: String,
        /// Whether the operator said that the tool only reads.
        read_only: bool,
    },
    /// Something is worked out, and nothing outside is touched.
    Compute,
}

impl ToolEffect {
    /// Stands for all calls of a tool of a tool server, as it was described when the operator allowed it: another server or
    /// another definition gives another one. None for tools that come with the program.
    #[must_use]
    pub fn as_described(&self) -> Option<ExactCall> {
        let Self::Served {
            server,
            uid,
            tool,
            definition,
            ..
        } = self
        else {
            return None;
        };
        Some(ExactCall::of_served(server, *uid, tool, definition))
    }
}

impl ExactCall {
    /// All calls of the tool `tool` of a server as it is described.
    #[must_use]
    pub fn of_served(server: &str, uid: ToolServerUid, tool: &str, definition: &str) -> Self {
        let hash = ContentHash::of(&format!("tool of a server\n{uid}\n{tool}\n{definition}"));
        Self {
            hash: hash.as_str().to_owned(),
            shown: format!("{tool} of {server}, as it is described"),
        }
    }
}

/// Where text came from that the operator did not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// Documents of the knowledge.
    Documents,
    /// Files in granted folders: what is in them, and how they are called.
    Files,
    /// The web.
    Web,
    /// What programs wrote.
    Programs,
    /// What any other tool gave or says about itself.
    Tools,
    /// Files beside a message.
    Attachments,
    /// What was said before in a conversation.
    Conversation,
    /// An agent that a model designed, as long as the operator has not changed it.
    Design,
    /// Another run: the one that this one was started in or forked from, or one that it started.
    Run,
}

impl Outside {
    /// Where what a tool gives comes from. None where everything in it was said in the call. What is not known is from
    /// outside.
    #[must_use]
    pub fn of_tool(tool: &str) -> Option<Self> {
        match tool {
            // What the operator answers is the operator's.
            crate::CALCULATOR | crate::DATE | crate::WRITE_FILE | crate::ASK_OPERATOR => None,
            crate::KNOWLEDGE_SEARCH => Some(Self::Documents),
            crate::READ_FILE | crate::LIST_FOLDER | crate::SEARCH_FILES => Some(Self::Files),
            crate::FETCH_PAGE => Some(Self::Web),
            crate::RUN_COMMAND => Some(Self::Programs),
            crate::ASK_AGENT => Some(Self::Run),
            _ => Some(Self::Tools),
        }
    }
}

/// Why the operator is asked before a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WhyAsked {
    /// Nobody said that it may be done unasked.
    NotAllowed,
    /// Something from outside may have chosen this value.
    Untrusted {
        /// The argument.
        argument: String,
        /// Its value, in short.
        value: String,
        /// What was read that may have chosen it.
        from: Vec<Outside>,
    },
    /// The run holds text that stays on this machine, and it might be carried on from where it is written.
    StaysHere,
}

/// One call that the operator is asked about. The answer holds for it alone, whatever it says beside that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ToolApproval {
    /// Turn of the agent's loop that the call stands in.
    pub turn: u32,
    /// Place among the calls of the turn.
    pub index: u32,
    /// The tool.
    pub tool: String,
    /// Fits this call and what it would do, and nothing else.
    pub fingerprint: Fingerprint,
    /// What would happen.
    pub effect: ToolEffect,
    /// The call by what it touches and does, for answers that hold for longer.
    pub exact: ExactCall,
    /// Whether an answer that holds for longer holds for that exact call only.
    pub exactly: bool,
    /// Why it is asked.
    pub why: Vec<WhyAsked>,
}

impl ToolApproval {
    /// What an answer that holds for longer holds for: that exact call, the tool as it is described, or, where there is
    /// neither, all calls of the tool.
    #[must_use]
    pub fn holds_for(&self) -> Option<ExactCall> {
        if self.exactly {
            Some(self.exact.clone())
        } else {
            self.effect.as_described()
        }
    }
}

/// Calls that the operator allowed for as long as a run lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedInRun {
    /// The question that was answered.
    pub question: crate::QuestionKey,
    /// Whose calls.
    pub agent: Option<crate::AgentUid>,
    /// Of which tool.
    pub tool: String,
    /// Only this call, or the tool as it is described, by its hash; none for all of them.
    pub only: Option<String>,
}

/// By whose leave a call was made that does more than read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Leave {
    /// The operator allowed this call. The answer is used up by it.
    Approval {
        /// The question that was answered.
        question: crate::QuestionKey,
        /// What was approved.
        fingerprint: Fingerprint,
    },
    /// The operator allowed such calls in this run.
    Run {
        /// The question that was answered.
        question: crate::QuestionKey,
    },
    /// The operator allows such calls of this agent.
    Agent,
}
