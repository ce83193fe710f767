//! One server that is connected.

use crate::called::Called;
use crate::connect::{self, Connection, Service};
use crate::contents::{self, Contents};
use crate::definition::Definition;
use crate::error;
use crate::limits::Limits;
use crate::logs::{LogSource, Logs};
use crate::place::Place;
use crate::process::Running;
use crate::reading::Noticed;
use crate::{McpError, words};
use rmcp::model::CallToolRequestParams;
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

/// How long a program that hung up has to be gone, so that it can be said how.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// A connected server. Dropping it ends the connection, and the program with all that it started.
pub struct Client {
    service: Service,
    running: Mutex<Option<Running>>,
    noticed: Arc<Noticed>,
    changes: watch::Receiver<u64>,
    logs: Logs,
    /// Where the log stood when it was connected.
    first_line: u64,
    limits: Limits,
    told: Told,
}

/// What a server says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it says about its use.
    pub instructions: Option<String>,
    /// The version of the protocol that was agreed on.
    pub protocol: String,
}

impl Client {
    /// Reaches the server at `place`. What it writes goes into `logs`, without the secrets that it is given.
    ///
    /// # Errors
    /// [`McpError`] where it is not there, can't be started, or does not speak the protocol in time.
    pub async fn connect(place: &Place, limits: Limits, logs: &Logs) -> Result<Self, McpError> {
        logs.hide(place.secrets());
        let first_line = logs.written();
        let connection = connect::connect(place, &limits, logs).await;
        let Connection {
            service,
            running,
            noticed,
            changes,
        } = connection.inspect_err(|why| logs.write(LogSource::Connection, &why.to_string()))?;
        let told = told(&service);
        logs.write(
            LogSource::Connection,
            &format!("Connected. The protocol's version is {}.", told.protocol),
        );
        Ok(Self {
            service,
            running: Mutex::new(running),
            noticed,
            changes,
            logs: logs.clone(),
            first_line,
            limits,
            told,
        })
    }

    /// What it says of itself.
    #[must_use]
    pub fn told(&self) -> &Told {
        &self.told
    }

    /// Whether nothing can be asked of it any more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.service.is_transport_closed()
    }

    /// Counts how often it said that what it offers has changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }

    /// Lists what it offers now.
    ///
    /// # Errors
    /// [`McpError`] where it does not answer in time, or offers more than is taken.
    pub async fn contents(&self) -> Result<Contents, McpError> {
        let listing = contents::read(&self.service, &self.limits);
        let listed = tokio::time::timeout(self.limits.list, listing).await;
        match listed.unwrap_or(Err(McpError::TimedOut(self.limits.list))) {
            Err(McpError::Closed) => Err(self.why_gone().await),
            listed => listed,
        }
    }

    /// Lists its tools as they are now.
    ///
    /// # Errors
    /// As [`Client::contents`].
    pub async fn tools(&self) -> Result<Vec<Definition>, McpError> {
        let listing = contents::tools(&self.service, &self.limits);
        let listed = tokio::time::timeout(self.limits.list, listing).await;
        match listed.unwrap_or(Err(McpError::TimedOut(self.limits.list))) {
            Err(McpError::Closed) => Err(self.why_gone().await),
            listed => listed,
        }
    }

    /// Calls one of its tools. Whether it may be called is asked before, elsewhere.
    ///
    /// # Errors
    /// [`McpError`] where it refuses, does not answer within `time`, or is gone. A tool that says that it failed is no error.
    pub async fn call(
        &self,
        tool: &str,
        arguments: Map<String, Value>,
        time: Duration,
        cancel: &CancellationToken,
    ) -> Result<Called, McpError> {
        let request = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        // Whoever stops waiting drops the call, which tells the server that nobody waits any more.
        let called = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(McpError::Cancelled),
            called = tokio::time::timeout(time, self.service.call_tool(request)) => called,
        };
        match called {
            Ok(Ok(result)) => Ok(Called::of(result, self.limits.result_bytes)),
            Ok(Err(why)) => match error::of_service(why) {
                McpError::Closed => Err(self.why_gone().await),
                other => Err(other),
            },
            Err(_) => Err(McpError::TimedOut(time)),
        }
    }

    /// Tells it that nobody listens any more, gives it a moment, and ends it.
    pub async fn end(&self) {
        self.service.cancellation_token().cancel();
        let Some(running) = self.running.lock().await.take() else {
            return;
        };
        match running.end(self.limits.farewell).await {
            Ok(()) => self.logs.write(LogSource::Connection, "Ended."),
            Err(why) => {
                let said = format!("What became of the program could not be found out: {why}");
                self.logs.write(LogSource::Connection, &said);
            }
        }
    }

    /// Why the connection is gone.
    async fn why_gone(&self) -> McpError {
        if self.noticed.too_large.load(Ordering::Relaxed) {
            return McpError::TooLarge(self.limits.message_bytes);
        }
        let mut running = self.running.lock().await;
        let Some(running) = running.as_mut() else {
            return McpError::Closed;
        };
        match running.how_ended(LAST_MOMENT).await {
            Some(how) => McpError::Ended {
                how,
                last: words::brief(&self.logs.last_words(self.first_line)),
            },
            None => McpError::Closed,
        }
    }
}

fn told(service: &Service) -> Told {
    let Some(info) = service.peer_info() else {
        return Told::default();
    };
    let (name, version) = match &info.server_info {
        Some(server) => (
            server.title.clone().unwrap_or_else(|| server.name.clone()),
            server.version.clone(),
        ),
        None => Default::default(),
    };
    Told {
        name: words::brief(&name),
        version: words::brief(&version),
        instructions: info.instructions.clone(),
        protocol: info.protocol_version.to_string(),
    }
}

/// What it says of itself, and nothing of where it is.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("told", &self.told)
            .finish_non_exhaustive()
    }
}
