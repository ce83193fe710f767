//! Wheelhouse without a window: the table of operations over HTTP, and its changes over one WebSocket.
//!
//! Deliberately absent: what an operation does. That is in `wheelhouse-api`, which the desktop application uses too.

pub mod commands;
pub mod security;
