use sqlx::Connection;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlSafeStr, SqliteConnection};
use wheelhouse_domain::{AgentKind, AgentStatus, KNOWLEDGE_SEARCH};

use super::super::open::{self, MIGRATIONS};
use super::*;

async fn pragma(conn: &mut SqliteConnection, name: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("PRAGMA {name}")))
        .fetch_one(conn)
        .await
        .expect("a pragma")
}

/// The newest schema.
fn present() -> i64 {
    let versions = MIGRATIONS.iter().map(|migration| migration.version);
    versions.max().expect("a migration")
}

/// The released migrations and one more.
fn newer() -> Migrator {
    let mut all: Vec<Migration> = MIGRATIONS.iter().cloned().collect();
    all.push(Migration::new(
        9999,
        "later".into(),
        MigrationType::Simple,
        "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT".into_sql_str(),
        false,
    ));
    Migrator::with_migrations(all)
}

#[tokio::test]
async fn a_new_journal_is_durable_and_can_shrink() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut opened = open::open(&options(folder.path()), &MIGRATIONS)
        .await
        .expect("open");
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut opened.writer)
        .await
        .expect("mode");
    assert_eq!(mode, "wal");
    assert_eq!(pragma(&mut opened.writer, "synchronous").await, 2, "FULL");
    assert_eq!(pragma(&mut opened.writer, "auto_vacuum").await, 2, "INCREMENTAL");
    assert_eq!(pragma(&mut opened.writer, "foreign_keys").await, 1);
    assert!(pragma(&mut opened.writer, "busy_timeout").await > 0);
    let refused = sqlx::query("DELETE FROM events").execute(&opened.readers).await;
    assert!(refused.is_err(), "readers only read");
}

/// The journal's index in memory that processes share is a file beside it, except where SQLite's layer for one process
/// alone is at work.
#[cfg(unix)]
#[tokio::test]
async fn every_file_goes_through_the_layer_that_is_named() {
    let place = Place::new().await;
    assert!(place.folder.path().join("journal.db-shm").exists());
    let folder = tempfile::tempdir().expect("a folder");
    let through = |name: &str| Options {
        file_layer: Some(name.to_owned()),
        ..options(folder.path())
    };
    let store = Store::open(through("unix-excl")).await.expect("a store");
    assert!(!store.agents().await.expect("read").is_empty());
    assert!(folder.path().join("journal.db-wal").exists());
    assert!(!folder.path().join("journal.db-shm").exists());
    store.close().await.expect("closed");
    let refused = Store::open(through("no-such-layer")).await;
    assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
}

#[tokio::test]
async fn the_permanent_crew_is_there_once() {
    let place = Place::new().await;
    let identity = place.store.identity();
    let first = place.store.agents().await.expect("agents");
    let kinds: Vec<AgentKind> = first.iter().map(|agent| agent.kind).collect();
    assert_eq!(
        kinds,
        [AgentKind::Driver, AgentKind::Creator, AgentKind::Generator]
    );
    assert!(first.iter().all(|agent| agent.status == AgentStatus::Idle));
    assert_eq!(first[1].tools, [KNOWLEDGE_SEARCH]);
    place.store.close().await.expect("close");
    let again = Store::open(options(place.folder.path())).await.expect("open");
    assert_eq!(again.agents().await.expect("agents"), first);
    assert_eq!(again.identity(), identity);
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open_with(options(folder.path()), &newer())
        .await
        .expect("open");
    store.close().await.expect("close");
    let before = std::fs::read(folder.path().join("journal.db")).expect("file");
    let refused = Store::open(options(folder.path())).await;
    let present = present();
    assert!(
        matches!(refused, Err(Error::NewerSchema { found: 9999, known }) if known == present),
        "{refused:?}"
    );
    assert_eq!(
        std::fs::read(folder.path().join("journal.db")).expect("file"),
        before
    );
    assert!(!folder.path().join("backups").exists());
}

#[tokio::test]
async fn a_migration_is_preceded_by_a_backup_and_restoring_it_raises_the_epoch() {
    let place = Place::new().await;
    let id = place.whole_run("Before").await;
    let position = place.store.position();
    place.store.close().await.expect("close");

    let migrated = Store::open_with(options(place.folder.path()), &newer())
        .await
        .expect("migrate");
    assert_eq!(migrated.identity().epoch, 1, "migrating is not restoring");
    assert_eq!(migrated.position(), position);
    migrated.close().await.expect("close");
    let name = format!("backups/journal-schema{}.db", present());
    let backup = place.folder.path().join(name);
    assert!(backup.exists());

    let other = tempfile::tempdir().expect("a folder");
    std::fs::copy(&backup, other.path().join("journal.db")).expect("restore");
    let restored = Store::open(options(other.path())).await.expect("open");
    assert_eq!(restored.identity().uid, place.store.identity().uid);
    assert_eq!(restored.identity().epoch, 2);
    assert_eq!(restored.position(), position);
    assert!(restored.workflow(id).await.expect("read").is_some());
    restored.close().await.expect("close");
    let again = Store::open(options(other.path())).await.expect("open");
    assert_eq!(again.identity().epoch, 2, "only the restore counts");
}

#[tokio::test]
async fn opening_without_a_pending_migration_makes_no_backup() {
    let place = Place::new().await;
    place.store.close().await.expect("close");
    let again = Store::open(options(place.folder.path())).await.expect("open");
    again.close().await.expect("close");
    assert!(!place.folder.path().join("backups").exists());
}

#[tokio::test]
async fn a_closed_journal_is_one_complete_file_and_takes_nothing_more() {
    let place = Place::new().await;
    let id = place.whole_run("Kept").await;
    let clone = place.store.clone();
    place.store.close().await.expect("close");
    clone.close().await.expect("closing twice is fine");
    assert!(!place.folder.path().join("journal.db-wal").exists());
    let mut late = RunBuilder::new("Late", &BTreeMap::new());
    assert!(matches!(
        clone.commit(late.commit(Target::New)).await,
        Err(Error::Closed)
    ));
    assert!(matches!(clone.workflow(id).await, Err(Error::Closed)));

    let copy = tempfile::tempdir().expect("a folder");
    std::fs::copy(
        place.folder.path().join("journal.db"),
        copy.path().join("journal.db"),
    )
    .expect("copy");
    let opened = Store::open(options(copy.path())).await.expect("open");
    assert!(opened.workflow(id).await.expect("read").is_some());
}

#[tokio::test]
async fn dropping_every_handle_lets_go_of_the_file() {
    let Place { store, folder } = Place::new().await;
    let mut head = store.head();
    drop(store);
    assert!(head.changed().await.is_err(), "the writer has ended");
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.path().join("journal.db"))
        .connect()
        .await
        .expect("connect");
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut conn)
        .await
        .expect("check");
    assert_eq!(sound, "ok");
    conn.close().await.expect("close");
}
