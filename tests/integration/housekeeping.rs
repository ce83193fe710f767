//! Deleting ended workflows by rule, and putting a copy in the journal's place.

use crate::common::TASK;
use std::path::Path;
use std::time::Duration;
use wheelhouse_api::{LocalBackend, restore};
use wheelhouse_contract::{
    ApiError, BackUp, CleanUp, ErrorCode, GetRetention, GetStatus, GetWorkflow, InspectBackup, ListBackups,
    Operations, PreviewRetention, RestoreBackup, RetentionRule, SaveRetention,
};
use wheelhouse_domain::WorkflowId;
use wheelhouse_orchestrator::keys::KeychainChoice;
use wheelhouse_orchestrator::{Options, World};
use wheelhouse_testkit::{Setup, Workbench, within};

const DAY: i64 = 24 * 60 * 60 * 1_000;

fn keep(max_workflows: u32) -> RetentionRule {
    RetentionRule {
        max_workflows: Some(max_workflows),
        ..RetentionRule::default()
    }
}

async fn save(bench: &Workbench, rule: RetentionRule) {
    let request_key = bench.key();
    let saved = bench
        .api()
        .save_retention(SaveRetention { request_key, rule })
        .await;
    assert_eq!(saved.expect("saved").rule, rule);
}

async fn there(bench: &Workbench, id: WorkflowId) -> bool {
    bench.api().get_workflow(GetWorkflow { id }).await.is_ok()
}

async fn back_up(bench: &Workbench) -> String {
    let request_key = bench.key();
    bench
        .api()
        .back_up(BackUp { request_key })
        .await
        .expect("a copy")
        .path
}

async fn decide(bench: &Workbench, path: &str) -> Result<(), ApiError> {
    let request = RestoreBackup {
        request_key: bench.key(),
        path: path.to_owned(),
        other_store: false,
    };
    bench.api().restore_backup(request).await.map(drop)
}

#[tokio::test]
async fn a_rule_is_off_at_first_and_counts_when_it_is_asked_to() {
    let bench = Workbench::open().await;
    let first = bench.run(TASK).await.workflow.id;
    let second = bench.run(TASK).await.workflow.id;
    let view = bench.api().get_retention(GetRetention {}).await.expect("read");
    assert_eq!(view.rule, RetentionRule::default());

    let preview = PreviewRetention {
        max_workflows: Some(1),
        ..PreviewRetention::default()
    };
    let seen = bench.api().preview_retention(preview).await.expect("preview");
    assert_eq!((seen.workflows, seen.kept), (1, 1));
    assert!(seen.bytes > 0 && seen.until.is_some());

    save(&bench, keep(1)).await;
    assert!(there(&bench, first).await, "setting a rule deletes nothing");
    let request_key = bench.key();
    let done = bench
        .api()
        .clean_up(CleanUp { request_key })
        .await
        .expect("cleaned up");
    assert_eq!(done.workflows, 1);
    assert!(!there(&bench, first).await && there(&bench, second).await);
    let view = bench.api().get_retention(GetRetention {}).await.expect("read");
    assert_eq!(view.running, None);
    assert_eq!(view.last.map(|last| last.workflows), Some(1));
}

#[tokio::test]
async fn a_bound_that_makes_no_sense_names_its_field() {
    let bench = Workbench::open().await;
    for (field, rule) in [
        ("max_workflows", keep(0)),
        (
            "max_age_days",
            RetentionRule {
                max_age_days: Some(40_000),
                ..RetentionRule::default()
            },
        ),
    ] {
        let request_key = bench.key();
        let refused = bench
            .api()
            .save_retention(SaveRetention { request_key, rule })
            .await;
        let refused = refused.expect_err("refused");
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
        assert_eq!(refused.details.field.as_deref(), Some(field));
        assert!(refused.details.next_step.is_some());
    }
}

