//! What the knowledge is given from outside.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};
use wheelhouse_domain::Millis;

/// What the knowledge is given from outside.
#[derive(Debug, Clone)]
pub struct KnowledgeOptions {
    /// The clock.
    pub now: fn() -> Millis,
    /// What `~` stands for.
    pub home: Option<PathBuf>,
    /// Sources that are read at the same time.
    pub parallel_scans: usize,
}

impl Default for KnowledgeOptions {
    fn default() -> Self {
        Self {
            now: system_time,
            home: std::env::home_dir(),
            parallel_scans: 2,
        }
    }
}

fn system_time() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
