//! How agents think: models, the loop around them, the prompts, and `rehearsal`, the rule-based stand-in.
//!
//! Deliberately absent: the journal, timers, retries and tools themselves. The orchestrator performs what
//! [`next_turn`] asks for and records what came back; nothing here remembers anything between two calls.

mod gather;
mod model;
pub mod prompt;
pub mod providers;
pub mod rehearsal;
mod turn;

pub use gather::gather;
pub use model::{Model, ModelEvent, ModelRegistry, ModelStream, Piece, collect};
pub use turn::{Answer, LoopLimits, Recorded, TooLong, Turn, Unfit, fit, next_turn};
