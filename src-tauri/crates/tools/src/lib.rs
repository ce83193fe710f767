//! The guarded tools of the agents: files in granted folders, a web page, a command, a calculator and dates.
//!
//! A call has two halves. [`Toolbox::preview`] works out exactly what would happen and changes nothing: that is what an
//! approval shows. [`Toolbox::perform`] works it out anew, refuses if it is not what was approved, and does it. Both check
//! everything against the [`Grant`] themselves: an empty grant allows nothing, and no caller can skip a check.
//!
//! Tools of tool servers are judged here as well; they are called by whoever speaks to the server.
//!
//! Deliberately absent: the journal, questions and approvals, models, where text came from. The orchestrator keeps grants,
//! asks the operator, remembers what was approved, and decides by [`Role`] which argument may come from where. Searching the
//! knowledge, handing work to another agent and asking the operator are the orchestrator's own.

mod arguments;
mod calculate;
mod call;
mod command;
mod date;
mod describe;
mod error;
mod files;
mod fingerprint;
mod granted;
mod judge;
mod toolbox;
mod web;

pub use calculate::{Calculated, CalculationError, calculate};
pub use call::{Change, Done, Effect, Preview};
#[cfg(unix)]
pub use command::Group as ProcessGroup;
pub use command::{CommandError, Ended, ProgramSeen};
pub use date::DateError;
pub use describe::{
    ASK_AGENT, ASK_OPERATOR, Argument, CALCULATOR, DATE, Description, FETCH_PAGE, LIST_FOLDER, READ_FILE,
    RUN_COMMAND, Role, SEARCH_FILES, WRITE_FILE, description, descriptions,
};
pub use error::ToolError;
pub use files::{Checkpoint, Checkpoints, FileError, PathError, is_invisible, unified_diff};
pub use fingerprint::canonical;
pub use granted::granted_folder;
pub use judge::{Call, Judgement, Rules, carries_away, exact_call, judge};
pub use toolbox::{Surroundings, Toolbox};
pub use web::{Resolve, Resolving, SystemResolver, WebError, why_not_public};
pub use wheelhouse_domain::{
    Access, CommandGrant, CommandLimits, Fingerprint, FolderGrant, Grant, Hosts, Programs, WebGrant,
};
