//! The two things that would make a run unrepeatable, in one place: the clock and new ids.

use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;
use wheelhouse_domain::Millis;

/// Gives the time and new ids. Tests hand in their own.
pub trait World: Send + Sync {
    /// Now.
    fn now(&self) -> Millis;
    /// An id that nobody had before (UUIDv7).
    fn new_uid(&self) -> Uuid;
}

/// The clock and the random numbers of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemWorld;

impl World for SystemWorld {
    fn now(&self) -> Millis {
        // A clock before 1970 is a broken clock; the epoch is as good as any other answer.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn new_uid(&self) -> Uuid {
        Uuid::now_v7()
    }
}
