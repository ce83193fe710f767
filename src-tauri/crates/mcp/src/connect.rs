//! Reaches a server, whichever of the protocol's two beginnings it knows.

use crate::ears::Ears;
use crate::limits::Limits;
use crate::logs::Logs;
use crate::place::Place;
use crate::process::{self, Running, Started};
use crate::reading::{Bounded, Noticed, listen};
use crate::{Address, McpError, Program, error, http};
use rmcp::model::ProtocolVersion;
use rmcp::service::{
    ClientInitializeError, ClientLifecycleMode, ClientServiceExt, RoleClient, RunningService,
};
use rmcp::transport::async_rw::AsyncRwTransport;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::watch;

/// The protocol with one server.
pub(crate) type Service = RunningService<RoleClient, Ears>;

/// How long a program that hung up has to be gone, so that it can be said how.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// A server that has introduced itself.
pub(crate) struct Connection {
    pub(crate) service: Service,
    pub(crate) running: Option<Running>,
    pub(crate) noticed: Arc<Noticed>,
    pub(crate) changes: watch::Receiver<u64>,
}

/// Reaches the server at `place`.
pub(crate) async fn connect(place: &Place, limits: &Limits, logs: &Logs) -> Result<Connection, McpError> {
    match place {
        Place::Program(program) => match begin(program, newest_first(), limits, logs).await {
            // Older servers answer the newer beginning late, or hang up at it.
            Err(Begun::Otherwise(_)) => begin(program, ClientLifecycleMode::Initialize, limits, logs)
                .await
                .map_err(Begun::into_error),
            other => other.map_err(Begun::into_error),
        },
        Place::Address(address) => match greet(address, newest_first(), limits, logs).await {
            Err(Begun::Otherwise(_)) => greet(address, ClientLifecycleMode::Initialize, limits, logs)
                .await
                .map_err(Begun::into_error),
            other => other.map_err(Begun::into_error),
        },
    }
}

/// Speaks to a server at an address.
async fn greet(
    address: &Address,
    beginning: ClientLifecycleMode,
    limits: &Limits,
    logs: &Logs,
) -> Result<Connection, Begun> {
    let (changed, changes) = watch::channel(0);
    let ears = Ears::new(logs.clone(), changed);
    let transport = http::transport(address, limits).map_err(Begun::Failed)?;
    let serving = ears.serve_with_lifecycle(transport, beginning);
    match tokio::time::timeout(limits.connect, serving).await {
        Ok(Ok(service)) => Ok(Connection {
            service,
            running: None,
            noticed: Arc::default(),
            changes,
        }),
        Ok(Err(why @ ClientInitializeError::NoCompatibleProtocolVersion { .. })) => {
            Err(Begun::Otherwise(error::of_beginning(why, logs)))
        }
        Ok(Err(why)) => Err(Begun::Failed(error::of_beginning(why, logs))),
        Err(_) => Err(Begun::Failed(McpError::Silent(limits.connect, String::new()))),
    }
}

fn newest_first() -> ClientLifecycleMode {
    ClientLifecycleMode::Auto {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        legacy_version: Some(ProtocolVersion::LATEST_WITH_INITIALIZE),
    }
}

/// Why a server could not be begun with.
enum Begun {
    /// It might with the other beginning.
    Otherwise(McpError),
    /// It will not.
    Failed(McpError),
}

impl Begun {
    fn into_error(self) -> McpError {
        match self {
            Self::Otherwise(error) | Self::Failed(error) => error,
        }
    }
}

async fn begin(
    program: &Program,
    beginning: ClientLifecycleMode,
    limits: &Limits,
    logs: &Logs,
) -> Result<Connection, Begun> {
    let first = logs.written();
    let Started {
        mut running,
        input,
        output,
        errors,
    } = process::start(program).map_err(Begun::Failed)?;
    let heard = tokio::spawn(listen(errors, logs.clone()));
    let noticed = Arc::<Noticed>::default();
    let output = Bounded::new(output, limits.message_bytes, Arc::clone(&noticed), logs.clone());
    let transport = AsyncRwTransport::new_client(output, input);
    let (changed, changes) = watch::channel(0);
    let serving = Ears::new(logs.clone(), changed).serve_with_lifecycle(transport, beginning);
    let why = match tokio::time::timeout(limits.connect, serving).await {
        Ok(Ok(service)) => {
            return Ok(Connection {
                service,
                running: Some(running),
                noticed,
                changes,
            });
        }
        Ok(Err(why)) => why,
        Err(_) => return Err(Begun::Failed(silent(limits, &noticed, logs, first))),
    };
    if noticed.too_large.load(Ordering::Relaxed) {
        return Err(Begun::Failed(McpError::TooLarge(limits.message_bytes)));
    }
    let gone = running.how_ended(LAST_MOMENT).await;
    if gone.is_some() {
        // All that it wrote is in the pipe by now, unless something that it started holds it open.
        let _ = tokio::time::timeout(LAST_MOMENT, heard).await;
    }
    Err(why_not(gone, why, &noticed, logs.last_words(first), logs))
}

/// Why it did not become a server; `gone` says how the program ended, if it did.
fn why_not(
    gone: Option<String>,
    why: ClientInitializeError,
    noticed: &Noticed,
    last: String,
    logs: &Logs,
) -> Begun {
    match gone {
        Some(how) if is_end(&why) => {
            let ended = McpError::Ended { how, last };
            // What babbles is no server; anything else may have taken the newer beginning for a fault.
            if noticed.strays.load(Ordering::Relaxed) > 0 {
                Begun::Failed(ended)
            } else {
                Begun::Otherwise(ended)
            }
        }
        _ if is_mixed_up(&why) => Begun::Otherwise(error::of_beginning(why, logs)),
        _ => Begun::Failed(error::of_beginning(why, logs)),
    }
}

fn silent(limits: &Limits, noticed: &Noticed, logs: &Logs, first: u64) -> McpError {
    let last = logs.last_words(first);
    if noticed.strays.load(Ordering::Relaxed) > 0 {
        let told = "text that is no message; its log has it";
        return McpError::NotMcp(told.to_owned());
    }
    McpError::Silent(limits.connect, last)
}

/// Whether the server hung up.
fn is_end(why: &ClientInitializeError) -> bool {
    match why {
        ClientInitializeError::ConnectionClosed(_) | ClientInitializeError::TransportError { .. } => true,
        ClientInitializeError::LegacyFallbackFailed { fallback, .. } => is_end(fallback),
        _ => false,
    }
}

/// Whether an answer came to a question that was not waited for any more, or versions did not fit.
fn is_mixed_up(why: &ClientInitializeError) -> bool {
    match why {
        ClientInitializeError::ConflictInitResponseId(..)
        | ClientInitializeError::UncorrelatedErrorResponse { .. }
        | ClientInitializeError::NoCompatibleProtocolVersion { .. } => true,
        ClientInitializeError::LegacyFallbackFailed { fallback, .. } => is_mixed_up(fallback),
        _ => is_end(why),
    }
}
