//! What can go wrong with a server, in words that say what to do next.

use crate::logs::Logs;
use crate::words::brief;
use rmcp::ErrorData;
use rmcp::service::{ClientInitializeError, ServiceError};
use rmcp::transport::streamable_http_client::StreamableHttpError;
use rmcp::transport::worker::WorkerQuitReason;
use std::io;
use std::time::Duration;
use thiserror::Error;

/// Why a server could not be used.
#[derive(Debug, Error)]
pub enum McpError {
    /// The program is not there.
    #[error("There is no program “{0}” on this machine. Install it, or give its whole path.")]
    NoProgram(String),
    /// The program could not be started.
    #[error("“{program}” could not be started: {reason}. Check the command and its folder.")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        reason: io::Error,
    },
    /// What the program is given can't be given.
    #[error("The command can't be used: {0} Correct it.")]
    Command(&'static str),
    /// The address can't be used.
    #[error("The address can't be used: {0} Correct it.")]
    Address(&'static str),
    /// A header can't be sent.
    #[error("The header “{0}” can't be sent. Check its name and its value.")]
    Header(String),
    /// It did not introduce itself.
    #[error("The server did not introduce itself within {} seconds.{}", .0.as_secs(), also(.1))]
    Silent(Duration, String),
    /// It did not answer.
    #[error("The server did not answer within {} seconds. Try it again, or look at what it wrote.", .0.as_secs())]
    TimedOut(Duration),
    /// The program ended.
    #[error("The program ended{how}.{}", also(.last))]
    Ended {
        /// Its status, in words that follow "ended"; empty where it is not known.
        how: String,
        /// The last that it wrote.
        last: String,
    },
    /// The connection is gone.
    #[error("The connection to the server is gone. Test it to connect again.")]
    Closed,
    /// A message was too long.
    #[error("The server sent a message of more than {} KiB, which was not read. Ask it for less.", .0 / 1_024)]
    TooLarge(usize),
    /// It offers more than is taken.
    #[error("The server offers more than {limit} {what}. Choose one that offers less.")]
    TooMany {
        /// What it has too many of.
        what: &'static str,
        /// The most that is taken.
        limit: usize,
    },
    /// The definition of a tool is too long.
    #[error("The definition of the tool “{0}” is too long to be looked at. The server can't be used.")]
    LongDefinition(String),
    /// Two tools have the same name.
    #[error("The server offers two tools called “{0}”, which can't be told apart. The server can't be used.")]
    SameName(String),
    /// The server refused a request.
    #[error("The server refused: {message} (code {code})")]
    Refused {
        /// Its code.
        code: i32,
        /// What it said, cut short.
        message: String,
    },
    /// It wants to know who asks.
    #[error(
        "The server wants a key. Add the header that it asks for, often Authorization, or check its value."
    )]
    Unauthorised,
    /// It answered with a status that is none of success.
    #[error("The server answered with HTTP status {0}. Check the address.")]
    Status(u16),
    /// It sends elsewhere.
    #[error(
        "The server sends to another address, which is not followed: what you set for it goes to no other. Give the right address."
    )]
    Redirected,
    /// It can't be reached.
    #[error("The server can't be reached: {0} Check that it runs, and the address.")]
    Unreachable(String),
    /// What it says is not the protocol.
    #[error("What answers does not speak the Model Context Protocol.{}", also(.0))]
    NotMcp(String),
    /// It was called off.
    #[error("The call was stopped before the server answered.")]
    Cancelled,
}

/// Further words, if there are any, with what they are.
fn also(words: &str) -> String {
    if words.is_empty() {
        " Look at what it wrote.".to_owned()
    } else {
        format!(" It wrote: {words}")
    }
}

