//! What the creator retrieves from.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{DocumentId, Millis, Passage, SourceId, SourceKind, SourceState, SourceUid};

/// Asks for every source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListSources {}

/// Adds a folder or a file and starts to read it. Answers at once; progress comes as signals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AddSource {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Absolute path on the backend's machine; `~/` stands for the home folder.
    pub path: String,
    /// Whether its text is sent to no model elsewhere. A mark that is there already is not taken away by this.
    #[serde(default)]
    pub stays_here: bool,
}

/// Says whether the text of a source is sent to no model elsewhere. It counts for what is searched from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetSourceStaysHere {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: SourceId,
    /// Whether it stays.
    pub stays_here: bool,
}

/// Takes a source out of the knowledge. The files themselves are not touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemoveSource {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: SourceId,
}

/// Reads a source again: new, changed and removed files are noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RescanSource {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: SourceId,
}

/// Something was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Removed {
    /// Whether it was still there. The same wish sent again gives the same answer, but for sources of knowledge: what is
    /// gone then is said to be gone.
    pub removed: bool,
}

/// Asks for the documents of a source, by path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListDocuments {
    /// Which source.
    pub source_id: SourceId,
    /// Only paths that contain this; empty for all.
    #[serde(default)]
    pub query: String,
    /// Begin after this path; empty for the first page.
    #[serde(default)]
    pub after: String,
    /// 1 to 500.
    #[serde(default = "crate::page::usual")]
    pub limit: u32,
}

/// Asks for the text of a document as the crew read it. Nothing outside the knowledge can be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReadDocument {
    /// Source.
    pub source: SourceUid,
    /// Path below it.
    pub path: String,
}

/// Searches the knowledge as an agent does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SearchKnowledge {
    /// Words to look for, 1 to 1,000 characters.
    pub query: String,
    /// 1 to 50.
    #[serde(default = "crate::page::few")]
    pub limit: u32,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SearchResult {
    /// Passages, best first.
    pub passages: Vec<Passage>,
    /// How many documents were searched.
    pub documents: u32,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SourceProblem {
    /// Path below the source, or the source itself.
    pub path: String,
    /// Why, and what to do.
    pub reason: String,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SourceView {
    /// Number in this store.
    pub id: SourceId,
    /// Identity.
    pub uid: SourceUid,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Where it is; empty for what ships with the application.
    pub path: String,
    /// Where the reading stands.
    pub state: SourceState,
    /// Documents in it.
    pub documents: u32,
    /// Searchable pieces of those.
    pub chunks: u32,
    /// Size of the documents in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: i64,
    /// Files that could not be read at the last scan, at most 100.
    pub problems: Vec<SourceProblem>,
    /// When the last scan ended.
    pub scanned_at: Option<Millis>,
    /// Whether its text is sent to no model elsewhere.
    pub stays_here: bool,
}

/// A document in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DocumentView {
    /// Number in this store.
    pub id: DocumentId,
    /// Path below its source.
    pub path: String,
    /// First heading, or the file's name.
    pub title: String,
    /// Size in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: i64,
    /// Lines.
    pub lines: u32,
    /// Searchable pieces.
    pub chunks: u32,
    /// When it was read.
    pub indexed_at: Millis,
}

/// A document's text as the crew read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DocumentText {
    /// The document.
    pub document: DocumentView,
    /// Source that it is from.
    pub source: SourceUid,
    /// The source's name.
    pub source_name: String,
    /// The whole text.
    pub text: String,
    /// Whether the file on disk is another one by now, or gone.
    pub changed_on_disk: bool,
}
