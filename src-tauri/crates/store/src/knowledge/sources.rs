//! The sources: rows, reads and writes.

use super::error::KnowledgeError;
use super::list_file::{self, Listed};
use super::open::KnowledgeStore;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;
use wheelhouse_domain::{Millis, SourceId, SourceKind, SourceState, SourceUid};

/// A source that is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSource {
    /// Identity.
    pub uid: SourceUid,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Where it is; empty for a built-in one.
    pub path: String,
    /// Whether its text stays on this machine.
    pub stays_here: bool,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Path below the source, or the source itself.
    pub path: String,
    /// Why, and what to do.
    pub reason: String,
}

/// How a scan ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanEnd {
    /// Whether the source could be read.
    pub state: SourceState,
    /// Files that could not be read.
    pub problems: Vec<Problem>,
    /// When.
    pub at: Millis,
}

/// A source with what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// Number in this store.
    pub id: SourceId,
    /// Identity.
    pub uid: SourceUid,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Where it is; empty for a built-in one.
    pub path: String,
    /// Where the reading stands.
    pub state: SourceState,
    /// Documents in it.
    pub documents: u32,
    /// Chunks of those.
    pub chunks: u32,
    /// Size of the documents in bytes.
    pub bytes: i64,
    /// Files that could not be read at the last scan.
    pub problems: Vec<Problem>,
    /// When the last scan ended.
    pub scanned_at: Option<Millis>,
    /// Whether its text is sent to no model elsewhere.
    pub stays_here: bool,
}

#[derive(FromRow)]
struct Raw {
    id: u32,
    uid: String,
    name: String,
    kind: String,
    path: String,
    state: String,
    documents: u32,
    chunks: u32,
    bytes: i64,
    problems: String,
    scanned_at: Option<i64>,
    stays_here: bool,
}

impl TryFrom<Raw> for SourceRow {
    type Error = KnowledgeError;

    fn try_from(raw: Raw) -> Result<Self, KnowledgeError> {
        Ok(Self {
            id: SourceId(raw.id),
            uid: SourceUid(parse_uid(&raw.uid)?),
            kind: parse_kind(&raw.kind)?,
            state: SourceState::parse(&raw.state).ok_or_else(|| unknown("state", &raw.state))?,
            problems: serde_json::from_str(&raw.problems)?,
            name: raw.name,
            path: raw.path,
            documents: raw.documents,
            chunks: raw.chunks,
            bytes: raw.bytes,
            scanned_at: raw.scanned_at.map(Millis),
            stays_here: raw.stays_here,
        })
    }
}

pub(super) fn unknown(what: &'static str, value: &str) -> KnowledgeError {
    KnowledgeError::UnknownValue {
        what,
        value: value.to_owned(),
    }
}

pub(super) fn parse_uid(text: &str) -> Result<Uuid, KnowledgeError> {
    Uuid::parse_str(text).map_err(|_| unknown("source uid", text))
}

pub(super) fn parse_kind(word: &str) -> Result<SourceKind, KnowledgeError> {
    SourceKind::parse(word).ok_or_else(|| unknown("source kind", word))
}

