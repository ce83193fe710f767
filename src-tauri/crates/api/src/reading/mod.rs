//! Frames as they are read from the store: by each subscriber for itself, or once for all who are at the same place.
//!
//! Those who keep up are at the same place nearly always: they were told the same thing last. What one of them reads is kept
//! for a moment, and the others take it, so that a thousand of them cost about as many reads as one, and the text that goes out is
//! made once. Whoever is elsewhere reads for itself, up to where the others are, and is with them again.
//!
//! Deliberately absent: how far a subscriber may be behind, and when it is sent something. That is the feed's matter.

mod recent;

use crate::conversations;
use crate::local::Local;
use crate::views;
use recent::{FRAME_EVENTS, Recent};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use wheelhouse_contract::{Frame, FrameKind, TaskView};
use wheelhouse_domain::Position;
use wheelhouse_orchestrator::Handle;
use wheelhouse_orchestrator::store::{
    Changes, Error as StoreError, SETTINGS_SAVED, Snapshot, StoreIdentity, TaskRow,
};

/// Newest workflows in a snapshot. All unfinished ones are in it besides.
const SNAPSHOT_WORKFLOWS: u32 = 200;

/// Subscription that a reading is made for: the first of a connection, which is nearly always its only one.
const FIRST: u32 = 1;

/// A frame as it was read, for whoever is at its beginning.
#[derive(Debug)]
pub struct Reading {
    frame: Frame,
    text: OnceLock<Arc<str>>,
}

impl Reading {
    fn new(frame: Frame) -> Self {
        let frame = Frame {
            subscription: FIRST,
            ..frame
        };
        Self {
            frame,
            text: OnceLock::new(),
        }
    }

    /// The frame. Its number is that of the first subscription, whoever it is for.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The frame for a subscription.
    #[must_use]
    pub fn for_subscription(self: Arc<Self>, subscription: u32) -> Frame {
        let frame = Self::frame_of(self);
        Frame {
            subscription,
            ..frame
        }
    }

    fn frame_of(this: Arc<Self>) -> Frame {
        match Arc::try_unwrap(this) {
            Ok(own) => own.frame,
            Err(shared) => shared.frame.clone(),
        }
    }

    /// What goes out for the frame to whoever has the first subscription of its connection: made by `write` when it is asked for
    /// the first time. None where it must be made for the subscription by itself.
    ///
    /// # Errors
    /// Those of `write`.
    pub fn text<E>(
        &self,
        subscription: u32,
        write: impl FnOnce(&Frame) -> Result<String, E>,
    ) -> Result<Option<Arc<str>>, E> {
        if subscription != FIRST {
            return Ok(None);
        }
        if let Some(text) = self.text.get() {
            return Ok(Some(Arc::clone(text)));
        }
        let text: Arc<str> = write(&self.frame)?.into();
        Ok(Some(Arc::clone(self.text.get_or_init(|| text))))
    }
}

/// Reads frames from the store.
#[derive(Clone)]
pub(crate) struct Reader {
    handle: Handle,
    shared: Option<Arc<Mutex<Recent>>>,
}

/// What was read last, for all subscribers of a server.
#[derive(Clone)]
pub struct SharedReadings(Reader);

impl SharedReadings {
    /// Nothing was read yet.
    #[must_use]
    pub fn new(local: &Local) -> Self {
        Self(Reader {
            handle: local.handle().clone(),
            shared: Some(Arc::default()),
        })
    }

    pub(crate) fn reader(&self) -> Reader {
        self.0.clone()
    }
}

