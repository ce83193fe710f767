//! The knowledge at work: which sources there are, reading them in the background, answering searches.
//!
//! [`KnowledgeHandle`] is all that others see. It joins the store's database with the pure crate
//! `wheelhouse-knowledge`, which decides what is read, how it is split and what a match is. This module adds the files,
//! the time and the order of things: one scan of a source at a time, a scan that was interrupted begins again at the
//! next open, nothing of a source that was removed arrives late.
//!
//! Deliberately absent: watching folders. Files are noticed when a source is scanned again.

mod error;
mod examine;
mod find;
mod handbook;
mod handle;
mod options;
mod path;
mod scan;
mod scans;
#[cfg(test)]
mod tests;
mod walk;

pub use error::KnowledgeError;
pub use find::{Audience, Found};
pub use handle::{KnowledgeHandle, OpenDocument};
pub use options::KnowledgeOptions;
pub use scan::ScanProgress;
