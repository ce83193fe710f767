//! What a server says without being asked. It gets no model, no folders and no answer from the operator.

#![allow(
    deprecated,
    reason = "the newest protocol leaves log notices out; the servers of today send them"
)]

use crate::logs::{LogSource, Logs};
use rmcp::ClientHandler;
use rmcp::model::{
    ClientCapabilities, ClientConfig, Implementation, LoggingMessageNotificationParam, ProtocolVersion,
};
use rmcp::service::{NotificationContext, RoleClient};
use serde_json::Value;
use tokio::sync::watch;

/// Listens to one server.
#[derive(Debug)]
pub(crate) struct Ears {
    logs: Logs,
    changes: watch::Sender<u64>,
}

impl Ears {
    /// Puts what is said into `logs`, and counts in `changes` how often what it offers is said to have changed.
    pub(crate) fn new(logs: Logs, changes: watch::Sender<u64>) -> Self {
        Self { logs, changes }
    }

    fn changed(&self, what: &str) {
        let said = format!("The server says that its {what} have changed.");
        self.logs.write(LogSource::Connection, &said);
        self.changes.send_modify(|count| *count += 1);
    }
}

impl ClientHandler for Ears {
    fn get_info(&self) -> ClientConfig {
        let name = Implementation::new("Wheelhouse", env!("CARGO_PKG_VERSION"));
        ClientConfig::new(ClientCapabilities::default(), name)
            .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
    }

    async fn on_logging_message(
        &self,
        said: LoggingMessageNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        let words = match &said.data {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let level = format!("{:?}", said.level).to_lowercase();
        let from = said.logger.map(|name| format!(" {name}")).unwrap_or_default();
        self.logs
            .write(LogSource::Notice, &format!("{level}{from}: {words}"));
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.changed("tools");
    }

    async fn on_resource_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.changed("resources");
    }

    async fn on_prompt_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.changed("prompts");
    }
}
