//! Faults inside a performer, in words for the operator.

use crate::error::Error;
use crate::run::Unwanted;
use wheelhouse_domain::{Failure, FailureCode};
use wheelhouse_engine::expression::ExpressionError;

/// Why a performer stops.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nobody wants the result any more.
    Unwanted,
    /// The attempt failed.
    Failed(Failure),
}

impl From<Unwanted> for Stop {
    fn from(_: Unwanted) -> Self {
        Self::Unwanted
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<ExpressionError> for Stop {
    fn from(error: ExpressionError) -> Self {
        Self::Failed(Failure::lasting(
            FailureCode::ExpressionFailed,
            error.to_string(),
            "Change the template and run it again, or give this task its answer yourself.",
        ))
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(Failure::passing(
            FailureCode::Internal,
            format!("Something that belongs to this run could not be read: {error}."),
            "It is tried again. If it keeps failing, check the disk and look into the log.",
        ))
    }
}

impl From<wheelhouse_store::Error> for Stop {
    fn from(error: wheelhouse_store::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        Error::from(error).into()
    }
}
