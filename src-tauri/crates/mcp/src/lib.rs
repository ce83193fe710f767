//! A client of servers of the Model Context Protocol: programs that are started here, and addresses elsewhere.
//!
//! [`Client::connect`] reaches a server, [`Client::contents`] lists what it offers, [`Client::call`] calls one of its tools. Everything
//! is bounded in time and size, because a server is a stranger: what it says is text of unknown origin, and how it behaves may be
//! wrong in every way. A program finds nothing of this process's environment but where programs are, its home and its language, and
//! what was given to it explicitly. It ends with the client, and with this process however that ends.
//!
//! Deliberately absent: which tools are allowed, approvals, where secrets are kept, when a server is started again. The
//! orchestrator decides these. Servers get no model to use, no folders and no answers from the operator: such requests are refused.

mod called;
mod client;
mod connect;
mod contents;
mod definition;
mod ears;
mod error;
mod http;
mod limits;
mod logs;
mod name;
mod place;
mod process;
mod reading;
mod words;

pub use called::Called;
pub use client::{Client, Told};
pub use contents::{Contents, ListedPrompt, ListedResource, PromptInput};
pub use definition::Definition;
pub use error::McpError;
pub use limits::Limits;
pub use logs::{LogLine, LogSource, Logs};
pub use name::offered_name;
pub use place::{Address, Place, Program, is_on_this_machine};
pub use words::hidden_characters;