impl KnowledgeStore {
    /// Every source that was not removed, in the order of their numbers.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn sources(&self) -> Result<Vec<SourceRow>, KnowledgeError> {
        self.noting(self.read_sources(None).await)
    }

    /// One source; none when it is not there or was removed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn source(&self, id: SourceId) -> Result<Option<SourceRow>, KnowledgeError> {
        let rows = self.noting(self.read_sources(Some(id)).await)?;
        Ok(rows.into_iter().next())
    }

    async fn read_sources(&self, only: Option<SourceId>) -> Result<Vec<SourceRow>, KnowledgeError> {
        let rows: Vec<Raw> = sqlx::query_as(
            "SELECT s.id, s.uid, s.name, s.kind, s.path, s.state, s.problems, s.scanned_at, s.stays_here,
                    count(d.id) AS documents, coalesce(sum(d.chunks), 0) AS chunks,
                    coalesce(sum(d.bytes), 0) AS bytes
             FROM sources s LEFT JOIN documents d ON d.source_id = s.id
             WHERE s.removed = 0 AND (?1 IS NULL OR s.id = ?1)
             GROUP BY s.id ORDER BY s.id",
        )
        .bind(only.map(|id| id.0))
        .fetch_all(&self.inner.reader)
        .await?;
        rows.into_iter().map(SourceRow::try_from).collect()
    }

    /// Adds a source that waits for its first scan. A uid that is there already gives its number and changes
    /// nothing, also when it was removed.
    ///
    /// # Errors
    /// When the database or the list of sources cannot be written.
    pub async fn add_source(&self, source: &NewSource) -> Result<SourceId, KnowledgeError> {
        self.noting(self.insert_source(source).await)
    }

    async fn insert_source(&self, source: &NewSource) -> Result<SourceId, KnowledgeError> {
        let uid = source.uid.to_string();
        sqlx::query(
            "INSERT INTO sources (uid, name, kind, path, state, stays_here) VALUES (?, ?, ?, ?, 'waiting', ?)
             ON CONFLICT (uid) DO NOTHING",
        )
        .bind(&uid)
        .bind(&source.name)
        .bind(source.kind.as_str())
        .bind(&source.path)
        .bind(source.stays_here)
        .execute(&self.inner.writer)
        .await?;
        let id: u32 = sqlx::query_scalar("SELECT id FROM sources WHERE uid = ?")
            .bind(&uid)
            .fetch_one(&self.inner.writer)
            .await?;
        self.write_list().await?;
        Ok(SourceId(id))
    }

    /// Says whether the text of a source stays on this machine. What is searched from then on knows of it. Says whether
    /// the source is there.
    ///
    /// # Errors
    /// When the database or the list of sources cannot be written.
    pub async fn set_stays_here(&self, id: SourceId, stays_here: bool) -> Result<bool, KnowledgeError> {
        self.noting(self.write_stays_here(id, stays_here).await)
    }

    async fn write_stays_here(&self, id: SourceId, stays_here: bool) -> Result<bool, KnowledgeError> {
        let changed = sqlx::query("UPDATE sources SET stays_here = ? WHERE id = ? AND removed = 0")
            .bind(stays_here)
            .bind(id.0)
            .execute(&self.inner.writer)
            .await?;
        self.write_list().await?;
        Ok(changed.rows_affected() > 0)
    }

    /// Takes a source with its documents out. Says whether it was still there. A built-in one is remembered as
    /// removed.
    ///
    /// # Errors
    /// When the database or the list of sources cannot be written.
    pub async fn remove_source(&self, id: SourceId) -> Result<bool, KnowledgeError> {
        self.noting(self.delete_source(id).await)
    }

    async fn delete_source(&self, id: SourceId) -> Result<bool, KnowledgeError> {
        let mut transaction = self.inner.writer.begin_with("BEGIN IMMEDIATE").await?;
        let hidden =
            sqlx::query("UPDATE sources SET removed = 1 WHERE id = ? AND kind = 'builtin' AND removed = 0")
                .bind(id.0)
                .execute(&mut *transaction)
                .await?;
        sqlx::query("DELETE FROM documents WHERE source_id = ?")
            .bind(id.0)
            .execute(&mut *transaction)
            .await?;
        let deleted = sqlx::query("DELETE FROM sources WHERE id = ? AND kind <> 'builtin'")
            .bind(id.0)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        self.write_list().await?;
        Ok(hidden.rows_affected() + deleted.rows_affected() > 0)
    }

    /// Says where the reading of a source stands. A source that is gone stays gone.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn set_source_state(&self, id: SourceId, state: SourceState) -> Result<(), KnowledgeError> {
        let done = sqlx::query("UPDATE sources SET state = ? WHERE id = ?")
            .bind(state.as_str())
            .bind(id.0)
            .execute(&self.inner.writer)
            .await;
        self.noting(done.map(drop).map_err(KnowledgeError::from))
    }

    /// Records how a scan ended.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn finish_scan(&self, id: SourceId, end: &ScanEnd) -> Result<(), KnowledgeError> {
        let problems = serde_json::to_string(&end.problems)?;
        let done = sqlx::query("UPDATE sources SET state = ?, problems = ?, scanned_at = ? WHERE id = ?")
            .bind(end.state.as_str())
            .bind(problems)
            .bind(end.at.0)
            .bind(id.0)
            .execute(&self.inner.writer)
            .await;
        self.noting(done.map(drop).map_err(KnowledgeError::from))
    }

    /// Whether this uid is a source that was removed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_removed(&self, uid: SourceUid) -> Result<bool, KnowledgeError> {
        let removed: Result<Option<bool>, _> =
            sqlx::query_scalar("SELECT removed FROM sources WHERE uid = ?")
                .bind(uid.to_string())
                .fetch_optional(&self.inner.reader)
                .await;
        self.noting(
            removed
                .map(|row| row.unwrap_or(false))
                .map_err(KnowledgeError::from),
        )
    }

    pub(super) async fn has_no_sources(&self) -> Result<bool, KnowledgeError> {
        let count: u32 = sqlx::query_scalar("SELECT count(*) FROM sources")
            .fetch_one(&self.inner.writer)
            .await?;
        Ok(count == 0)
    }

    pub(super) async fn insert_listed(&self, listed: Vec<Listed>) -> Result<(), KnowledgeError> {
        let mut transaction = self.inner.writer.begin_with("BEGIN IMMEDIATE").await?;
        for source in listed {
            sqlx::query(
                "INSERT INTO sources (id, uid, name, kind, path, state, removed, stays_here)
                 VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?)
                 ON CONFLICT DO NOTHING",
            )
            .bind(source.id)
            .bind(source.uid.to_string())
            .bind(&source.name)
            .bind(source.kind.as_str())
            .bind(&source.path)
            .bind(source.removed)
            .bind(source.stays_here)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Brings `knowledge-sources.json` up to date.
    pub(super) async fn write_list(&self) -> Result<(), KnowledgeError> {
        type Row = (u32, String, String, String, String, bool, bool);
        let _turn = self.inner.list.lock().await;
        let rows: Vec<Row> =
            sqlx::query_as("SELECT id, uid, name, kind, path, removed, stays_here FROM sources ORDER BY id")
                .fetch_all(&self.inner.writer)
                .await?;
        let listed = rows
            .into_iter()
            .map(|(id, uid, name, kind, path, removed, stays_here)| {
                Ok(Listed {
                    id,
                    uid: parse_uid(&uid)?,
                    name,
                    kind: parse_kind(&kind)?,
                    path,
                    removed,
                    stays_here,
                })
            })
            .collect::<Result<Vec<_>, KnowledgeError>>()?;
        list_file::write(&self.inner.folder, listed)
    }
}
