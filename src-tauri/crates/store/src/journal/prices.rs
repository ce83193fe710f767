//! What models cost, as the operator set it. Prices that come with the program are not here.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{Money, Price, PriceId, ProviderKind};

use super::arrange::What;
use super::requests::RequestRecord;
use super::store_fact::StoreFact;
use super::{Error, Store, column};
use wheelhouse_domain::Millis;

/// A price that the operator set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceRow {
    /// Number in this store. Never given out again.
    pub id: PriceId,
    /// The price.
    pub price: Price,
}

/// A price as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPrice {
    /// Which one to change; none to add one.
    pub id: Option<PriceId>,
    /// The price.
    pub price: Price,
}

fn from_row(row: &SqliteRow) -> Result<PriceRow, Error> {
    let cached: Option<i64> = row.try_get("cached")?;
    let cache_write: Option<i64> = row.try_get("cache_write")?;
    Ok(PriceRow {
        id: PriceId(row.try_get("id")?),
        price: Price {
            kind: column::word(row, "kind", ProviderKind::parse)?,
            model: row.try_get("model")?,
            input: Money(row.try_get("input")?),
            output: Money(row.try_get("output")?),
            cached: cached.map(Money),
            cache_write: cache_write.map(Money),
            valid_from: column::at(row, "valid_from")?,
            note: row.try_get("note")?,
        },
    })
}

/// Every price, by model and then the newest first.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<PriceRow>, Error> {
    let rows = sqlx::query("SELECT * FROM prices ORDER BY kind, model, valid_from DESC")
        .fetch_all(conn)
        .await?;
    rows.iter().map(from_row).collect()
}

async fn get(conn: &mut SqliteConnection, id: PriceId) -> Result<Option<PriceRow>, Error> {
    let row = sqlx::query("SELECT * FROM prices WHERE id = ?1")
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The price for that name that is valid from the same time.
async fn same(conn: &mut SqliteConnection, price: &Price) -> Result<Option<PriceRow>, Error> {
    let row = sqlx::query("SELECT * FROM prices WHERE kind = ?1 AND model = ?2 AND valid_from = ?3")
        .bind(price.kind.as_str())
        .bind(&price.model)
        .bind(price.valid_from.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(from_row).transpose()
}

/// The fact that follows from saving a price; none when it is like that already.
pub(crate) async fn save(conn: &mut SqliteConnection, new: &NewPrice) -> Result<Option<StoreFact>, Error> {
    let present = match new.id {
        Some(id) => Some(get(conn, id).await?.ok_or(Error::PriceNotFound(id))?),
        None => None,
    };
    let id = match &present {
        Some(row) => row.id,
        None => next_id(conn).await?,
    };
    if same(conn, &new.price).await?.is_some_and(|other| other.id != id) {
        return Err(Error::PriceTaken(new.price.model.clone()));
    }
    let unchanged = present.is_some_and(|row| row.price == new.price);
    Ok((!unchanged).then(|| StoreFact::PriceSaved {
        id,
        price: new.price.clone(),
    }))
}

/// The fact that follows from removing a price; none when it is not there.
pub(crate) async fn remove(conn: &mut SqliteConnection, id: PriceId) -> Result<Option<StoreFact>, Error> {
    Ok(get(conn, id)
        .await?
        .map(|row| StoreFact::PriceRemoved { id: row.id }))
}

/// A number that no price ever had.
async fn next_id(conn: &mut SqliteConnection) -> Result<PriceId, Error> {
    let last: Option<u32> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'prices'")
        .fetch_optional(conn)
        .await?;
    Ok(PriceId(last.unwrap_or_default() + 1))
}

/// Adds a price, or changes the one with its number.
pub(crate) async fn put(conn: &mut SqliteConnection, id: PriceId, price: &Price) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO prices (id, kind, model, input, output, cached, valid_from, note, cache_write)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, model = excluded.model, input = excluded.input,
           output = excluded.output, cached = excluded.cached, valid_from = excluded.valid_from,
           note = excluded.note, cache_write = excluded.cache_write",
    )
    .bind(id.0)
    .bind(price.kind.as_str())
    .bind(&price.model)
    .bind(price.input.0)
    .bind(price.output.0)
    .bind(price.cached.map(|cached| cached.0))
    .bind(price.valid_from.0)
    .bind(&price.note)
    .bind(price.cache_write.map(|written| written.0))
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a price out of the table.
pub(crate) async fn drop_row(conn: &mut SqliteConnection, id: PriceId) -> Result<(), Error> {
    sqlx::query("DELETE FROM prices WHERE id = ?1")
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

impl Store {
    /// Every price that the operator set, by model and then the newest first.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn prices(&self) -> Result<Vec<PriceRow>, Error> {
        all(&mut *self.reader().await?).await
    }

    /// Adds a price, or changes the one with the given number.
    ///
    /// # Errors
    /// [`Error::PriceNotFound`], [`Error::PriceTaken`] where the model has a price from that time on, and those of a wish,
    /// see [`Self::save_provider`].
    pub async fn save_price(
        &self,
        price: NewPrice,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::Price(price), request, now).await.map(drop)
    }

    /// Removes a price. Says whether it was there.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn remove_price(
        &self,
        id: PriceId,
        request: RequestRecord,
        now: Millis,
    ) -> Result<bool, Error> {
        let written = self.arrange(What::NoPrice(id), request, now).await?;
        Ok(written.first <= written.last)
    }
}