#[tokio::test]
async fn cleaning_up_happens_at_the_start_and_every_day() {
    let mut bench = Workbench::open().await;
    let first = bench.run(TASK).await.workflow.id;
    let second = bench.run(TASK).await.workflow.id;
    save(&bench, keep(1)).await;
    bench.reopen().await;
    let mut seen = bench.api().handle().housekeeping();
    within("the first sweep", seen.wait_for(|state| state.last.is_some()))
        .await
        .expect("open");
    assert!(!there(&bench, first).await && there(&bench, second).await);
    bench.close().await;

    let setup = bench.setup().clone();
    let world = setup.world.clone();
    let mut options = Options::with_rehearsal(bench.folder().to_owned(), Duration::ZERO);
    options.keychain = KeychainChoice::Without;
    options.world = world.clone();
    options.look_at_clock = Duration::from_millis(1);
    let backend = LocalBackend::start(options).await.expect("open");
    let mut seen = backend.local().handle().housekeeping();
    let state = within(
        "the sweep at the start",
        seen.wait_for(|state| state.last.is_some()),
    )
    .await;
    let (at, _) = state.expect("open").last.expect("swept");
    let (later, rule) = (
        world.now().plus(2 * DAY),
        RetentionRule {
            max_age_days: Some(1),
            ..RetentionRule::default()
        },
    );
    let request_key = bench.key();
    let saved = backend
        .local()
        .save_retention(SaveRetention { request_key, rule })
        .await;
    saved.expect("saved");
    assert!(
        backend
            .local()
            .get_workflow(GetWorkflow { id: second })
            .await
            .is_ok()
    );
    world.advance(2 * DAY);
    let next = seen.wait_for(|state| state.last.is_some_and(|(again, _)| again > at));
    let state = within("the sweep of the next day", next).await;
    let (again, swept) = state.expect("open").last.expect("swept");
    assert!(again >= later);
    assert_eq!(swept.workflows, 1);
    assert!(
        backend
            .local()
            .get_workflow(GetWorkflow { id: second })
            .await
            .is_err()
    );
    backend.close().await;
}

#[tokio::test]
async fn a_copy_is_listed_restored_and_what_was_there_is_kept() {
    let mut bench = Workbench::open().await;
    let kept = bench.run(TASK).await.workflow.id;
    let path = back_up(&bench).await;
    let late = bench.run(TASK).await.workflow.id;
    let listed = bench.api().list_backups(ListBackups {}).await.expect("listed");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].path, path);
    let found = listed[0].contents.clone().expect("fit");
    assert!(found.this_store && found.workflows == 1 && found.unfinished == 0);
    let before = bench.api().get_status(GetStatus {}).await.expect("status");

    decide(&bench, &path).await.expect("decided");
    decide(&bench, &path).await.expect("decided again is the same");
    assert!(
        there(&bench, late).await,
        "until it is opened again all is as it was"
    );
    bench.reopen().await;
    assert!(there(&bench, kept).await && !there(&bench, late).await);
    let after = bench.api().get_status(GetStatus {}).await.expect("status");
    assert_eq!((after.store, after.epoch), (before.store, before.epoch + 1));

    let listed = bench.api().list_backups(ListBackups {}).await.expect("listed");
    let aside = listed
        .iter()
        .find(|copy| copy.name.starts_with("journal-before-restore"));
    let aside = aside.expect("kept").path.clone();
    decide(&bench, &aside).await.expect("and back");
    bench.reopen().await;
    assert!(there(&bench, late).await);
    let again = bench.run(TASK).await.workflow.id;
    assert!(again.0 > late.0, "numbers go on");
}

