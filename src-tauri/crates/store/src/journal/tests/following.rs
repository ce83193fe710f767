use std::collections::BTreeMap;

use wheelhouse_domain::{AgentId, EventBody, Position, QuestionId, QuestionStatus, TaskId, TaskKey};

use super::super::{AgentRow, Changes, QuestionRow, Snapshot, TaskRow, WorkflowRow};
use super::*;
use crate::test_util::request;

/// What a subscriber holds.
#[derive(Debug, Clone, Default, PartialEq)]
struct Held {
    at: Position,
    workflows: BTreeMap<WorkflowId, WorkflowRow>,
    tasks: BTreeMap<TaskId, TaskRow>,
    agents: BTreeMap<AgentId, AgentRow>,
    questions: BTreeMap<QuestionId, QuestionRow>,
}

impl Held {
    fn begin(snapshot: Snapshot) -> Self {
        let mut held = Self {
            at: snapshot.at,
            ..Self::default()
        };
        held.keep(
            snapshot.workflows,
            snapshot.tasks,
            snapshot.agents,
            snapshot.questions,
        );
        held
    }

    fn keep(
        &mut self,
        workflows: Vec<WorkflowRow>,
        tasks: Vec<TaskRow>,
        agents: Vec<AgentRow>,
        questions: Vec<QuestionRow>,
    ) {
        self.workflows
            .extend(workflows.into_iter().map(|row| (row.id, row)));
        self.tasks.extend(tasks.into_iter().map(|row| (row.id, row)));
        self.agents.extend(agents.into_iter().map(|row| (row.id, row)));
        self.questions
            .extend(questions.into_iter().map(|row| (row.id, row)));
    }

    fn apply(&mut self, changes: Changes) {
        assert_eq!(changes.from, self.at, "frames follow each other");
        self.at = changes.to;
        self.keep(
            changes.workflows,
            changes.tasks,
            changes.agents,
            changes.questions,
        );
        for gone in changes.removed_workflows {
            self.workflows.remove(&gone);
            self.tasks.retain(|_, row| row.workflow_id != gone);
            self.questions.retain(|_, row| row.workflow_id != gone);
        }
        assert!(
            self.tasks
                .values()
                .all(|row| self.workflows.contains_key(&row.workflow_id)),
            "no task without its workflow"
        );
    }

    async fn catch_up(&mut self, store: &Store, limit: u32) {
        loop {
            let changes = store.changes(self.at, limit).await.expect("changes");
            assert!(changes.events.len() <= limit as usize);
            let more = changes.more;
            self.apply(changes);
            if !more {
                return;
            }
        }
    }

    /// Checks that everything a new subscriber would get is held the same, and nothing else that is open.
    fn same_as(&self, now: Snapshot) {
        assert_eq!(self.at, now.at);
        let fresh = Self::begin(now);
        assert_eq!(self.workflows, fresh.workflows);
        assert_eq!(self.agents, fresh.agents);
        for (id, task) in &fresh.tasks {
            assert_eq!(self.tasks.get(id), Some(task));
        }
        let open = |row: &&QuestionRow| row.status == QuestionStatus::Open;
        assert!(self.questions.values().filter(open).eq(fresh.questions.values()));
    }
}

/// Writes a life with several workflows, keeping what a subscriber would get at every position.
async fn lived(place: &Place) -> Vec<Held> {
    let mut whole = place.run("Whole").await;
    whole.whole_run();
    let mut asking = place.run("Asking").await;
    asking.started().attempt("analyse", 1).asked("analyse", "Which?");
    let mut failing = place.run("Failing").await;
    failing
        .started()
        .attempt("analyse", 1)
        .failed("analyse", &["research", "staff", "aggregate", "report"]);
    failing.push(EventBody::WorkflowRetried {
        tasks: vec![TaskKey::from("analyse")],
    });
    failing.attempt("analyse", 2);
    let mut held = vec![Held::begin(place.store.snapshot(100).await.expect("snapshot"))];
    for run in [&mut whole, &mut asking, &mut failing] {
        let mut target = Target::New;
        for fact in run.commits() {
            let written = place.store.commit(one(target, fact)).await.expect("commit");
            target = Target::Existing(written.workflow_ids[0]);
            held.push(Held::begin(place.store.snapshot(100).await.expect("snapshot")));
        }
    }
    place
        .store
        .delete_workflow(WorkflowId(1), request("delete-1"))
        .await
        .expect("delete");
    place.whole_run("Later").await;
    held
}

#[tokio::test]
async fn changes_after_any_position_lead_to_the_snapshot() {
    let place = Place::new().await;
    let held = lived(&place).await;
    let now = place.store.snapshot(100).await.expect("snapshot");
    assert!(held.len() > 60);
    for (index, begin) in held.into_iter().enumerate() {
        // One event at a time is slow, so only from some beginnings.
        let limits: &[u32] = if index % 16 == 0 {
            &[1, 7, 1_000]
        } else {
            &[7, 1_000]
        };
        for limit in limits {
            let mut subscriber = begin.clone();
            subscriber.catch_up(&place.store, *limit).await;
            subscriber.same_as(now.clone());
        }
    }
}

#[tokio::test]
async fn a_subscriber_that_follows_every_commit_is_never_behind() {
    let place = Place::new().await;
    let mut run = place.run("Whole").await;
    run.whole_run();
    let mut subscriber = Held::begin(place.store.snapshot(100).await.expect("snapshot"));
    let mut target = Target::New;
    for fact in run.commits() {
        let written = place.store.commit(one(target, fact)).await.expect("commit");
        target = Target::Existing(written.workflow_ids[0]);
        let changes = place.store.changes(subscriber.at, 100).await.expect("changes");
        assert!(!changes.more);
        subscriber.apply(changes);
        subscriber.same_as(place.store.snapshot(100).await.expect("snapshot"));
    }
}

#[tokio::test]
async fn a_snapshot_holds_the_newest_and_all_that_is_unfinished() {
    let place = Place::new().await;
    let pending = place.create(&mut place.run("Pending").await).await;
    let mut run = place.run("Running").await;
    run.started();
    let running = place.create(&mut run).await;
    place.whole_run("Old").await;
    let newest = place.whole_run("Newest").await;
    let snapshot = place.store.snapshot(1).await.expect("snapshot");
    let ids: Vec<WorkflowId> = snapshot.workflows.iter().map(|row| row.id).collect();
    assert_eq!(ids, [newest, running, pending]);
    assert!(snapshot.tasks.iter().all(|task| task.workflow_id == running));
    assert_eq!(snapshot.tasks.len(), 5);
    assert_eq!(snapshot.at, place.store.position());
}

#[tokio::test]
async fn a_position_of_another_life_is_refused() {
    let place = Place::new().await;
    place.whole_run("Whole").await;
    let head = place.store.position();
    let nothing = place.store.changes(head, 10).await.expect("changes");
    assert_eq!((nothing.from, nothing.to, nothing.more), (head, head, false));
    let refused = place.store.changes(Position(head.0 + 1), 10).await;
    assert!(matches!(refused, Err(Error::PositionAhead { .. })), "{refused:?}");
}
