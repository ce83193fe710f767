//! The table of operations, on this machine's orchestrator or on a server, and the feed of changes.
//!
//! [`Local`] validates, asks the orchestrator and maps rows to the contract's views; [`Feed`] turns the
//! journal's growth into frames. Both are transport-free: the desktop shell and the headless run use them
//! as they are. [`remote`] asks another machine's server for the same; [`Reached`] is either. [`carried`] brings files from this
//! machine to either of them and back.
//!
//! Deliberately absent: decisions about runs, SQL, and how the window or a server is served.

mod agent_files;
mod backend;
mod budgets;
pub mod carried;
mod check;
mod conversations;
mod copies;
mod error;
mod feed;
mod forks;
mod housekeeping;
mod local;
mod mover;
mod moves;
mod needs;
mod own_agents;
mod prices;
mod providers;
mod questions;
mod reached;
mod reading;
pub mod remote;
mod replays;
mod retention;
mod run_files;
mod runs;
mod schedules;
mod signals;
mod sources;
mod spending;
mod staff;
mod steering;
mod task_detail;
mod template_files;
mod templates;
mod tokens;
mod tool_servers;
mod transfers;
mod views;
mod watch;
mod workflows;

pub use agent_files::{open_agent_file, write_agent_file};
pub use backend::{LocalBackend, OwnedFolder, Settings};
pub use copies::{Restored, copies, restore};
pub use feed::{Feed, FeedEnd};
pub use local::Local;
pub use mover::{Delivered, MoveError, Mover, Progress, Resumed, Side, Stage, Wish, call_off_alone};
pub use reached::Reached;
pub use reading::{Reading, SharedReadings};
pub use signals::signals;
pub use spending::write_spending_file;
pub use template_files::{open_template_file, write_template_file};
pub use watch::{Figures, Watch, Witnessed, WriterFigures, figures};
