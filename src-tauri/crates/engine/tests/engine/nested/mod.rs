//! Every kind of step in every other, with any luck and an operator who does anything at any time.
//!
//! Documents are grown from a tape of choices, so that a failing case shrinks. The laws are checked on the events and on
//! the state after each input; they share no code with the engine.

mod documents;
mod forking;
mod kinds;
mod laws;
mod limits;
mod performer;
mod properties;
mod replaying;
mod stage;
mod steering;
mod time_limits;
mod turns;