#[tokio::test]
async fn a_file_that_cannot_be_restored_says_why_and_nothing_happens() {
    let mut bench = Workbench::open().await;
    let id = bench.run(TASK).await.workflow.id;
    let copy = back_up(&bench).await;
    let other = Workbench::open().await;
    let foreign = back_up(&other).await;
    let sound = std::fs::read(&copy).expect("read");
    let write = |name: &str, bytes: &[u8]| {
        let path = bench.folder().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.display().to_string()
    };
    let mut newer = sound.clone();
    newer.truncate(sound.len() / 2);
    for (path, code, says) in [
        (
            write("text", b"some text"),
            ErrorCode::InvalidRequest,
            "no database",
        ),
        (write("half", &newer), ErrorCode::Unreadable, "damaged"),
        (foreign, ErrorCode::Conflict, "another Wheelhouse"),
        (
            bench.folder().join("journal.db").display().to_string(),
            ErrorCode::InvalidRequest,
            "in use",
        ),
        (
            write("gone", b"") + "-not-there",
            ErrorCode::Unreadable,
            "can't be restored",
        ),
        (
            "relative.db".to_owned(),
            ErrorCode::InvalidRequest,
            "not absolute",
        ),
    ] {
        let refused = decide(&bench, &path).await.expect_err(&path);
        assert_eq!(refused.code, code, "{refused:?}");
        assert!(refused.message.contains(says), "{refused:?}");
        assert!(refused.details.next_step.is_some(), "{refused:?}");
    }
    let text = bench.folder().join("text").display().to_string();
    let seen = bench.api().inspect_backup(InspectBackup { path: text }).await;
    let seen = seen.expect("looked into");
    assert_eq!(seen.problem.as_deref(), Some("It is no database."));
    bench.reopen().await;
    assert!(there(&bench, id).await);
    assert_eq!(
        bench.api().get_status(GetStatus {}).await.expect("status").epoch,
        1
    );
}

#[tokio::test]
async fn a_copy_of_another_computer_is_taken_when_that_is_meant() {
    let mut bench = Workbench::open().await;
    let other = Workbench::open().await;
    let id = other.run(TASK).await.workflow.id;
    let path = back_up(&other).await;
    let request = RestoreBackup {
        request_key: bench.key(),
        path,
        other_store: true,
    };
    let restored = bench.api().restore_backup(request).await.expect("decided");
    assert!(!restored.contents.expect("fit").this_store);
    bench.reopen().await;
    assert!(there(&bench, id).await);
}

/// Writes into a journal that a newer Wheelhouse was here.
async fn make_newer(journal: &Path) {
    use sqlx::{ConnectOptions, Connection};
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(journal)
        .connect()
        .await
        .expect("connected");
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', 1, x'00', 0)",
    )
    .execute(&mut conn)
    .await
    .expect("written");
    conn.close().await.expect("closed");
}

/// Why the folder can't be opened.
async fn refusal(folder: &Path) -> ApiError {
    match Setup::default().open_in(folder).await {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_a_way_on_and_a_copy_mends_it() {
    let mut bench = Workbench::open().await;
    let id = bench.run(TASK).await.workflow.id;
    let copy = back_up(&bench).await;
    bench.close().await;
    make_newer(&bench.folder().join("journal.db")).await;
    let refused = refusal(bench.folder()).await;
    assert_eq!(refused.code, ErrorCode::Unreadable);
    assert!(
        refused.message.contains("newer Wheelhouse (schema 9999"),
        "{refused:?}"
    );
    let next = refused.details.next_step.expect("a way on");
    assert!(next.contains("Install the newer Wheelhouse"), "{next}");
    let restored = restore(bench.folder(), Path::new(&copy)).await.expect("restored");
    assert_eq!((restored.workflows, restored.unfinished), (1, 0));
    bench.reopen().await;
    assert!(there(&bench, id).await);
}

#[tokio::test]
async fn a_damaged_journal_names_the_way_out_and_it_works() {
    let mut bench = Workbench::open().await;
    let id = bench.run(TASK).await.workflow.id;
    let copy = back_up(&bench).await;
    let busy = restore(bench.folder(), Path::new(&copy))
        .await
        .expect_err("in use");
    assert_eq!(busy.code, ErrorCode::Conflict);
    bench.close().await;
    std::fs::write(bench.folder().join("journal.db"), vec![7_u8; 50_000]).expect("spoilt");
    let refused = refusal(bench.folder()).await;
    assert_eq!(refused.code, ErrorCode::Unreadable);
    assert!(
        refused
            .details
            .next_step
            .is_some_and(|next| next.contains("--restore"))
    );
    restore(bench.folder(), Path::new(&copy)).await.expect("restored");
    bench.reopen().await;
    assert!(there(&bench, id).await);
}
