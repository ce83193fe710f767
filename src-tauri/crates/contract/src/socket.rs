//! What goes over the one WebSocket between a server and a client: text messages of JSON, one for each line below.
//!
//! A client subscribes first. Frames come in order and must be acknowledged after they were applied: a client that does
//! not is sent no more, and gets a snapshot once it is too far behind, so that it costs no memory. Signals are lossy.
//! Both sides notice a silent other by [`SILENCE`]: the server sends a ping each [`HEARTBEAT`], which is answered.

use crate::{ApiError, Frame, ResumeFrom, Signal};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::time::Duration;
use wheelhouse_domain::{Position, WorkflowId};

/// Path of the WebSocket.
pub const EVENTS_PATH: &str = "/api/events";

/// How often a server sends a ping.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// A side that hears nothing for this long takes the other for gone.
pub const SILENCE: Duration = Duration::from_secs(40);

/// Largest message of a client, in bytes.
pub const CLIENT_MESSAGE_MOST: usize = 16 * 1024;

/// Largest message of a server, in bytes.
pub const SERVER_MESSAGE_MOST: usize = 64 * 1024 * 1024;

/// Workflows that one subscription may be narrowed to.
pub const FILTER_MOST: usize = 100;

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToServer {
    /// Begins to listen. Ends the subscription that this socket had before.
    Subscribe {
        /// Where to go on; none asks for a snapshot.
        resume: Option<ResumeFrom>,
        /// Only what concerns these workflows; empty for everything. Positions count everything all the same.
        #[serde(default)]
        workflows: Vec<WorkflowId>,
    },
    /// Tells that everything up to here was applied.
    Ack {
        /// Subscription that it belongs to.
        subscription: u32,
        /// `to` of the newest frame applied.
        to: Position,
    },
}

/// What a server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToClient {
    /// A subscription began. Everything after it belongs to it.
    Subscribed {
        /// Its number, unique for this socket.
        subscription: u32,
    },
    /// Rows that changed.
    Frame {
        /// The frame.
        frame: Box<Frame>,
    },
    /// What is only worth knowing now.
    Signals {
        /// In order.
        signals: Vec<Signal>,
    },
    /// The server ends the connection, and why.
    Closing {
        /// The reason.
        error: ApiError,
    },
}
