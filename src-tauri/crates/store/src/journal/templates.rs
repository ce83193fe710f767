//! Templates and their versions. A version is never changed.
//!
//! What comes with the program is *built in*: it is put in at the start, each newer form of it as a next version, and
//! nobody edits it. The operator's own are facts about the store. So an update of the program never buries what the
//! operator wrote, and what the operator wrote never keeps an update away: who wants a built-in one otherwise makes a
//! copy of it.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{Document, Millis, Template, TemplateUid};

use super::store_fact::StoreFact;
use super::{Error, column};

/// A template with its newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRow {
    /// Its newest version.
    pub newest: Template,
    /// Whether it comes with the program.
    pub built_in: bool,
    /// Whether it was taken out of the list.
    pub removed: bool,
    /// Since when it is there.
    pub created_at: Millis,
    /// Since when its newest version is there.
    pub updated_at: Millis,
}

/// A version of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateVersionRow {
    /// Number and document.
    pub template: Template,
    /// Since when.
    pub since: Millis,
}

/// A document as the next version of its template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateEdit {
    /// The document. Its uid says which template.
    pub document: Document,
    /// The version that was read: where another one is there by now, nothing is changed. 0 for a new template.
    pub expected_version: u32,
}

fn from_row(row: &SqliteRow) -> Result<TemplateRow, Error> {
    Ok(TemplateRow {
        newest: Template {
            version: row.try_get("version")?,
            document: column::json(row, "document")?,
        },
        built_in: row.try_get("built_in")?,
        removed: row.try_get("removed")?,
        created_at: column::at(row, "created_at")?,
        updated_at: column::at(row, "updated_at")?,
    })
}

fn version_from_row(row: &SqliteRow) -> Result<TemplateVersionRow, Error> {
    Ok(TemplateVersionRow {
        template: Template {
            version: row.try_get("version")?,
            document: column::json(row, "document")?,
        },
        since: column::at(row, "since")?,
    })
}

macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT t.*, v.document AS document FROM templates t
             JOIN template_versions v ON v.template = t.uid AND v.version = t.version ",
            $tail
        )
    };
}

/// Every template with its newest version, those that come with the program first, then by age.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<TemplateRow>, Error> {
    let rows = sqlx::query(select!("ORDER BY t.built_in DESC, t.created_at, t.rowid"))
        .fetch_all(conn)
        .await?;
    rows.iter().map(from_row).collect()
}

/// The template with this identity.
pub(crate) async fn get(conn: &mut SqliteConnection, uid: TemplateUid) -> Result<Option<TemplateRow>, Error> {
    let row = sqlx::query(select!("WHERE t.uid = ?1"))
        .bind(uid.to_string())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The versions of a template, newest first. Empty when there is no such template.
pub(crate) async fn versions(
    conn: &mut SqliteConnection,
    uid: TemplateUid,
) -> Result<Vec<TemplateVersionRow>, Error> {
    let rows = sqlx::query("SELECT * FROM template_versions WHERE template = ?1 ORDER BY version DESC")
        .bind(uid.to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(version_from_row).collect()
}

/// One version of a template.
pub(crate) async fn version(
    conn: &mut SqliteConnection,
    uid: TemplateUid,
    version: u32,
) -> Result<Option<TemplateVersionRow>, Error> {
    let row = sqlx::query("SELECT * FROM template_versions WHERE template = ?1 AND version = ?2")
        .bind(uid.to_string())
        .bind(version)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(version_from_row).transpose()
}

/// The fact that follows from saving a document; none when the newest version says the same.
pub(crate) async fn save(
    conn: &mut SqliteConnection,
    edit: &TemplateEdit,
) -> Result<Option<StoreFact>, Error> {
    let uid = edit.document.uid;
    let present = get(conn, uid).await?;
    if present.as_ref().is_some_and(|row| row.built_in) {
        return Err(Error::TemplateBuiltIn(uid));
    }
    let found = present.as_ref().map_or(0, |row| row.newest.version);
    if found != edit.expected_version {
        return Err(match found {
            0 => Error::TemplateNotFound(uid),
            found => Error::TemplateChanged { uid, found },
        });
    }
    let same = present.is_some_and(|row| !row.removed && row.newest.document == edit.document);
    Ok((!same).then(|| StoreFact::TemplateSaved {
        version: found + 1,
        document: Box::new(edit.document.clone()),
    }))
}

/// The fact that follows from taking a template out of the list, or putting it back; none when it is like that already.
pub(crate) async fn switch(
    conn: &mut SqliteConnection,
    uid: TemplateUid,
    removed: bool,
) -> Result<Option<StoreFact>, Error> {
    let present = get(conn, uid).await?.ok_or(Error::TemplateNotFound(uid))?;
    if present.built_in {
        return Err(Error::TemplateBuiltIn(uid));
    }
    Ok(
        (present.removed != removed).then_some(StoreFact::TemplateRemoved {
            template: uid,
            removed,
        }),
    )
}

/// Adds a version of one of the operator's templates, which is then the newest.
pub(crate) async fn put(
    conn: &mut SqliteConnection,
    at: Millis,
    version: u32,
    document: &Document,
) -> Result<(), Error> {
    put_version(conn, at, version, document, false).await
}

/// Takes a template out of the list, or puts it back.
pub(crate) async fn set_removed(
    conn: &mut SqliteConnection,
    uid: TemplateUid,
    removed: bool,
) -> Result<(), Error> {
    let result = sqlx::query("UPDATE templates SET removed = ?2 WHERE uid = ?1")
        .bind(uid.to_string())
        .bind(removed)
        .execute(conn)
        .await?;
    match result.rows_affected() {
        1 => Ok(()),
        _ => Err(Error::TemplateNotFound(uid)),
    }
}

/// Puts in what comes with the program: a template that is not there, and a next version where its newest one says
/// something else. One that is the operator's own by now keeps its owner.
pub(crate) async fn put_built_in(
    conn: &mut SqliteConnection,
    at: Millis,
    documents: &[Document],
) -> Result<(), Error> {
    for document in documents {
        let present = get(&mut *conn, document.uid).await?;
        let version = match &present {
            None => 1,
            Some(row) if row.built_in && row.newest.document != *document => row.newest.version + 1,
            Some(_) => continue,
        };
        put_version(&mut *conn, at, version, document, true).await?;
    }
    Ok(())
}

async fn put_version(
    conn: &mut SqliteConnection,
    at: Millis,
    version: u32,
    document: &Document,
    built_in: bool,
) -> Result<(), Error> {
    let uid = document.uid.to_string();
    sqlx::query(
        "INSERT INTO templates (uid, version, built_in, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT (uid) DO UPDATE SET version = excluded.version, updated_at = excluded.updated_at, removed = 0",
    )
    .bind(&uid)
    .bind(version)
    .bind(built_in)
    .bind(at.0)
    .execute(&mut *conn)
    .await?;
    sqlx::query("INSERT INTO template_versions (template, version, document, since) VALUES (?1, ?2, ?3, ?4)")
        .bind(&uid)
        .bind(version)
        .bind(column::to_json(document)?)
        .bind(at.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes out the operator's own templates, so that facts can be applied again.
pub(crate) async fn back_to_built_in(conn: &mut SqliteConnection) -> Result<(), Error> {
    for statement in [
        "DELETE FROM template_versions WHERE template IN (SELECT uid FROM templates WHERE built_in = 0)",
        "DELETE FROM templates WHERE built_in = 0",
    ] {
        sqlx::query(statement).execute(&mut *conn).await?;
    }
    Ok(())
}
