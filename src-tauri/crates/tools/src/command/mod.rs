//! Runs a program in a granted folder: no shell reads what it is given, it finds no keys, and all that it starts ends with it.
//!
//! On Linux the kernel keeps it to its folders (Landlock) and from opening connections (seccomp), if it knows how: the preview
//! says whether it does. Elsewhere only limits, environment and the end of its whole group are enforced; what it reads and
//! whom it calls is then up to the program, and only the operator's approval stands in front of it.

#[cfg(target_os = "linux")]
mod confine;
mod error;
#[cfg(unix)]
mod group;
#[cfg(unix)]
mod output;
mod plan;
#[cfg(unix)]
mod run;
mod shown;

use crate::call::Done;
use crate::error::ToolError;
pub use error::CommandError;
#[cfg(unix)]
pub use group::Group;
pub(crate) use plan::{Plan, preview};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
pub use wheelhouse_domain::ProgramSeen;

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The status that it gave; none if it was ended.
    pub status: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Whether its time ran out.
    pub timed_out: bool,
    /// How long it ran, in milliseconds.
    pub milliseconds: u64,
    /// What it wrote, its beginning and its end.
    pub output: String,
    /// How much of that was left out, in bytes.
    pub output_left_out: u64,
    /// What it wrote as errors, its beginning and its end.
    pub errors: String,
    /// How much of that was left out, in bytes.
    pub errors_left_out: u64,
    /// Whether the system kept it to its folders and, if it was not granted, from the network.
    pub confined: bool,
}

/// Runs what `plan` says.
#[cfg(unix)]
pub(crate) async fn perform(plan: Plan, cancel: &CancellationToken) -> Result<Done, ToolError> {
    let shown = plan.shown();
    let ended = run::run(plan, cancel).await?;
    Ok(Done {
        text: shown::told(&shown, &ended),
        data: serde_json::to_value(&ended)?,
        untrusted: true,
        checkpoint: None,
    })
}

/// There is no way here to end all that a program started, so none is.
#[cfg(not(unix))]
pub(crate) async fn perform(_: Plan, _: &CancellationToken) -> Result<Done, ToolError> {
    Err(CommandError::NotHere.into())
}

/// Whether the system can keep a program to its folders and from the network.
pub(crate) fn can_confine() -> bool {
    #[cfg(target_os = "linux")]
    return confine::is_possible();
    #[cfg(not(target_os = "linux"))]
    false
}
