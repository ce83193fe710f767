//! Restores a copy of the journal from the terminal: the way out when the window can't open.

use crate::output::{fail, say};
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(copy: &Path, data_folder: &Path) -> ExitCode {
    let copy = match std::path::absolute(copy) {
        Ok(copy) => copy,
        Err(error) => return fail(&format!("{} can't be found: {error}.", copy.display())),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("The program could not start: {error}.")),
    };
    match runtime.block_on(wheelhouse_api::restore(data_folder, &copy)) {
        Ok(restored) => {
            say(format_args!(
                "Restored {} (workflows: {}, of which go on at the next start: {}). What was there before is kept in {}.",
                copy.display(),
                restored.workflows,
                restored.unfinished,
                data_folder.join("backups").display()
            ));
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error.in_words()),
    }
}
