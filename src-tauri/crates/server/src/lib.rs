//! Wheelhouse without a window: the table of operations over HTTP, and its changes over one WebSocket.
//!
//! [`Server`] opens a data folder and listens; every route of the table is made from the table itself, and the guard in
//! `security` stands in front of all of them. The rooms: `program` and `options` (the command line), `server`, `door`
//! and `listen` (connections), `routes`, `asked`, `answer` and `exchange` (HTTP), `events` (the WebSocket), `security`, `telemetry`
//! (figures and traces), and `commands` (what the terminal may do with tokens and codes).
//!
//! Deliberately absent: what an operation does. That is in `wheelhouse-api`, which the desktop application uses too.

mod answer;
mod asked;
pub mod commands;
mod door;
mod events;
mod exchange;
mod health;
mod listen;
mod openapi;
mod options;
mod output;
mod program;
mod routes;
pub mod security;
mod server;
mod service;
mod state;
mod telemetry;

pub use options::{Options, OptionsError, PORT, TlsMode};
pub use program::run;
pub use server::{Server, StartError};
pub use telemetry::{MetricsAt, PlainTraces, TelemetryOptions, UnfitTelemetry};
