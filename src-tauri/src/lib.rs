//! The shell: the only code that knows Tauri. It opens the backend, shows the window, and carries commands and
//! events between the two, one line each.
//!
//! Deliberately absent: anything a command does. That is in `wheelhouse-api`, which the terminal run uses too.

mod backends;
pub mod bindings;
mod channels;
mod commands;
mod data_folder;
mod desktop;
mod drawing;
mod handover;
mod headless;
mod launch;
mod logging;
mod moves;
mod output;
mod owned;
mod restore;
mod state;
mod updates;
mod wish;

use clap::Parser;
use std::process::ExitCode;

/// Reads the command line and runs the program, with a window or in the terminal.
#[must_use]
pub fn run() -> ExitCode {
    let launch = launch::Launch::parse();
    let folder = match data_folder::find() {
        Ok(folder) => folder,
        Err(error) => return output::fail(&error.to_string()),
    };
    if let Some(copy) = &launch.restore {
        restore::run(copy, &folder)
    } else if launch.headless {
        headless::run(&launch, folder)
    } else {
        desktop::run(&launch, folder)
    }
}
