//! Counts what happens to a model's answers, so that a test can wait for it.

use crate::within;
use futures::{StreamExt, stream};
use tokio::sync::watch;
use wheelhouse_agents::{Model, ModelEvent, ModelStream};
use wheelhouse_domain::ModelRequest;

/// What happened so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls that were made.
    pub asked: u32,
    /// Calls that are under way now.
    pub in_flight: u32,
    /// The most that were under way at the same time.
    pub most_in_flight: u32,
    /// Calls that gave a whole answer.
    pub answered: u32,
    /// Calls that failed or broke off by themselves.
    pub failed: u32,
    /// Calls whose stream was let go before its end: that is how a call is cancelled.
    pub dropped: u32,
}

/// Keeps a [`Tally`]. Clones are the same counter.
#[derive(Debug, Clone, Default)]
pub struct Counter {
    tally: watch::Sender<Tally>,
}

impl Counter {
    /// What happened so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        *self.tally.borrow()
    }

    /// Waits until the tally is as `wanted`.
    ///
    /// # Panics
    /// Where it never is.
    pub async fn until(&self, what: &str, wanted: impl Fn(&Tally) -> bool) -> Tally {
        let mut seen = self.tally.subscribe();
        let found = within(what, seen.wait_for(|tally| wanted(tally))).await;
        *found.expect("this counter holds the sender")
    }

    /// The same stream, counted from now on.
    pub(crate) fn counted(&self, inner: ModelStream) -> ModelStream {
        let guard = InFlight::begin(self.clone());
        stream::unfold((inner, guard), |(mut inner, mut guard)| async move {
            let event = inner.next().await;
            match &event {
                Some(Ok(ModelEvent::Delta(_) | ModelEvent::Thought(_) | ModelEvent::UsedUp(_))) => {}
                Some(Ok(ModelEvent::Done(_))) => guard.end = End::Answered,
                Some(Err(_)) => guard.end = End::Failed,
                None if guard.end == End::Dropped => guard.end = End::Failed,
                None => {}
            }
            event.map(|event| (event, (inner, guard)))
        })
        .boxed()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Answered,
    Failed,
    Dropped,
}

/// One call under way. Dropped with its stream, however that ends.
struct InFlight {
    counter: Counter,
    end: End,
}

impl InFlight {
    fn begin(counter: Counter) -> Self {
        counter.tally.send_modify(|tally| {
            tally.asked += 1;
            tally.in_flight += 1;
            tally.most_in_flight = tally.most_in_flight.max(tally.in_flight);
        });
        Self {
            counter,
            end: End::Dropped,
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let end = self.end;
        self.counter.tally.send_modify(|tally| {
            tally.in_flight -= 1;
            match end {
                End::Answered => tally.answered += 1,
                End::Failed => tally.failed += 1,
                End::Dropped => tally.dropped += 1,
            }
        });
    }
}

/// Any model, counted.
#[derive(Debug, Clone)]
pub struct Counting<M> {
    inner: M,
    counter: Counter,
}

impl<M> Counting<M> {
    /// Counts the calls of `inner`.
    #[must_use]
    pub fn new(inner: M) -> Self {
        Self {
            inner,
            counter: Counter::default(),
        }
    }

    /// The counter.
    #[must_use]
    pub fn counter(&self) -> &Counter {
        &self.counter
    }
}

impl<M: Model> Model for Counting<M> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn is_rehearsal(&self) -> bool {
        self.inner.is_rehearsal()
    }

    fn runs_here(&self) -> bool {
        self.inner.runs_here()
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        self.counter.counted(self.inner.stream(request))
    }
}
