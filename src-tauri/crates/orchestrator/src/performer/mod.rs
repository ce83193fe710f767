//! What is done outside the engine: an agent works on a task, outputs are gathered.
//!
//! A performer records each intent before it acts and each result before anything follows from it. It keeps
//! nothing: aborted at any point and started again, it goes on from the journal.

mod aggregate;
mod answer;
mod brief;
mod conversation;
mod failure;
mod tools;
mod work;

pub(crate) use aggregate::aggregate;
pub(crate) use work::work;
