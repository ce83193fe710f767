//! The table of operations on another machine's server: commands by HTTP, changes by one WebSocket.
//!
//! Deliberately absent: when to try again. Whoever connects decides that.
