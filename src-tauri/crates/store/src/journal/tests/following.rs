use std::collections::BTreeMap;

use wheelhouse_domain::{
    AgentId, DefaultModels, EventBody, Position, QuestionId, QuestionStatus, TaskId, TaskKey,
};

use super::super::{
    AgentRow, Changes, PROVIDER_REMOVED, PROVIDER_SAVED, QuestionRow, SETTINGS_SAVED, Snapshot, TaskRow,
    WorkflowRow,
};
use super::arranging::{edit_of, provider};
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
    arrange(place, &mut held).await;
    place
        .store
        .delete_workflow(WorkflowId(1), request("delete-1"))
        .await
        .expect("delete");
    place.whole_run("Later").await;
    held
}

/// Changes who works and where, keeping what a subscriber would get after each change.
async fn arrange(place: &Place, held: &mut Vec<Held>) {
    let store = &place.store;
    for agent in store.agents().await.expect("agents") {
        let key = format!("edit-{}", agent.id);
        store
            .update_agent(edit_of(&agent, "Renamed"), request(&key), Millis(5))
            .await
            .expect("update");
        held.push(Held::begin(store.snapshot(100).await.expect("snapshot")));
    }
    store
        .set_agent_enabled(AgentId(4), false, request("off-1"), Millis(6))
        .await
        .expect("disable");
    held.push(Held::begin(store.snapshot(100).await.expect("snapshot")));
    store
        .save_provider(provider("local"), request("add-1"), Millis(7))
        .await
        .expect("add");
    held.push(Held::begin(store.snapshot(100).await.expect("snapshot")));
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

#[tokio::test]
async fn a_renamed_agent_is_renamed_wherever_it_is_at_work() {
    let place = Place::new().await;
    place.whole_run("Done").await;
    let mut run = place.run("Asking").await;
    run.started()
        .attempt("analyse", 1)
        .asked("analyse", "Which?")
        .attempt("research", 1);
    let asking = place.create(&mut run).await;
    let before = place.store.position();
    let driver = place.store.agents().await.expect("agents").remove(0);
    place
        .store
        .update_agent(edit_of(&driver, "Captain"), request("edit-1"), Millis(5))
        .await
        .expect("update");
    let changes = place.store.changes(before, 100).await.expect("changes");
    let agents: Vec<&str> = changes.agents.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(agents, ["Captain"]);
    let workflows: Vec<WorkflowId> = changes.workflows.iter().map(|row| row.id).collect();
    assert_eq!(workflows, [asking], "not those that have ended");
    assert!(!changes.tasks.is_empty());
    let named = |row: &TaskRow| row.agent_name.as_deref() == Some("Captain");
    assert!(changes.tasks.iter().all(named));
    assert_eq!(changes.questions[0].agent_name.as_deref(), Some("Captain"));
}

#[tokio::test]
async fn what_is_arranged_besides_agents_is_told_by_its_fact_alone() {
    let place = Place::new().await;
    let store = &place.store;
    let row = store
        .save_provider(provider("local"), request("add-1"), Millis(5))
        .await
        .expect("add");
    let models = DefaultModels {
        driver: "local/big".to_owned(),
        ..DefaultModels::default()
    };
    store
        .save_default_models(models, request("set-1"), Millis(6))
        .await
        .expect("set");
    store
        .remove_provider(row.id, request("remove-1"), Millis(7))
        .await
        .expect("remove");
    let changes = store.changes(Position(0), 100).await.expect("changes");
    let facts: Vec<(&str, Millis)> = changes
        .events
        .iter()
        .map(|event| (event.kind.as_str(), event.at))
        .collect();
    assert_eq!(
        facts,
        [
            (PROVIDER_SAVED, Millis(5)),
            (SETTINGS_SAVED, Millis(6)),
            (PROVIDER_REMOVED, Millis(7))
        ]
    );
    assert!(changes.agents.is_empty() && changes.workflows.is_empty() && changes.tasks.is_empty());
}
