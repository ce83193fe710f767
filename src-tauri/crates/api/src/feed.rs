//! The journal's growth as frames for one subscriber.
//!
//! The subscriber pulls: a frame is read from the store when the last ones were applied, so a slow subscriber
//! costs no memory and slows nobody. Who is too far behind gets a snapshot instead of a long tail.

use crate::error::from_store;
use crate::local::Local;
use crate::reading::{Reader, Reading, SharedReadings};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wheelhouse_contract::{ApiError, Frame, FrameKind, ResumeFrom};
use wheelhouse_domain::Position;
use wheelhouse_orchestrator::store::{Error as StoreError, StoreIdentity};

/// Who is further behind gets a snapshot.
const SNAPSHOT_BEHIND: i64 = 2_000;

/// Frames that may be under way without having been applied.
const UNACKNOWLEDGED: usize = 4;

/// Events that come within this time share a frame: one redraw of a screen at 60 Hz.
const COALESCE: Duration = Duration::from_millis(16);

/// Why a feed has no next frame.
#[derive(Debug)]
pub enum FeedEnd {
    /// The application is closing, or the subscriber is gone.
    Closed,
    /// The store could not be read.
    Failed(ApiError),
}

/// One subscriber's feed.
pub struct Feed {
    reader: Reader,
    subscription: u32,
    head: watch::Receiver<Position>,
    acks: watch::Receiver<Position>,
    sent: Vec<Position>,
    /// Newest position that was sent; none before the first frame of one that does not resume.
    at: Option<Position>,
}

impl Feed {
    /// A feed that goes on after `resume`, or begins with a snapshot where that is not possible. The newest
    /// position that the subscriber has applied is read from `acks`.
    #[must_use]
    pub fn new(
        local: &Local,
        subscription: u32,
        resume: Option<&ResumeFrom>,
        acks: watch::Receiver<Position>,
    ) -> Self {
        Self::of(Reader::own(local.handle().clone()), subscription, resume, acks)
    }

    /// The same, reading together with the others that share `readings`.
    #[must_use]
    pub fn shared(
        readings: &SharedReadings,
        subscription: u32,
        resume: Option<&ResumeFrom>,
        acks: watch::Receiver<Position>,
    ) -> Self {
        Self::of(readings.reader(), subscription, resume, acks)
    }

    fn of(
        reader: Reader,
        subscription: u32,
        resume: Option<&ResumeFrom>,
        acks: watch::Receiver<Position>,
    ) -> Self {
        let StoreIdentity { uid, epoch } = reader.handle().store().identity();
        let at = resume
            .filter(|from| from.store == uid && from.epoch == epoch)
            .map(|from| from.position);
        let head = reader.handle().store().head();
        Self {
            reader,
            subscription,
            head,
            acks,
            sent: Vec::new(),
            at,
        }
    }

    /// The next frame. Waits until something changed and the subscriber has applied enough of what was sent.
    ///
    /// # Errors
    /// [`FeedEnd`] where there is none.
    pub async fn next(&mut self) -> Result<Frame, FeedEnd> {
        let subscription = self.subscription;
        Ok(self.next_reading().await?.for_subscription(subscription))
    }

    /// As [`Feed::next`], and maybe shared with other subscribers.
    ///
    /// # Errors
    /// [`FeedEnd`] where there is none.
    pub async fn next_reading(&mut self) -> Result<Arc<Reading>, FeedEnd> {
        self.wait_for_acks().await?;
        let reading = match self.at {
            None => self.snapshot().await?,
            Some(at) => self.after(at).await?,
        };
        let to = reading.frame().to;
        self.at = Some(to);
        self.sent.push(to);
        Ok(reading)
    }

    /// The next frame for a subscriber that has everything up to `at`.
    async fn after(&mut self, at: Position) -> Result<Arc<Reading>, FeedEnd> {
        loop {
            self.wait_for_change(at).await?;
            let behind = self.reader.handle().store().position().0 - at.0;
            if behind > SNAPSHOT_BEHIND {
                return self.snapshot().await;
            }
            let reading = self.changes(at).await?;
            let frame = reading.frame();
            if frame.kind == FrameKind::Snapshot || frame.to > at {
                return Ok(reading);
            }
            // A snapshot can see what was committed a moment before its position is told. It has that already.
            self.head.changed().await.map_err(|_| FeedEnd::Closed)?;
        }
    }

    async fn wait_for_acks(&mut self) -> Result<(), FeedEnd> {
        loop {
            let applied = *self.acks.borrow_and_update();
            self.sent.retain(|to| *to > applied);
            if self.sent.len() < UNACKNOWLEDGED {
                return Ok(());
            }
            self.acks.changed().await.map_err(|_| FeedEnd::Closed)?;
        }
    }

    async fn wait_for_change(&mut self, at: Position) -> Result<(), FeedEnd> {
        self.head
            .wait_for(|head| *head != at)
            .await
            .map_err(|_| FeedEnd::Closed)?;
        tokio::time::sleep(COALESCE).await;
        Ok(())
    }

    async fn snapshot(&self) -> Result<Arc<Reading>, FeedEnd> {
        self.reader.snapshot().await.map_err(end)
    }

    async fn changes(&self, after: Position) -> Result<Arc<Reading>, FeedEnd> {
        match self.reader.changes(after).await {
            // The subscriber comes from the future of a store that was restored: it must begin anew.
            Err(StoreError::PositionAhead { .. }) => self.snapshot().await,
            read => read.map_err(end),
        }
    }
}

fn end(error: StoreError) -> FeedEnd {
    match error {
        StoreError::Closed => FeedEnd::Closed,
        error => FeedEnd::Failed(from_store(error)),
    }
}
