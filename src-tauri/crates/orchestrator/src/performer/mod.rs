//! What is done outside the engine: an agent works on a task, outputs are gathered, expressions are worked out, tools are
//! called, sub-workflows are run.
//!
//! A performer records each intent before it acts and each result before anything follows from it. It keeps
//! nothing: aborted at any point and started again, it goes on from the journal.

mod aggregate;
mod answer;
mod approval;
mod ask;
mod asking;
mod brief;
mod child;
mod conclude;
mod conversation;
mod evaluate;
mod failure;
mod gathering;
mod guarding;
mod helping;
mod hiring;
mod sight;
mod tool;
mod tools;
mod work;

pub(crate) use aggregate::aggregate;
pub(crate) use child::{Followed, follow_child, start_child, stop_child};
pub(crate) use conclude::{conclude, finish};
pub(crate) use evaluate::evaluate;
pub(crate) use tool::call_tool;
pub(crate) use work::work;
