//! Why a tool did not do what was asked, in words that a model can act on.

use crate::calculate::CalculationError;
use crate::command::CommandError;
use crate::date::DateError;
use crate::files::{FileError, PathError};
use crate::web::WebError;
use thiserror::Error;

/// Why a call was refused or failed.
#[derive(Debug, Error)]
pub enum ToolError {
    /// There is no such tool.
    #[error("There is no tool called “{0}” here. Use one of those that you were given.")]
    Unknown(String),
    /// The arguments do not fit.
    #[error("The arguments of {tool} do not fit: {problem}. Correct them and call it again.")]
    Arguments {
        /// The tool.
        tool: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// The operator did not grant this.
    #[error("You were not granted {0}. Go on without it, or ask the operator.")]
    NotGranted(&'static str),
    /// What would happen now is not what was approved.
    #[error(
        "What this call would do has changed since it was approved, so nothing was done. Look again and make a new call."
    )]
    Changed,
    /// It was called off.
    #[error("The call was stopped before it was done.")]
    Cancelled,
    /// A path leads nowhere that is granted.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Something about a file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something about a page.
    #[error(transparent)]
    Web(#[from] WebError),
    /// Something about a program.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// Something about a calculation.
    #[error(transparent)]
    Calculation(#[from] CalculationError),
    /// Something about a date.
    #[error(transparent)]
    Date(#[from] DateError),
    /// The result could not be written as JSON.
    #[error("The result could not be written down. This is a fault of the application. {0}")]
    Form(#[from] serde_json::Error),
    /// The work broke off inside.
    #[error("The tool broke off. This is a fault of the application; the call may be tried once more.")]
    BrokeOff,
}

impl ToolError {
    /// Whether this machine is at fault and not the call: then the operator should hear of it, too.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        match self {
            Self::Form(_) | Self::BrokeOff => true,
            Self::File(error) => error.is_fault(),
            Self::Web(error) => error.is_fault(),
            Self::Command(error) => error.is_fault(),
            _ => false,
        }
    }
}
