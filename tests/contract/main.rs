//! What others rely on: the arrows between the parts of the house, the table of operations, and the form of the
//! one error. That the TypeScript bindings are fresh is tested in the shell, which makes them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests may stop a test"
)]

mod agree;
mod errors;
mod house;
mod numbers;
mod openapi;
mod table;
mod webview;

use std::path::{Path, PathBuf};

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .expect("the tests stand in the workspace")
        .to_owned()
}
