//! The documents and their chunks: rows, reads and writes.

use super::error::KnowledgeError;
use super::open::KnowledgeStore;
use super::sources::{parse_kind, parse_uid};
use sqlx::{FromRow, SqliteConnection};
use std::collections::HashMap;
use wheelhouse_domain::{ContentHash, DocumentId, Millis, SourceId, SourceKind, SourceUid};

/// A chunk that is to be indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChunk {
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, inclusive.
    pub end_line: u32,
    /// Headings above, outermost first.
    pub headings: Vec<String>,
    /// The lines, verbatim.
    pub text: String,
    /// Terms of title, path and headings, separated by spaces.
    pub heading_terms: String,
    /// Terms of the text, separated by spaces.
    pub terms: String,
}

/// A document that is to be indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// Path below its source, with `/`.
    pub path: String,
    /// First heading, or the file's name.
    pub title: String,
    /// The whole text.
    pub text: String,
    /// Content address of the text.
    pub hash: ContentHash,
    /// Size of the file in bytes.
    pub bytes: i64,
    /// When the file was changed, in nanoseconds since the Unix epoch.
    pub modified_ns: i64,
    /// Lines of the text.
    pub lines: u32,
    /// Version of what read and split it.
    pub reader: u32,
    /// When it was read.
    pub indexed_at: Millis,
    /// Its chunks.
    pub chunks: Vec<NewChunk>,
}

/// What is known of a document's file, to see whether it has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentState {
    /// Content address of the text.
    pub hash: ContentHash,
    /// Size of the file in bytes.
    pub bytes: i64,
    /// When the file was changed, in nanoseconds since the Unix epoch.
    pub modified_ns: i64,
    /// Version of what read and split it.
    pub reader: u32,
    /// When it was read.
    pub indexed_at: Millis,
}

/// A document in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Number in this store.
    pub id: DocumentId,
    /// Path below its source.
    pub path: String,
    /// First heading, or the file's name.
    pub title: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Lines.
    pub lines: u32,
    /// Chunks.
    pub chunks: u32,
    /// When it was read.
    pub indexed_at: Millis,
}

/// A document with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentText {
    /// The document.
    pub document: DocumentRow,
    /// Source that it is from.
    pub source: SourceUid,
    /// The source's name.
    pub source_name: String,
    /// What the source is.
    pub source_kind: SourceKind,
    /// Where the source is.
    pub source_path: String,
    /// Content address of the text.
    pub hash: ContentHash,
    /// The whole text.
    pub text: String,
}

#[derive(FromRow)]
struct Raw {
    id: u32,
    path: String,
    title: String,
    bytes: i64,
    lines: u32,
    chunks: u32,
    indexed_at: i64,
}

impl From<Raw> for DocumentRow {
    fn from(raw: Raw) -> Self {
        Self {
            id: DocumentId(raw.id),
            path: raw.path,
            title: raw.title,
            bytes: raw.bytes,
            lines: raw.lines,
            chunks: raw.chunks,
            indexed_at: Millis(raw.indexed_at),
        }
    }
}

#[derive(FromRow)]
struct RawText {
    #[sqlx(flatten)]
    document: Raw,
    uid: String,
    name: String,
    kind: String,
    source_path: String,
    hash: String,
    text: String,
}

#[derive(FromRow)]
struct RawState {
    path: String,
    hash: String,
    bytes: i64,
    modified_ns: i64,
    reader: u32,
    indexed_at: i64,
}

