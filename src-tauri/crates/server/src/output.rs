//! What the program says in the terminal, to standard error.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

/// One line of progress.
pub(crate) fn say(line: impl Display) {
    // A closed terminal is no reason to stop working.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Says what went wrong and gives the code for it.
pub(crate) fn fail(message: &str) -> ExitCode {
    say(message);
    ExitCode::FAILURE
}