impl Reader {
    /// Reads for one subscriber.
    pub(crate) fn own(handle: Handle) -> Self {
        Self { handle, shared: None }
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Everything as it is now.
    pub(crate) async fn snapshot(&self) -> Result<Arc<Reading>, StoreError> {
        let Some(recent) = &self.shared else {
            return Box::pin(self.read_snapshot()).await;
        };
        // What was committed before it was asked for is in it, whoever reads it.
        let wanted = self.handle.store().position();
        let mut outdated = None;
        loop {
            let once = lock(recent).snapshot(outdated.as_ref());
            let reading = once
                .get_or_try_init(|| Box::pin(self.read_snapshot()))
                .await
                .cloned();
            // Nobody waits for it any more who does not hold it by now.
            lock(recent).forget(&once);
            let reading = reading?;
            if reading.frame.to >= wanted {
                return Ok(reading);
            }
            outdated = Some(once);
        }
    }

    /// What changed after `after`, and nothing where nothing did.
    pub(crate) async fn changes(&self, after: Position) -> Result<Arc<Reading>, StoreError> {
        match &self.shared {
            None => Box::pin(self.read_changes(after, FRAME_EVENTS)).await,
            Some(recent) => {
                let once = lock(recent).after(after);
                // Reading holds much while it waits, and a server has many who wait.
                let read = Box::pin(async {
                    let events = lock(recent).events_after(after);
                    let reading = self.read_changes(after, events).await?;
                    lock(recent).came_to(reading.frame.to);
                    Ok(reading)
                });
                once.get_or_try_init(|| read).await.cloned()
            }
        }
    }

    async fn read_snapshot(&self) -> Result<Arc<Reading>, StoreError> {
        let store = self.handle.store();
        let Snapshot {
            at,
            workflows,
            tasks,
            agents,
            questions,
        } = store.snapshot(SNAPSHOT_WORKFLOWS).await?;
        let defaults = store.default_models().await?;
        Ok(Arc::new(Reading::new(Frame {
            workflows: workflows.into_iter().map(views::workflow).collect(),
            tasks: self.task_views(tasks),
            agents: agents
                .into_iter()
                .map(|row| views::agent(row, &defaults))
                .collect(),
            questions: questions.into_iter().map(views::question).collect(),
            ..self.empty(FrameKind::Snapshot, at, at)
        })))
    }

    async fn read_changes(&self, after: Position, events: u32) -> Result<Arc<Reading>, StoreError> {
        let store = self.handle.store();
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
        } = store.changes(after, events).await?;
        // Which model an agent thinks with depends on the settings, so that all of them may have changed.
        let agents = match events.iter().any(|event| event.kind == SETTINGS_SAVED) {
            true => store.agents().await?,
            false => agents,
        };
        let defaults = store.default_models().await?;
        Ok(Arc::new(Reading::new(Frame {
            workflows: workflows.into_iter().map(views::workflow).collect(),
            tasks: self.task_views(tasks),
            agents: agents
                .into_iter()
                .map(|row| views::agent(row, &defaults))
                .collect(),
            questions: questions.into_iter().map(views::question).collect(),
            conversations: talked.into_iter().map(conversations::conversation).collect(),
            messages: conversations::messages(&self.handle, messages).await?,
            removed_conversations,
            removed_workflows,
            events: events.into_iter().map(views::event).collect(),
            ..self.empty(FrameKind::Changes, from, to)
        })))
    }

    fn task_views(&self, rows: Vec<TaskRow>) -> Vec<TaskView> {
        let live = self.handle.live();
        rows.into_iter().map(|row| views::task(row, live)).collect()
    }

    fn empty(&self, kind: FrameKind, from: Position, to: Position) -> Frame {
        let StoreIdentity { uid, epoch } = self.handle.store().identity();
        Frame {
            subscription: FIRST,
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

fn lock(recent: &Mutex<Recent>) -> std::sync::MutexGuard<'_, Recent> {
    // Each change leaves it whole, so that a panic elsewhere harms nothing.
    recent.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn reading(from: i64, to: i64) -> Arc<Reading> {
        let store = serde_json::from_str(r#""01890a5d-ac96-774b-bcce-b302099a8057""#).expect("a uid");
        Arc::new(Reading::new(Frame {
            subscription: 7,
            store,
            epoch: 0,
            kind: FrameKind::Changes,
            from: Position(from),
            to: Position(to),
            workflows: Vec::new(),
            tasks: Vec::new(),
            agents: Vec::new(),
            questions: Vec::new(),
            conversations: Vec::new(),
            messages: Vec::new(),
            removed_conversations: Vec::new(),
            removed_workflows: Vec::new(),
            events: Vec::new(),
        }))
    }

    #[test]
    fn the_text_is_made_once_and_for_the_first_subscription_only() {
        let reading = reading(0, 1);
        let write = |frame: &Frame| Ok::<_, ()>(format!("{} to {}", frame.subscription, frame.to.0));
        let first = reading.text(1, write).expect("written").expect("for the first");
        assert_eq!(&*first, "1 to 1");
        let again = reading.text(1, |_| Err("not written again")).expect("kept");
        assert!(again.is_some_and(|again| Arc::ptr_eq(&first, &again)));
        assert_eq!(reading.text(2, write), Ok(None));
        assert_eq!(reading.for_subscription(2).subscription, 2);
    }
}
