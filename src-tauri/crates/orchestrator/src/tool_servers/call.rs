//! A call of a tool of a tool server, once it may be made.

use super::given::GivenTool;
use super::{ToolServerError, place};
use crate::error::Error;
use crate::service::Inner;
use serde_json::{Map, Value};
use std::time::Duration;
use thiserror::Error as ThisError;
use tokio_util::sync::CancellationToken;
use wheelhouse_mcp::{Called, McpError};

/// How long an answer is waited for.
pub(super) const CALL: Duration = Duration::from_secs(120);

/// Why a call gave nothing.
#[derive(Debug, ThisError)]
pub(crate) enum NotCalled {
    /// It was not sent: the server could not be used.
    #[error("{0}")]
    NotSent(Box<Error>),
    /// It was not sent: the tool is not the one that was allowed any more.
    #[error(
        "The tool “{tool}” of “{server}” is not what the operator allowed any more, so nothing was sent. The operator can \
         look at the change in Settings, under Tool servers. Go on without it."
    )]
    Changed {
        /// The server.
        server: String,
        /// Its name for the tool.
        tool: String,
    },
    /// The server, or whoever waits, called it off.
    #[error("{0}")]
    Refused(McpError),
    /// It was sent, and no answer came. What it did is not known.
    #[error("{0}")]
    Lost(McpError),
}

impl From<ToolServerError> for NotCalled {
    fn from(error: ToolServerError) -> Self {
        Self::NotSent(Box::new(error.into()))
    }
}

impl GivenTool {
    /// That its server does not offer it any more as it was allowed.
    pub(crate) fn changed(&self) -> NotCalled {
        NotCalled::Changed {
            server: self.server.form.name.clone(),
            tool: self.allowed.tool.clone(),
        }
    }
}

impl Inner {
    /// Calls a tool if its server describes it as it was allowed. When `cancel` is called, the server is told that nobody
    /// waits any more.
    pub(crate) async fn call_served(
        &self,
        tool: &GivenTool,
        arguments: Map<String, Value>,
        cancel: &CancellationToken,
    ) -> Result<Called, NotCalled> {
        let at = place(self, &tool.server)
            .await
            .map_err(|error| NotCalled::NotSent(Box::new(error)))?;
        let now = self.options.world.now();
        let held = &self.tool_servers;
        let client = held.client(tool.server.uid, &at, now).await?;
        let listed = held.tools(tool.server.uid, &client, now).await?;
        let is_it = listed
            .iter()
            .any(|one| one.name == tool.allowed.tool && one.hash() == tool.allowed.hash);
        if !is_it {
            return Err(tool.changed());
        }
        let called = client.call(&tool.allowed.tool, arguments, CALL, cancel).await;
        called.map_err(|error| match error {
            McpError::Refused { .. } | McpError::Cancelled => NotCalled::Refused(error),
            lost => NotCalled::Lost(lost),
        })
    }
}
