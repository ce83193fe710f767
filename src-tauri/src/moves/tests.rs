//! Moves between this machine's backend and a real server, as the window's commands carry them.

use super::again::go_on;
use super::{MoveOutcome, MoveStep, Moves, call_off, move_run, unfinished};
use crate::backends::{BackendId, Backends, SavedBackend, a_backend};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;
use wheelhouse_api::Local;
use wheelhouse_api::remote::Token;
use wheelhouse_contract::domain::{MoveUid, WorkflowId};
use wheelhouse_contract::{
    DepartWorkflow, GetStatus, GetWorkflow, MovedPlace, Operations, SecretText, UnlockKeys,
};
use wheelhouse_testkit::{Served, Setup, TestWorld, Workbench, within};

struct Desk {
    bench: Workbench,
    served: Served,
    backends: Backends,
    moves: Moves,
    studio: BackendId,
    _folder: TempDir,
}

impl Desk {
    async fn open() -> Self {
        let bench = Workbench::open().await;
        let passphrase = SecretText("correct horse battery".to_owned());
        let opened = bench.api().unlock_keys(UnlockKeys { passphrase }).await;
        assert!(!opened.expect("made").locked);
        let mut setup = Setup::default();
        setup.world = Arc::new(TestWorld::new(2));
        let served = Served::with(setup, |_| {}).await;
        let status = served.api().get_status(GetStatus {}).await.expect("it answers");
        let saved = SavedBackend {
            address: served.url(""),
            fingerprint: None,
            store: status.store,
            looks_only: false,
            ..a_backend("Studio")
        };
        let studio = saved.id;
        let token = Token::parse(served.token().to_owned()).expect("a token");
        bench.api().keep_token(studio.0, &token).await.expect("kept");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let backends = Backends::open(folder.path());
        let added = backends.change(|list| {
            list.backends.push(saved);
            Ok(())
        });
        added.await.expect("written");
        Self {
            bench,
            served,
            backends,
            moves: Moves::default(),
            studio,
            _folder: folder,
        }
    }

    fn local(&self) -> &Local {
        self.bench.api()
    }

    async fn choose(&self, id: Option<BackendId>) {
        let chosen = self.backends.change(|list| {
            list.chosen = id;
            Ok(())
        });
        chosen.await.expect("written");
    }

    async fn place(&self, id: WorkflowId) -> Option<MovedPlace> {
        let detail = self.local().get_workflow(GetWorkflow { id }).await;
        detail.expect("it is there").workflow.moved.map(|moved| moved.place)
    }

    /// What is left of a move whose carrier was ended as soon as the run rested.
    async fn interrupted(&self) -> (WorkflowId, MoveUid) {
        let id = self.bench.create("Compare two ways to store dates").await;
        let status = self.served.api().get_status(GetStatus {}).await.expect("it answers");
        let uid = MoveUid(Uuid::now_v7());
        let request = DepartWorkflow {
            request_key: self.bench.key(),
            id,
            move_uid: uid,
            other: status.store,
            other_name: "Studio".to_owned(),
            own_name: "laptop".to_owned(),
        };
        self.local().depart_workflow(request).await.expect("leaves");
        (id, uid)
    }

    async fn go_on(&self) -> bool {
        let gone = go_on(self.local(), &self.backends, &self.moves, true);
        within("moves go on", gone).await
    }
}

#[tokio::test]
async fn a_run_is_moved_there_and_back_and_told_of_as_it_goes() {
    let desk = Desk::open().await;
    let id = desk.bench.create("Compare two ways to store dates").await;
    let mut steps = Vec::new();
    let moved = move_run(
        desk.local(),
        &desk.backends,
        &desk.moves,
        (id, Some(desk.studio)),
        |told| steps.push(told.standing.step),
    );
    let moved = within("it moves", moved).await.expect("moved");
    let MoveOutcome::Moved {
        workflow: Some(there), ..
    } = moved
    else {
        panic!("{moved:?}")
    };
    steps.dedup();
    assert_eq!(steps, [MoveStep::Finishing, MoveStep::Sending, MoveStep::HandingOver]);
    assert_eq!(desk.place(id).await, Some(MovedPlace::Gone));
    let left = unfinished(desk.local(), &desk.backends, &desk.moves).await;
    assert_eq!(left.expect("a list"), []);

    desk.choose(Some(desk.studio)).await;
    let same = (there, Some(desk.studio));
    let refused = move_run(desk.local(), &desk.backends, &desk.moves, same, |_| {}).await;
    assert_eq!(refused.expect_err("it is there").details.field.as_deref(), Some("to"));
    let back = move_run(desk.local(), &desk.backends, &desk.moves, (there, None), |_| {});
    let back = within("it moves back", back).await.expect("moved");
    assert!(matches!(back, MoveOutcome::Moved { workflow: Some(number), .. } if number == id));
    assert_eq!(desk.place(id).await, None);
}

#[tokio::test]
async fn an_interrupted_move_waits_for_the_server_and_goes_on_by_itself() {
    let mut desk = Desk::open().await;
    let (id, uid) = desk.interrupted().await;
    desk.served.stop().await;
    assert!(desk.go_on().await, "it waits");
    let left = unfinished(desk.local(), &desk.backends, &desk.moves).await.expect("a list");
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].uid, left[0].workflow), (uid, Some(id)));
    assert_eq!((left[0].from.id, left[0].to.id), (None, Some(desk.studio)));
    assert_eq!(left[0].to.name, "Studio");
    assert_eq!(left[0].standing.step, MoveStep::Sending);
    assert!(left[0].standing.waits_for.is_some() && left[0].standing.can_call_off);
    desk.served.start().await;
    assert!(!desk.go_on().await, "nothing waits any more");
    assert_eq!(desk.place(id).await, Some(MovedPlace::Gone));
    let left = unfinished(desk.local(), &desk.backends, &desk.moves).await;
    assert_eq!(left.expect("a list"), []);
}

#[tokio::test]
async fn a_move_is_called_off_while_the_server_is_away() {
    let mut desk = Desk::open().await;
    let (id, uid) = desk.interrupted().await;
    desk.served.stop().await;
    let ended = call_off(desk.local(), &desk.backends, &desk.moves, uid);
    let ended = within("it is called off", ended).await.expect("it stays");
    assert_eq!(ended, MoveOutcome::Stayed { uid });
    assert_eq!(desk.place(id).await, None);
    desk.served.start().await;
    assert!(!desk.go_on().await, "the server was told");
    let again = call_off(desk.local(), &desk.backends, &desk.moves, MoveUid(Uuid::now_v7())).await;
    again.expect_err("there is no such move");
}

#[tokio::test]
async fn a_move_to_a_server_that_nobody_knows_says_so() {
    let desk = Desk::open().await;
    let (_, uid) = desk.interrupted().await;
    let removed = desk.backends.change(|list| {
        list.backends.clear();
        Ok(())
    });
    removed.await.expect("written");
    assert!(desk.go_on().await, "it waits");
    let left = unfinished(desk.local(), &desk.backends, &desk.moves).await.expect("a list");
    assert_eq!(left.len(), 1);
    assert!(!left[0].to.known && left[0].to.name == "Studio");
    let why = left[0].standing.waits_for.as_deref().expect("why");
    assert!(why.contains("not paired with Studio"), "{why}");
    let ended = call_off(desk.local(), &desk.backends, &desk.moves, uid).await;
    assert_eq!(ended.expect("it stays"), MoveOutcome::Stayed { uid });
}
