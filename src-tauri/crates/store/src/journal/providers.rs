//! Where models run. Their keys are kept elsewhere.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{Millis, ProviderId, ProviderKind, ProviderLimits, ProviderUid};

use super::store_fact::StoreFact;
use super::{Error, column};

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRow {
    /// Number in this store. Never given out again.
    pub id: ProviderId,
    /// Identity. Its key is kept under it.
    pub uid: ProviderUid,
    /// Name that models are called by, unlike any other provider's.
    pub name: String,
    /// Form that it speaks.
    pub kind: ProviderKind,
    /// Where it is.
    pub base_url: String,
    /// What the operator set about its calls.
    pub limits: ProviderLimits,
    /// Since when it is there.
    pub created_at: Millis,
}

/// A provider as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProvider {
    /// Which one to change; none to add one.
    pub id: Option<ProviderId>,
    /// Identity of one that is added. One that is changed keeps its own.
    pub uid: ProviderUid,
    /// Name that models are called by.
    pub name: String,
    /// Form that it speaks.
    pub kind: ProviderKind,
    /// Where it is. Must hold no secret: it is kept in the journal.
    pub base_url: String,
    /// What is set about its calls.
    pub limits: ProviderLimits,
}

fn from_row(row: &SqliteRow) -> Result<ProviderRow, Error> {
    Ok(ProviderRow {
        id: ProviderId(row.try_get("id")?),
        uid: ProviderUid(column::uid(row, "uid")?),
        name: row.try_get("name")?,
        kind: column::word(row, "kind", ProviderKind::parse)?,
        base_url: row.try_get("base_url")?,
        limits: column::json(row, "limits")?,
        created_at: column::at(row, "created_at")?,
    })
}

/// Every provider, by name.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<ProviderRow>, Error> {
    let rows = sqlx::query("SELECT * FROM providers ORDER BY name")
        .fetch_all(conn)
        .await?;
    rows.iter().map(from_row).collect()
}

/// The provider with this number.
pub(crate) async fn get(conn: &mut SqliteConnection, id: ProviderId) -> Result<Option<ProviderRow>, Error> {
    let row = sqlx::query("SELECT * FROM providers WHERE id = ?1")
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The provider with this identity.
pub(crate) async fn by_uid(
    conn: &mut SqliteConnection,
    uid: ProviderUid,
) -> Result<Option<ProviderRow>, Error> {
    let row = sqlx::query("SELECT * FROM providers WHERE uid = ?1")
        .bind(uid.to_string())
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The provider with this name.
pub(crate) async fn by_name(conn: &mut SqliteConnection, name: &str) -> Result<Option<ProviderRow>, Error> {
    let row = sqlx::query("SELECT * FROM providers WHERE name = ?1")
        .bind(name)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The fact that follows from saving a provider; none when it is like that already.
pub(crate) async fn save(conn: &mut SqliteConnection, new: &NewProvider) -> Result<Option<StoreFact>, Error> {
    let present = match new.id {
        Some(id) => Some(get(conn, id).await?.ok_or(Error::ProviderNotFound(id))?),
        None => None,
    };
    let (id, uid) = match &present {
        Some(row) => (row.id, row.uid),
        None => (next_id(conn).await?, new.uid),
    };
    if by_name(conn, &new.name)
        .await?
        .is_some_and(|other| other.id != id)
    {
        return Err(Error::ProviderNameTaken(new.name.clone()));
    }
    let same = |row: &ProviderRow| {
        (&row.name, row.kind, &row.base_url, &row.limits) == (&new.name, new.kind, &new.base_url, &new.limits)
    };
    Ok(
        (!present.as_ref().is_some_and(same)).then(|| StoreFact::ProviderSaved {
            provider: id,
            uid,
            name: new.name.clone(),
            kind: new.kind,
            base_url: new.base_url.clone(),
            limits: new.limits.clone(),
        }),
    )
}

/// The fact that follows from removing a provider; none when it is not there.
pub(crate) async fn remove(conn: &mut SqliteConnection, id: ProviderId) -> Result<Option<StoreFact>, Error> {
    Ok(get(conn, id).await?.map(|row| StoreFact::ProviderRemoved {
        provider: row.id,
        uid: row.uid,
    }))
}

/// A number that no provider ever had.
async fn next_id(conn: &mut SqliteConnection) -> Result<ProviderId, Error> {
    let last: Option<u32> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'providers'")
        .fetch_optional(conn)
        .await?;
    Ok(ProviderId(last.unwrap_or_default() + 1))
}

/// Adds a provider, or changes the one with its number, which stays as old as it is.
pub(crate) async fn put(conn: &mut SqliteConnection, row: &ProviderRow) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO providers (id, uid, name, kind, base_url, created_at, limits)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, base_url = excluded.base_url,
           limits = excluded.limits",
    )
    .bind(row.id.0)
    .bind(row.uid.to_string())
    .bind(&row.name)
    .bind(row.kind.as_str())
    .bind(&row.base_url)
    .bind(row.created_at.0)
    .bind(column::to_json(&row.limits)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a provider out of the table.
pub(crate) async fn drop_row(conn: &mut SqliteConnection, uid: ProviderUid) -> Result<(), Error> {
    sqlx::query("DELETE FROM providers WHERE uid = ?1")
        .bind(uid.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
