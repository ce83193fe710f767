//! Servers elsewhere that give tools, by the Model Context Protocol.

use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::Uuid;

/// What the names begin with that models call tools of tool servers by. No tool that comes with the program has such a name.
const SERVED: &str = "mcp_";

/// Whether a tool is of a tool server, by the name that models call it.
#[must_use]
pub fn is_served(tool: &str) -> bool {
    tool.starts_with(SERVED)
}

/// Where a tool server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToolServerPlace {
    /// A program that is started on the machine that does the work.
    Program {
        /// A name that is looked for where programs are, or a whole path.
        command: String,
        /// What it is given. No shell reads it.
        arguments: Vec<String>,
        /// Where it is started, a whole path; none for the home folder.
        folder: Option<String>,
    },
    /// An address.
    Address {
        /// `https`, or `http` on the machine that does the work.
        url: String,
    },
}

/// Something secret that a tool server is given under a name: a variable of a program, a header for an address. Its value is
/// kept with the keys, and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolServerSecret {
    /// The variable, or the header.
    pub name: String,
    /// What its value is kept under.
    pub uid: Uuid,
}

/// A tool server as the operator wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolServerForm {
    /// What its tools are called by, unlike any other server's.
    pub name: String,
    /// Where it is.
    pub place: ToolServerPlace,
    /// What it is given.
    #[serde(default)]
    pub secrets: Vec<ToolServerSecret>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BUILT_IN_TOOLS, GRANTED_TOOLS};

    #[test]
    fn no_tool_of_our_own_is_taken_for_one_of_a_server() {
        assert!(!BUILT_IN_TOOLS.into_iter().chain(GRANTED_TOOLS).any(is_served));
        assert!(is_served("mcp_files_read"));
    }
}
