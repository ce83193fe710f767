//! Reads columns into the domain's words.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;
use wheelhouse_domain::{ContentHash, Millis};

use super::Error;

fn unreadable(column: &'static str, reason: &dyn ToString) -> Error {
    Error::Unreadable {
        column,
        reason: reason.to_string(),
    }
}

/// A JSON column.
pub(crate) fn json<T: DeserializeOwned>(row: &SqliteRow, column: &'static str) -> Result<T, Error> {
    let text: &str = row.try_get(column)?;
    serde_json::from_str(text).map_err(|error| unreadable(column, &error))
}

/// A JSON column that may be empty.
pub(crate) fn json_opt<T: DeserializeOwned>(
    row: &SqliteRow,
    column: &'static str,
) -> Result<Option<T>, Error> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| serde_json::from_str(text).map_err(|error| unreadable(column, &error)))
        .transpose()
}

/// A column that holds one of a set of words.
pub(crate) fn word<T>(
    row: &SqliteRow,
    column: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, Error> {
    let text: &str = row.try_get(column)?;
    parse(text).ok_or_else(|| unreadable(column, &format!("unknown word {text}")))
}

/// A column that holds one of a set of words, or nothing.
pub(crate) fn word_opt<T>(
    row: &SqliteRow,
    column: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<T>, Error> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| parse(text).ok_or_else(|| unreadable(column, &format!("unknown word {text}"))))
        .transpose()
}

/// A UUID kept as text.
pub(crate) fn uid(row: &SqliteRow, column: &'static str) -> Result<Uuid, Error> {
    parsed_uid(row.try_get(column)?, column)
}

/// A UUID from the text that it is kept as.
pub(crate) fn parsed_uid(text: &str, column: &'static str) -> Result<Uuid, Error> {
    Uuid::parse_str(text).map_err(|error| unreadable(column, &error))
}

/// A UUID kept as text that may be missing.
pub(crate) fn uid_opt(row: &SqliteRow, column: &'static str) -> Result<Option<Uuid>, Error> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| parsed_uid(text, column)).transpose()
}

/// A time.
pub(crate) fn at(row: &SqliteRow, column: &'static str) -> Result<Millis, Error> {
    Ok(Millis(row.try_get(column)?))
}

/// A time that may be missing.
pub(crate) fn at_opt(row: &SqliteRow, column: &'static str) -> Result<Option<Millis>, Error> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Millis))
}

/// A content address that may be missing.
pub(crate) fn hash_opt(row: &SqliteRow, column: &'static str) -> Result<Option<ContentHash>, Error> {
    Ok(row.try_get::<Option<String>, _>(column)?.map(ContentHash))
}

/// A value as a JSON column keeps it.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String, Error> {
    Ok(serde_json::to_string(value)?)
}
