//! Crash points: where a process stops for good, so that it can be killed exactly there.

use wheelhouse_orchestrator::{Point, Points};

/// Stops whoever comes to `point`, for good, once `told` has told of it. What goes on beside it goes on.
#[must_use]
pub fn stop_at(point: Point, told: impl Fn() + Send + Sync + 'static) -> Points {
    Points::with(move |reached| {
        if reached == point {
            told();
            loop {
                std::thread::park();
            }
        }
    })
}
