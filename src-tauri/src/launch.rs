//! The command line.

use clap::Parser;
use std::path::PathBuf;

/// Hand a task to a crew of AI agents and watch everything they do.
#[derive(Debug, Clone, Parser)]
#[command(name = "wheelhouse", version)]
pub(crate) struct Launch {
    /// Start with this task.
    #[arg(long)]
    pub(crate) task: Option<String>,
    /// Add this folder or file to the knowledge first.
    #[arg(long, value_name = "PATH")]
    pub(crate) knowledge: Option<PathBuf>,
    /// Put this copy in the place of the journal, and do nothing else. What was there before is kept.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["task", "knowledge", "headless"])]
    pub(crate) restore: Option<PathBuf>,
    /// Run the task in the terminal, without a window.
    #[arg(long, requires = "task")]
    pub(crate) headless: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Launch::command().debug_assert();
    }

    #[test]
    fn a_terminal_run_needs_a_task() {
        assert!(Launch::try_parse_from(["wheelhouse", "--headless"]).is_err());
        let launch = Launch::try_parse_from(["wheelhouse", "--headless", "--task", "Do it well"]);
        assert_eq!(launch.expect("complete").task.as_deref(), Some("Do it well"));
    }
}
