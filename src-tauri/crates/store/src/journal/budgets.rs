//! Limits that hold for the whole application.

use sqlx::SqliteConnection;
use wheelhouse_domain::{Budgets, Millis};

use super::arrange::What;
use super::requests::RequestRecord;
use super::store_fact::StoreFact;
use super::{Error, Store, column};

const KEY: &str = "budgets";

/// The limits that are set.
pub(crate) async fn current(conn: &mut SqliteConnection) -> Result<Budgets, Error> {
    let row = sqlx::query("SELECT value FROM settings WHERE key = ?1")
        .bind(KEY)
        .fetch_optional(conn)
        .await?;
    match row {
        Some(row) => column::json(&row, "value"),
        None => Ok(Budgets::default()),
    }
}

/// The fact that follows from setting the limits; none when they are set like that already.
pub(crate) async fn change(conn: &mut SqliteConnection, new: &Budgets) -> Result<Option<StoreFact>, Error> {
    let present = current(conn).await?;
    Ok((present != *new).then(|| StoreFact::BudgetsSaved { budgets: new.clone() }))
}

/// Sets the limits.
pub(crate) async fn put(conn: &mut SqliteConnection, budgets: &Budgets) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
    )
    .bind(KEY)
    .bind(column::to_json(budgets)?)
    .execute(conn)
    .await?;
    Ok(())
}

impl Store {
    /// The limits that hold for the whole application.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn budgets(&self) -> Result<Budgets, Error> {
        current(&mut *self.reader().await?).await
    }

    /// Sets the limits that hold for the whole application.
    ///
    /// # Errors
    /// Those of a wish, see [`Self::save_provider`].
    pub async fn save_budgets(
        &self,
        budgets: Budgets,
        request: RequestRecord,
        now: Millis,
    ) -> Result<(), Error> {
        self.arrange(What::Budgets(Box::new(budgets)), request, now)
            .await
            .map(drop)
    }
}
