//! How long a server is waited for.

use std::time::Duration;
use wheelhouse_contract::Operation;
use wheelhouse_contract::socket::SILENCE;

/// Operations that may take as long as a large folder, a large file or another's answer takes.
const LONG: [&str; 16] = [
    "admit_workflow",
    "allow_tool",
    "back_up",
    "bulk_workflows",
    "call_off_move",
    "clean_up",
    "complete_arrival",
    "depart_workflow",
    "export_workflow",
    "finish_transfer",
    "import_workflow",
    "inspect_tool_server",
    "list_models",
    "restore_backup",
    "test_provider",
    "yield_runs",
];

/// The operation that ends when its workflow does.
const ENDLESS: &str = "execute_workflow";

/// How long to wait. Tests shorten it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection, secured; and for a subscription to begin.
    pub connect: Duration,
    /// For the beginning of an answer, and for each further piece of it.
    pub answer: Duration,
    /// For the same of operations that may take long.
    pub long: Duration,
    /// For a sign of life of the one that sends events.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            answer: Duration::from_secs(30),
            long: Duration::from_secs(10 * 60),
            silence: SILENCE,
        }
    }
}

impl Patience {
    /// How long the answer of an operation may be waited for; none where it takes as long as it takes.
    pub(super) fn with(&self, operation: &Operation) -> Option<Duration> {
        match operation.name {
            ENDLESS => None,
            name if LONG.contains(&name) => Some(self.long),
            _ => Some(self.answer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_contract::TABLE;

    #[test]
    fn the_named_operations_are_in_the_table() {
        for name in LONG.into_iter().chain([ENDLESS]) {
            assert!(TABLE.iter().any(|row| row.name == name), "{name}");
        }
    }

    #[test]
    fn waits_as_long_as_the_operation_is_worth() {
        let patience = Patience::default();
        let seconds = |name: &str| {
            let row = TABLE.iter().find(|row| row.name == name).expect("in the table");
            patience.with(row).map(|wait| wait.as_secs())
        };
        assert_eq!(seconds("get_status"), Some(30));
        assert_eq!(seconds("cancel_workflow"), Some(30));
        assert_eq!(seconds("back_up"), Some(600));
        assert_eq!(seconds("execute_workflow"), None);
    }
}
