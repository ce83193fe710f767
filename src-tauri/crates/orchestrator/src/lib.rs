//! Performs what the engine says is outstanding, and keeps every result before anything acts on it.
//!
//! [`Orchestrator`] owns a data folder and everything that runs in it; [`Handle`] is the only way in. Each
//! unfinished workflow has one actor (`run`) that alone decides about it; agents at work are performers
//! (`performer`) that report to it. `conversations` makes a run of each reply. `knowledge` reads and searches the operator's documents.
//!
//! Deliberately absent: the contract and every transport (`api` maps to them), and every choice about a run
//! (the engine makes those).

mod arrange;
mod budgets;
mod conversations;
mod error;
mod folder;
mod grants;
mod handle;
pub mod keys;
pub mod knowledge;
mod lines;
mod live;
mod models;
mod moves;
mod needs;
mod options;
mod performer;
mod points;
pub mod prices;
mod registry;
mod restore;
mod retention;
mod run;
mod run_file;
mod schedules;
mod service;
mod staff;
mod stays;
mod templates;
mod tool_servers;
mod transfers;
mod world;

pub use budgets::{BudgetWarning, Today};
pub use conversations::{ConversationError, LARGEST_ATTACHMENT, MOST_ATTACHMENTS, NewMessage};
pub use error::Error;
pub use folder::{FolderError, FolderLock};
pub use grants::GrantError;
pub use handle::{BulkAct, BulkProgress, ForkPlan, ForkedTask, Handle, NewRun, Wish};
pub use live::{Live, LiveText, LiveWait, Written};
pub use models::Models;
pub use moves::NewMove;
pub use needs::{MoveCheck, MovePlan, Obstacle};
pub use options::Options;
pub use points::{Point, Points};
pub use restore::restore;
pub use retention::Housekeeping;
pub use run_file::{Exported, Imported, RunFileError};
pub use service::Orchestrator;
pub use staff::{
    AgentExport, AgentFileError, AgentFound, KEPT_TRIALS, LARGEST_AGENT_FILE, NewTrial, StaffError,
};
pub use templates::template_text;
pub use tool_servers::{GivenTool, LookedAt, Problem, Seen, Stands, ToolServerError, WantedServer};
pub use transfers::{Made, Part, Transfer, TransferError, Transfers};
pub use wheelhouse_engine::Refusal;
pub use wheelhouse_engine::schedule::{Timetable, TimetableError, WINDOW_MOST_MINUTES};
pub use wheelhouse_engine::template::FILE_SIZE as TEMPLATE_FILE_SIZE;
pub use wheelhouse_engine::{fork, origins, replay, starter};
pub use wheelhouse_mcp as mcp;
pub use wheelhouse_store as store;
pub use world::{SystemWorld, World};
