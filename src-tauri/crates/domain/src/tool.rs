//! What a tool can do to the world, in one word.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What a call of a tool may bring about. Everything above `Read` needs a grant or the operator's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// It looks at what it may look at anyway, and changes nothing.
    Read,
    /// It changes files.
    Write,
    /// It sends something to another machine.
    Network,
    /// It runs a program.
    Execute,
}
