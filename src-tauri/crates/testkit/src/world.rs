//! A clock that tests set, and ids that come out the same each time.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use uuid::{Builder, Uuid};
use wheelhouse_domain::Millis;
use wheelhouse_orchestrator::World;

/// When every test begins: 1 January 2026, UTC.
const BEGINNING: i64 = 1_767_225_600_000;

/// A clock that goes on by one millisecond each time it is read, and ids that are counted.
///
/// It never stands still, because whoever waits until a time would then wait for ever.
#[derive(Debug)]
pub struct TestWorld {
    now: AtomicI64,
    uids: AtomicU64,
}

impl TestWorld {
    /// A clock at the beginning of 2026, and the ids that `seed` gives.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        Self {
            now: AtomicI64::new(BEGINNING),
            uids: AtomicU64::new(u64::from(seed) << 32),
        }
    }

    /// Moves the clock on by `milliseconds`.
    pub fn advance(&self, milliseconds: i64) {
        self.now.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// The time, without moving the clock.
    #[must_use]
    pub fn peek(&self) -> Millis {
        Millis(self.now.load(Ordering::SeqCst))
    }
}

impl Default for TestWorld {
    fn default() -> Self {
        Self::new(1)
    }
}

impl World for TestWorld {
    fn now(&self) -> Millis {
        Millis(self.now.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn new_uid(&self) -> Uuid {
        let number = self.uids.fetch_add(1, Ordering::SeqCst);
        let mut rest = [0_u8; 10];
        rest[2..].copy_from_slice(&number.to_be_bytes());
        let millis = u64::try_from(BEGINNING).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_and_ids_differ_and_come_again() {
        let (one, other) = (TestWorld::new(7), TestWorld::new(7));
        assert!(one.now() < one.now());
        one.advance(1_000);
        assert!(one.peek().0 >= BEGINNING + 1_002);
        let ids = [one.new_uid(), one.new_uid()];
        assert_ne!(ids[0], ids[1]);
        assert_eq!(ids, [other.new_uid(), other.new_uid()]);
        assert_eq!(ids[0].get_version_num(), 7);
        assert_ne!(ids[0], TestWorld::new(8).new_uid());
    }
}
