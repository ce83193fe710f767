//! Frames for one client: read together with the others, written once for all that hear the same.

use serde::Serialize;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use wheelhouse_api::{Feed, FeedEnd, Reading};
use wheelhouse_contract::domain::{Position, WorkflowId};
use wheelhouse_contract::{Frame, FrameKind, ResumeFrom};

/// Wait after a read of the store failed.
const READ_AGAIN: Duration = Duration::from_secs(1);

/// What a client listens to.
pub(super) struct Listening {
    pub(super) subscription: u32,
    pub(super) only: HashSet<WorkflowId>,
    acks: watch::Sender<Position>,
    /// Whether the client has something already, so that a snapshot is everything anew.
    has_some: bool,
    frames: mpsc::Receiver<Arc<Reading>>,
    pump: AbortHandle,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

/// A frame as it goes out, and what is counted of it.
pub(super) struct Outgoing {
    pub(super) text: Arc<str>,
    pub(super) kind: FrameKind,
    pub(super) events: usize,
    /// Whether it replaces what the client had.
    pub(super) anew: bool,
}

impl Listening {
    /// Begins to read what `feed` makes of a subscriber who goes on after `resume`.
    pub(super) fn new(
        subscription: u32,
        resume: Option<&ResumeFrom>,
        only: Vec<WorkflowId>,
        feed: impl FnOnce(watch::Receiver<Position>) -> Feed,
    ) -> Self {
        let (acks, applied) = watch::channel(resume.map(|from| from.position).unwrap_or_default());
        let (frames_in, frames) = mpsc::channel(1);
        let pump = tokio::spawn(pump(feed(applied), frames_in)).abort_handle();
        Self {
            subscription,
            only: only.into_iter().collect(),
            acks,
            has_some: resume.is_some(),
            frames,
            pump,
        }
    }

    /// The client has applied everything up to here.
    pub(super) fn applied(&self, to: Position) {
        self.acks.send_replace(to);
    }

    /// The next frame; none where the backend closes. May be dropped and asked again.
    pub(super) async fn next(&mut self) -> Option<Arc<Reading>> {
        self.frames.recv().await
    }

    /// What goes out for a reading. Frames of one subscription must be asked for in order.
    pub(super) fn outgoing(&mut self, reading: &Reading) -> Result<Outgoing, serde_json::Error> {
        let frame = reading.frame();
        let (kind, anew) = (frame.kind, frame.kind == FrameKind::Snapshot && self.has_some);
        self.has_some = true;
        if self.only.is_empty()
            && let Some(text) = reading.text(self.subscription, written)?
        {
            let events = frame.events.len();
            return Ok(Outgoing {
                text,
                kind,
                events,
                anew,
            });
        }
        let frame = Frame {
            subscription: self.subscription,
            ..narrowed(frame, &self.only)
        };
        let events = frame.events.len();
        Ok(Outgoing {
            text: written(&frame)?.into(),
            kind,
            events,
            anew,
        })
    }
}

/// As [`wheelhouse_contract::socket::ToClient`] has it, of a frame that belongs to others too.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Told<'reading> {
    Frame { frame: &'reading Frame },
}

fn written(frame: &Frame) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Told::Frame { frame })
}

/// Reads frames until nobody wants them.
async fn pump(mut feed: Feed, frames: mpsc::Sender<Arc<Reading>>) {
    loop {
        match feed.next_reading().await {
            Ok(reading) => {
                if frames.send(reading).await.is_err() {
                    return;
                }
            }
            Err(FeedEnd::Closed) => return,
            Err(FeedEnd::Failed(failure)) => {
                tracing::error!(%failure, "changes could not be read; trying again");
                tokio::time::sleep(READ_AGAIN).await;
            }
        }
    }
}

/// The frame with only what concerns these workflows; all of it where none is named.
fn narrowed(frame: &Frame, only: &HashSet<WorkflowId>) -> Frame {
    let mut frame = frame.clone();
    if only.is_empty() {
        return frame;
    }
    frame.workflows.retain(|row| only.contains(&row.id));
    frame.tasks.retain(|row| only.contains(&row.workflow_id));
    frame.questions.retain(|row| only.contains(&row.workflow_id));
    frame.removed_workflows.retain(|id| only.contains(id));
    // Whoever follows single workflows follows no conversation.
    frame.conversations.clear();
    frame.messages.clear();
    frame.removed_conversations.clear();
    frame
        .events
        .retain(|event| event.workflow_id.is_none_or(|id| only.contains(&id)));
    frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_contract::socket::ToClient;

    #[test]
    fn a_frame_is_written_as_the_contract_has_it() {
        let frame = Frame {
            subscription: 1,
            store: serde_json::from_str(r#""01890a5d-ac96-774b-bcce-b302099a8057""#).expect("a uid"),
            epoch: 2,
            kind: FrameKind::Changes,
            from: Position(3),
            to: Position(4),
            workflows: Vec::new(),
            tasks: Vec::new(),
            agents: Vec::new(),
            questions: Vec::new(),
            conversations: Vec::new(),
            messages: Vec::new(),
            removed_conversations: Vec::new(),
            removed_workflows: vec![WorkflowId(5)],
            events: Vec::new(),
        };
        let told = written(&frame).expect("plain data");
        let frame = Box::new(frame);
        assert_eq!(
            told,
            serde_json::to_string(&ToClient::Frame { frame }).expect("plain data")
        );
    }
}
