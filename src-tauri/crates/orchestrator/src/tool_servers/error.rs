//! Why a tool server was not asked, or something about it not done.

use thiserror::Error;
use wheelhouse_domain::ToolServerId;
use wheelhouse_mcp::McpError;

/// Why a tool server was not asked, or something about it not done.
#[derive(Debug, Error)]
pub enum ToolServerError {
    /// There is no such tool server.
    #[error("There is no tool server {0}.")]
    NotFound(ToolServerId),
    /// It does not do what it should.
    #[error(transparent)]
    Mcp(#[from] McpError),
    /// A variable or header has no value.
    #[error("“{0}” has no value yet. Set it, then test again.")]
    NoValue(String),
    /// There is no such variable or header.
    #[error("The server is given nothing called “{0}”.")]
    NotGiven(String),
    /// It failed a moment ago and is left alone for a while.
    #[error("It failed and is tried again in {seconds} s. {problem}")]
    Resting {
        /// Until then, in seconds.
        seconds: u64,
        /// What it was.
        problem: String,
    },
    /// It offers no such tool.
    #[error("The server offers no tool called “{0}” now.")]
    NoTool(String),
    /// The definition is another one than was looked at.
    #[error(
        "The definition of “{0}” has changed since you looked at it. Look at it again before you allow it."
    )]
    Changed(String),
}
