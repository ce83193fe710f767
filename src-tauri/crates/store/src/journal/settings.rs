//! What is set for all agents.

use sqlx::SqliteConnection;
use wheelhouse_domain::{DefaultModels, HirePolicy};

use super::store_fact::StoreFact;
use super::{Error, column};

const DEFAULT_MODELS: &str = "default_models";
const HIRING: &str = "hiring";

/// When the generator may hire by itself. Until the operator says otherwise, as on a fresh store.
pub(crate) async fn hire_policy(conn: &mut SqliteConnection) -> Result<HirePolicy, Error> {
    let row = sqlx::query("SELECT value FROM settings WHERE key = ?1")
        .bind(HIRING)
        .fetch_optional(conn)
        .await?;
    match row {
        Some(row) => column::json(&row, "value"),
        None => Ok(HirePolicy::default()),
    }
}

/// The fact that follows from setting the rule; none when it is set like that already.
pub(crate) async fn save_hire_policy(
    conn: &mut SqliteConnection,
    new: HirePolicy,
) -> Result<Option<StoreFact>, Error> {
    let present = hire_policy(conn).await?;
    Ok((present != new).then_some(StoreFact::HiringSaved { policy: new }))
}

/// Sets the rule.
pub(crate) async fn put_hire_policy(conn: &mut SqliteConnection, policy: HirePolicy) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
    )
    .bind(HIRING)
    .bind(column::to_json(&policy)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Models that are used when an agent names none. Until some are set, those of a fresh store.
pub(crate) async fn default_models(conn: &mut SqliteConnection) -> Result<DefaultModels, Error> {
    let row = sqlx::query("SELECT value FROM settings WHERE key = ?1")
        .bind(DEFAULT_MODELS)
        .fetch_optional(conn)
        .await?;
    match row {
        Some(row) => column::json(&row, "value"),
        None => Ok(DefaultModels::default()),
    }
}

/// The fact that follows from setting the models; none when they are set like that already.
pub(crate) async fn save_default_models(
    conn: &mut SqliteConnection,
    new: &DefaultModels,
) -> Result<Option<StoreFact>, Error> {
    let present = default_models(conn).await?;
    Ok((present != *new).then(|| StoreFact::SettingsSaved {
        default_models: new.clone(),
    }))
}

/// Sets the models.
pub(crate) async fn put_default_models(
    conn: &mut SqliteConnection,
    models: &DefaultModels,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
    )
    .bind(DEFAULT_MODELS)
    .bind(column::to_json(models)?)
    .execute(conn)
    .await?;
    Ok(())
}