impl KnowledgeStore {
    /// What is known of the files of a source, by path.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn document_states(
        &self,
        source: SourceId,
    ) -> Result<HashMap<String, DocumentState>, KnowledgeError> {
        let rows: Result<Vec<RawState>, _> = sqlx::query_as(
            "SELECT path, hash, bytes, modified_ns, reader, indexed_at FROM documents WHERE source_id = ?",
        )
        .bind(source.0)
        .fetch_all(&self.inner.reader)
        .await;
        let rows = self.noting(rows.map_err(KnowledgeError::from))?;
        let state = |row: RawState| {
            let state = DocumentState {
                hash: ContentHash(row.hash),
                bytes: row.bytes,
                modified_ns: row.modified_ns,
                reader: row.reader,
                indexed_at: Millis(row.indexed_at),
            };
            (row.path, state)
        };
        Ok(rows.into_iter().map(state).collect())
    }

    /// Sources with documents that another version of the reader than `reader` has read.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn sources_read_otherwise(&self, reader: u32) -> Result<Vec<SourceId>, KnowledgeError> {
        let ids: Result<Vec<u32>, _> =
            sqlx::query_scalar("SELECT DISTINCT source_id FROM documents WHERE reader <> ?")
                .bind(reader)
                .fetch_all(&self.inner.reader)
                .await;
        let ids = self.noting(ids.map_err(KnowledgeError::from))?;
        Ok(ids.into_iter().map(SourceId).collect())
    }

    /// Puts these documents in the place of those with the same paths, all in one transaction. Says whether the
    /// source was still there; if not, nothing is written.
    ///
    /// # Errors
    /// When the database cannot be written. Nothing is changed then.
    pub async fn replace_documents(
        &self,
        source: SourceId,
        documents: &[NewDocument],
    ) -> Result<bool, KnowledgeError> {
        self.noting(self.write_documents(source, documents).await)
    }

    async fn write_documents(
        &self,
        source: SourceId,
        documents: &[NewDocument],
    ) -> Result<bool, KnowledgeError> {
        let mut transaction = self.inner.writer.begin_with("BEGIN IMMEDIATE").await?;
        let there: Option<u32> = sqlx::query_scalar("SELECT id FROM sources WHERE id = ? AND removed = 0")
            .bind(source.0)
            .fetch_optional(&mut *transaction)
            .await?;
        if there.is_none() {
            return Ok(false);
        }
        for document in documents {
            delete_document(&mut transaction, source, &document.path).await?;
            let id = insert_document(&mut transaction, source, document).await?;
            for chunk in &document.chunks {
                insert_chunk(&mut transaction, id, chunk).await?;
            }
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Notes that files were touched without a change of their text.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn touch_document(
        &self,
        source: SourceId,
        path: &str,
        bytes: i64,
        modified_ns: i64,
        at: Millis,
    ) -> Result<(), KnowledgeError> {
        let done = sqlx::query(
            "UPDATE documents SET bytes = ?, modified_ns = ?, indexed_at = ? WHERE source_id = ? AND path = ?",
        )
        .bind(bytes)
        .bind(modified_ns)
        .bind(at.0)
        .bind(source.0)
        .bind(path)
        .execute(&self.inner.writer)
        .await;
        self.noting(done.map(drop).map_err(KnowledgeError::from))
    }

    /// Takes documents out, all in one transaction.
    ///
    /// # Errors
    /// When the database cannot be written. Nothing is changed then.
    pub async fn remove_documents(&self, source: SourceId, paths: &[String]) -> Result<(), KnowledgeError> {
        let work = async {
            let mut transaction = self.inner.writer.begin_with("BEGIN IMMEDIATE").await?;
            for path in paths {
                delete_document(&mut transaction, source, path).await?;
            }
            transaction.commit().await?;
            Ok::<(), KnowledgeError>(())
        };
        self.noting(work.await)
    }

    /// Documents of a source by path: those whose path contains `query`, after the path `after`, at most `limit`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn documents(
        &self,
        source: SourceId,
        query: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<DocumentRow>, KnowledgeError> {
        let rows: Result<Vec<Raw>, _> = sqlx::query_as(
            "SELECT id, path, title, bytes, lines, chunks, indexed_at FROM documents
             WHERE source_id = ? AND path > ? AND (? = '' OR instr(lower(path), lower(?)) > 0)
             ORDER BY path LIMIT ?",
        )
        .bind(source.0)
        .bind(after)
        .bind(query)
        .bind(query)
        .bind(limit)
        .fetch_all(&self.inner.reader)
        .await;
        let rows = self.noting(rows.map_err(KnowledgeError::from))?;
        Ok(rows.into_iter().map(DocumentRow::from).collect())
    }

    /// A document with its text; none when it is not in the knowledge.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn read_document(
        &self,
        source: SourceUid,
        path: &str,
    ) -> Result<Option<DocumentText>, KnowledgeError> {
        self.noting(self.read_text(source, path).await)
    }

    async fn read_text(&self, source: SourceUid, path: &str) -> Result<Option<DocumentText>, KnowledgeError> {
        let row: Option<RawText> = sqlx::query_as(
            "SELECT d.id, d.path, d.title, d.bytes, d.lines, d.chunks, d.indexed_at, d.hash, d.text,
                    s.uid, s.name, s.kind, s.path AS source_path
             FROM documents d JOIN sources s ON s.id = d.source_id WHERE s.uid = ? AND d.path = ?",
        )
        .bind(source.to_string())
        .bind(path)
        .fetch_optional(&self.inner.reader)
        .await?;
        row.map(|row| {
            Ok(DocumentText {
                document: row.document.into(),
                source: SourceUid(parse_uid(&row.uid)?),
                source_name: row.name,
                source_kind: parse_kind(&row.kind)?,
                source_path: row.source_path,
                hash: ContentHash(row.hash),
                text: row.text,
            })
        })
        .transpose()
    }
}

async fn delete_document(
    connection: &mut SqliteConnection,
    source: SourceId,
    path: &str,
) -> Result<(), sqlx::Error> {
    // Chunks and index follow by foreign key and trigger.
    sqlx::query("DELETE FROM documents WHERE source_id = ? AND path = ?")
        .bind(source.0)
        .bind(path)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_document(
    connection: &mut SqliteConnection,
    source: SourceId,
    document: &NewDocument,
) -> Result<i64, sqlx::Error> {
    let chunks = u32::try_from(document.chunks.len()).unwrap_or(u32::MAX);
    let done = sqlx::query(
        "INSERT INTO documents (source_id, path, title, hash, bytes, modified_ns, lines, chunks, reader, indexed_at,
                                text)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(source.0)
    .bind(&document.path)
    .bind(&document.title)
    .bind(document.hash.as_str())
    .bind(document.bytes)
    .bind(document.modified_ns)
    .bind(document.lines)
    .bind(chunks)
    .bind(document.reader)
    .bind(document.indexed_at.0)
    .bind(&document.text)
    .execute(connection)
    .await?;
    Ok(done.last_insert_rowid())
}

async fn insert_chunk(
    connection: &mut SqliteConnection,
    document: i64,
    chunk: &NewChunk,
) -> Result<(), KnowledgeError> {
    let done = sqlx::query(
        "INSERT INTO chunks (document_id, start_line, end_line, headings, text) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(document)
    .bind(chunk.start_line)
    .bind(chunk.end_line)
    .bind(serde_json::to_string(&chunk.headings)?)
    .bind(&chunk.text)
    .execute(&mut *connection)
    .await?;
    sqlx::query("INSERT INTO chunks_fts (rowid, headings, body) VALUES (?, ?, ?)")
        .bind(done.last_insert_rowid())
        .bind(&chunk.heading_terms)
        .bind(&chunk.terms)
        .execute(connection)
        .await?;
    Ok(())
}
