//! A clock that tests move by hand.

use super::clock::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use wheelhouse_contract::domain::Millis;

/// When tests begin.
pub(crate) const START: Millis = Millis(1_767_225_600_000);

/// Moves a clock.
#[derive(Clone)]
pub(crate) struct Hand(Arc<AtomicI64>);

impl Default for Hand {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(START.0)))
    }
}

impl Hand {
    pub(crate) fn clock(&self) -> Clock {
        let time = Arc::clone(&self.0);
        Clock::of(move || Millis(time.load(Ordering::SeqCst)))
    }

    pub(crate) fn go_on(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}
