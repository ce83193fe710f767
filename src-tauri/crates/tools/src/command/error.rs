//! Why a program was not run.

use std::io;
use thiserror::Error;

/// Why a program was not run.
#[derive(Debug, Error)]
pub enum CommandError {
    /// Its folder is not granted for programs.
    #[error(
        "Programs may not be started in “{0}”. Use a folder that is granted for programs, or ask the operator."
    )]
    Folder(String),
    /// It is not granted.
    #[error("You may not run “{0}”. Use a program that is granted, or ask the operator.")]
    Program(String),
    /// It is not there.
    #[error("There is no program “{0}” here. Use another way, or ask the operator to install it.")]
    NotFound(String),
    /// A path where a name was expected.
    #[error("“{0}” is a path. Give the name of a program, or “./” and its path in the folder.")]
    NotName(String),
    /// It may not be run.
    #[error("“{0}” is not marked as a program that can be run.")]
    NotExecutable(String),
    /// What it is given contains a zero byte or is too much.
    #[error(
        "The arguments are too many or too long, or contain a zero byte: at most 200, with 128 KiB together."
    )]
    Arguments,
    /// It could not be started.
    #[error("The program could not be started: {0}")]
    Start(io::Error),
    /// What happened to it could not be found out.
    #[error("The program was started, but what became of it could not be found out: {0}")]
    Lost(io::Error),
    /// The kernel would not confine it.
    #[error("The program was not run, because it could not be kept to its folders: {0}")]
    NotConfined(String),
    /// Not on this system.
    #[error("Programs can't be run safely on this system, so none is.")]
    NotHere,
}

impl CommandError {
    /// Whether this machine is at fault and not the call.
    pub(crate) fn is_fault(&self) -> bool {
        matches!(
            self,
            Self::Start(_) | Self::Lost(_) | Self::NotConfined(_) | Self::NotHere
        )
    }
}
