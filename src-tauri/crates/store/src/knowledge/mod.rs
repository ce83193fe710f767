//! The knowledge's database: sources, documents, chunks and their full-text index, in `knowledge.db`.
//!
//! Apart from the journal and made from the operator's files, so that it can be deleted and built again. The one
//! thing that cannot be read from the files is which sources there are: their list is also kept in
//! `knowledge-sources.json`, written after every change of it and read only when the database is new.
//!
//! A damaged database is moved aside at open and a new one begun. Damage that shows later is marked by the file
//! `knowledge.db.rebuild`, so that the next open does the same.
//!
//! Deliberately absent: what a term is and what a good match is (`wheelhouse-knowledge` decides), and the files
//! (the orchestrator reads them).

mod documents;
mod error;
mod list_file;
mod open;
mod search;
mod sources;
#[cfg(test)]
mod tests;

pub use documents::{DocumentRow, DocumentState, DocumentText, NewChunk, NewDocument};
pub use error::KnowledgeError;
pub use open::{KnowledgeNotice, KnowledgeStore, OpenedKnowledge};
pub use search::{Counts, Hit};
pub use sources::{NewSource, Problem, ScanEnd, SourceRow};
