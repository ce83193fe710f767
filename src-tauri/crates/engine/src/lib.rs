//! The engine: three functions over one run.
//!
//! [`decide`] makes the choices and gives events; [`Run::apply`] folds an event into the state and never
//! chooses; [`outstanding`] says what is to be done now. Recovery is a fold with `apply` and then
//! `outstanding`: an old run is never decided again by new code.
//!
//! Deliberately absent: clocks, random numbers, I/O, async, threads. Time comes in with each input, new ids
//! come in with what needs them. So whatever drives the engine may change.

mod apply;
pub mod asked;
pub mod budget;
mod clock;
mod decide;
pub mod expression;
pub mod fork;
pub mod form;
pub mod gallery;
mod graph;
mod guard;
mod held;
pub mod help;
pub mod hiring;
pub mod leave;
pub mod origins;
mod outstanding;
pub mod plan;
pub mod replay;
mod retry;
pub mod schedule;
mod scopes;
pub mod staffing;
pub mod starter;
mod state;
pub mod stays;
mod steps;
mod task;
mod tasks;
pub mod template;
mod turns;

pub use apply::FoldError;
pub use clock::Clock;
pub use decide::{Fact, Input, Refusal, Step as CallPlace, create, decide};
pub use outstanding::{Effect, outstanding};
pub use state::{Call, CallState, OpenScope, Question, Run, Task};
pub use steps::Steps;
pub use tasks::Tasks;
