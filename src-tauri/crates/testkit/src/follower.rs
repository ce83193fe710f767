//! A subscriber that applies every frame as the window does, and holds the feed to its promises.

use crate::within;
use std::collections::BTreeMap;
use tokio::sync::watch;
use wheelhouse_api::{Feed, Local};
use wheelhouse_contract::{AgentView, Frame, FrameKind, QuestionView, ResumeFrom, TaskView, WorkflowView};
use wheelhouse_domain::{AgentId, Position, QuestionId, TaskId, WorkflowId};

/// What a subscriber holds after the frames that it applied.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Position up to which it knows everything.
    pub at: Position,
    /// Workflows.
    pub workflows: BTreeMap<WorkflowId, WorkflowView>,
    /// Tasks.
    pub tasks: BTreeMap<TaskId, TaskView>,
    /// Agents.
    pub agents: BTreeMap<AgentId, AgentView>,
    /// Questions.
    pub questions: BTreeMap<QuestionId, QuestionView>,
}

impl Rows {
    /// Applies one frame.
    ///
    /// # Panics
    /// Where the frame does not join what is held.
    pub fn apply(&mut self, frame: &Frame) {
        match frame.kind {
            FrameKind::Snapshot => {
                assert_eq!(frame.from, frame.to, "a snapshot has no beginning");
                assert!(frame.events.is_empty(), "a snapshot carries no facts");
                *self = Self::default();
            }
            FrameKind::Changes => {
                assert_eq!(frame.from, self.at, "frames join without a gap");
                assert!(frame.to > frame.from, "a frame of changes goes on");
                self.check_facts(frame);
            }
        }
        self.at = frame.to;
        self.workflows
            .extend(frame.workflows.iter().map(|row| (row.id, row.clone())));
        self.tasks
            .extend(frame.tasks.iter().map(|row| (row.id, row.clone())));
        self.agents
            .extend(frame.agents.iter().map(|row| (row.id, row.clone())));
        self.questions
            .extend(frame.questions.iter().map(|row| (row.id, row.clone())));
        for removed in &frame.removed_workflows {
            self.workflows.remove(removed);
            self.tasks.retain(|_, task| task.workflow_id != *removed);
            self.questions
                .retain(|_, question| question.workflow_id != *removed);
        }
    }

    fn check_facts(&self, frame: &Frame) {
        let mut last = frame.from;
        for event in &frame.events {
            assert!(
                event.position > last && event.position <= frame.to,
                "facts stand in order between the frame's ends"
            );
            last = event.position;
        }
    }
}

/// A subscriber.
pub struct Follower {
    feed: Feed,
    acks: watch::Sender<Position>,
    rows: Rows,
}

impl Follower {
    /// Subscribes from the beginning.
    #[must_use]
    pub fn new(local: &Local) -> Self {
        Self::start(local, None, Rows::default())
    }

    /// Subscribes where `rows` ends, as a reloaded window does.
    #[must_use]
    pub fn resume(local: &Local, rows: Rows) -> Self {
        let identity = local.handle().store().identity();
        let from = ResumeFrom {
            store: identity.uid,
            epoch: identity.epoch,
            position: rows.at,
        };
        Self::start(local, Some(&from), rows)
    }

    /// Subscribes where `from` says.
    #[must_use]
    pub fn start(local: &Local, from: Option<&ResumeFrom>, rows: Rows) -> Self {
        let acks = watch::Sender::new(Position(0));
        let feed = Feed::new(local, 1, from, acks.subscribe());
        Self { feed, acks, rows }
    }

    /// What it holds.
    #[must_use]
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// What it holds, given up.
    #[must_use]
    pub fn into_rows(self) -> Rows {
        self.rows
    }

    /// The next frame, applied and acknowledged.
    ///
    /// # Panics
    /// Where none comes or it does not join.
    pub async fn next(&mut self) -> Frame {
        let frame = self.next_unacknowledged().await;
        self.acknowledge();
        frame
    }

    /// The next frame, applied and not acknowledged.
    ///
    /// # Panics
    /// Where none comes or it does not join.
    pub async fn next_unacknowledged(&mut self) -> Frame {
        let frame = within("a frame", self.feed.next())
            .await
            .expect("the feed goes on");
        self.rows.apply(&frame);
        frame
    }

    /// The feed itself, to look at what it does without acknowledgements.
    pub fn feed(&mut self) -> &mut Feed {
        &mut self.feed
    }

    /// Tells that everything so far was applied.
    pub fn acknowledge(&self) {
        self.acks.send_replace(self.rows.at);
    }

    /// Applies frames until the rows are as `wanted`, and gives those frames.
    ///
    /// # Panics
    /// Where they never are.
    pub async fn until(&mut self, wanted: impl Fn(&Rows) -> bool) -> Vec<Frame> {
        let mut frames = Vec::new();
        while !wanted(&self.rows) {
            frames.push(self.next().await);
        }
        frames
    }
}