/// Why a server did not introduce itself.
pub(crate) fn of_beginning(why: ClientInitializeError, logs: &Logs) -> McpError {
    match why {
        ClientInitializeError::JsonRpcError(error) => refused(&error),
        ClientInitializeError::TransportError { error, .. } => of_transport(error.error.as_ref(), logs),
        ClientInitializeError::LegacyFallbackFailed { fallback, .. } => of_beginning(*fallback, logs),
        ClientInitializeError::ConnectionClosed(_) => McpError::Closed,
        ClientInitializeError::Cancelled => McpError::Cancelled,
        ClientInitializeError::NoCompatibleProtocolVersion { .. } => {
            McpError::NotMcp("that it speaks another version of it".to_owned())
        }
        other => McpError::NotMcp(brief(&logs.without_secrets(&other.to_string()))),
    }
}

/// Why a request got no answer.
pub(crate) fn of_service(why: ServiceError) -> McpError {
    match why {
        ServiceError::McpError(error) => refused(&error),
        ServiceError::TransportSend(error) => of_transport(error.error.as_ref(), &Logs::default()),
        ServiceError::Timeout { timeout } => McpError::TimedOut(timeout),
        ServiceError::Cancelled { .. } => McpError::Cancelled,
        ServiceError::TransportClosed => McpError::Closed,
        other => McpError::NotMcp(brief(&other.to_string())),
    }
}

fn refused(error: &ErrorData) -> McpError {
    McpError::Refused {
        code: error.code.0,
        message: brief(&error.message),
    }
}

type Worker = WorkerQuitReason<StreamableHttpError<reqwest::Error>>;

/// What the library for HTTP said is wrapped several times.
fn of_transport(why: &(dyn std::error::Error + Send + Sync + 'static), logs: &Logs) -> McpError {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(why);
    while let Some(error) = next {
        if let Some(Worker::Fatal { error, .. }) = error.downcast_ref::<Worker>() {
            return of_http(error, logs);
        }
        if let Some(error) = error.downcast_ref::<StreamableHttpError<reqwest::Error>>() {
            return of_http(error, logs);
        }
        next = error.source();
    }
    if why.downcast_ref::<io::Error>().is_some() {
        return McpError::Closed;
    }
    McpError::Unreachable(format!("{}.", brief(&logs.without_secrets(&why.to_string()))))
}

fn of_http(why: &StreamableHttpError<reqwest::Error>, logs: &Logs) -> McpError {
    match why {
        StreamableHttpError::Client(error) if error.is_redirect() => McpError::Redirected,
        StreamableHttpError::Client(error) => McpError::Unreachable(innermost(error)),
        StreamableHttpError::AuthRequired(_) | StreamableHttpError::InsufficientScope(_) => {
            McpError::Unauthorised
        }
        StreamableHttpError::HttpStatus(status) => McpError::Status(status.status),
        StreamableHttpError::ResponseBodyTooLarge { max_size } => McpError::TooLarge(*max_size),
        StreamableHttpError::UnexpectedServerResponse(said) => match status(said) {
            Some(401 | 403) => McpError::Unauthorised,
            Some(status) => McpError::Status(status),
            None => McpError::NotMcp(brief(&logs.without_secrets(said))),
        },
        StreamableHttpError::ReservedHeaderConflict(name) => McpError::Header(name.clone()),
        other => McpError::NotMcp(brief(&logs.without_secrets(&other.to_string()))),
    }
}

/// The status at the beginning of what the library says about an answer that it does not know.
fn status(said: &str) -> Option<u16> {
    said.strip_prefix("HTTP ")?.get(..3)?.parse().ok()
}

/// The reason at the bottom, without the address, which may hold what is secret.
fn innermost(error: &reqwest::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(deeper) = reason.source() {
        reason = deeper;
    }
    let words = if error.is_timeout() {
        "it did not answer in time".to_owned()
    } else if std::ptr::addr_eq(reason, error) {
        "the connection failed".to_owned()
    } else {
        brief(&reason.to_string())
    };
    format!("{}.", words.trim_end_matches('.'))
}
