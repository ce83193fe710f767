//! One event as the projections see it.

use sqlx::sqlite::SqliteQueryResult;
use wheelhouse_domain::{EventBody, Millis, Position, WorkflowId};

use super::Error;

/// One event with its place in the store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fact<'a> {
    /// The run.
    pub(crate) workflow: WorkflowId,
    /// Place in the store.
    pub(crate) position: Position,
    /// When it was recorded.
    pub(crate) at: Millis,
    /// What happened.
    pub(crate) body: &'a EventBody,
    /// Whether it happened elsewhere: its run was taken in from a file.
    pub(crate) imported: bool,
    /// Whether it was recorded while another store owned the run.
    pub(crate) elsewhere: bool,
}

impl Fact<'_> {
    /// The error that says that `table` contradicts this fact.
    pub(crate) fn refused(&self, table: &'static str, reason: impl Into<String>) -> Error {
        Error::Integrity {
            workflow: self.workflow,
            kind: self.body.kind(),
            table,
            reason: reason.into(),
        }
    }

    /// Requires that a guarded statement changed exactly one row.
    pub(crate) fn changed_one(
        &self,
        table: &'static str,
        reason: &str,
        result: &SqliteQueryResult,
    ) -> Result<(), Error> {
        if result.rows_affected() == 1 {
            Ok(())
        } else {
            Err(self.refused(table, reason))
        }
    }

    /// Turns a violated constraint into the integrity error that it is.
    pub(crate) fn explain(&self, table: &'static str, error: Error) -> Error {
        use sqlx::error::ErrorKind;
        match &error {
            Error::Database(sqlx::Error::Database(inner))
                if matches!(
                    inner.kind(),
                    ErrorKind::UniqueViolation
                        | ErrorKind::ForeignKeyViolation
                        | ErrorKind::NotNullViolation
                        | ErrorKind::CheckViolation
                ) =>
            {
                self.refused(table, inner.message().to_owned())
            }
            _ => error,
        }
    }
}
