//! Workflows that are always at work: where one ends, another begins.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use wheelhouse_agents::rehearsal::{Options, Rehearsal};
use wheelhouse_api::Local;
use wheelhouse_contract::{ExecuteWorkflow, Operations, RequestKey};
use wheelhouse_testkit::Setup;

/// At work at any time.
pub(crate) const RUNNING: usize = 200;

/// Time between two pieces of what a model writes.
const PACE: &str = "WHEELHOUSE_BENCH_PACE_MS";

/// Workflows whose models write about as fast as real ones, and all of which may ask theirs at the same time.
pub(crate) fn setup() -> Setup {
    let pace = std::env::var(PACE)
        .ok()
        .map(|text| text.parse().expect("a number"));
    let pace = Duration::from_millis(pace.unwrap_or(100));
    let mut setup = Setup::default().only(Arc::new(Rehearsal::new(Options { pace })));
    setup.parallel_calls = 4 * RUNNING;
    setup
}

/// What keeps workflows at work until it is dropped.
pub(crate) struct Work {
    runs: JoinSet<()>,
    done: Arc<AtomicU64>,
}

impl Work {
    /// Begins all of them, spread over a few seconds so that they are not all at the same place.
    pub(crate) fn begin(api: &Local) -> Self {
        let done = Arc::new(AtomicU64::new(0));
        let mut runs = JoinSet::new();
        for place in 0..RUNNING {
            let (api, done) = (api.clone(), Arc::clone(&done));
            runs.spawn(async move {
                tokio::time::sleep(Duration::from_millis(place as u64 * 50)).await;
                for turn in 0.. {
                    let request = ExecuteWorkflow {
                        request_key: RequestKey(format!("work-key-{place:03}-{turn:06}")),
                        task: format!("Explain how run {turn} of place {place} survives a crash"),
                    };
                    api.execute_workflow(request).await.expect("executed");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        Self { runs, done }
    }

    /// Workflows that have ended.
    pub(crate) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Begins no more.
    pub(crate) fn end(mut self) {
        self.runs.abort_all();
    }
}
