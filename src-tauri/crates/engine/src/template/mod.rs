//! Templates as documents: read, checked, written, compared, shared.
//!
//! [`read`] judges the form of a file and [`check`] its sense; both tell all problems at once, each with its step,
//! its field and what to do. What a file may hold stands in one table (`form`), of which the reader and the published
//! JSON Schema are made.
//!
//! Deliberately absent: versions and where templates are kept (the store's), and how they are run.

mod answers;
mod check;
mod difference;
mod export;
mod fields;
mod form;
mod problem;
mod read;
mod schema;
mod sources;
#[cfg(test)]
mod tests;

pub use answers::answer_problems;
pub use check::{BLOCK_DEPTH, Known, STEPS, check};
pub use difference::difference;
pub use export::{Export, export};
pub use fields::{bind, preset};
pub use read::{FILE_DEPTH, FILE_SIZE, read, write};
pub use schema::{schema, schema_file};
pub use sources::{references_of, references_within};
