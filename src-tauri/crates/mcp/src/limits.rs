//! How long a server is waited for, and how much of it is read.

use std::time::Duration;

/// The bounds of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the start until the server has introduced itself. A program may have to be fetched first.
    pub connect: Duration,
    /// For all lists together.
    pub list: Duration,
    /// How long a program has to end by itself once it was told that nobody listens any more.
    pub farewell: Duration,
    /// The longest message, in bytes.
    pub message_bytes: usize,
    /// The most tools, and the most resources, and the most prompts.
    pub entries: usize,
    /// The longest definition of one tool, in bytes.
    pub definition_bytes: usize,
    /// The most text of one result, in bytes.
    pub result_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(60),
            list: Duration::from_secs(30),
            farewell: Duration::from_secs(2),
            message_bytes: 4 * 1_024 * 1_024,
            entries: 500,
            definition_bytes: 64 * 1_024,
            result_bytes: 200 * 1_024,
        }
    }
}
