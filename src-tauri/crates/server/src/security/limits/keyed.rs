//! One counter for each key, and never more than a set number of them.

use super::{Later, Rate};
use crate::security::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Most keys. A row takes less than 200 bytes.
const MOST: usize = 10_000;
/// Rows are looked through at most this often, however many keys there are.
const BETWEEN_SWEEPS: Duration = Duration::from_secs(1);

type Counter = RateLimiter<NotKeyed, InMemoryState, Clock, NoOpMiddleware<Duration>>;

/// The counters.
pub(super) struct Keyed<K> {
    quota: Quota,
    /// After this time of silence a counter is as a new one, so that it need not be kept.
    forgotten_after: Duration,
    clock: Clock,
    most: usize,
    rows: Mutex<Rows<K>>,
    /// Of all keys that there is no room for. Those that came before are not harmed.
    rest: Counter,
}

struct Rows<K> {
    by_key: HashMap<K, Row>,
    swept: Duration,
}

struct Row {
    counter: Counter,
    used: Duration,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    pub(super) fn new(rate: Rate, clock: &Clock) -> Self {
        Self::with_room(rate, clock, MOST)
    }

    pub(super) fn with_room(rate: Rate, clock: &Clock, most: usize) -> Self {
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        let burst = quota.burst_size().get();
        Self {
            quota,
            forgotten_after: quota.replenish_interval().saturating_mul(burst),
            clock: clock.clone(),
            most,
            rows: Mutex::new(Rows {
                by_key: HashMap::new(),
                swept: clock.steady(),
            }),
            rest: RateLimiter::direct_with_clock(quota, clock.clone()),
        }
    }

    /// Counts one request.
    pub(super) fn take(&self, key: &K) -> Result<(), Later> {
        let now = self.clock.steady();
        // A thread that died while it held the lock left whole rows.
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(row) = rows.by_key.get_mut(key) {
            row.used = now;
            return self.count(&row.counter);
        }
        if rows.by_key.len() >= self.most {
            self.sweep(&mut rows, now);
        }
        if rows.by_key.len() >= self.most {
            return self.count(&self.rest);
        }
        let counter = RateLimiter::direct_with_clock(self.quota, self.clock.clone());
        let counted = self.count(&counter);
        rows.by_key.insert(key.clone(), Row { counter, used: now });
        counted
    }

    fn count(&self, counter: &Counter) -> Result<(), Later> {
        counter
            .check()
            .map_err(|until| Later(until.wait_time_from(self.clock.steady())))
    }

    fn sweep(&self, rows: &mut Rows<K>, now: Duration) {
        if now.saturating_sub(rows.swept) < BETWEEN_SWEEPS {
            return;
        }
        rows.swept = now;
        rows.by_key
            .retain(|_, row| now.saturating_sub(row.used) < self.forgotten_after);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.rows
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .by_key
            .len()
    }
}

impl<K> fmt::Debug for Keyed<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyed")
            .field("quota", &self.quota)
            .finish_non_exhaustive()
    }
}
