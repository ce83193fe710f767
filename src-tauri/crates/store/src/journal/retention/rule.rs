//! The rule and where it is kept.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::super::store_fact::StoreFact;
use super::super::{Error, column};

const KEY: &str = "retention";

/// How long ended workflows are kept. Each bound that is set counts by itself; with none, everything is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// Days after its end that a workflow is kept.
    #[serde(default)]
    pub max_age_days: Option<u32>,
    /// How many ended workflows are kept, the newest ones.
    #[serde(default)]
    pub max_workflows: Option<u32>,
    /// Size of the journal's file, in megabytes of a million bytes, above which the oldest ended workflows go.
    #[serde(default)]
    pub max_megabytes: Option<u32>,
}

impl Retention {
    /// Whether everything is kept.
    #[must_use]
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }

    /// The size in bytes.
    pub(super) fn max_bytes(&self) -> Option<u64> {
        self.max_megabytes.map(|size| u64::from(size) * 1_000_000)
    }
}

/// The rule that is set.
pub(crate) async fn current(conn: &mut SqliteConnection) -> Result<Retention, Error> {
    let row = sqlx::query("SELECT value FROM settings WHERE key = ?1")
        .bind(KEY)
        .fetch_optional(conn)
        .await?;
    match row {
        Some(row) => column::json(&row, "value"),
        None => Ok(Retention::default()),
    }
}

/// The fact that follows from setting the rule; none when it is set like that already.
pub(crate) async fn change(conn: &mut SqliteConnection, rule: Retention) -> Result<Option<StoreFact>, Error> {
    let present = current(conn).await?;
    Ok((present != rule).then_some(StoreFact::RetentionSaved { rule }))
}

/// Sets the rule.
pub(crate) async fn put(conn: &mut SqliteConnection, rule: Retention) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
    )
    .bind(KEY)
    .bind(column::to_json(&rule)?)
    .execute(conn)
    .await?;
    Ok(())
}
