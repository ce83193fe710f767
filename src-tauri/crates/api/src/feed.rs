//! The journal's growth as frames for one subscriber.
//!
//! The subscriber pulls: a frame is read from the store when the last ones were applied, so a slow subscriber
//! costs no memory and slows nobody. Who is too far behind gets a snapshot instead of a long tail.

use crate::conversations;
use crate::error::from_store;
use crate::local::Local;
use crate::views;
use std::time::Duration;
use tokio::sync::watch;
use wheelhouse_contract::{ApiError, Frame, FrameKind, ResumeFrom, TaskView};
use wheelhouse_domain::Position;
use wheelhouse_orchestrator::Handle;
use wheelhouse_orchestrator::store::{
    Changes, Error as StoreError, SETTINGS_SAVED, Snapshot, StoreIdentity, TaskRow,
};

/// Events in one frame at most.
const FRAME_EVENTS: u32 = 256;

/// Who is further behind gets a snapshot.
const SNAPSHOT_BEHIND: i64 = 2_000;

/// Newest workflows in a snapshot. All unfinished ones are in it besides.
const SNAPSHOT_WORKFLOWS: u32 = 200;

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
    handle: Handle,
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
        let handle = local.handle().clone();
        let StoreIdentity { uid, epoch } = handle.store().identity();
        let at = resume
            .filter(|from| from.store == uid && from.epoch == epoch)
            .map(|from| from.position);
        let head = handle.store().head();
        Self {
            handle,
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
        self.wait_for_acks().await?;
        let frame = match self.at {
            None => self.snapshot().await?,
            Some(at) => self.after(at).await?,
        };
        self.at = Some(frame.to);
        self.sent.push(frame.to);
        Ok(frame)
    }

    /// The next frame for a subscriber that has everything up to `at`.
    async fn after(&mut self, at: Position) -> Result<Frame, FeedEnd> {
        loop {
            self.wait_for_change(at).await?;
            let behind = self.handle.store().position().0 - at.0;
            if behind > SNAPSHOT_BEHIND {
                return self.snapshot().await;
            }
            let frame = self.changes(at).await?;
            if frame.kind == FrameKind::Snapshot || frame.to > at {
                return Ok(frame);
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

    async fn snapshot(&self) -> Result<Frame, FeedEnd> {
        let snapshot = self
            .handle
            .store()
            .snapshot(SNAPSHOT_WORKFLOWS)
            .await
            .map_err(end)?;
        let Snapshot {
            at,
            workflows,
            tasks,
            agents,
            questions,
        } = snapshot;
        let defaults = self.handle.store().default_models().await.map_err(end)?;
        Ok(Frame {
            workflows: workflows.into_iter().map(views::workflow).collect(),
            tasks: self.task_views(tasks),
            agents: agents
                .into_iter()
                .map(|row| views::agent(row, &defaults))
                .collect(),
            questions: questions.into_iter().map(views::question).collect(),
            ..self.empty(FrameKind::Snapshot, at, at)
        })
    }

    fn task_views(&self, rows: Vec<TaskRow>) -> Vec<TaskView> {
        let live = self.handle.live();
        rows.into_iter().map(|row| views::task(row, live)).collect()
    }

    async fn changes(&self, after: Position) -> Result<Frame, FeedEnd> {
        let changes = match self.handle.store().changes(after, FRAME_EVENTS).await {
            Ok(changes) => changes,
            // The subscriber comes from the future of a store that was restored: it must begin anew.
            Err(StoreError::PositionAhead { .. }) => return self.snapshot().await,
            Err(error) => return Err(end(error)),
        };
        let Changes {
            from,
            to,
            workflows,
            tasks,
            agents,
            questions,
            removed_workflows,
            conversations: talked,
            messages,
            removed_conversations,
            events,
            ..
        } = changes;
        let messages = conversations::messages(&self.handle, messages).await;
        // Which model an agent thinks with depends on the settings, so that all of them may have changed.
        let agents = match events.iter().any(|event| event.kind == SETTINGS_SAVED) {
            true => self.handle.store().agents().await.map_err(end)?,
            false => agents,
        };
        let defaults = self.handle.store().default_models().await.map_err(end)?;
        Ok(Frame {
            workflows: workflows.into_iter().map(views::workflow).collect(),
            tasks: self.task_views(tasks),
            agents: agents
                .into_iter()
                .map(|row| views::agent(row, &defaults))
                .collect(),
            questions: questions.into_iter().map(views::question).collect(),
            conversations: talked.into_iter().map(conversations::conversation).collect(),
            messages: messages.map_err(|error| FeedEnd::Failed(error.into()))?,
            removed_conversations,
            removed_workflows,
            events: events.into_iter().map(views::event).collect(),
            ..self.empty(FrameKind::Changes, from, to)
        })
    }

    fn empty(&self, kind: FrameKind, from: Position, to: Position) -> Frame {
        let StoreIdentity { uid, epoch } = self.handle.store().identity();
        Frame {
            subscription: self.subscription,
            store: uid,
            epoch,
            kind,
            from,
            to,
            workflows: Vec::new(),
            tasks: Vec::new(),
            agents: Vec::new(),
            questions: Vec::new(),
            conversations: Vec::new(),
            messages: Vec::new(),
            removed_conversations: Vec::new(),
            removed_workflows: Vec::new(),
            events: Vec::new(),
        }
    }
}

fn end(error: StoreError) -> FeedEnd {
    match error {
        StoreError::Closed => FeedEnd::Closed,
        error => FeedEnd::Failed(from_store(error)),
    }
}
