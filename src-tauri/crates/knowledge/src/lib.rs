//! What happens to a document between the file and the citation: read, split, ask, rank, quote.
//!
//! Pure: no I/O, no clock, no database. The orchestrator reads the files and the store keeps the index; this
//! crate decides what goes in and which lines come out. One definition of a *term* ([`words`](mod@words)) serves the
//! index, the query and the ranking, so that they never disagree about what matches.
//!
//! Deliberately absent: embeddings, PDF and office formats. They come with a later version.

mod chunks;
mod format;
mod handbook;
mod lines;
mod outline;
mod passage;
mod query;
mod rank;
mod reading;
mod words;

pub use chunks::{CHUNK_CHARS, Chunk, split};
pub use format::{Format, Triage, triage};
pub use handbook::{HANDBOOK_NAME, HandbookPage, handbook, handbook_uid};
pub use lines::{LineIndex, is_verbatim, line_count};
pub use outline::title;
pub use passage::{Span, best_span};
pub use query::{Query, Term};
pub use rank::{Candidate, Frequencies, Ranked, rank};
pub use reading::{MAX_DOCUMENT_BYTES, MAX_LINE_CHARS, Unreadable, read};

/// Raised whenever splitting or the terms change, so that documents indexed by an older one are read again.
pub const READER_VERSION: u32 = 1;
