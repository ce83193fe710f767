//! The time, as it comes in from outside: for what is written down, and for what is only measured.

use governor::clock;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use wheelhouse_contract::domain::Millis;

/// The time of day, and a time that never goes back.
#[derive(Clone)]
pub struct Clock {
    wall: Arc<dyn Fn() -> Millis + Send + Sync>,
    steady: Arc<dyn Fn() -> Duration + Send + Sync>,
}

impl Clock {
    /// The clock of this machine.
    #[must_use]
    pub fn system() -> Self {
        let begin = Instant::now();
        Self {
            wall: Arc::new(now),
            steady: Arc::new(move || begin.elapsed()),
        }
    }

    /// A clock that is told the time, for tests. Both times are the same.
    #[must_use]
    pub fn of(wall: impl Fn() -> Millis + Send + Sync + 'static) -> Self {
        let wall: Arc<dyn Fn() -> Millis + Send + Sync> = Arc::new(wall);
        let same = Arc::clone(&wall);
        Self {
            wall,
            steady: Arc::new(move || Duration::from_millis(same().0.unsigned_abs())),
        }
    }

    /// The time of day.
    #[must_use]
    pub fn now(&self) -> Millis {
        (self.wall)()
    }

    /// Time since some moment, whatever happens to the time of day.
    #[must_use]
    pub fn steady(&self) -> Duration {
        (self.steady)()
    }
}

impl clock::Clock for Clock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.steady()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// A clock before 1970 is a broken clock; the epoch is as good as any other answer.
fn now() -> Millis {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let milliseconds = since.unwrap_or_default().as_millis();
    Millis(i64::try_from(milliseconds).unwrap_or(i64::MAX))
}
