//! The program. Everything is in the library, so that tests can reach it.

use std::process::ExitCode;

/// A server goes on for months. What a thousand clients needed for a moment when they all came at once, this allocator gives back
/// to the system; the usual one keeps it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    wheelhouse_server::run()
}
