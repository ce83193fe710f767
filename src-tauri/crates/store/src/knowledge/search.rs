//! Questions to the full-text index.

use super::error::KnowledgeError;
use super::open::KnowledgeStore;
use super::sources::parse_uid;
use sqlx::FromRow;
use std::collections::HashMap;
use wheelhouse_domain::{DocumentId, SourceUid};

/// A chunk that matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Number of the chunk.
    pub chunk: i64,
    /// Source that it is from.
    pub source: SourceUid,
    /// The source's name.
    pub source_name: String,
    /// The document.
    pub document: DocumentId,
    /// The document's path below its source.
    pub path: String,
    /// The document's title.
    pub title: String,
    /// Headings above, outermost first.
    pub headings: Vec<String>,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, inclusive.
    pub end_line: u32,
    /// The lines, verbatim.
    pub text: String,
    /// SQLite's `bm25()`, headings three times as heavy as text: lower is better.
    pub bm25: f64,
    /// Whether its text stays on this machine: its source is marked, or a marked one has the same file.
    pub stays_here: bool,
}

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct Counts {
    /// Sources that were not removed.
    pub sources: u32,
    /// Documents.
    pub documents: u32,
    /// Chunks.
    pub chunks: u32,
}

#[derive(FromRow)]
struct Raw {
    chunk: i64,
    uid: String,
    name: String,
    document: u32,
    path: String,
    title: String,
    headings: String,
    start_line: u32,
    end_line: u32,
    text: String,
    bm25: f64,
    stays_here: bool,
}

impl TryFrom<Raw> for Hit {
    type Error = KnowledgeError;

    fn try_from(raw: Raw) -> Result<Self, KnowledgeError> {
        Ok(Self {
            chunk: raw.chunk,
            source: SourceUid(parse_uid(&raw.uid)?),
            source_name: raw.name,
            document: DocumentId(raw.document),
            path: raw.path,
            title: raw.title,
            headings: serde_json::from_str(&raw.headings)?,
            start_line: raw.start_line,
            end_line: raw.end_line,
            text: raw.text,
            bm25: raw.bm25,
            stays_here: raw.stays_here,
        })
    }
}

/// Whether the text of a document `d` of a source `s` stays on this machine. The same file may be in several sources, as when
/// a folder and one above it are both there: then the strictest mark counts.
macro_rules! stays_here {
    () => {
        "(s.stays_here OR (s.kind <> 'builtin' AND EXISTS (
            SELECT 1 FROM sources m
            WHERE m.stays_here AND m.removed = 0 AND m.kind <> 'builtin' AND m.id <> s.id
              AND instr(replace(CASE s.kind WHEN 'folder' THEN s.path || '/' || d.path ELSE s.path END, '\\', '/') || '/',
                        rtrim(replace(m.path, '\\', '/'), '/') || '/') = 1)))"
    };
}

macro_rules! hits {
    ($($found:tt)+) => {
        concat!(
            "SELECT c.id AS chunk, s.uid, s.name, d.id AS document, d.path, d.title, c.headings, c.start_line,
                    c.end_line, c.text, found.bm25, ",
            stays_here!(),
            " AS stays_here
             FROM ",
            $($found)+,
            " AS found
             JOIN chunks c ON c.id = found.rowid
             JOIN documents d ON d.id = c.document_id
             JOIN sources s ON s.id = d.source_id
             ORDER BY found.bm25, c.id"
        )
    };
}

impl KnowledgeStore {
    /// The chunks that match an FTS5 expression, best first, at most `limit`. Make the expression with
    /// `wheelhouse_knowledge::Query`, whose syntax is always right.
    ///
    /// # Errors
    /// When the database cannot be read, or the expression's syntax is wrong.
    pub async fn search(&self, expression: &str, limit: u32) -> Result<Vec<Hit>, KnowledgeError> {
        let sql = hits!(
            "(SELECT rowid, bm25(chunks_fts, 3.0, 1.0) AS bm25 FROM chunks_fts
              WHERE chunks_fts MATCH ? ORDER BY bm25, rowid LIMIT ?)"
        );
        self.noting(self.read_hits(sql, expression, limit).await)
    }

    /// The same of what may be told to other machines: at most `limit` after the rest was left out.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub async fn search_for_elsewhere(
        &self,
        expression: &str,
        limit: u32,
    ) -> Result<Vec<Hit>, KnowledgeError> {
        let sql = hits!(concat!(
            "(SELECT f.rowid, bm25(chunks_fts, 3.0, 1.0) AS bm25 FROM chunks_fts f
              JOIN chunks c ON c.id = f.rowid JOIN documents d ON d.id = c.document_id
              JOIN sources s ON s.id = d.source_id
              WHERE chunks_fts MATCH ? AND NOT ",
            stays_here!(),
            " ORDER BY bm25, f.rowid LIMIT ?)"
        ));
        self.noting(self.read_hits(sql, expression, limit).await)
    }

    async fn read_hits(
        &self,
        sql: &'static str,
        expression: &str,
        limit: u32,
    ) -> Result<Vec<Hit>, KnowledgeError> {
        let rows: Vec<Raw> = sqlx::query_as(sql)
            .bind(expression)
            .bind(limit)
            .fetch_all(&self.inner.reader)
            .await?;
        rows.into_iter().map(Hit::try_from).collect()
    }

    /// How many documents stay on this machine.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn staying_documents(&self) -> Result<u32, KnowledgeError> {
        let any: Result<bool, _> =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sources WHERE stays_here AND removed = 0)")
                .fetch_one(&self.inner.reader)
                .await;
        // Looking at every document takes time that grows with them.
        if !self.noting(any.map_err(KnowledgeError::from))? {
            return Ok(0);
        }
        let count = sqlx::query_scalar(concat!(
            "SELECT count(*) FROM documents d JOIN sources s ON s.id = d.source_id WHERE ",
            stays_here!()
        ))
        .fetch_one(&self.inner.reader)
        .await;
        self.noting(count.map_err(KnowledgeError::from))
    }

    /// In how many chunks each of these terms occurs; a term that occurs in none is left out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn frequencies(&self, terms: &[&str]) -> Result<HashMap<String, u32>, KnowledgeError> {
        let list = serde_json::to_string(terms)?;
        let rows: Result<Vec<(String, u32)>, _> = sqlx::query_as(
            "SELECT term, doc FROM chunks_terms WHERE term IN (SELECT value FROM json_each(?))",
        )
        .bind(list)
        .fetch_all(&self.inner.reader)
        .await;
        Ok(self
            .noting(rows.map_err(KnowledgeError::from))?
            .into_iter()
            .collect())
    }

    /// How much there is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn counts(&self) -> Result<Counts, KnowledgeError> {
        let counts = sqlx::query_as(
            "SELECT (SELECT count(*) FROM sources WHERE removed = 0) AS sources,
                    (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM chunks) AS chunks",
        )
        .fetch_one(&self.inner.reader)
        .await;
        self.noting(counts.map_err(KnowledgeError::from))
    }
}
