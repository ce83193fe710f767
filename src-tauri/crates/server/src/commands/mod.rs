//! What the program does for a server without being one.

use crate::options::Options;
use std::process::ExitCode;
#[derive(Debug, clap::Args)]
pub(crate) struct Pair {}
#[derive(Debug, clap::Args)]
pub(crate) struct Tokens {
    #[arg(skip)]
    a: (),
}
pub(crate) fn pair(_: &Options, _: &Pair) -> ExitCode {
    ExitCode::SUCCESS
}
pub(crate) fn tokens(_: &Options, _: &Tokens) -> ExitCode {
    ExitCode::SUCCESS
}
